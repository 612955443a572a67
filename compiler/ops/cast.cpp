// Element types: conversion between them, and images of bytes as numbers around 0.
#include <fmt/format.h>

#include <cmath>

#include "compiler/ops/build_nest.hpp"
#include "compiler/ops/records.hpp"
#include "compiler/ops/shape_rules.hpp"
#include "compiler/support/checks.hpp"

namespace cnnc {

namespace {

// -- cast

DType target_of(const Attrs &attrs) {
  std::optional<DType> dtype = dtype_named(text_attr(attrs, "dtype"));
  CNNC_CHECK(dtype.has_value(), "the schema admits element types only");
  return *dtype;
}

bool infer_cast(InferContext &context) {
  context.results = {{target_of(context.attrs), context.operands[0].shape}};
  return true;
}

void reference_cast(const ReferenceContext &context) {
  Tensor &result = context.results[0];
  const std::vector<double> &from = context.operands[0]->data;
  // What is computed in double is a float before it is converted.
  const bool exact = is_integer(context.operands[0]->type.dtype) || result.type.dtype == DType::f32;
  for (std::size_t i = 0; i < from.size(); ++i)
    result.data[i] = result.type.dtype == DType::f32
                         ? (is_integer(context.operands[0]->type.dtype) ? rounded(from[i], DType::f32) : from[i])
                         : converted(exact ? from[i] : rounded(from[i], DType::f32), result.type.dtype);
}

/// The nearest integer towards zero in [lowest, highest], 0 for a NaN: max(NaN, 0) is 0, and so is min(NaN, 0).
Scalar saturated(const Scalar &x, DType to) {
  Scalar above = min(max(x, constant(0)), constant(highest(to)));
  if (lowest(to) == 0) return unary(ScalarOp::trunc, above);
  return unary(ScalarOp::trunc, above + max(min(x, constant(0)), constant(lowest(to))));
}

Scalar conversion(const Scalar &x, DType from, DType to) {
  if (from == to) return x;
  Scalar number = from == DType::i32 ? unary(ScalarOp::from_i32, x) : x;
  switch (to) {
    case DType::f32:
      return number;
    case DType::f16:
      return unary(ScalarOp::round_f16, number);
    case DType::bf16:
      return unary(ScalarOp::round_bf16, number);
    case DType::i32:
      return unary(ScalarOp::to_i32, number);
    case DType::u8:
    case DType::i8:
      return saturated(number, to);
  }
  CNNC_UNREACHABLE("an element type");
}

std::vector<Nest> nest_cast(const NestContext &context) {
  Nest nest = start_nest(context);
  nest.store = add_parallel_axes(nest, context.operands[0].shape);
  nest.body = conversion(add_read(nest, 0, nest.store), context.operands[0].dtype, context.results[0].dtype);
  return {nest};
}

std::vector<Sample> samples_cast() {
  auto sample = [](std::string name, DType from, std::string to, double low, double high) {
    return Sample{std::move(name), {{3, 19}}, {{"dtype", std::move(to)}}, low, high, {from}};
  };
  return {
      sample("u8_f32", DType::u8, "f32", 0, 256),
      sample("i32_f32", DType::i32, "f32", -2e9, 2e9),
      sample("f32_u8", DType::f32, "u8", -100, 400),
      sample("f32_i8", DType::f32, "i8", -200, 200),
      sample("f32_i32", DType::f32, "i32", -4e9, 4e9),
      sample("f32_f16", DType::f32, "f16", -6e4, 6e4),
      sample("f32_f16_small", DType::f32, "f16", -1e-6, 1e-6),
      sample("f32_bf16", DType::f32, "bf16", -2, 2),
      sample("f16_f32", DType::f16, "f32", -9, 9),
      sample("bf16_f16", DType::bf16, "f16", -9, 9),
      sample("i32_u8", DType::i32, "u8", -400, 400),
      sample("u8_i8", DType::u8, "i8", 0, 256),
      sample("same", DType::i32, "i32", -9, 9),
  };
}

constexpr OperandSpec one_tensor[] = {{.name = "x", .doc = "of any shape and element type"}};

constexpr AttrSpec cast_attributes[] = {{.name = "dtype",
                                         .kind = AttrKind::text,
                                         .doc = "`f32`, `f16`, `bf16`, `i32`, `u8` or `i8`",
                                         .choices = "f32 f16 bf16 i32 u8 i8"}};

// -- normalize

bool check_by_channel(InferContext &context, std::string_view name, bool divides) {
  const std::int64_t channels = context.operands[0].shape[0];
  const auto &values = reals_attr(context.attrs, name);
  if (values.size() != 1 && std::ssize(values) != channels) {
    context.error(DiagnosticKind::attribute_length, context.span_of(name),
                  fmt::format("{}: {} has {} entries, but {} has {} channels", context.label, name, values.size(),
                              operand_text(context, 0), channels));
    return false;
  }
  for (double value : values) {
    if (std::isfinite(static_cast<float>(value)) && !(divides && static_cast<float>(value) == 0)) continue;
    context.error(DiagnosticKind::attribute_range, context.span_of(name),
                  fmt::format("{}: {} must be {} that f32 can hold, but is {}", context.label, name,
                              divides ? "numbers other than 0" : "numbers", value));
    return false;
  }
  return true;
}

bool infer_normalize(InferContext &context) {
  if (!check_least_rank(context, 1) || !check_real(context, "scale") || !check_by_channel(context, "mean", false) ||
      !check_by_channel(context, "std", true))
    return false;
  context.results = {{DType::f32, context.operands[0].shape}};
  return true;
}

/// As f32, in which the network computes.
double of_channel(const std::vector<double> &values, std::size_t channel) {
  return rounded(values[values.size() == 1 ? 0 : channel], DType::f32);
}

void reference_normalize(const ReferenceContext &context) {
  const Tensor &x = *context.operands[0];
  const std::size_t plane = x.data.size() / static_cast<std::size_t>(x.type.shape[0]);
  const double scale = rounded(real_attr(context.attrs, "scale"), DType::f32);
  const auto &means = reals_attr(context.attrs, "mean");
  const auto &stds = reals_attr(context.attrs, "std");
  for (std::size_t i = 0; i < x.data.size(); ++i) {
    const std::size_t channel = i / plane;
    context.results[0].data[i] = (x.data[i] * scale - of_channel(means, channel)) / of_channel(stds, channel);
  }
}

/// As the formula says: folded into one factor and one offset, its constants would lose digits where x is near the
/// mean.
std::vector<ValueId> decompose_normalize(Graph &graph, const Node &node) {
  const TensorType type = graph.values[static_cast<std::size_t>(node.operands[0])].type;
  Shape shape(type.shape.size(), 1);
  shape[0] = type.shape[0];
  auto by_channel = [&](std::string_view name) {
    Tensor tensor{{DType::f32, shape}, {}};
    for (std::size_t c = 0; c < static_cast<std::size_t>(shape[0]); ++c)
      tensor.data.push_back(of_channel(reals_attr(node.attrs, name), c));
    return add_constant(graph, std::move(tensor), node.path + "." + std::string(name));
  };
  ValueId x = node.operands[0];
  if (type.dtype != DType::f32) x = apply(graph, "cast", {x}, {{"dtype", std::string("f32")}})[0];
  const double scale = rounded(real_attr(node.attrs, "scale"), DType::f32);
  if (scale != 1)
    x = apply(graph, "mul", {x, add_constant(graph, Tensor{{DType::f32, {}}, {scale}}, node.path + ".scale")})[0];
  x = apply(graph, "sub", {x, by_channel("mean")})[0];
  return apply(graph, "div", {x, by_channel("std")});
}

std::vector<Sample> samples_normalize() {
  const std::vector<double> mean{0.485, 0.456, 0.406};
  const std::vector<double> std{0.229, 0.224, 0.225};
  return {
      {"image", {{3, 5, 7}}, {{"mean", mean}, {"std", std}, {"scale", 1.0 / 255}}, 0, 256, {DType::u8}},
      {"floats", {{2, 19}}, {{"mean", std::vector<double>{0.5}}, {"std", std::vector<double>{0.25}}}},
      {"bytes_of_sound",
       {{1, 33}},
       {{"mean", std::vector<double>{128}}, {"std", std::vector<double>{128}}},
       0,
       256,
       {DType::u8}},
  };
}

constexpr OperandSpec image[] = {{.name = "x", .doc = "`[channels, …]` of any element type; a camera's is `u8`"}};

constexpr AttrSpec normalize_attributes[] = {
    {.name = "mean", .kind = AttrKind::reals, .doc = "a number, or a list with one for each channel"},
    {.name = "std", .kind = AttrKind::reals, .doc = "likewise; not 0"},
    {.name = "scale", .kind = AttrKind::real, .default_text = "1", .default_value = "1", .doc = "1/255 for bytes"}};

}  // namespace

constinit const OpDef cast_op{
    .name = "cast",
    .family = "Element types",
    .doc =
        "The values in another element type. To an integer: truncated, saturated, 0 for a NaN. To `f16` or `bf16`: "
        "rounded to nearest, ties to even.",
    .operands = one_tensor,
    .attributes = cast_attributes,
    .onnx = "Cast",
    .infer = infer_cast,
    .reference = reference_cast,
    .nest = nest_cast,
    .samples = samples_cast,
};

constinit const OpDef normalize_op{
    .name = "normalize",
    .family = "Element types",
    .doc =
        "`(x · scale − mean) / std` by channel, as `f32`: torchvision's `ToTensor` (`scale = 1.0 / 255`) and "
        "`Normalize` "
        "in one.",
    .operands = image,
    .attributes = normalize_attributes,
    .onnx = "",
    .infer = infer_normalize,
    .reference = reference_normalize,
    .decompose = decompose_normalize,
    .samples = samples_normalize,
};

}  // namespace cnnc
