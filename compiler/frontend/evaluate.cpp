#include "compiler/frontend/evaluate.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "compiler/frontend/call.hpp"
#include "compiler/support/checks.hpp"

namespace cnnc::net {

namespace {

/// Counts how deeply expressions nest, for the stack's sake.
class Depth {
 public:
  Depth(Checker &checker, Span span) : checker_(checker) {
    if (++checker.evaluation_depth > max_evaluation_depth)
      checker.exhaust(span, fmt::format("expressions and calls nest more than {} deep", max_evaluation_depth));
  }
  ~Depth() { --checker_.evaluation_depth; }
  Depth(const Depth &) = delete;
  Depth &operator=(const Depth &) = delete;

 private:
  Checker &checker_;
};

Datum evaluate_name(Checker &checker, Scope &scope, const ast::NameUse &use) {
  if (const Variable *variable = scope.find(use.name.text)) return variable->value;
  const auto &constants = checker.program.seen_at(use.name.span).constants;
  const auto constant = constants.find(use.name.text);
  if (constant != constants.end()) return constant_value(checker, *constant->second);
  if (dtype_named(use.name.text)) return text_datum(use.name.text);  // cast(f32)
  return {};                                                         // resolve_names has reported it
}

Datum make_list(Checker &checker, std::vector<Datum> items, Span span) {
  bool poisoned = false;
  for (const Datum &item : items) {
    if (item.is_poison()) poisoned = true;
    if (item.is_tensor())
      return checker.fault(DiagnosticKind::wrong_value, span,
                           "a list holds compile-time values, but this one holds a tensor",
                           "concat(a, b) joins tensors");
    if (depth_of(item) + 1 > max_list_depth)
      return checker.fault(DiagnosticKind::compile_time_limit, span,
                           fmt::format("lists nest more than {} deep", max_list_depth));
  }
  if (poisoned) return {};
  return list_datum(std::move(items));
}

Datum evaluate_list(Checker &checker, Scope &scope, const ast::ListLiteral &list, Span span) {
  if (!checker.spend_items(static_cast<std::int64_t>(list.elements.size()), span)) return {};
  std::vector<Datum> items;
  items.reserve(list.elements.size());
  for (const ast::Expr &element : list.elements) items.push_back(evaluate_one(checker, scope, element));
  return make_list(checker, std::move(items), span);
}

Datum evaluate_comprehension(Checker &checker, Scope &scope, const ast::Comprehension &comprehension, Span span) {
  const Datum over = evaluate_one(checker, scope, *comprehension.list);
  if (over.is_poison()) return {};
  const std::vector<Datum> *list = over.items();
  if (!list)
    return checker.fault(DiagnosticKind::wrong_value, comprehension.list->span,
                         "'for' runs over a list, but this is " + describe(over, checker.graph));
  if (!checker.spend_items(static_cast<std::int64_t>(list->size()), span)) return {};
  std::vector<Datum> items;
  items.reserve(list->size());
  for (const Datum &item : *list) {
    if (!checker.spend_steps(1, span)) return {};
    Scope inner{&scope, {}};
    inner.variables.emplace(comprehension.variable.text, Variable{item});
    items.push_back(evaluate_one(checker, inner, *comprehension.element));
  }
  return make_list(checker, std::move(items), span);
}

Datum evaluate_range(Checker &checker, Scope &scope, const ast::Range &range, Span span) {
  const Datum begin = evaluate_one(checker, scope, *range.begin);
  const Datum end = evaluate_one(checker, scope, *range.end);
  if (begin.is_poison() || end.is_poison()) return {};
  const auto *first = begin.as<std::int64_t>();
  const auto *last = end.as<std::int64_t>();
  if (!first || !last)
    return checker.fault(
        DiagnosticKind::wrong_value, first ? range.end->span : range.begin->span,
        "a range goes from an integer to an integer, but this is " + describe(first ? end : begin, checker.graph));
  std::int64_t count = 0;
  if (*last > *first && __builtin_sub_overflow(*last, *first, &count)) count = INT64_MAX;
  if (count > max_items_made) {
    checker.exhaust(span, fmt::format("this range is too long: lists may have {} elements", max_items_made));
    return {};
  }
  if (!checker.spend_items(count, span)) return {};
  std::vector<Datum> items;
  items.reserve(static_cast<std::size_t>(count));
  for (std::int64_t i = 0; i < count; ++i) items.push_back({*first + i});
  return list_datum(std::move(items));
}

Datum evaluate_unary(Checker &checker, Scope &scope, const ast::Unary &unary) {
  Datum operand = evaluate_one(checker, scope, *unary.operand);
  if (operand.is_poison()) return {};
  if (!operand.is_tensor()) return checker.take(net::unary(unary.op, operand), unary.op_span);
  if (unary.op == ast::UnaryOp::negate) return negated_tensor(checker, unary.op_span, *unary.operand, operand);
  return checker.fault(DiagnosticKind::tensor_in_condition, unary.operand->span,
                       "'not' takes true or false, but found " + describe(operand, checker.graph),
                       "choices are made at compile time, when a tensor's numbers are not known");
}

Datum evaluate_logical(Checker &checker, Scope &scope, const ast::Binary &binary) {
  const auto left = condition(checker, scope, *binary.left);
  if (!left) {
    condition(checker, scope, *binary.right);  // for its faults
    return {};
  }
  if (*left == (binary.op == ast::BinaryOp::logical_or)) return {*left};
  const auto right = condition(checker, scope, *binary.right);
  return right ? Datum{*right} : Datum{};
}

/// The number of elements and characters that an operation on lists or texts goes through.
std::int64_t cost_of(ast::BinaryOp op, const Datum &a, const Datum &b) {
  if (op == ast::BinaryOp::add && a.items() && b.items())
    return static_cast<std::int64_t>(a.items()->size() + b.items()->size());
  if (op != ast::BinaryOp::equal && op != ast::BinaryOp::not_equal) return 0;
  return std::min(size_of(a, max_items_made), size_of(b, max_items_made));
}

Datum evaluate_binary(Checker &checker, Scope &scope, const ast::Binary &binary) {
  if (binary.op == ast::BinaryOp::logical_or || binary.op == ast::BinaryOp::logical_and)
    return evaluate_logical(checker, scope, binary);
  const Datum left = evaluate_one(checker, scope, *binary.left);
  const Datum right = evaluate_one(checker, scope, *binary.right);
  if (left.is_poison() || right.is_poison()) return {};
  if (left.is_tensor() || right.is_tensor())
    return tensor_arithmetic(checker, binary.op, binary.op_span, *binary.left, left, *binary.right, right);
  if (!checker.spend_items(cost_of(binary.op, left, right), binary.op_span)) return {};
  return checker.take(net::binary(binary.op, left, right), binary.op_span);
}

Datum evaluate_index(Checker &checker, Scope &scope, const ast::Index &index) {
  const Datum base = evaluate_one(checker, scope, *index.base);
  const Datum at = evaluate_one(checker, scope, *index.index);
  if (base.is_poison() || at.is_poison()) return {};
  if (base.is_tensor() && at.is_tensor()) return tensor_at(checker, *index.base, base, *index.index, at);
  if (at.is_tensor())
    return checker.fault(
        DiagnosticKind::wrong_value, index.index->span,
        "the index of a list is known when the network is compiled, but this is " + describe(at, checker.graph));
  if (base.is_tensor()) return tensor_element(checker, *index.base, base, *index.index, at);
  return checker.take(element(base, at), base.items() ? index.index->span : index.base->span);
}

Datum evaluate_text(Checker &checker, Scope &scope, const ast::StringLiteral &text, Span span) {
  auto result = interpolate(checker, scope, text.parts, span);
  return result ? text_datum(std::move(*result)) : Datum{};
}

}  // namespace

Datum evaluate(Checker &checker, Scope &scope, const ast::Expr &expr) {
  const Depth depth(checker, expr.span);
  if (checker.exhausted()) return {};
  if (const auto *use = expr.as<ast::NameUse>()) return evaluate_name(checker, scope, *use);
  if (const auto *literal = expr.as<ast::IntLiteral>()) return {literal->value};
  if (const auto *literal = expr.as<ast::FloatLiteral>())
    return checker.take(finite(literal->value, "this number"), expr.span);
  if (const auto *literal = expr.as<ast::BoolLiteral>()) return {literal->value};
  if (const auto *text = expr.as<ast::StringLiteral>()) return evaluate_text(checker, scope, *text, expr.span);
  if (const auto *list = expr.as<ast::ListLiteral>()) return evaluate_list(checker, scope, *list, expr.span);
  if (const auto *list = expr.as<ast::Comprehension>()) return evaluate_comprehension(checker, scope, *list, expr.span);
  if (const auto *unary = expr.as<ast::Unary>()) return evaluate_unary(checker, scope, *unary);
  if (const auto *binary = expr.as<ast::Binary>()) return evaluate_binary(checker, scope, *binary);
  if (const auto *range = expr.as<ast::Range>()) return evaluate_range(checker, scope, *range, expr.span);
  if (const auto *index = expr.as<ast::Index>()) return evaluate_index(checker, scope, *index);
  if (const auto *of = expr.as<ast::Member>())
    return member(checker, evaluate_one(checker, scope, *of->base), of->name);
  if (const auto *call = expr.as<ast::Call>()) return evaluate_call(checker, scope, *call, nullptr);
  if (const auto *pipeline = expr.as<ast::Pipeline>()) return evaluate_pipeline(checker, scope, *pipeline);
  if (const auto *choice = expr.as<std::unique_ptr<ast::If>>()) return run_if(checker, scope, **choice, true);
  return {};  // what recovery skipped: reported by the parser
}

Datum as_one(Checker &checker, Datum value, Span span) {
  const auto *several = value.as<SeveralPtr>();
  if (!several) return value;
  if ((*several)->first_alone) return (*several)->items.front();
  return checker.fault(DiagnosticKind::value_count, span,
                       "one value is wanted here, but this gives " + describe(value, checker.graph),
                       "take them apart first: let a, b = ...");
}

Datum evaluate_one(Checker &checker, Scope &scope, const ast::Expr &expr) {
  return as_one(checker, evaluate(checker, scope, expr), expr.span);
}

std::optional<std::string> interpolate(Checker &checker, Scope &scope, const std::vector<ast::StringPart> &parts,
                                       Span span) {
  std::string text;
  bool ok = true;
  for (const ast::StringPart &part : parts) {
    if (!part.value) {
      if (!checker.spend_items(static_cast<std::int64_t>(part.text.size()), span)) return std::nullopt;
      text += part.text;
      continue;
    }
    const Datum value = evaluate_one(checker, scope, *part.value);
    ok = ok && !value.is_poison();
    if (const std::string *inner = value.text()) {
      if (!checker.spend_items(static_cast<std::int64_t>(inner->size()), span)) return std::nullopt;
      text += *inner;
    } else if (value.is_number() || value.as<bool>()) {
      text += literal(value);
    } else if (!value.is_poison()) {
      checker.fault(DiagnosticKind::wrong_value, part.value->span,
                    "a text can take in numbers, booleans and texts, but this is " + describe(value, checker.graph));
      ok = false;
    }
  }
  if (!ok) return std::nullopt;
  return text;
}

Datum constant_value(Checker &checker, const ast::Item &item) {
  const auto known = checker.known_constants.find(&item);
  if (known != checker.known_constants.end()) return known->second.value;
  const auto [place, fresh] = checker.constants.emplace(&item, ConstantValue{});
  ConstantValue &constant = place->second;  // stays where it is while others are added
  if (!fresh && constant.state == ConstantState::running)
    return checker.fault(DiagnosticKind::recursion, name_of(item)->span, title(item) + " depends on itself");
  if (!fresh) return constant.value;
  Frame frame{.item = &item};
  Frame *outer = std::exchange(checker.frame, &frame);
  Scope scope;
  constant.value = evaluate_one(checker, scope, *item.as<ast::Constant>()->value);
  constant.state = ConstantState::done;
  checker.frame = outer;
  return constant.value;
}

}  // namespace cnnc::net
