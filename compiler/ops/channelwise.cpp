// Maps by channel with weights of their own: prelu and scale.
#include "compiler/ops/build_nest.hpp"
#include "compiler/ops/records.hpp"
#include "compiler/ops/shape_rules.hpp"

namespace cnnc {

namespace {

/// What an element's channel is counted by: the number of elements of a channel.
std::size_t channel_size(const Tensor &x) { return x.data.size() / static_cast<std::size_t>(x.type.shape[0]); }

// -- prelu

bool infer_prelu(InferContext &context) {
  bool shared = bool_attr(context.attrs, "shared");
  if (!check_floats(context) || (!shared && !check_least_rank(context, 1))) return false;
  context.results = {context.operands[0]};
  context.parameters["weight"] = {shared ? 1 : context.operands[0].shape[0]};
  return true;
}

void reference_prelu(const ReferenceContext &context) {
  const Tensor &x = *context.operands[0];
  const Tensor &weight = *context.operands[1];
  std::size_t size = bool_attr(context.attrs, "shared") ? x.data.size() : channel_size(x);
  for (std::size_t i = 0; i < x.data.size(); ++i) {
    double slope = x.data[i] > 0 ? 1 : weight.data[i / size];
    context.results[0].data[i] = slope * x.data[i];
  }
}

std::vector<Nest> nest_prelu(const NestContext &context) {
  Nest nest = start_nest(context);
  auto index = add_parallel_axes(nest, nest.output);
  Scalar x = add_read(nest, 0, index);
  Scalar weight = add_read(nest, 1, {bool_attr(context.attrs, "shared") ? Index(0) : index[0]});
  nest.body = select(x, x, weight * x);
  nest.store = index;
  return {nest};
}

std::vector<Sample> prelu_samples() {
  return {
      {"odd_tail", {{17, 5, 3}}, {}},
      {"sequence", {{3, 19}}, {{"shared", true}}},
      {"vector", {{33}}, {}},
      {"shared_scalar", {{}}, {{"shared", true}}},
  };
}

constexpr OperandSpec prelu_operands[] = {
    {.name = "x", .doc = "`[channels, …]`; of any shape if shared"},
    {.name = "weight", .role = OperandRole::parameter, .doc = "`[channels]`, or `[1]` if shared", .init = "quarter"},
};

constexpr AttrSpec prelu_attributes[] = {{.name = "shared",
                                          .kind = AttrKind::boolean,
                                          .default_text = "false",
                                          .default_value = "false",
                                          .doc = "whether all channels have one slope"}};

// -- scale

bool infer_scale(InferContext &context) {
  if (!check_floats(context) || !check_least_rank(context, 1)) return false;
  context.results = {context.operands[0]};
  context.parameters["weight"] = {context.operands[0].shape[0]};
  if (bool_attr(context.attrs, "bias")) context.parameters["bias"] = {context.operands[0].shape[0]};
  return true;
}

void reference_scale(const ReferenceContext &context) {
  const Tensor &x = *context.operands[0];
  for (std::size_t i = 0; i < x.data.size(); ++i) {
    std::size_t c = i / channel_size(x);
    double shift = context.operands.size() == 3 ? context.operands[2]->data[c] : 0;
    context.results[0].data[i] = x.data[i] * context.operands[1]->data[c] + shift;
  }
}

std::vector<Nest> nest_scale(const NestContext &context) {
  Nest nest = start_nest(context);
  auto index = add_parallel_axes(nest, nest.output);
  Scalar x = add_read(nest, 0, index);
  nest.body = x * add_read(nest, 1, {index[0]});
  if (context.operands.size() == 3) nest.body = nest.body + add_read(nest, 2, {index[0]});
  nest.store = index;
  return {nest};
}

ChannelAffine affine_of_scale(Graph &graph, const Node &node) {
  if (node.operands.size() == 3) return {node.operands[1], node.operands[2]};
  TensorType type = graph.values[static_cast<std::size_t>(node.operands[1])].type;
  Tensor zeros{type, std::vector<double>(static_cast<std::size_t>(type.shape[0]), 0.0)};
  return {node.operands[1], add_constant(graph, std::move(zeros), node.path.empty() ? "" : node.path + ".bias")};
}

std::vector<Sample> scale_samples() {
  return {
      {"odd_tail", {{17, 5, 3}}, {}},
      {"sequence", {{3, 19}}, {{"bias", false}}},
      {"vector", {{33}}, {}},
  };
}

constexpr OperandSpec scale_operands[] = {
    {.name = "x", .doc = "`[channels, …]`"},
    {.name = "weight", .role = OperandRole::parameter, .doc = "`[channels]`", .init = "one"},
    {.name = "bias", .role = OperandRole::parameter, .enabled_by = "bias", .doc = "`[channels]`", .init = "zero"},
};

constexpr AttrSpec scale_attributes[] = {{.name = "bias",
                                          .kind = AttrKind::boolean,
                                          .default_text = "true",
                                          .default_value = "true",
                                          .doc = "whether a bias is added"}};

}  // namespace

constinit const OpDef prelu_op{
    .name = "prelu",
    .family = "Functions, element by element",
    .doc =
        "`x` where it is positive, else `weight · x`, with a slope for each channel (axis 0) or one for all. PyTorch's "
        "`PReLU`.",
    .operands = prelu_operands,
    .attributes = prelu_attributes,
    .onnx = "PRelu",
    .infer = infer_prelu,
    .reference = reference_prelu,
    .nest = nest_prelu,
    .samples = prelu_samples,
};

constinit const OpDef scale_op{
    .name = "scale",
    .family = "Normalisation",
    .doc =
        "`x · weight + bias`, by channel (axis 0): the coefficients that LeNet-5 has behind its subsampling. Y. LeCun "
        "et al., Gradient-based learning applied to document recognition, 1998.",
    .operands = scale_operands,
    .attributes = scale_attributes,
    .onnx = "",
    .infer = infer_scale,
    .reference = reference_scale,
    .nest = nest_scale,
    .samples = scale_samples,
    .channel_affine = affine_of_scale,
};

}  // namespace cnnc
