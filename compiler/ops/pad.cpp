// Padding of images and sequences by a constant, a reflection or the edge.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "compiler/ops/build_nest.hpp"
#include "compiler/ops/records.hpp"
#include "compiler/ops/shape_rules.hpp"

namespace cnnc {

namespace {

enum class Mode : std::uint8_t { constant, reflect, edge };

Mode mode_of(const Attrs &attrs) {
  const std::string &mode = text_attr(attrs, "mode");
  if (mode == "reflect") return Mode::reflect;
  return mode == "edge" ? Mode::edge : Mode::constant;
}

// -- Shape rule

bool check_value(InferContext &context) {
  if (!check_real(context, "value")) return false;
  struct Range {
    double low, high;
  };
  double value = real_attr(context.attrs, "value");
  DType dtype = context.operands[0].dtype;
  std::optional<Range> whole;  // of integer types
  if (dtype == DType::i32) whole = {-2147483648.0, 2147483647.0};
  if (dtype == DType::i8) whole = {-128, 127};
  if (dtype == DType::u8) whole = {0, 255};
  if (dtype == DType::f16 && std::fabs(value) > 65504) whole = {-65504, 65504};
  if (!whole || (value >= whole->low && value <= whole->high && value == std::floor(value))) return true;
  context.error(DiagnosticKind::attribute_range, context.span_of("value"),
                fmt::format("{}: value {} is no {}", context.label, value, name(dtype)));
  return false;
}

bool infer(InferContext &context) {
  if (!check_image(context) || !normalise_amount(context, "amount") || !check_value(context)) return false;
  Shape shape = context.operands[0].shape;
  const auto &amount = ints_attr(context.attrs, "amount");
  std::size_t axes = shape.size() - 1;
  for (std::size_t i = 0; i < axes; ++i) {
    std::int64_t most = std::max(amount[i], amount[axes + i]);
    if (mode_of(context.attrs) == Mode::reflect && most >= shape[i + 1]) {
      context.error(DiagnosticKind::reflection_too_wide, context.span_of("amount"),
                    fmt::format("{}: a reflection of {} needs more than {} elements along axis {}, but {}",
                                context.label, most, most, i + 1, operand_text(context, 0)));
      return false;
    }
    shape[i + 1] += amount[i] + amount[axes + i];
  }
  if (!check_size(context, shape, "its result")) return false;
  context.results = {{context.operands[0].dtype, shape}};
  return true;
}

// -- Reference

/// The position in [0, extent) that `i` shows, or -1 for the constant.
std::int64_t source_position(Mode mode, std::int64_t i, std::int64_t extent) {
  if (i >= 0 && i < extent) return i;
  switch (mode) {
    case Mode::constant:
      return -1;
    case Mode::reflect:
      return i < 0 ? -i : 2 * (extent - 1) - i;
    case Mode::edge:
      return i < 0 ? 0 : extent - 1;
  }
  return -1;
}

void reference(const ReferenceContext &context) {
  Mode mode = mode_of(context.attrs);
  const auto &amount = ints_attr(context.attrs, "amount");
  Shape from = context.operands[0]->type.shape;
  Shape to = context.results[0].type.shape;
  std::int64_t top = amount.size() == 4 ? amount[0] : 0;
  std::int64_t left = amount.size() == 4 ? amount[1] : amount[0];
  if (from.size() == 2) from.insert(from.begin() + 1, 1), to.insert(to.begin() + 1, 1);
  double *result = context.results[0].data.data();
  for (std::int64_t c = 0; c < to[0]; ++c)
    for (std::int64_t h = 0; h < to[1]; ++h)
      for (std::int64_t w = 0; w < to[2]; ++w) {
        std::int64_t row = source_position(mode, h - top, from[1]);
        std::int64_t column = source_position(mode, w - left, from[2]);
        bool outside = row < 0 || column < 0;
        *result++ = outside ? real_attr(context.attrs, "value")
                            : context.operands[0]->data[(c * from[1] + row) * from[2] + column];
      }
}

// -- Nest

/// The same as an index expression. A reflection is narrower than the extent, so that one turn at each end suffices.
Index source_index(Mode mode, const Index &i, std::int64_t extent, const RangeOf &range) {
  switch (mode) {
    case Mode::constant:
      return i;
    case Mode::reflect:
      return min(max(i, Index(0) - i, range), Index(2 * (extent - 1)) - max(i, Index(0) - i, range), range);
    case Mode::edge:
      return min(max(i, 0, range), extent - 1, range);
  }
  return i;
}

std::vector<Nest> nest(const NestContext &context) {
  Mode mode = mode_of(context.attrs);
  const auto &amount = ints_attr(context.attrs, "amount");
  Nest nest = start_nest(context);
  auto output = add_parallel_axes(nest, nest.output);
  RangeOf range = axis_ranges(nest);
  std::vector<Index> index{output[0]};
  bool leaves = false;
  for (std::size_t i = 1; i < output.size(); ++i) {
    index.push_back(source_index(mode, output[i] - amount[i - 1], nest.operands[0][i], range));
    leaves = leaves || nest.output[i] > nest.operands[0][i];
  }
  std::optional<double> pad;
  if (mode == Mode::constant && leaves) pad = static_cast<float>(real_attr(context.attrs, "value"));
  nest.body = add_read(nest, 0, index, pad);
  nest.store = output;
  return {nest};
}

// -- Samples and record

using Ints = std::vector<std::int64_t>;

std::vector<Sample> samples() {
  return {
      {"around", {{3, 5, 7}}, {{"amount", 1}, {"value", 0.5}}},
      {"uneven", {{17, 4, 5}}, {{"amount", Ints{0, 1, 2, 3}}}},
      {"reflect", {{2, 5, 6}}, {{"amount", Ints{4, 2}}, {"mode", "reflect"}}},
      {"edge", {{2, 3, 5}}, {{"amount", Ints{1, 4, 7, 0}}, {"mode", "edge"}}},
      {"sequence", {{3, 11}}, {{"amount", Ints{2, 0}}, {"mode", "reflect"}}},
      {"nothing", {{2, 4}}, {{"amount", 0}}},
  };
}

constexpr OperandSpec operands[] = {
    {.name = "x", .doc = "`[channels, height, width]` or `[channels, length]`, of any element type"}};

constexpr AttrSpec attributes[] = {
    {.name = "amount",
     .kind = AttrKind::padding,
     .doc = "an int, `[height, width]`, or in full `[top, bottom, left, right]`; `[front, back]` for a sequence"},
    {.name = "mode",
     .kind = AttrKind::text,
     .default_text = "\"constant\"",
     .default_value = "constant",
     .doc = "`value`, the mirror image without the edge itself, or the edge repeated",
     .choices = "constant reflect edge"},
    {.name = "value", .kind = AttrKind::real, .default_text = "0", .default_value = "0", .doc = "the constant"},
};

}  // namespace

constinit const OpDef pad_op{
    .name = "pad",
    .family = "Shapes",
    .doc = "Elements around the spatial axes.",
    .operands = operands,
    .attributes = attributes,
    .onnx = "Pad",
    .infer = infer,
    .reference = reference,
    .nest = nest,
    .samples = samples,
};

}  // namespace cnnc
