// Axes in another order, and channels that become pixels.
#include <fmt/format.h>

#include <algorithm>

#include "compiler/ops/build_nest.hpp"
#include "compiler/ops/records.hpp"
#include "compiler/ops/shape_rules.hpp"

namespace cnnc {

namespace {

using Ints = std::vector<std::int64_t>;

// -- transpose

bool infer_transpose(InferContext &context) {
  const Shape &shape = context.operands[0].shape;
  if (!normalise_order(context, "axes", shape.size())) return false;
  const Ints &axes = ints_attr(context.attrs, "axes");
  TensorType result = context.operands[0];
  for (std::size_t i = 0; i < axes.size(); ++i) result.shape[i] = shape[static_cast<std::size_t>(axes[i])];
  context.results = {result};
  return true;
}

void reference_transpose(const ReferenceContext &context) {
  const Ints &axes = ints_attr(context.attrs, "axes");
  Shape strides = row_major_strides(context.operands[0]->type.shape);
  const Shape &shape = context.results[0].type.shape;
  Shape at(shape.size(), 0);
  for (double &value : context.results[0].data) {
    std::int64_t from = 0;
    for (std::size_t i = 0; i < at.size(); ++i) from += at[i] * strides[static_cast<std::size_t>(axes[i])];
    value = context.operands[0]->data[static_cast<std::size_t>(from)];
    for (std::size_t i = at.size(); i-- > 0;) {
      if (++at[i] < shape[i]) break;
      at[i] = 0;
    }
  }
}

std::vector<Nest> nest_transpose(const NestContext &context) {
  const Ints &axes = ints_attr(context.attrs, "axes");
  Nest nest = start_nest(context);
  auto output = add_parallel_axes(nest, nest.output);
  std::vector<Index> index(output.size());
  for (std::size_t i = 0; i < output.size(); ++i) index[static_cast<std::size_t>(axes[i])] = output[i];
  nest.body = add_read(nest, 0, index);
  nest.store = output;
  return {nest};
}

std::vector<Sample> transpose_samples() {
  return {
      {"matrix", {{5, 19}}, {}},
      {"image", {{3, 5, 7}}, {{"axes", Ints{1, 2, 0}}}},
      {"from_the_end", {{2, 9, 4}}, {{"axes", Ints{0, -1, 1}}}},
      {"four", {{2, 3, 17, 2}}, {{"axes", Ints{2, 0, 3, 1}}}},
      {"vector", {{7}}, {}},
      {"scalar", {{}}, {}},
  };
}

// -- pixel_shuffle

bool infer_shuffle(InferContext &context) {
  if (context.operands[0].shape.size() != 3) {
    context.error(DiagnosticKind::operand_rank, operand_span(context, 0),
                  fmt::format("{} takes [channels, height, width], but {}", context.label, operand_text(context, 0)));
    return false;
  }
  if (!check_integer(context, "factor", 1, 1 << 15)) return false;
  std::int64_t factor = int_attr(context.attrs, "factor");
  TensorType result = context.operands[0];
  if (result.shape[0] % (factor * factor) != 0) {
    context.error(DiagnosticKind::channels_not_divisible, context.span_of("factor"),
                  fmt::format("{}: {} channels cannot be divided by {}, the square of factor {}", context.label,
                              result.shape[0], factor * factor, factor));
    return false;
  }
  result.shape = {result.shape[0] / (factor * factor), result.shape[1] * factor, result.shape[2] * factor};
  context.results = {result};
  return true;
}

void reference_shuffle(const ReferenceContext &context) {
  std::int64_t r = int_attr(context.attrs, "factor");
  const Shape &from = context.operands[0]->type.shape;
  const Shape &to = context.results[0].type.shape;
  for (std::int64_t c = 0; c < from[0]; ++c)
    for (std::int64_t h = 0; h < from[1]; ++h)
      for (std::int64_t w = 0; w < from[2]; ++w) {
        std::int64_t row = h * r + c / r % r;
        std::int64_t column = w * r + c % r;
        context.results[0].data[static_cast<std::size_t>((c / (r * r) * to[1] + row) * to[2] + column)] =
            context.operands[0]->data[static_cast<std::size_t>((c * from[1] + h) * from[2] + w)];
      }
}

std::vector<Nest> nest_shuffle(const NestContext &context) {
  std::int64_t r = int_attr(context.attrs, "factor");
  Nest nest = start_nest(context);
  auto output = add_parallel_axes(nest, nest.output);
  RangeOf range = axis_ranges(nest);
  Index channel = output[0] * (r * r) + mod(output[1], r, range) * r + mod(output[2], r, range);
  nest.body = add_read(nest, 0, {channel, floor_div(output[1], r, range), floor_div(output[2], r, range)});
  nest.store = output;
  return {nest};
}

std::vector<Sample> shuffle_samples() {
  return {
      {"double", {{12, 5, 7}}, {{"factor", 2}}},
      {"triple", {{9, 2, 11}}, {{"factor", 3}}},
      {"many_channels", {{68, 3, 2}}, {{"factor", 2}}},
      {"nothing", {{3, 2, 2}}, {{"factor", 1}}},
  };
}

// -- Records

constexpr OperandSpec any_operands[] = {{.name = "x", .doc = "of any shape and element type"}};
constexpr OperandSpec image_operands[] = {{.name = "x", .doc = "`[channels, height, width]`, of any element type"}};

constexpr AttrSpec transpose_attributes[] = {
    {.name = "axes",
     .kind = AttrKind::integers,
     .default_text = "reversed",
     .doc = "which axis of `x` stands at each place of the result"},
};

constexpr AttrSpec shuffle_attributes[] = {
    {.name = "factor", .kind = AttrKind::integer, .doc = "how much higher and wider the result is"},
};

}  // namespace

constinit const OpDef transpose_op{
    .name = "transpose",
    .family = "Shapes",
    .doc = "The axes in another order: axis `i` of the result is axis `axes[i]` of `x`.",
    .operands = any_operands,
    .attributes = transpose_attributes,
    .onnx = "Transpose",
    .infer = infer_transpose,
    .reference = reference_transpose,
    .nest = nest_transpose,
    .samples = transpose_samples,
};

constinit const OpDef pixel_shuffle_op{
    .name = "pixel_shuffle",
    .family = "Shapes",
    .doc =
        "Channels become pixels: `y[c, h·r + i, w·r + j] = x[c·r² + i·r + j, h, w]`, with `r` the factor (W. Shi et "
        "al., Real-time single image and video super-resolution, 2016).",
    .operands = image_operands,
    .attributes = shuffle_attributes,
    .onnx = "DepthToSpace",
    .infer = infer_shuffle,
    .reference = reference_shuffle,
    .nest = nest_shuffle,
    .samples = shuffle_samples,
};

}  // namespace cnnc
