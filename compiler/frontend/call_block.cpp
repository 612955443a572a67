#include "compiler/frontend/call_block.hpp"

#include <fmt/format.h>

#include "compiler/frontend/check_types.hpp"
#include "compiler/frontend/evaluate.hpp"

namespace cnnc::net {

namespace {

/// A parameter of a block, or an input of a network.
struct Formal {
  const ast::Name *name;
  const ast::Expr *fallback = nullptr;  ///< a block's default
  const ast::Type *type = nullptr;      ///< a network's
};

std::vector<Formal> formals_of(const ast::Item &item) {
  std::vector<Formal> formals;
  if (const auto *block = item.as<ast::Block>())
    for (const ast::Parameter &parameter : block->parameters)
      formals.push_back({&parameter.name, parameter.value.get()});
  if (const auto *network = item.as<ast::Network>())
    for (const ast::Input &input : network->inputs) formals.push_back({&input.name, nullptr, &input.type});
  return formals;
}

/// The argument for each formal; null where the default is to be taken. Nothing if a fault was reported.
std::optional<std::vector<const Given *>> bind(Checker &checker, const ast::Item &item,
                                               const std::vector<Formal> &formals, const CallContext &context) {
  std::vector<const Given *> bound(formals.size());
  const Arguments &arguments = context.arguments;
  bool ok = !arguments.faulty;
  for (std::size_t i = 0; i < arguments.positional.size(); ++i) {
    if (i < formals.size()) {
      bound[i] = &arguments.positional[i];
      continue;
    }
    checker.fault(DiagnosticKind::arguments_surplus, arguments.positional[i].span,
                  fmt::format("{} takes {} argument{}, counting what is piped in, but has {}", title(item),
                              formals.size(), formals.size() == 1 ? "" : "s", arguments.positional.size()));
    ok = false;
    break;
  }
  std::map<std::string_view, std::size_t> places;
  for (std::size_t i = 0; i < formals.size(); ++i) places.emplace(formals[i].name->text, i);
  for (const Given &given : arguments.named) {
    const auto place = places.find(given.name->text);
    const std::size_t i = place == places.end() ? formals.size() : place->second;
    if (i == formals.size()) {
      std::vector<std::string_view> names;
      for (const Formal &formal : formals) names.push_back(formal.name->text);
      checker.fault(DiagnosticKind::unknown_argument, given.name->span,
                    fmt::format("{} takes no argument {}", title(item), quoted(given.name->text)),
                    nearest_hint(given.name->text, names));
      ok = false;
    } else if (bound[i]) {
      checker.fault(DiagnosticKind::argument_doubled, given.name->span,
                    fmt::format("{} has its {} already", title(item), quoted(given.name->text)));
      ok = false;
    } else {
      bound[i] = &given;
    }
  }
  for (std::size_t i = 0; i < formals.size() && ok; ++i) {
    if (bound[i] || formals[i].fallback) continue;
    checker.fault(DiagnosticKind::argument_missing, context.call.callee.span,
                  fmt::format("{} needs {}", title(item), quoted(formals[i].name->text)));
    ok = false;
  }
  if (!ok) return std::nullopt;
  return bound;
}

/// The value of a network's input must be a tensor of exactly its type.
bool has_type(Checker &checker, const ast::Item &item, const Formal &formal, const Given &given) {
  if (!formal.type || given.value.is_poison()) return true;
  const auto wanted = input_type(checker, *formal.type);
  if (!wanted) return false;
  const auto *tensor = given.value.as<TensorRef>();
  if (tensor && checker.type_of(*tensor) == *wanted) return true;
  checker.fault(DiagnosticKind::argument_kind, given.span,
                fmt::format("{} of {} is {}, but this is {}", quoted(formal.name->text), title(item),
                            to_string(*wanted), describe(given.value, checker.graph)));
  return false;
}

/// The parameters of the call, in a scope outside the body; false if a fault makes it pointless to go on.
bool fill_scope(Checker &checker, const ast::Item &item, const std::vector<Formal> &formals,
                const std::vector<const Given *> &bound, Scope &scope) {
  bool ok = true;
  for (std::size_t i = 0; i < formals.size(); ++i) {
    if (bound[i]) ok = has_type(checker, item, formals[i], *bound[i]) && ok;
    Datum value = bound[i] ? bound[i]->value : evaluate_one(checker, scope, *formals[i].fallback);
    scope.variables.insert_or_assign(formals[i].name->text, Variable{std::move(value)});
  }
  return ok;
}

/// The instance's prefix, and what it shares; false if a fault was reported.
bool name_instance(Checker &checker, const ast::Item &item, const CallContext &context, Frame &frame) {
  const std::string kind = name_of(item)->text;
  const int count = next_number(checker, kind);
  bool ok = true;
  std::optional<std::string> given;
  if (context.call.label) given = path_text(checker, context.scope, *context.call.label);
  const std::string &outer = checker.frame->prefix;
  if (given) {
    ok = claim_path(checker, outer + *given,
                    {.span = context.call.label->span,
                     .kind = LayerKind::instance,
                     .op = nullptr,
                     .item = &item,
                     .named = true,
                     .usable = true,
                     .weights = {}});
    frame.prefix = outer + *given + ".";
  } else if (item.as<ast::Network>()) {
    frame.prefix = outer;  // a network's weights keep their paths
  } else {
    frame.prefix = outer + kind + std::to_string(count) + ".";
    const std::string path = frame.prefix.substr(0, frame.prefix.size() - 1);
    checker.layers.layers.try_emplace(path, Layer{.span = context.call.callee.span,
                                                  .kind = LayerKind::instance,
                                                  .op = nullptr,
                                                  .item = &item,
                                                  .named = false,
                                                  .usable = true,
                                                  .weights = {}});
  }
  ok = is_short_enough(checker, frame.prefix, context.call.callee.span) && ok;
  constexpr std::size_t characters_a_step = 32;  // long prefixes are kept, and cost their memory
  ok = checker.spend_steps(static_cast<std::int64_t>(frame.prefix.size() / characters_a_step),
                           context.call.callee.span) &&
       ok;
  if (checker.frame->shared_prefix) {
    frame.shared_prefix = *checker.frame->shared_prefix + frame.prefix.substr(outer.size());
    frame.share_span = checker.frame->share_span;
  }
  return ok;
}

bool share_instance(Checker &checker, const ast::Item &item, const CallContext &context, Frame &frame) {
  const ast::Path *share = context.arguments.share;
  if (!share) return true;
  const auto text = path_text(checker, context.scope, *share);
  if (!text) return false;
  std::string path;
  const Layer *layer = find_layer(checker, *text, path);
  if (!layer || path + "." == frame.prefix) {
    checker.fault(DiagnosticKind::share_unknown, share->span,
                  "there is no earlier instance " + quoted(*text) + " of " + title(item));
    return false;
  }
  if (layer->item != &item) {
    checker
        .report(DiagnosticKind::share_mismatch, share->span,
                fmt::format("{} cannot share with {}, which is {}", title(item), quoted(path), describe(*layer)))
        .note(layer->span, quoted(path) + " is here");
    return false;
  }
  frame.shared_prefix = path + ".";
  frame.share_span = share->span;
  return true;
}

Datum returned_value(Checker &checker, const ast::Item &item, Frame &frame) {
  if (!frame.returned) {
    const Span body = body_of(item).span;
    if (!frame.poisoned && !checker.exhausted())
      checker.fault(DiagnosticKind::return_missing, {body.file, body.end - 1, body.end},
                    title(item) + " ends without 'return'");
    return {};
  }
  if (frame.returned->size() == 1) return frame.returned->front().value;
  Several several{.items = {}, .first_alone = frame.first_alone};
  for (Returned &one : *frame.returned) several.items.push_back(std::move(one.value));
  return {std::make_shared<const Several>(std::move(several))};
}

bool is_running(const Checker &checker, const ast::Item &item) {
  for (const Frame *frame = checker.frame; frame; frame = frame->caller)
    if (frame->item == &item) return true;
  return false;
}

}  // namespace

Datum call_item(Checker &checker, const ast::Item &item, const CallContext &context) {
  if (is_running(checker, item)) return {};  // resolve_names has reported the recursion
  if (checker.call_depth >= max_call_depth) {
    checker.exhaust(context.call.callee.span, fmt::format("blocks call each other more than {} deep", max_call_depth));
    return {};
  }
  const std::vector<Formal> formals = formals_of(item);
  if (!checker.spend_steps(static_cast<std::int64_t>(formals.size()), context.call.callee.span)) return {};
  Frame frame{
      .item = &item, .caller = checker.frame, .call = context.call.callee.span, .number = checker.layers.calls.size()};
  checker.layers.calls.push_back({checker.frame->number, frame.call});
  bool ok = name_instance(checker, item, context, frame);
  ok = share_instance(checker, item, context, frame) && ok;
  const auto bound = bind(checker, item, formals, context);
  if (!ok || !bound) return {};

  Frame *outer = checker.frame;
  Scope parameters;
  Datum value;
  ++checker.call_depth;
  if (fill_scope(checker, item, formals, *bound, parameters)) {
    checker.frame = &frame;
    run_body(checker, parameters, body_of(item), false);
    if (const auto *network = item.as<ast::Network>()) check_outputs(checker, *network);
    value = returned_value(checker, item, frame);
  }
  checker.frame = outer;
  --checker.call_depth;
  return value;
}

}  // namespace cnnc::net
