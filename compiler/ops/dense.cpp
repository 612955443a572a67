// Fully connected layers, by products (dense) and by distances (rbf).
#include "compiler/ops/build_nest.hpp"
#include "compiler/ops/records.hpp"
#include "compiler/ops/shape_rules.hpp"

namespace cnnc {

namespace {

bool infer_dense(InferContext &context) {
  if (!check_floats(context) || !check_least_rank(context, 1) || !check_integer(context, "units", 1)) return false;
  std::int64_t units = int_attr(context.attrs, "units");
  Shape result = context.operands[0].shape;
  Shape weight{units, result.back()};
  result.back() = units;
  if (!check_size(context, weight, "its weight") || !check_size(context, result, "its result")) return false;
  context.results = {{DType::f32, result}};
  context.parameters["weight"] = weight;
  if (bool_attr(context.attrs, "bias")) context.parameters["bias"] = {units};
  return true;
}

void reference_dense(const ReferenceContext &context) {
  const Tensor &weight = *context.operands[1];
  std::int64_t units = weight.type.shape[0];
  std::int64_t inputs = weight.type.shape[1];
  double *result = context.results[0].data.data();
  for (std::size_t at = 0; at < context.operands[0]->data.size(); at += static_cast<std::size_t>(inputs)) {
    const double *x = context.operands[0]->data.data() + at;
    const double *w = weight.data.data();
    for (std::int64_t u = 0; u < units; ++u) {
      double sum = context.operands.size() == 3 ? context.operands[2]->data[u] : 0;
      for (std::int64_t k = 0; k < inputs; ++k) sum += x[k] * *w++;
      *result++ = sum;
    }
  }
}

std::vector<Nest> nest_dense(const NestContext &context) {
  Nest nest = start_nest(context);
  const Shape &input = context.operands[0].shape;
  std::vector<Index> leading;
  for (std::size_t i = 0; i + 1 < input.size(); ++i)
    leading.push_back(add_axis(nest, "d" + std::to_string(i), AxisKind::parallel, input[i]));
  Index u = add_axis(nest, "u", AxisKind::parallel, nest.output.back());
  Index k = add_axis(nest, "k", AxisKind::reduce, input.back());
  Scalar x = add_read(nest, 0, joined(leading, {k}));
  Scalar w = add_read(nest, 1, {u, k});
  nest.combine = Combine::sum;
  nest.body = x * w;
  if (context.operands.size() == 3) nest.epilogue = accumulator() + add_read(nest, 2, {u});
  nest.store = joined(leading, {u});
  return {nest};
}

std::vector<Sample> dense_samples() {
  return {
      {"odd_tail", {{37}}, {{"units", 19}}},
      {"one_unit", {{64}}, {{"units", 1}, {"bias", false}}},
      {"one_input", {{1}}, {{"units", 33}}},
      {"rows", {{3, 10}}, {{"units", 7}}},
      {"image", {{2, 3, 5}}, {{"units", 4}, {"bias", false}}},
  };
}

// -- rbf

bool infer_rbf(InferContext &context) {
  if (!check_floats(context) || !check_least_rank(context, 1) || !check_integer(context, "units", 1)) return false;
  Shape result = context.operands[0].shape;
  Shape weight{int_attr(context.attrs, "units"), result.back()};
  result.back() = weight[0];
  if (!check_size(context, weight, "its weight") || !check_size(context, result, "its result")) return false;
  context.results = {{DType::f32, result}};
  context.parameters["weight"] = weight;
  return true;
}

void reference_rbf(const ReferenceContext &context) {
  const Tensor &x = *context.operands[0];
  const Tensor &weight = *context.operands[1];
  std::int64_t units = weight.type.shape[0];
  std::int64_t inputs = weight.type.shape[1];
  for (std::int64_t i = 0; i < std::ssize(context.results[0].data); ++i) {
    const double *row = x.data.data() + i / units * inputs;
    const double *centre = weight.data.data() + i % units * inputs;
    for (std::int64_t k = 0; k < inputs; ++k) context.results[0].data[i] += (row[k] - centre[k]) * (row[k] - centre[k]);
  }
}

std::vector<Nest> nest_rbf(const NestContext &context) {
  Nest nest = start_nest(context);
  const Shape &input = context.operands[0].shape;
  std::vector<Index> leading;
  for (std::size_t i = 0; i + 1 < input.size(); ++i)
    leading.push_back(add_axis(nest, "d" + std::to_string(i), AxisKind::parallel, input[i]));
  Index u = add_axis(nest, "u", AxisKind::parallel, nest.output.back());
  Index k = add_axis(nest, "k", AxisKind::reduce, input.back());
  Scalar difference = add_read(nest, 0, joined(leading, {k})) - add_read(nest, 1, {u, k});
  nest.combine = Combine::sum;
  nest.body = difference * difference;
  nest.store = joined(leading, {u});
  return {nest};
}

std::vector<Sample> rbf_samples() {
  return {
      {"odd_tail", {{37}}, {{"units", 19}}},
      {"one_unit", {{64}}, {{"units", 1}}},
      {"rows", {{3, 17}}, {{"units", 5}}},
      {"images", {{2, 3, 4}}, {{"units", 18}}},
  };
}

constexpr OperandSpec operands[] = {
    {.name = "x", .doc = "`[…, n]`"},
    {.name = "weight", .role = OperandRole::parameter, .doc = "`[units, n]`"},
    {.name = "bias", .role = OperandRole::parameter, .enabled_by = "bias", .doc = "`[units]`", .init = "zero"},
};

constexpr AttrSpec attributes[] = {
    {.name = "units", .kind = AttrKind::integer, .doc = "the number of outputs"},
    {.name = "bias",
     .kind = AttrKind::boolean,
     .default_text = "true",
     .default_value = "true",
     .doc = "whether a bias is added"},
};

constexpr OperandSpec rbf_operands[] = {
    {.name = "x", .doc = "`[…, n]`"},
    {.name = "weight", .role = OperandRole::parameter, .doc = "`[units, n]`: the centres"},
};

constexpr AttrSpec rbf_attributes[] = {
    {.name = "units", .kind = AttrKind::integer, .doc = "the number of results for each row"}};

}  // namespace

constinit const OpDef dense_op{
    .name = "dense",
    .family = "Products",
    .doc =
        "A fully connected layer over the last axis: `y[…, u] = bias[u] + Σ x[…, k] · weight[u, k]`. PyTorch's "
        "`Linear`.",
    .operands = operands,
    .attributes = attributes,
    .onnx = "Gemm",
    .infer = infer_dense,
    .reference = reference_dense,
    .nest = nest_dense,
    .samples = dense_samples,
    .channel_linear = true,
};

constinit const OpDef rbf_op{
    .name = "rbf",
    .family = "Products",
    .doc =
        "Squared distances over the last axis: `y[…, u] = Σ (x[…, k] − weight[u, k])²`. The output layer of LeNet-5: "
        "Y. "
        "LeCun et al., Gradient-based learning applied to document recognition, 1998.",
    .operands = rbf_operands,
    .attributes = rbf_attributes,
    .onnx = "",
    .infer = infer_rbf,
    .reference = reference_rbf,
    .nest = nest_rbf,
    .samples = rbf_samples,
};

}  // namespace cnnc
