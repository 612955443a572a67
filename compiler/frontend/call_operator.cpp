#include "compiler/frontend/call_operator.hpp"

#include <fmt/format.h>

#include "compiler/frontend/number_lists.hpp"
#include "compiler/support/checks.hpp"

namespace cnnc::net {

namespace {

bool may_have_weights(const OpDef &op) {
  for (const OperandSpec &operand : op.operands)
    if (operand.role == OperandRole::parameter) return true;
  return false;
}

bool has_weights(const OperatorCall &call) {
  return call.faulty ? may_have_weights(*call.op) : !parameters_present(*call.op, call.attrs).empty();
}

constexpr int most_share_hints = 100;  // each is searched for among all layers

/// The earlier layer whose weights the call is to use: by its own `share =`, or because its block's instance shares.
void resolve_share(Checker &checker, const CallContext &context, OperatorCall &call) {
  const ast::Path *share = context.arguments.share;
  if (!share) return;
  if (!may_have_weights(*call.op)) {
    checker.fault(DiagnosticKind::path_misplaced, share->span,
                  fmt::format("{} has no weights to share", call.op->name));
    call.faulty = true;
    return;
  }
  const auto text = path_text(checker, context.scope, *share);
  SharedWeights shared{.layer = nullptr, .path = {}, .span = share->span};
  if (text) shared.layer = find_layer(checker, *text, shared.path);
  if (text && !shared.layer) {
    std::vector<std::string_view> names;
    if (++checker.budget.hints <= most_share_hints)
      for (const auto &[path, layer] : checker.layers.layers)
        if (layer.op == call.op) names.push_back(path);
    checker.fault(DiagnosticKind::share_unknown, share->span, "there is no earlier layer " + quoted(*text),
                  nearest_hint(*text, names));
  }
  if (!shared.layer) {
    call.faulty = true;
    return;
  }
  call.shared = shared;
}

/// Within an instance that shares another's weights, each layer shares that of the same path in the other.
void inherit_share(Checker &checker, OperatorCall &call) {
  const Frame &frame = *checker.frame;
  if (call.shared || !frame.shared_prefix || call.faulty || !has_weights(call)) return;
  SharedWeights shared{
      .layer = nullptr, .path = *frame.shared_prefix + call.path.substr(frame.prefix.size()), .span = frame.share_span};
  const auto found = checker.layers.layers.find(shared.path);
  if (found == checker.layers.layers.end()) {
    checker.fault(DiagnosticKind::share_mismatch, frame.share_span,
                  fmt::format("there is no {} to share for {}", quoted(shared.path), call.label));
    call.faulty = true;
    return;
  }
  shared.layer = &found->second;
  call.shared = shared;
}

/// Names the layer; true if its path is in the table (then under call.path).
bool name_layer(Checker &checker, const CallContext &context, OperatorCall &call) {
  const std::string kind(call.op->name);
  const int count = next_number(checker, kind);
  std::optional<std::string> given;
  if (context.call.label) given = path_text(checker, context.scope, *context.call.label);
  const bool named = given.has_value();
  call.path = checker.frame->prefix + (named ? *given : kind + std::to_string(count));
  const bool claims = named || (has_weights(call) && !call.shared && !checker.frame->shared_prefix);
  call.label = named || has_weights(call) ? fmt::format("{} {}", kind, quoted(call.path)) : kind;
  if (!claims) return false;
  const Span span = named ? context.call.label->span : call.span;
  if (!is_short_enough(checker, call.path, span)) return false;
  if (claim_path(checker, call.path, {.span = span, .op = call.op, .item = nullptr, .named = named, .weights = {}}))
    return true;
  call.faulty = true;
  return false;
}

/// Numbers among the operands become constants.
bool make_operands(Checker &checker, const OperatorCall &call, InferContext &context, std::vector<ValueId> &ids) {
  for (const Given &given : call.data) {
    const auto *tensor = given.value.as<TensorRef>();
    ValueId id = tensor ? tensor->id : -1;
    if (!tensor) {
      const auto value = as_f32(checker, given.value, given.span);
      if (!value) return false;
      id = add_constant(checker.graph, {.type = {DType::f32, {}}, .data = {*value}});
    }
    ids.push_back(id);
    context.operands.push_back(checker.graph.values[static_cast<std::size_t>(id)].type);
    context.operand_names.push_back(given.shown);
    context.operand_spans.push_back(given.span);
  }
  return true;
}

bool run_shape_rule_of(Checker &checker, const OperatorCall &call, InferContext &context) {
  Diagnostics found;
  context.diagnostics = &found;
  const bool inferred = call.op->infer(context);
  checker.forward(found);
  CNNC_CHECK(inferred || found.has_errors(), "a shape rule refused a call without a word: " + call.label);
  if (found.has_errors()) return false;
  const auto small_enough = [&](const std::string &what, const Shape &shape) {
    if (shape.size() > max_rank) {
      checker.fault(DiagnosticKind::dimension_invalid, call.span,
                    fmt::format("{}: its {} would have {} dimensions, and a tensor has at most {}", call.label, what,
                                shape.size(), max_rank));
      return false;
    }
    if (checked_element_count(shape)) return true;
    checker.fault(DiagnosticKind::tensor_too_large, call.span,
                  fmt::format("{}: its {} would be {}, and a tensor has at most {} elements", call.label, what,
                              to_string(shape), max_elements));
    return false;
  };
  bool ok = true;
  for (const TensorType &result : context.results) ok = small_enough("result", result.shape) && ok;
  for (const auto &[name, shape] : context.parameters) ok = small_enough(name, shape) && ok;
  return ok;
}

Datum results_of(const Node &node) {
  if (node.results.size() == 1) return {TensorRef{node.results.front()}};
  Several several{.items = {}, .first_alone = node.op->first_alone};
  for (ValueId id : node.results) several.items.push_back({TensorRef{id}});
  return {std::make_shared<const Several>(std::move(several))};
}

/// Adds the node of a complete call; the weights it uses go to `weights`.
Datum add_node_of(Checker &checker, OperatorCall &call, std::vector<LayerWeight> &weights) {
  if (!checker.spend_layer(call.span)) return {};
  InferContext context{.op = call.op,
                       .label = call.label,
                       .call = call.span,
                       .operands = {},
                       .operand_names = {},
                       .operand_spans = {},
                       .attrs = call.attrs,
                       .diagnostics = nullptr,
                       .results = {},
                       .parameters = {}};
  std::vector<ValueId> operands;
  if (!make_operands(checker, call, context, operands) || !run_shape_rule_of(checker, call, context)) return {};
  auto made = make_weights(checker, call, context);
  if (!made) return {};
  for (const LayerWeight &weight : *made) operands.push_back(weight.value);
  weights = std::move(*made);
  checker.graph.add_node({.op = call.op,
                          .path = call.path,
                          .operands = std::move(operands),
                          .results = {},
                          .attrs = std::move(context.attrs),
                          .span = call.span},
                         context.results);
  return results_of(checker.graph.nodes.back());
}

void remember_as_numbered(Checker &checker, std::size_t nodes_before) {
  if (checker.graph.nodes.size() > nodes_before) checker.layers.numbered.push_back(static_cast<NodeId>(nodes_before));
}

}  // namespace

Datum add_operator(Checker &checker, OperatorCall call) {
  add_defaults(*call.op, call.attrs);
  const std::string kind(call.op->name);
  call.path = checker.frame->prefix + kind + std::to_string(next_number(checker, kind));
  std::vector<LayerWeight> weights;
  const std::size_t before = checker.graph.nodes.size();
  Datum value = add_node_of(checker, call, weights);
  remember_as_numbered(checker, before);
  return value;
}

Datum call_operator(Checker &checker, const OpDef &op, const CallContext &context) {
  OperatorCall call = bind_operator(checker, op, context.arguments, context.call.callee.span);
  add_defaults(op, call.attrs);
  resolve_share(checker, context, call);
  const bool in_table = name_layer(checker, context, call);
  inherit_share(checker, call);
  if (call.faulty) return {};
  std::vector<LayerWeight> weights;
  const std::size_t before = checker.graph.nodes.size();
  Datum value = add_node_of(checker, call, weights);
  if (value.is_poison()) return value;
  if (in_table) {
    Layer &layer = checker.layers.layers.find(call.path)->second;
    layer.weights = std::move(weights);
    layer.usable = true;
  } else {
    remember_as_numbered(checker, before);
  }
  return value;
}

}  // namespace cnnc::net
