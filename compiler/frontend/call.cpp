#include "compiler/frontend/call.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <climits>
#include <set>

#include "compiler/frontend/call_block.hpp"
#include "compiler/frontend/call_operator.hpp"
#include "compiler/frontend/evaluate.hpp"
#include "compiler/frontend/number_lists.hpp"
#include "compiler/frontend/special_forms.hpp"

namespace cnnc::net {

bool Arguments::any_poison() const {
  const auto poisoned = [](const Given &given) { return given.value.is_poison(); };
  return faulty || std::any_of(positional.begin(), positional.end(), poisoned) ||
         std::any_of(named.begin(), named.end(), poisoned);
}

bool Arguments::any_tensor() const {
  const auto tensor = [](const Given &given) { return given.value.is_tensor(); };
  return std::any_of(positional.begin(), positional.end(), tensor) || std::any_of(named.begin(), named.end(), tensor);
}

Given given_operand(Checker &checker, const ast::Expr &expr, Datum value) {
  Given given{.name = nullptr, .value = std::move(value), .span = expr.span, .shown = {}};
  if (const auto *use = expr.as<ast::NameUse>()) given.shown = use->name.text;
  const auto *tensor = given.value.as<TensorRef>();
  if (!tensor && !given.value.is_poison()) given.shown = literal(given.value);
  if (!tensor || !given.shown.empty()) return given;
  const auto layer = checker.layers.layers.find(checker.graph.values[static_cast<std::size_t>(tensor->id)].name);
  if (layer != checker.layers.layers.end())
    given.shown = layer->first;  // not the numbered ones: nobody knows their names
  return given;
}

namespace {

Arguments evaluate_arguments(Checker &checker, Scope &scope, const ast::Call &call, const Given *piped) {
  Arguments arguments;
  if (piped) arguments.positional.push_back(*piped);
  for (const ast::Argument &argument : call.arguments) {
    if (argument.path) {
      if (arguments.share) checker.fault(DiagnosticKind::argument_doubled, argument.span, "'share' is given twice");
      arguments.share = &*argument.path;
      continue;
    }
    if (!argument.value) {
      arguments.faulty = true;  // the parser has reported it
      continue;
    }
    Given given = given_operand(checker, *argument.value, evaluate_one(checker, scope, *argument.value));
    if (argument.name) {
      given.name = &*argument.name;
      arguments.named.push_back(std::move(given));
      continue;
    }
    if (!arguments.named.empty()) {
      checker.fault(DiagnosticKind::argument_order, argument.span, "an argument without a name follows one with a name",
                    "put it before " + quoted(arguments.named.front().name->text) + ", or name it too");
      arguments.faulty = true;
      continue;
    }
    arguments.positional.push_back(std::move(given));
  }
  return arguments;
}

std::string count_text(const Function &function) {
  if (function.most == INT_MAX) return fmt::format("at least {} arguments", function.least);
  return function.most == 1 ? "1 argument" : fmt::format("{} arguments", function.most);
}

Datum call_function(Checker &checker, const Function &function, const CallContext &context) {
  const ast::Call &call = context.call;
  refuse_paths(checker, context, quoted(function.name));
  const Arguments &arguments = context.arguments;
  if (!arguments.named.empty())
    return checker.fault(DiagnosticKind::unknown_argument, arguments.named.front().name->span,
                         fmt::format("'{}' takes no arguments by name, but {}", function.name, function.takes));
  const auto count = static_cast<int>(arguments.positional.size());
  if (count < function.least)
    return checker.fault(DiagnosticKind::argument_missing, call.callee.span,
                         fmt::format("'{}' takes {}, but has {}", function.name, count_text(function), count));
  if (count > function.most)
    return checker.fault(DiagnosticKind::arguments_surplus,
                         arguments.positional[static_cast<std::size_t>(function.most)].span,
                         fmt::format("'{}' takes {}, but has {}", function.name, count_text(function), count));
  if (arguments.any_poison()) return {};
  std::vector<Datum> data;
  for (const Given &given : arguments.positional) data.push_back(as_one(checker, given.value, given.span));
  for (const Datum &datum : data)
    if (datum.is_poison()) return {};
  return checker.take(function.apply(data), count == 1 ? arguments.positional.front().span : call.callee.span);
}

/// A function and no operator, with a tensor in its arguments.
Datum function_of_tensor(Checker &checker, const Function &function, const CallContext &context) {
  const bool list_wanted = function.name == "len";
  const Span span = context.call.callee.span;
  if (list_wanted)
    return checker.fault(DiagnosticKind::wrong_value, span, "'len' takes a list, but found a tensor",
                         "a tensor has shape[i], channels, height, width and length");
  return checker.fault(DiagnosticKind::not_supported, span,
                       quoted(function.name) + " of a tensor is not supported by this version",
                       quoted(function.name) + " takes compile-time numbers");
}

/// tensor([[1, 2], [3, 4]])
Datum make_tensor(Checker &checker, const CallContext &context) {
  refuse_paths(checker, context, "'tensor'");
  const Arguments &arguments = context.arguments;
  const Span span = context.call.callee.span;
  if (!arguments.named.empty())
    return checker.fault(DiagnosticKind::unknown_argument, arguments.named.front().name->span,
                         "'tensor' takes a list and no arguments by name");
  if (arguments.positional.empty())
    return checker.fault(DiagnosticKind::argument_missing, span, "'tensor' takes a list of numbers",
                         "tensor([1, 2, 3])");
  if (arguments.positional.size() > 1)
    return checker.fault(DiagnosticKind::arguments_surplus, arguments.positional[1].span, "'tensor' takes one list");
  const Given &given = arguments.positional.front();
  if (arguments.any_poison()) return {};
  auto numbers = numbers_in(checker, given);
  if (!numbers) return {};

  return {TensorRef{add_constant(checker.graph, std::move(*numbers))}};
}

Datum call_special(Checker &checker, SpecialForm form, const CallContext &context) {
  if (form == SpecialForm::tensor) return make_tensor(checker, context);
  if (form == SpecialForm::load) return load_tensor(checker, context);
  if (form == SpecialForm::parameter) return make_parameter(checker, context);
  return checker.fault(DiagnosticKind::not_supported, context.call.callee.span,
                       quoted(context.call.callee.text) + " is not supported by this version");
}

}  // namespace

void drop_doubled(Checker &checker, Arguments &arguments) {
  std::set<std::string_view> seen;
  std::erase_if(arguments.named, [&](const Given &given) {
    if (seen.insert(given.name->text).second) return false;
    checker.fault(DiagnosticKind::argument_doubled, given.name->span, quoted(given.name->text) + " is given twice");
    arguments.faulty = true;
    return true;
  });
}

void refuse_paths(Checker &checker, const CallContext &context, const std::string &what) {
  if (context.call.label)
    checker.fault(DiagnosticKind::path_misplaced, context.call.label->span,
                  what + " makes no layer that could have a name");
  if (context.arguments.share)
    checker.fault(DiagnosticKind::path_misplaced, context.arguments.share->span, what + " has no weights to share");
}

Datum evaluate_call(Checker &checker, Scope &scope, const ast::Call &call, const Given *piped) {
  if (!checker.spend_steps(1, call.callee.span)) return {};
  const Callee callee = find_callee(checker.program, call.callee, checker.frame->item);
  // What grad takes has names of its own (`weights`); evaluating it would say the wrong thing.
  if (callee.form == SpecialForm::grad) return call_special(checker, callee.form, {scope, call, {}});
  CallContext context{scope, call, evaluate_arguments(checker, scope, call, piped)};
  drop_doubled(checker, context.arguments);
  if (callee.item) return call_item(checker, *callee.item, context);
  if (callee.form != SpecialForm::none) return call_special(checker, callee.form, context);
  const bool of_tensor = context.arguments.any_tensor();
  if (callee.function && callee.op && !of_tensor && context.arguments.any_poison()) return {};
  if (callee.function && !of_tensor) return call_function(checker, *callee.function, context);
  if (callee.op) return call_operator(checker, *callee.op, context);
  if (callee.function) return function_of_tensor(checker, *callee.function, context);
  return {};  // resolve_names has reported it
}

Datum evaluate_pipeline(Checker &checker, Scope &scope, const ast::Pipeline &pipeline) {
  Given piped = given_operand(checker, *pipeline.input, evaluate_one(checker, scope, *pipeline.input));
  Datum value;
  for (std::size_t i = 0; i < pipeline.steps.size(); ++i) {
    const ast::Call &step = pipeline.steps[i];
    value = evaluate_call(checker, scope, step, &piped);
    if (i + 1 == pipeline.steps.size()) break;
    ast::Expr place;
    place.span = step.callee.span;
    piped = given_operand(checker, place, as_one(checker, value, step.callee.span));
  }
  return value;
}

}  // namespace cnnc::net
