// Recurrent layers: lstm and gru, unrolled over the sequence. Equal steps become a loop when they are written.
//
// The products with the inputs are one dense layer over all steps. Each step then is the same few nodes, step 0 with
// its zero state too: the product with the state before it, the gates, the new state. What a step reads of the inputs'
// products is added behind the product with the state and not within it, so that this product, the heavy part, is the
// same kernel in every step.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "compiler/ops/build_nest.hpp"
#include "compiler/ops/records.hpp"
#include "compiler/ops/shape_rules.hpp"

namespace cnnc {

namespace {

using Numbers = std::vector<double>;

/// Steps that are unrolled: the compiler's time grows with each.
constexpr std::int64_t most_steps = 1024;

// -- Shape rules

/// Operand `i` is the state of one of these: [hidden].
bool check_state(InferContext &context, std::size_t i, std::string_view name, std::int64_t hidden) {
  if (context.operands[i].shape == Shape{hidden}) return true;
  context.error(DiagnosticKind::state_mismatch, operand_span(context, i),
                fmt::format("{}: {} must be {}, but {}", context.label, name,
                            to_string(TensorType{DType::f32, {hidden}}), operand_text(context, i)));
  return false;
}

bool check_sequence(InferContext &context) {
  const Shape &shape = context.operands[0].shape;
  if (shape.size() != 2) {
    context.error(DiagnosticKind::operand_rank, operand_span(context, 0),
                  fmt::format("{} takes a sequence, [length, n], but {}", context.label, operand_text(context, 0)));
    return false;
  }
  if (shape[0] <= most_steps) return true;
  context.error(DiagnosticKind::sequence_too_long, operand_span(context, 0),
                fmt::format("{} is unrolled, over at most {} steps, but {}", context.label, most_steps,
                            operand_text(context, 0)));
  return false;
}

bool infer_recurrent(InferContext &context, std::int64_t gates, std::int64_t states) {
  if (!check_floats(context) || !check_sequence(context) || !check_integer(context, "hidden", 1)) return false;
  std::int64_t hidden = int_attr(context.attrs, "hidden");
  std::size_t operand = 1;
  for (std::string_view state : {"h0", "c0"})
    if (find_attribute(*context.op, state) && bool_attr(context.attrs, state))
      if (!check_state(context, operand++, state, hidden)) return false;
  const Shape &input = context.operands[0].shape;
  const Shape of_input{gates * hidden, input[1]};
  const Shape of_state{gates * hidden, hidden};
  if (!check_size(context, of_input, "its weight_ih_l0") || !check_size(context, of_state, "its weight_hh_l0") ||
      !check_size(context, {input[0], gates * hidden}, "the product with its input"))
    return false;
  context.results = {{DType::f32, {input[0], hidden}}};
  for (std::int64_t i = 0; i < states; ++i) context.results.push_back({DType::f32, {hidden}});
  context.parameters["weight_ih_l0"] = of_input;
  context.parameters["weight_hh_l0"] = of_state;
  if (bool_attr(context.attrs, "bias"))
    context.parameters["bias_ih_l0"] = context.parameters["bias_hh_l0"] = {gates * hidden};
  return true;
}

bool infer_lstm(InferContext &context) { return infer_recurrent(context, 4, 2); }
bool infer_gru(InferContext &context) { return infer_recurrent(context, 3, 1); }

// -- References: PyTorch's formulas, step by step

/// A node's operands by what they are. Of a kind that tensors in memory and values of a graph share.
template <class Operand>
struct Parts {
  Operand x{}, h0{}, c0{}, weight_ih{}, weight_hh{}, bias_ih{}, bias_hh{};
};

template <class Operand>
Parts<Operand> parts_of(const Attrs &attrs, const std::vector<Operand> &operands) {
  Parts<Operand> parts;
  auto next = operands.begin();
  parts.x = *next++;
  if (bool_attr(attrs, "h0")) parts.h0 = *next++;
  if (attrs.contains("c0") && bool_attr(attrs, "c0")) parts.c0 = *next++;
  parts.weight_ih = *next++;
  parts.weight_hh = *next++;
  if (bool_attr(attrs, "bias")) {
    parts.bias_ih = *next++;
    parts.bias_hh = *next++;
  }
  return parts;
}

/// weight · vector + bias; `bias` may be null.
Numbers product(const Tensor &weight, const double *vector, const Tensor *bias) {
  auto rows = static_cast<std::size_t>(weight.type.shape[0]);
  auto columns = static_cast<std::size_t>(weight.type.shape[1]);
  Numbers result(rows, 0.0);
  for (std::size_t r = 0; r < rows; ++r) {
    for (std::size_t c = 0; c < columns; ++c) result[r] += weight.data[r * columns + c] * vector[c];
    if (bias != nullptr) result[r] += bias->data[r];
  }
  return result;
}

double sigmoid(double x) { return 1 / (1 + std::exp(-x)); }

/// Runs `step(products with the input, products with the state, h)`, which updates h, over the sequence.
template <class Step>
void run_steps(const ReferenceContext &context, Step step) {
  Parts<const Tensor *> parts = parts_of(context.attrs, context.operands);
  auto hidden = static_cast<std::size_t>(int_attr(context.attrs, "hidden"));
  auto inputs = static_cast<std::size_t>(parts.x->type.shape[1]);
  Numbers h = parts.h0 ? parts.h0->data : Numbers(hidden, 0.0);
  for (std::size_t t = 0; t < static_cast<std::size_t>(parts.x->type.shape[0]); ++t) {
    Numbers of_input = product(*parts.weight_ih, parts.x->data.data() + t * inputs, parts.bias_ih);
    Numbers of_state = product(*parts.weight_hh, h.data(), parts.bias_hh);
    step(of_input, of_state, h);
    std::copy(h.begin(), h.end(), context.results[0].data.begin() + static_cast<std::ptrdiff_t>(t * hidden));
  }
  context.results[1].data = h;
}

void reference_lstm(const ReferenceContext &context) {
  Parts<const Tensor *> parts = parts_of(context.attrs, context.operands);
  auto n = static_cast<std::size_t>(int_attr(context.attrs, "hidden"));
  Numbers c = parts.c0 ? parts.c0->data : Numbers(n, 0.0);
  run_steps(context, [&](const Numbers &of_input, const Numbers &of_state, Numbers &h) {
    for (std::size_t j = 0; j < n; ++j) {
      auto gate = [&](std::size_t g) { return of_input[g * n + j] + of_state[g * n + j]; };
      c[j] = sigmoid(gate(1)) * c[j] + sigmoid(gate(0)) * std::tanh(gate(2));
      h[j] = sigmoid(gate(3)) * std::tanh(c[j]);
    }
  });
  context.results[2].data = c;
}

void reference_gru(const ReferenceContext &context) {
  auto n = static_cast<std::size_t>(int_attr(context.attrs, "hidden"));
  run_steps(context, [&](const Numbers &of_input, const Numbers &of_state, Numbers &h) {
    for (std::size_t j = 0; j < n; ++j) {
      double r = sigmoid(of_input[j] + of_state[j]);
      double z = sigmoid(of_input[n + j] + of_state[n + j]);
      double next = std::tanh(of_input[2 * n + j] + r * of_state[2 * n + j]);
      h[j] = (1 - z) * next + z * h[j];
    }
  });
}

// -- Decompositions

/// Appends the nodes of one sequence.
class Unrolled {
 public:
  Unrolled(Graph &graph, const Node &node, std::int64_t gates)
      : graph_(graph),
        gates_(gates),
        hidden_(int_attr(node.attrs, "hidden")),
        has_bias_(bool_attr(node.attrs, "bias")),
        parts_(parts_of(node.attrs, node.operands)) {
    of_inputs_ = dense(parts_.x, parts_.weight_ih, parts_.bias_ih);
    zero_state_ = add_constant(graph_, {{DType::f32, {hidden_}}, Numbers(static_cast<std::size_t>(hidden_), 0.0)});
  }

  std::int64_t steps() const { return graph_.values[parts_.x].type.shape[0]; }
  ValueId first_h(const Node &node) const { return bool_attr(node.attrs, "h0") ? parts_.h0 : zero_state_; }
  ValueId first_c(const Node &node) const { return bool_attr(node.attrs, "c0") ? parts_.c0 : zero_state_; }

  /// The products of step t with its input, and with the state; a value of [hidden] for every gate.
  std::vector<ValueId> of_input(std::int64_t t) {
    ValueId row = of_inputs_;
    for (OpCall &call : element_calls(graph_.values[of_inputs_].type.shape, t)) row = this->call(call, row);
    return by_gate(row);
  }
  std::vector<ValueId> of_state(ValueId h) { return by_gate(dense(h, parts_.weight_hh, parts_.bias_hh)); }

  ValueId one(std::string_view op, std::vector<ValueId> operands) { return apply(graph_, op, std::move(operands))[0]; }

  void keep(ValueId h) { states_.push_back(h); }
  /// The states that were kept, as rows. They are joined before they are shaped: one copy to compose and not one each.
  ValueId sequence() {
    ValueId all = apply(graph_, "concat", states_)[0];
    return apply(graph_, "reshape", {all}, {{"dims", std::vector<std::int64_t>{-1, hidden_}}})[0];
  }

 private:
  ValueId dense(ValueId x, ValueId weight, ValueId bias) {
    std::vector<ValueId> operands{x, weight};
    if (has_bias_) operands.push_back(bias);
    return apply(graph_, "dense", operands, {{"units", gates_ * hidden_}, {"bias", has_bias_}})[0];
  }

  ValueId call(const OpCall &call, ValueId operand) {
    std::vector<std::pair<std::string, AttrValue>> attrs;
    for (const auto &[name, attr] : call.attrs) attrs.emplace_back(name, attr.value);
    return apply(graph_, call.op->name, {operand}, std::move(attrs))[0];
  }

  std::vector<ValueId> by_gate(ValueId all) {
    std::vector<ValueId> result;
    for (std::int64_t g = 0; g < gates_; ++g)
      result.push_back(apply(graph_, "slice", {all}, {{"start", g * hidden_}, {"stop", (g + 1) * hidden_}})[0]);
    return result;
  }

  Graph &graph_;
  std::int64_t gates_, hidden_;
  bool has_bias_;
  Parts<ValueId> parts_;
  ValueId of_inputs_ = -1;
  ValueId zero_state_ = -1;
  std::vector<ValueId> states_;
};

std::vector<ValueId> decompose_lstm(Graph &graph, const Node &node) {
  Unrolled net(graph, node, 4);
  ValueId h = net.first_h(node);
  ValueId c = net.first_c(node);
  for (std::int64_t t = 0; t < net.steps(); ++t) {
    std::vector<ValueId> state = net.of_state(h);
    std::vector<ValueId> input = net.of_input(t);
    auto gate = [&](std::string_view function, std::size_t g) {
      return net.one(function, {net.one("add", {input[g], state[g]})});
    };
    ValueId kept = net.one("mul", {gate("sigmoid", 1), c});
    c = net.one("add", {kept, net.one("mul", {gate("sigmoid", 0), gate("tanh", 2)})});
    h = net.one("mul", {gate("sigmoid", 3), net.one("tanh", {c})});
    net.keep(h);
  }
  return {net.sequence(), h, c};
}

std::vector<ValueId> decompose_gru(Graph &graph, const Node &node) {
  Unrolled net(graph, node, 3);
  ValueId h = net.first_h(node);
  ValueId one = add_constant(graph, {{DType::f32, {}}, {1.0}});
  for (std::int64_t t = 0; t < net.steps(); ++t) {
    std::vector<ValueId> state = net.of_state(h);
    std::vector<ValueId> input = net.of_input(t);
    ValueId r = net.one("sigmoid", {net.one("add", {input[0], state[0]})});
    ValueId z = net.one("sigmoid", {net.one("add", {input[1], state[1]})});
    ValueId next = net.one("tanh", {net.one("add", {input[2], net.one("mul", {r, state[2]})})});
    ValueId kept = net.one("mul", {z, h});
    h = net.one("add", {net.one("mul", {net.one("sub", {one, z}), next}), kept});
    net.keep(h);
  }
  return {net.sequence(), h};
}

// -- Samples and records

std::vector<Sample> lstm_samples() {
  return {
      {"odd_tail", {{4, 5}}, {{"hidden", 7}}},
      {"one_step", {{1, 3}}, {{"hidden", 17}, {"bias", false}}},
      {"state_given", {{3, 2}, {9}, {9}}, {{"hidden", 9}, {"h0", true}, {"c0", true}}},
      {"half_a_state", {{2, 3}, {4}}, {{"hidden", 4}, {"c0", true}}},
  };
}

std::vector<Sample> gru_samples() {
  return {
      {"odd_tail", {{4, 5}}, {{"hidden", 7}}},
      {"one_step", {{1, 3}}, {{"hidden", 17}, {"bias", false}}},
      {"state_given", {{3, 2}, {9}}, {{"hidden", 9}, {"h0", true}}},
  };
}

constexpr OperandSpec x{.name = "x", .doc = "`[length, n]`"};
constexpr OperandSpec h0{
    .name = "h0", .role = OperandRole::optional, .enabled_by = "h0", .doc = "`[hidden]`, the state to begin with"};
constexpr OperandSpec c0{
    .name = "c0", .role = OperandRole::optional, .enabled_by = "c0", .doc = "`[hidden]`, the cell's state"};

constexpr OperandSpec lstm_operands[] = {
    x,
    h0,
    c0,
    {.name = "weight_ih_l0", .role = OperandRole::parameter, .doc = "`[4 · hidden, n]`"},
    {.name = "weight_hh_l0", .role = OperandRole::parameter, .doc = "`[4 · hidden, hidden]`"},
    {.name = "bias_ih_l0",
     .role = OperandRole::parameter,
     .enabled_by = "bias",
     .doc = "`[4 · hidden]`",
     .init = "zero"},
    {.name = "bias_hh_l0",
     .role = OperandRole::parameter,
     .enabled_by = "bias",
     .doc = "`[4 · hidden]`",
     .init = "zero"},
};

constexpr OperandSpec gru_operands[] = {
    x,
    h0,
    {.name = "weight_ih_l0", .role = OperandRole::parameter, .doc = "`[3 · hidden, n]`"},
    {.name = "weight_hh_l0", .role = OperandRole::parameter, .doc = "`[3 · hidden, hidden]`"},
    {.name = "bias_ih_l0",
     .role = OperandRole::parameter,
     .enabled_by = "bias",
     .doc = "`[3 · hidden]`",
     .init = "zero"},
    {.name = "bias_hh_l0",
     .role = OperandRole::parameter,
     .enabled_by = "bias",
     .doc = "`[3 · hidden]`",
     .init = "zero"},
};

constexpr AttrSpec hidden{.name = "hidden", .kind = AttrKind::integer, .doc = "the number of elements of the state"};
constexpr AttrSpec bias{.name = "bias",
                        .kind = AttrKind::boolean,
                        .default_text = "true",
                        .default_value = "true",
                        .doc = "whether the two biases are added"};
constexpr AttrSpec h0_given{.name = "h0",
                            .kind = AttrKind::given,
                            .default_text = "false",
                            .default_value = "false",
                            .doc = "whether the state to begin with is given"};
constexpr AttrSpec c0_given{.name = "c0",
                            .kind = AttrKind::given,
                            .default_text = "false",
                            .default_value = "false",
                            .doc = "whether the cell's state to begin with is given"};

constexpr AttrSpec lstm_attributes[] = {hidden, bias, h0_given, c0_given};
constexpr AttrSpec gru_attributes[] = {hidden, bias, h0_given};

}  // namespace

constinit const OpDef lstm_op{
    .name = "lstm",
    .family = "Recurrence",
    .doc =
        "A long short-term memory (S. Hochreiter and J. Schmidhuber, 1997), PyTorch's `LSTM` with one layer. With `g = "
        "weight_ih_l0 · x[t] + bias_ih_l0 + weight_hh_l0 · h + bias_hh_l0`, split into i, f, g and o: `c = sigmoid(f) "
        "· c + sigmoid(i) · tanh(g)`, `h = sigmoid(o) · tanh(c)`. The results are the sequence of all `h`, `[length, "
        "hidden]`, and the last `h` and `c`: `let y, h, c = lstm(x, 16)`, or only the sequence where one value is "
        "wanted. States that are not given are 0. There may be 1024 steps; where they are many, the code loops over "
        "them.",
    .operands = lstm_operands,
    .attributes = lstm_attributes,
    .onnx = "LSTM",
    .infer = infer_lstm,
    .reference = reference_lstm,
    .decompose = decompose_lstm,
    .samples = lstm_samples,
    .first_alone = true,
};

constinit const OpDef gru_op{
    .name = "gru",
    .family = "Recurrence",
    .doc =
        "A gated recurrent unit (K. Cho et al., 2014), PyTorch's `GRU` with one layer. With `a = weight_ih_l0 · x[t] + "
        "bias_ih_l0` and `b = weight_hh_l0 · h + bias_hh_l0`, each split into r, z and n: `h = (1 − z) · tanh(a_n + r "
        "· b_n) + z · h` with `r = sigmoid(a_r + b_r)` and `z = sigmoid(a_z + b_z)`. The results are the sequence of "
        "all `h`, `[length, hidden]`, and the last one: `let y, h = gru(x, 16)`, or only the sequence where one value "
        "is wanted. A state that is not given is 0. There may be 1024 steps; where they are many, the code loops over "
        "them.",
    .operands = gru_operands,
    .attributes = gru_attributes,
    .onnx = "GRU",
    .infer = infer_gru,
    .reference = reference_gru,
    .decompose = decompose_gru,
    .samples = gru_samples,
    .first_alone = true,
};

}  // namespace cnnc
