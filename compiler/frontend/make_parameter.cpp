#include <fmt/format.h>

#include <utility>

#include "compiler/frontend/number_lists.hpp"
#include "compiler/frontend/special_forms.hpp"

namespace cnnc::net {

namespace {

/// The shape that `parameter` is called with; nothing, and reported, if it is none.
std::optional<Shape> shape_of(Checker &checker, const CallContext &context) {
  constexpr const char *example = "parameter([4, 8]) as offset";
  const Arguments &arguments = context.arguments;
  const auto fail = [&](DiagnosticKind kind, Span span, const std::string &message, const std::string &hint = {}) {
    checker.fault(kind, span, message, hint);
    return std::nullopt;
  };
  if (!arguments.named.empty())
    return fail(DiagnosticKind::unknown_argument, arguments.named.front().name->span,
                "'parameter' takes its shape and no arguments by name", example);
  if (arguments.positional.size() > 1)
    return fail(DiagnosticKind::arguments_surplus, arguments.positional[1].span,
                "'parameter' takes its shape as one list", example);
  if (arguments.any_poison()) return std::nullopt;
  if (arguments.positional.empty())
    return fail(DiagnosticKind::argument_missing, context.call.callee.span, "'parameter' takes its shape", example);
  const Given &given = arguments.positional.front();
  const std::vector<Datum> *items = given.value.items();
  if (!items)
    return fail(DiagnosticKind::argument_kind, given.span,
                "'parameter' takes its shape, a list, but found " + describe(given.value, checker.graph), example);
  if (items->size() > max_rank)
    return fail(DiagnosticKind::dimension_invalid, given.span,
                fmt::format("a tensor has at most {} dimensions, and this has {}", max_rank, items->size()));
  Shape shape;
  for (const Datum &item : *items) {
    const auto *extent = item.as<std::int64_t>();
    if (!extent || *extent < 1)
      return fail(DiagnosticKind::dimension_invalid, given.span,
                  "a dimension is an integer of at least 1, but found " + describe(item, checker.graph));
    shape.push_back(*extent);
  }
  if (!checked_element_count(shape))
    return fail(DiagnosticKind::tensor_too_large, given.span,
                fmt::format("a tensor has at most {} elements, and this would be {}", max_elements, to_string(shape)));
  return shape;
}

struct SharedParameter {
  const Layer *layer = nullptr;
  std::string path;
  Span span;
};

/// The earlier parameter to use: by `share =`, or because the instance of the block shares. False if a fault was
/// reported; without a layer if nothing is shared.
bool find_shared(Checker &checker, const CallContext &context, const std::string &local, SharedParameter &shared) {
  const ast::Path *share = context.arguments.share;
  const Frame &frame = *checker.frame;
  if (share) {
    shared.span = share->span;
    const auto text = path_text(checker, context.scope, *share);
    if (!text) return false;
    shared.layer = find_layer(checker, *text, shared.path);
    if (!shared.layer)
      checker.fault(DiagnosticKind::share_unknown, share->span, "there is no earlier parameter " + quoted(*text));
  } else if (frame.shared_prefix) {
    shared.span = frame.share_span;
    shared.path = *frame.shared_prefix + local;
    const auto found = checker.layers.layers.find(shared.path);
    if (found != checker.layers.layers.end()) shared.layer = &found->second;
    if (!shared.layer)
      checker.fault(
          DiagnosticKind::share_mismatch, frame.share_span,
          fmt::format("there is no {} to share for parameter {}", quoted(shared.path), quoted(frame.prefix + local)));
  } else {
    return true;
  }
  return shared.layer != nullptr;
}

/// The weight that is shared, if it is a parameter of this shape.
std::optional<ValueId> shared_weight(Checker &checker, const SharedParameter &shared, const Shape &shape) {
  if (shared.layer->kind != LayerKind::parameter) {
    checker
        .report(
            DiagnosticKind::share_mismatch, shared.span,
            fmt::format("a parameter cannot share with {}, which is {}", quoted(shared.path), describe(*shared.layer)))
        .note(shared.layer->span, quoted(shared.path) + " is here");
    return std::nullopt;
  }
  if (!shared.layer->usable) return std::nullopt;  // its own fault was reported
  const ValueId id = shared.layer->weights.front().value;
  const Shape &found = checker.graph.values[static_cast<std::size_t>(id)].type.shape;
  if (found == shape) return id;
  checker
      .report(
          DiagnosticKind::share_mismatch, shared.span,
          fmt::format("this parameter is {}, but {} is {}", to_string(shape), quoted(shared.path), to_string(found)))
      .note(shared.layer->span, quoted(shared.path) + " is here");
  return std::nullopt;
}

}  // namespace

Datum make_parameter(Checker &checker, const CallContext &context) {
  const Span callee = context.call.callee.span;
  const int count = next_number(checker, "parameter");
  const auto shape = shape_of(checker, context);
  std::optional<std::string> given;
  if (context.call.label) given = path_text(checker, context.scope, *context.call.label);
  if (!shape || (context.call.label && !given)) return {};
  const std::string local = given ? *given : "parameter" + std::to_string(count);
  const std::string path = checker.frame->prefix + local;
  const Span span = given ? context.call.label->span : callee;

  SharedParameter shared;
  if (!find_shared(checker, context, local, shared)) return {};
  std::optional<ValueId> weight;
  if (shared.layer && !(weight = shared_weight(checker, shared, *shape))) return {};
  if (!given && weight) return {TensorRef{*weight}};

  if (!is_short_enough(checker, path, span) || !checker.spend_layer(callee)) return {};
  Layer made;
  made.span = span;
  made.kind = LayerKind::parameter;
  made.named = given.has_value();
  if (!claim_path(checker, path, std::move(made))) return {};
  if (!weight) {
    if (!claim_weight_name(checker, path, span)) return {};
    weight = checker.graph.add_value({.name = path,
                                      .type = {DType::f32, *shape},
                                      .kind = ValueKind::weight,
                                      .producer = -1,
                                      .data = {},
                                      .given_in_source = false,
                                      .free_parameter = true,
                                      .span = span});
  }
  Layer &layer = checker.layers.layers.find(path)->second;
  layer.usable = true;
  layer.weights = {{"", *weight}};
  return {TensorRef{*weight}};
}

}  // namespace cnnc::net
