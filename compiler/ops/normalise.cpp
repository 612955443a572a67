// Normalisation by the data's own mean and variance: layer_norm, instance_norm, group_norm.
//
// All three decompose: (x − mean) · (1 / sqrt(mean of (x − mean)² + eps)) · weight + bias. The mean is subtracted
// before squaring, so nothing cancels; the variance is the biased one, as in PyTorch.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "compiler/ops/records.hpp"
#include "compiler/ops/shape_rules.hpp"

namespace cnnc {

namespace {

using Ints = std::vector<std::int64_t>;

Ints axes_from(std::size_t first, std::size_t rank) {
  Ints axes;
  for (std::size_t i = first; i < rank; ++i) axes.push_back(static_cast<std::int64_t>(i));
  return axes;
}

bool contains(const Ints &axes, std::size_t axis) {
  return std::find(axes.begin(), axes.end(), static_cast<std::int64_t>(axis)) != axes.end();
}

// -- Shape rules

bool check_common(InferContext &context) {
  if (!check_floats(context) || !check_least_rank(context, 1) || !check_real(context, "eps", 0.0)) return false;
  context.results = {context.operands[0]};
  return true;
}

bool infer_layer_norm(InferContext &context) {
  const Shape &shape = context.operands[0].shape;
  if (!check_common(context) || !normalise_axes(context, "axes", shape.size())) return false;
  Shape parameter;
  for (std::int64_t axis : ints_attr(context.attrs, "axes")) parameter.push_back(shape[static_cast<std::size_t>(axis)]);
  context.parameters["weight"] = context.parameters["bias"] = parameter;
  return true;
}

bool infer_instance_norm(InferContext &context) {
  if (!check_common(context) || !check_image(context)) return false;
  if (bool_attr(context.attrs, "affine"))
    context.parameters["weight"] = context.parameters["bias"] = {context.operands[0].shape[0]};
  return true;
}

bool infer_group_norm(InferContext &context) {
  if (!check_common(context) || !check_integer(context, "groups", 1)) return false;
  std::int64_t channels = context.operands[0].shape[0];
  std::int64_t groups = int_attr(context.attrs, "groups");
  if (channels % groups != 0) {
    context.error(DiagnosticKind::channels_not_divisible, context.span_of("groups"),
                  fmt::format("{}: {} channels cannot be divided into {} groups", context.label, channels, groups));
    return false;
  }
  context.parameters["weight"] = context.parameters["bias"] = {channels};
  return true;
}

// -- Reference

/// Which group every element is normalised in, and which element of weight and bias it has.
struct Place {
  std::int64_t group, parameter;
};

/// The number of an element, given by its place in memory, when only some axes are counted.
std::int64_t counted(std::int64_t element, const Shape &shape, const Ints &axes, bool others) {
  std::int64_t number = 0;
  std::int64_t stride = 1;
  for (std::size_t i = shape.size(); i-- > 0; element /= shape[i]) {
    if (contains(axes, i) == others) continue;
    number += element % shape[i] * stride;
    stride *= shape[i];
  }
  return number;
}

/// Operands: x and, unless they are switched off, weight and bias.
template <class PlaceOf>
void normalise(const ReferenceContext &context, PlaceOf place_of) {
  struct Moments {
    double count = 0, mean = 0, variance = 0;
  };
  const std::vector<double> &x = context.operands[0]->data;
  std::vector<Place> places;
  for (std::int64_t i = 0; i < std::ssize(x); ++i) places.push_back(place_of(i));
  std::vector<Moments> moments(x.size());
  auto of = [&](std::size_t i) -> Moments & { return moments[static_cast<std::size_t>(places[i].group)]; };
  for (std::size_t i = 0; i < x.size(); ++i) of(i).count += 1;
  for (std::size_t i = 0; i < x.size(); ++i) of(i).mean += x[i] / of(i).count;
  for (std::size_t i = 0; i < x.size(); ++i) of(i).variance += (x[i] - of(i).mean) * (x[i] - of(i).mean) / of(i).count;
  for (std::size_t i = 0; i < x.size(); ++i) {
    double y = (x[i] - of(i).mean) / std::sqrt(of(i).variance + real_attr(context.attrs, "eps"));
    auto parameter = static_cast<std::size_t>(places[i].parameter);
    if (context.operands.size() == 3)
      y = y * context.operands[1]->data[parameter] + context.operands[2]->data[parameter];
    context.results[0].data[i] = y;
  }
}

void reference_layer_norm(const ReferenceContext &context) {
  const Shape &shape = context.operands[0]->type.shape;
  const Ints &axes = ints_attr(context.attrs, "axes");
  normalise(context,
            [&](std::int64_t i) -> Place { return {counted(i, shape, axes, true), counted(i, shape, axes, false)}; });
}

void reference_instance_norm(const ReferenceContext &context) {
  std::int64_t size = std::ssize(context.operands[0]->data) / context.operands[0]->type.shape[0];
  normalise(context, [&](std::int64_t i) -> Place { return {i / size, i / size}; });
}

void reference_group_norm(const ReferenceContext &context) {
  std::int64_t channels = context.operands[0]->type.shape[0];
  std::int64_t size = std::ssize(context.operands[0]->data) / channels;
  std::int64_t channels_in_group = channels / int_attr(context.attrs, "groups");
  normalise(context, [&](std::int64_t i) -> Place { return {i / size / channels_in_group, i / size}; });
}

// -- Decompositions

/// x with mean 0 and variance 1 over the axes.
ValueId standardised(Graph &graph, const Node &node, ValueId x, const Ints &axes) {
  std::vector<std::pair<std::string, AttrValue>> over{{"axes", axes}, {"keep", true}};
  auto eps = static_cast<double>(static_cast<float>(real_attr(node.attrs, "eps")));
  ValueId eps_value = add_constant(graph, Tensor{{DType::f32, {}}, {eps}}, node.path.empty() ? "" : node.path + ".eps");
  ValueId one = add_constant(graph, Tensor{{DType::f32, {}}, {1}}, node.path.empty() ? "" : node.path + ".one");
  ValueId mean = apply(graph, "mean", {x}, over, node.path)[0];
  ValueId centred = apply(graph, "sub", {x, mean}, {}, node.path)[0];
  ValueId square = apply(graph, "mul", {centred, centred}, {}, node.path)[0];
  ValueId variance = apply(graph, "mean", {square}, over, node.path)[0];
  ValueId shifted = apply(graph, "add", {variance, eps_value}, {}, node.path)[0];
  ValueId deviation = apply(graph, "sqrt", {shifted}, {}, node.path)[0];
  ValueId inverse = apply(graph, "div", {one, deviation}, {}, node.path)[0];
  return apply(graph, "mul", {centred, inverse}, {}, node.path)[0];
}

ValueId reshaped(Graph &graph, const Node &node, ValueId value, const Shape &shape) {
  return apply(graph, "reshape", {value}, {{"dims", Ints(shape.begin(), shape.end())}}, node.path)[0];
}

/// x · weight + bias if the node has these; they lie along `axes` of x.
ValueId with_parameters(Graph &graph, const Node &node, ValueId x, const Ints &axes) {
  if (node.operands.size() < 3) return x;
  Shape shape = graph.values[static_cast<std::size_t>(x)].type.shape;
  for (std::size_t i = 0; i < shape.size(); ++i)
    if (!contains(axes, i)) shape[i] = 1;
  ValueId weight = reshaped(graph, node, node.operands[1], shape);
  ValueId bias = reshaped(graph, node, node.operands[2], shape);
  ValueId product = apply(graph, "mul", {x, weight}, {}, node.path)[0];
  return apply(graph, "add", {product, bias}, {}, node.path)[0];
}

std::vector<ValueId> decompose_layer_norm(Graph &graph, const Node &node) {
  const Ints &axes = ints_attr(node.attrs, "axes");
  return {with_parameters(graph, node, standardised(graph, node, node.operands[0], axes), axes)};
}

std::vector<ValueId> decompose_instance_norm(Graph &graph, const Node &node) {
  std::size_t rank = graph.values[static_cast<std::size_t>(node.operands[0])].type.shape.size();
  ValueId standard = standardised(graph, node, node.operands[0], axes_from(1, rank));
  return {with_parameters(graph, node, standard, {0})};
}

std::vector<ValueId> decompose_group_norm(Graph &graph, const Node &node) {
  Shape shape = graph.values[static_cast<std::size_t>(node.operands[0])].type.shape;
  std::int64_t groups = int_attr(node.attrs, "groups");
  Shape grouped{groups, element_count(shape) / groups};
  ValueId standard = standardised(graph, node, reshaped(graph, node, node.operands[0], grouped), {1});
  return {with_parameters(graph, node, reshaped(graph, node, standard, shape), {0})};
}

// -- Samples and records

std::vector<Sample> layer_norm_samples() {
  return {
      {"odd_tail", {{3, 19}}, {}},
      {"vector", {{33}}, {{"eps", 1e-3}}},
      {"image", {{5, 3, 7}}, {{"axes", Ints{-2, -1}}}},
      {"outer_two", {{4, 3, 5}}, {{"axes", Ints{2, 0}}}},
      {"first", {{17, 3}}, {{"axes", Ints{0}}}},
      {"far_from_zero", {{2, 21}}, {}, 6, 7},
  };
}

std::vector<Sample> instance_norm_samples() {
  return {
      {"odd_tail", {{5, 3, 7}}, {}},
      {"sequence", {{3, 19}}, {{"affine", true}, {"eps", 1e-3}}},
      {"affine", {{17, 4, 3}}, {{"affine", true}}},
  };
}

std::vector<Sample> group_norm_samples() {
  return {
      {"odd_tail", {{6, 3, 7}}, {{"groups", 3}}},
      {"sequence", {{4, 19}}, {{"groups", 2}, {"eps", 1e-3}}},
      {"vector", {{34}}, {{"groups", 2}}},
      {"one_group", {{3, 5, 5}}, {{"groups", 1}}},
  };
}

constexpr AttrSpec eps{.name = "eps",
                       .kind = AttrKind::real,
                       .default_text = "1e-5",
                       .default_value = "1e-5",
                       .doc = "added to the variance"};

constexpr AttrSpec layer_norm_attributes[] = {
    {.name = "axes",
     .kind = AttrKind::integers,
     .default_text = "[-1]",
     .default_value = "[-1]",
     .doc = "the axes over which mean and variance are taken; negative ones count from the end"},
    eps,
};
constexpr AttrSpec instance_norm_attributes[] = {
    eps,
    {.name = "affine",
     .kind = AttrKind::boolean,
     .default_text = "false",
     .default_value = "false",
     .doc = "whether there are a weight and a bias"},
};
constexpr AttrSpec group_norm_attributes[] = {
    {.name = "groups", .kind = AttrKind::integer, .doc = "the number of groups of adjacent channels"}, eps};

constexpr OperandSpec layer_norm_operands[] = {
    {.name = "x", .doc = "of any shape but a scalar"},
    {.name = "weight", .role = OperandRole::parameter, .doc = "of the axes' shape, in rising order", .init = "one"},
    {.name = "bias", .role = OperandRole::parameter, .doc = "of the same shape", .init = "zero"},
};
constexpr OperandSpec instance_norm_operands[] = {
    {.name = "x", .doc = "`[channels, height, width]` or `[channels, length]`"},
    {.name = "weight", .role = OperandRole::parameter, .enabled_by = "affine", .doc = "`[channels]`", .init = "one"},
    {.name = "bias", .role = OperandRole::parameter, .enabled_by = "affine", .doc = "`[channels]`", .init = "zero"},
};
constexpr OperandSpec group_norm_operands[] = {
    {.name = "x", .doc = "`[channels, …]`"},
    {.name = "weight", .role = OperandRole::parameter, .doc = "`[channels]`", .init = "one"},
    {.name = "bias", .role = OperandRole::parameter, .doc = "`[channels]`", .init = "zero"},
};

}  // namespace

constinit const OpDef layer_norm_op{
    .name = "layer_norm",
    .family = "Normalisation",
    .doc =
        "`(x − mean) / sqrt(variance + eps) · weight + bias`, mean and biased variance over some axes of x itself. "
        "PyTorch's `LayerNorm`.",
    .operands = layer_norm_operands,
    .attributes = layer_norm_attributes,
    .onnx = "LayerNormalization",
    .infer = infer_layer_norm,
    .reference = reference_layer_norm,
    .decompose = decompose_layer_norm,
    .samples = layer_norm_samples,
};

constinit const OpDef instance_norm_op{
    .name = "instance_norm",
    .family = "Normalisation",
    .doc =
        "`(x − mean) / sqrt(variance + eps)`, mean and biased variance over each channel's plane; with `affine`, times "
        "`weight` plus `bias` by channel. PyTorch's `InstanceNorm2d` and `InstanceNorm1d`.",
    .operands = instance_norm_operands,
    .attributes = instance_norm_attributes,
    .onnx = "InstanceNormalization",
    .infer = infer_instance_norm,
    .reference = reference_instance_norm,
    .decompose = decompose_instance_norm,
    .samples = instance_norm_samples,
};

constinit const OpDef group_norm_op{
    .name = "group_norm",
    .family = "Normalisation",
    .doc =
        "`(x − mean) / sqrt(variance + eps) · weight + bias`, mean and biased variance over groups of adjacent "
        "channels, weight and bias by channel. PyTorch's `GroupNorm`.",
    .operands = group_norm_operands,
    .attributes = group_norm_attributes,
    .onnx = "GroupNormalization",
    .infer = infer_group_norm,
    .reference = reference_group_norm,
    .decompose = decompose_group_norm,
    .samples = group_norm_samples,
};

}  // namespace cnnc
