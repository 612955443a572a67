// Larger images and sequences: upsample, and the operators that its two modes come down to.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "compiler/ops/build_nest.hpp"
#include "compiler/ops/records.hpp"
#include "compiler/ops/shape_rules.hpp"

namespace cnnc {

namespace {

using Ints = std::vector<std::int64_t>;

/// One spatial axis: `factor` positions of the output for one of the input.
struct Scaling {
  std::int64_t input;
  std::int64_t factor;
  bool align_corners;

  std::int64_t output() const { return input * factor; }
};

std::vector<Scaling> scalings(const Attrs &attrs, const Shape &input) {
  bool align_corners = has_attr(attrs, "align_corners") && bool_attr(attrs, "align_corners");
  std::vector<Scaling> result;
  for (std::size_t i = 1; i < input.size(); ++i)
    result.push_back({input[i], ints_attr(attrs, "factor")[i - 1], align_corners});
  return result;
}

bool is_linear(const Attrs &attrs) { return text_attr(attrs, "mode") == "bilinear"; }

// -- Shape rules

bool infer_scaled(InferContext &context) {
  if (!check_image(context) || !normalise_spatial(context, "factor")) return false;
  TensorType result = context.operands[0];
  for (std::size_t i = 1; i < result.shape.size(); ++i) {
    std::int64_t factor = ints_attr(context.attrs, "factor")[i - 1];
    if (__builtin_mul_overflow(result.shape[i], factor, &result.shape[i])) result.shape[i] = max_elements + 1;
  }
  if (!check_size(context, result.shape, "its result")) return false;
  context.results = {result};
  return true;
}

bool infer_upsample(InferContext &context) {
  if (is_linear(context.attrs) && !check_floats(context)) return false;
  if (!is_linear(context.attrs) && bool_attr(context.attrs, "align_corners")) {
    context.error(
        DiagnosticKind::arguments_conflict, context.span_of("align_corners"),
        fmt::format("{}: align_corners is for mode \"bilinear\", and the mode is \"nearest\"", context.label));
    return false;
  }
  return infer_scaled(context);
}

bool infer_linear(InferContext &context) {
  if (!check_floats(context) || !infer_scaled(context)) return false;
  const Shape &result = context.results[0].shape;
  for (std::size_t i = 1; i < result.size(); ++i) {
    if (context.operands.size() == result.size() && context.operands[i].shape == Shape{result[i]}) continue;
    context.error(
        DiagnosticKind::operand_rank, context.call,
        fmt::format("{} takes a vector of weights for each of the axes of {}", context.label, to_string(result)));
    return false;
  }
  return true;
}

// -- References

/// Where an output position lies in the input: PyTorch's interpolate with scale_factor.
double source(const Scaling &s, std::int64_t position) {
  auto o = static_cast<double>(position);
  if (s.align_corners)
    return s.output() == 1 ? 0 : o * static_cast<double>(s.input - 1) / static_cast<double>(s.output() - 1);
  return std::max(0.0, (o + 0.5) / static_cast<double>(s.factor) - 0.5);
}

/// One axis of a tensor, scaled: `value(o, at)` gives position o of the result, `at(i)` being position i of `from`.
template <class Value>
Tensor along_axis(const Tensor &from, std::size_t axis, const Scaling &s, Value value) {
  Tensor to{from.type, {}};
  to.type.shape[axis] = s.output();
  to.data.resize(static_cast<std::size_t>(element_count(to.type.shape)));
  std::int64_t inner = row_major_strides(to.type.shape)[axis];
  for (std::size_t i = 0; i < to.data.size(); ++i) {
    auto flat = static_cast<std::int64_t>(i);
    std::int64_t outer = flat / inner / s.output();
    auto at = [&](std::int64_t row) {
      return from.data[static_cast<std::size_t>((outer * s.input + row) * inner + flat % inner)];
    };
    to.data[i] = value(flat / inner % s.output(), at);
  }
  return to;
}

void reference_nearest(const ReferenceContext &context) {
  Tensor x = *context.operands[0];
  std::vector<Scaling> axes = scalings(context.attrs, x.type.shape);
  for (std::size_t i = 0; i < axes.size(); ++i)
    x = along_axis(x, i + 1, axes[i], [&](std::int64_t o, auto at) { return at(o / axes[i].factor); });
  context.results[0].data = x.data;
}

void reference_upsample(const ReferenceContext &context) {
  if (!is_linear(context.attrs)) return reference_nearest(context);
  Tensor x = *context.operands[0];
  std::vector<Scaling> axes = scalings(context.attrs, x.type.shape);
  for (std::size_t i = 0; i < axes.size(); ++i) {
    const Scaling &s = axes[i];
    x = along_axis(x, i + 1, s, [&](std::int64_t o, auto at) {
      double place = source(s, o);
      auto before = static_cast<std::int64_t>(std::floor(place));
      double weight = place - std::floor(place);
      return at(before) * (1 - weight) + at(std::min(before + 1, s.input - 1)) * weight;
    });
  }
  context.results[0].data = x.data;
}

void reference_linear(const ReferenceContext &context) {
  Tensor x = *context.operands[0];
  std::vector<Scaling> axes = scalings(context.attrs, x.type.shape);
  for (std::size_t i = 0; i < axes.size(); ++i) {
    const Scaling &s = axes[i];
    x = along_axis(x, i + 1, s, [&](std::int64_t o, auto at) {
      double weight = context.operands[i + 1]->data[static_cast<std::size_t>(o)];
      double place = (static_cast<double>(o) + 0.5) / static_cast<double>(s.factor) - 0.5;
      auto before = static_cast<std::int64_t>(std::floor(s.align_corners ? source(s, o) : place));
      double low = at(std::max<std::int64_t>(before, 0));
      double high = at(std::min(before + 1, s.input - 1));
      return low * (1 - weight) + high * weight;
    });
  }
  context.results[0].data = x.data;
}

// -- Nests

std::vector<Nest> nest_nearest(const NestContext &context) {
  Nest nest = start_nest(context);
  auto output = add_parallel_axes(nest, nest.output);
  RangeOf range = axis_ranges(nest);
  auto index = output;
  std::vector<Scaling> axes = scalings(context.attrs, nest.operands[0]);
  for (std::size_t i = 0; i < axes.size(); ++i) index[i + 1] = floor_div(output[i + 1], axes[i].factor, range);
  nest.body = add_read(nest, 0, index);
  nest.store = output;
  return {nest};
}

/// The input's position at or before that of an output, not yet limited to the input: the floor of its source, which
/// for (o + 1/2) / factor - 1/2 is that of (o - floor(factor / 2)) / factor.
Index before(const Scaling &s, const Index &o, const RangeOf &range) {
  if (!s.align_corners) return floor_div(o - s.factor / 2, s.factor, range);
  return s.output() == 1 ? Index(0) : floor_div(o * (s.input - 1), s.output() - 1, range);
}

std::vector<Nest> nest_linear(const NestContext &context) {
  Nest nest = start_nest(context);
  auto output = add_parallel_axes(nest, nest.output);
  RangeOf range = axis_ranges(nest);
  std::vector<Scaling> axes = scalings(context.attrs, nest.operands[0]);
  std::vector<Index> low, high;
  for (std::size_t i = 0; i < axes.size(); ++i) {
    Index from = before(axes[i], output[i + 1], range);
    low.push_back(max(from, 0, range));
    high.push_back(min(from + 1, axes[i].input - 1, range));
  }
  auto blend = [](const Scalar &a, const Scalar &b, const Scalar &weight) { return a + weight * (b - a); };
  auto at = [&](const std::vector<Index> &index) { return add_read(nest, 0, joined({output[0]}, index)); };
  auto weight = [&](std::size_t axis) { return add_read(nest, static_cast<int>(axis), {output[axis]}); };
  if (axes.size() == 1) {
    nest.body = blend(at({low[0]}), at({high[0]}), weight(1));
  } else {
    Scalar across = weight(2);
    Scalar above = blend(at({low[0], low[1]}), at({low[0], high[1]}), across);
    Scalar below = blend(at({high[0], low[1]}), at({high[0], high[1]}), across);
    nest.body = blend(above, below, weight(1));
  }
  nest.store = output;
  return {nest};
}

// -- Decomposition

std::vector<ValueId> decompose_upsample(Graph &graph, const Node &node) {
  const Shape input = graph.values[node.operands[0]].type.shape;
  std::vector<std::pair<std::string, AttrValue>> attrs{{"factor", ints_attr(node.attrs, "factor")}};
  if (!is_linear(node.attrs)) return apply(graph, "resize_nearest", {node.operands[0]}, attrs);
  attrs.emplace_back("align_corners", bool_attr(node.attrs, "align_corners"));
  std::vector<ValueId> operands{node.operands[0]};
  for (const Scaling &s : scalings(node.attrs, input)) {
    Tensor weights{{DType::f32, {s.output()}}, {}};
    for (std::int64_t o = 0; o < s.output(); ++o) {
      double place = source(s, o);
      weights.data.push_back(static_cast<float>(place - std::floor(place)));
    }
    operands.push_back(add_constant(graph, std::move(weights)));
  }
  return apply(graph, "resize_linear", operands, attrs);
}

// -- Samples and records

std::vector<Sample> upsample_samples() {
  // Weights that are no f32 are rounded. Positive numbers keep the error in proportion to the result.
  constexpr double low = 0.5;
  return {
      {"double", {{3, 5, 7}}, {}},
      {"by_axis", {{17, 3, 4}}, {{"factor", Ints{3, 2}}}},
      {"sequence", {{2, 19}}, {{"factor", 3}}},
      {"linear", {{3, 5, 9}}, {{"mode", "bilinear"}}},
      {"linear_by_axis", {{2, 4, 3}}, {{"factor", Ints{1, 3}}, {"mode", "bilinear"}}, low},
      {"linear_sequence", {{3, 7}}, {{"factor", 4}, {"mode", "bilinear"}}},
      {"corners", {{5, 4, 7}}, {{"mode", "bilinear"}, {"align_corners", true}}, low},
      {"corners_of_one", {{2, 1, 3}}, {{"factor", 3}, {"mode", "bilinear"}, {"align_corners", true}}, low},
      {"corners_sequence", {{9, 11}}, {{"mode", "bilinear"}, {"align_corners", true}}, low},
      {"nothing", {{2, 3, 3}}, {{"factor", 1}, {"mode", "bilinear"}, {"align_corners", true}}},
  };
}

std::vector<Sample> nearest_samples() {
  return {
      {"double", {{3, 5, 7}}, {{"factor", 2}}},
      {"by_axis", {{9, 3, 4}}, {{"factor", Ints{1, 5}}}},
      {"sequence", {{2, 19}}, {{"factor", 3}}},
  };
}

std::vector<Sample> linear_samples() {
  return {
      {"double", {{3, 5, 9}, {10}, {18}}, {{"factor", 2}}},
      {"triple", {{17, 2, 3}, {6}, {9}}, {{"factor", 3}}},
      {"corners", {{3, 4, 5}, {8}, {15}}, {{"factor", Ints{2, 3}}, {"align_corners", true}}},
      {"sequence", {{2, 7}, {35}}, {{"factor", 5}}},
  };
}

constexpr OperandSpec operands[] = {
    {.name = "x", .doc = "`[channels, height, width]` or `[channels, length]`; nearest takes any element type"}};

constexpr OperandSpec linear_operands[] = {
    {.name = "x", .doc = "`[channels, height, width]` or `[channels, length]`"},
    {.name = "weights",
     .role = OperandRole::variadic,
     .doc = "for each spatial axis how much of the later neighbour every position takes"}};

constexpr AttrSpec attributes[] = {
    {.name = "factor",
     .kind = AttrKind::spatial,
     .default_text = "2",
     .default_value = "2",
     .doc = "how much larger the result is"},
    {.name = "mode",
     .kind = AttrKind::text,
     .default_text = "\"nearest\"",
     .default_value = "nearest",
     .doc = "the nearest position, or the line between its neighbours (along each axis)",
     .choices = "nearest bilinear"},
    {.name = "align_corners",
     .kind = AttrKind::boolean,
     .default_text = "false",
     .default_value = "false",
     .doc = "of \"bilinear\": the first and last positions of input and result coincide, not their edges"},
};

constexpr AttrSpec nearest_attributes[] = {
    {.name = "factor", .kind = AttrKind::spatial, .doc = "how much larger the result is"}};

constexpr AttrSpec linear_attributes[] = {
    {.name = "factor", .kind = AttrKind::spatial, .doc = "how much larger the result is"},
    {.name = "align_corners",
     .kind = AttrKind::boolean,
     .default_text = "false",
     .default_value = "false",
     .doc = "as in `upsample`"},
};

}  // namespace

constinit const OpDef upsample_op{
    .name = "upsample",
    .family = "Shapes",
    .doc =
        "A larger image or sequence, by a whole factor: PyTorch's `interpolate` with `scale_factor`. Position `o` of "
        "the result lies at `(o + 1/2) / factor − 1/2` of the input, but not before 0; with `align_corners` at "
        "`o · (input − 1) / (output − 1)`; \"nearest\" takes `⌊o / factor⌋`.",
    .operands = operands,
    .attributes = attributes,
    .onnx = "Resize",
    .infer = infer_upsample,
    .reference = reference_upsample,
    .decompose = decompose_upsample,
    .samples = upsample_samples,
};

constinit const OpDef resize_nearest_op{
    .name = "resize_nearest",
    .family = "Shapes",
    .doc = "Every position `factor` times.",
    .operands = operands,
    .attributes = nearest_attributes,
    .onnx = "Resize",
    .infer = infer_scaled,
    .reference = reference_nearest,
    .nest = nest_nearest,
    .samples = nearest_samples,
    .internal = true,
};

constinit const OpDef resize_linear_op{
    .name = "resize_linear",
    .family = "Shapes",
    .doc =
        "Along each spatial axis `(1 − w) · x[before] + w · x[before + 1]`, where `before` is as in `upsample` and "
        "positions beyond an end are that end.",
    .operands = linear_operands,
    .attributes = linear_attributes,
    .onnx = "Resize",
    .infer = infer_linear,
    .reference = reference_linear,
    .nest = nest_linear,
    .samples = linear_samples,
    .internal = true,
};

}  // namespace cnnc
