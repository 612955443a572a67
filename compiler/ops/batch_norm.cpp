// Normalisation by stored statistics.
#include <cmath>

#include "compiler/ops/build_nest.hpp"
#include "compiler/ops/records.hpp"
#include "compiler/ops/shape_rules.hpp"

namespace cnnc {

namespace {

bool infer(InferContext &context) {
  if (!check_floats(context) || !check_least_rank(context, 1) || !check_real(context, "eps", 0.0)) return false;
  context.results = {context.operands[0]};
  for (const char *parameter : {"weight", "bias", "running_mean", "running_var"})
    context.parameters[parameter] = {context.operands[0].shape[0]};
  return true;
}

/// Operands: x, weight, bias, running_mean, running_var.
void reference(const ReferenceContext &context) {
  double eps = real_attr(context.attrs, "eps");
  const Tensor &x = *context.operands[0];
  std::size_t channel_size = x.data.size() / static_cast<std::size_t>(x.type.shape[0]);
  for (std::size_t i = 0; i < x.data.size(); ++i) {
    std::size_t c = i / channel_size;
    double normal = (x.data[i] - context.operands[3]->data[c]) / std::sqrt(context.operands[4]->data[c] + eps);
    context.results[0].data[i] = normal * context.operands[1]->data[c] + context.operands[2]->data[c];
  }
}

std::vector<Nest> nest(const NestContext &context) {
  Nest nest = start_nest(context);
  auto index = add_parallel_axes(nest, nest.output);
  Scalar x = add_read(nest, 0, index);
  Scalar weight = add_read(nest, 1, {index[0]});
  Scalar bias = add_read(nest, 2, {index[0]});
  Scalar mean = add_read(nest, 3, {index[0]});
  Scalar variance = add_read(nest, 4, {index[0]});
  Scalar deviation = unary(ScalarOp::sqrt, variance + constant(real_attr(context.attrs, "eps")));
  nest.body = (x - mean) / deviation * weight + bias;
  nest.store = index;
  return {nest};
}

ChannelAffine channel_affine(Graph &graph, const Node &node) {
  auto eps = static_cast<double>(static_cast<float>(real_attr(node.attrs, "eps")));
  ValueId eps_value =
      add_constant(graph, Tensor{{DType::f32, {}}, {eps}}, node.path.empty() ? "eps" : node.path + ".eps");
  ValueId shifted = apply(graph, "add", {node.operands[4], eps_value}, {}, node.path)[0];
  ValueId deviation = apply(graph, "sqrt", {shifted}, {}, node.path)[0];
  ValueId scale = apply(graph, "div", {node.operands[1], deviation}, {}, node.path)[0];
  ValueId moved = apply(graph, "mul", {node.operands[3], scale}, {}, node.path)[0];
  ValueId shift = apply(graph, "sub", {node.operands[2], moved}, {}, node.path)[0];
  return {scale, shift};
}

std::vector<Sample> samples() {
  return {
      {"odd_tail", {{17, 5, 3}}, {}},
      {"sequence", {{3, 19}}, {{"eps", 1e-3}}},
      {"vector", {{33}}, {}},
  };
}

constexpr OperandSpec operands[] = {
    {.name = "x", .doc = "`[channels, …]`"},
    {.name = "weight", .role = OperandRole::parameter, .doc = "`[channels]`", .init = "one"},
    {.name = "bias", .role = OperandRole::parameter, .doc = "`[channels]`", .init = "zero"},
    {.name = "running_mean", .role = OperandRole::parameter, .doc = "`[channels]`", .init = "zero"},
    {.name = "running_var", .role = OperandRole::parameter, .doc = "`[channels]`", .init = "one"},
};

constexpr AttrSpec attributes[] = {{.name = "eps",
                                    .kind = AttrKind::real,
                                    .default_text = "1e-5",
                                    .default_value = "1e-5",
                                    .doc = "added to the variance"}};

}  // namespace

constinit const OpDef batch_norm_op{
    .name = "batch_norm",
    .family = "Normalisation",
    .doc =
        "`(x − running_mean) / sqrt(running_var + eps) · weight + bias`, by channel (axis 0): the inference form of "
        "PyTorch's `BatchNorm1d`, `BatchNorm2d`.",
    .operands = operands,
    .attributes = attributes,
    .onnx = "BatchNormalization",
    .infer = infer,
    .reference = reference,
    .nest = nest,
    .samples = samples,
    .channel_affine = channel_affine,
};

}  // namespace cnnc
