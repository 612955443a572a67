// Reductions over axes (sum, mean, max_over, min_over) and over whole planes (global_avg_pool, global_max_pool).
#include <algorithm>
#include <limits>

#include "compiler/ops/build_nest.hpp"
#include "compiler/ops/records.hpp"
#include "compiler/ops/shape_rules.hpp"

namespace cnnc {

namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();

// -- Shape rules

bool is_reduced(const std::vector<std::int64_t> &axes, std::size_t axis) {
  return std::find(axes.begin(), axes.end(), static_cast<std::int64_t>(axis)) != axes.end();
}

bool infer_reduction(InferContext &context) {
  if (!check_floats(context)) return false;
  const Shape &input = context.operands[0].shape;
  if (!normalise_axes(context, "axes", input.size())) return false;
  const auto &axes = ints_attr(context.attrs, "axes");
  Shape result;
  for (std::size_t i = 0; i < input.size(); ++i) {
    if (!is_reduced(axes, i))
      result.push_back(input[i]);
    else if (bool_attr(context.attrs, "keep"))
      result.push_back(1);
  }
  context.results = {{DType::f32, result}};
  return true;
}

bool infer_global(InferContext &context) {
  if (!check_floats(context) || !check_image(context)) return false;
  Shape result(context.operands[0].shape.size(), 1);
  result[0] = context.operands[0].shape[0];
  context.results = {{DType::f32, result}};
  return true;
}

// -- Reference: every element is folded into the result that it belongs to

/// Strides by which an element's indices lead to its result: 0 along the reduced axes.
Shape result_strides(const Shape &input, const std::vector<std::int64_t> &axes) {
  Shape strides(input.size(), 0);
  std::int64_t stride = 1;
  for (std::size_t i = input.size(); i-- > 0;) {
    if (is_reduced(axes, i)) continue;
    strides[i] = stride;
    stride *= input[i];
  }
  return strides;
}

template <class Combine>
void fold(const Tensor &input, const std::vector<std::int64_t> &axes, Tensor &result, double start, Combine combine) {
  Shape strides = result_strides(input.type.shape, axes);
  Shape index(input.type.shape.size(), 0);
  std::fill(result.data.begin(), result.data.end(), start);
  std::int64_t at = 0;
  for (double x : input.data) {
    result.data[at] = combine(result.data[at], x);
    for (std::size_t i = index.size(); i-- > 0;) {  // the next index, last axis first
      at += strides[i];
      if (++index[i] < input.type.shape[i]) break;
      at -= strides[i] * index[i];
      index[i] = 0;
    }
  }
}

std::vector<std::int64_t> spatial_axes(const Shape &shape) {
  std::vector<std::int64_t> axes;
  for (std::size_t i = 1; i < shape.size(); ++i) axes.push_back(static_cast<std::int64_t>(i));
  return axes;
}

void sum_over(const ReferenceContext &context, const std::vector<std::int64_t> &axes, bool mean) {
  const Tensor &input = *context.operands[0];
  Tensor &result = context.results[0];
  fold(input, axes, result, 0, [](double sum, double x) { return sum + x; });
  double count = static_cast<double>(input.data.size() / result.data.size());
  if (mean)
    for (double &value : result.data) value /= count;
}

void max_over(const ReferenceContext &context, const std::vector<std::int64_t> &axes) {
  fold(*context.operands[0], axes, context.results[0], -infinity,
       [](double most, double x) { return x > most ? x : most; });
}

void reference_sum(const ReferenceContext &context) { sum_over(context, ints_attr(context.attrs, "axes"), false); }
void reference_mean(const ReferenceContext &context) { sum_over(context, ints_attr(context.attrs, "axes"), true); }
void reference_max_over(const ReferenceContext &context) { max_over(context, ints_attr(context.attrs, "axes")); }
void reference_min_over(const ReferenceContext &context) {
  fold(*context.operands[0], ints_attr(context.attrs, "axes"), context.results[0], infinity,
       [](double least, double x) { return x < least ? x : least; });
}
void reference_global_avg(const ReferenceContext &context) {
  sum_over(context, spatial_axes(context.operands[0]->type.shape), true);
}
void reference_global_max(const ReferenceContext &context) {
  max_over(context, spatial_axes(context.operands[0]->type.shape));
}

// -- Nests

Nest nest_reduction(const NestContext &context, Combine combine, const std::vector<std::int64_t> &axes, bool keep) {
  Nest nest = start_nest(context);
  const Shape &input = context.operands[0].shape;
  std::vector<std::string> names = axis_names(input.size());
  std::vector<Index> index(input.size());
  for (AxisKind kind : {AxisKind::parallel, AxisKind::reduce})
    for (std::size_t i = 0; i < input.size(); ++i)
      if (is_reduced(axes, i) == (kind == AxisKind::reduce)) index[i] = add_axis(nest, names[i], kind, input[i]);
  for (std::size_t i = 0; i < input.size(); ++i) {
    if (!is_reduced(axes, i))
      nest.store.push_back(index[i]);
    else if (keep)
      nest.store.emplace_back(0);
  }
  nest.combine = axes.empty() ? Combine::none : combine;  // a scalar has nothing to reduce
  nest.body = add_read(nest, 0, index);
  return nest;
}

Nest nest_mean(const NestContext &context, const std::vector<std::int64_t> &axes, bool keep) {
  Nest nest = nest_reduction(context, Combine::sum, axes, keep);
  double count = static_cast<double>(element_count(context.operands[0].shape) / element_count(nest.output));
  if (count > 1) nest.epilogue = accumulator() / constant(count);  // 1 / count would be rounded
  return nest;
}

std::vector<Nest> nest_sum(const NestContext &context) {
  return {nest_reduction(context, Combine::sum, ints_attr(context.attrs, "axes"), bool_attr(context.attrs, "keep"))};
}
std::vector<Nest> nest_mean(const NestContext &context) {
  return {nest_mean(context, ints_attr(context.attrs, "axes"), bool_attr(context.attrs, "keep"))};
}
std::vector<Nest> nest_max_over(const NestContext &context) {
  return {nest_reduction(context, Combine::max, ints_attr(context.attrs, "axes"), bool_attr(context.attrs, "keep"))};
}
/// The least is minus the greatest of the negated.
std::vector<Nest> nest_min_over(const NestContext &context) {
  Nest nest = nest_reduction(context, Combine::max, ints_attr(context.attrs, "axes"), bool_attr(context.attrs, "keep"));
  nest.body = -nest.body;
  nest.epilogue = -accumulator();
  return {nest};
}
std::vector<Nest> nest_global_avg(const NestContext &context) {
  return {nest_mean(context, spatial_axes(context.operands[0].shape), true)};
}
std::vector<Nest> nest_global_max(const NestContext &context) {
  return {nest_reduction(context, Combine::max, spatial_axes(context.operands[0].shape), true)};
}

// -- Samples and records

using Ints = std::vector<std::int64_t>;

std::vector<Sample> reduction_samples() {
  return {
      {"all", {{3, 5, 7}}, {}},
      {"last", {{4, 19}}, {{"axes", Ints{-1}}, {"keep", true}}},
      {"first", {{17, 3}}, {{"axes", Ints{0}}}},
      {"outer_two", {{2, 18, 3}}, {{"axes", Ints{2, 0}}, {"keep", true}}},
      {"scalar", {{}}, {}},
  };
}

std::vector<Sample> global_samples() {
  return {{"odd_tail", {{17, 5, 7}}, {}}, {"sequence", {{3, 33}}, {}}, {"one_pixel", {{9, 1, 1}}, {}}};
}

constexpr OperandSpec any_tensor[] = {{.name = "x", .doc = "of any shape"}};
constexpr OperandSpec image[] = {{.name = "x", .doc = "`[channels, height, width]` or `[channels, length]`"}};

constexpr AttrSpec attributes[] = {
    {.name = "axes",
     .kind = AttrKind::integers,
     .default_text = "all",
     .doc = "the axes that go; negative ones count from the end"},
    {.name = "keep",
     .kind = AttrKind::boolean,
     .default_text = "false",
     .default_value = "false",
     .doc = "whether they stay, with extent 1"},
};

}  // namespace

constinit const OpDef sum_op{
    .name = "sum",
    .family = "Reductions",
    .doc = "The sum over some axes, or of all elements.",
    .operands = any_tensor,
    .attributes = attributes,
    .onnx = "ReduceSum",
    .infer = infer_reduction,
    .reference = reference_sum,
    .nest = nest_sum,
    .samples = reduction_samples,
};

constinit const OpDef mean_op{
    .name = "mean",
    .family = "Reductions",
    .doc = "The mean over some axes, or of all elements.",
    .operands = any_tensor,
    .attributes = attributes,
    .onnx = "ReduceMean",
    .infer = infer_reduction,
    .reference = reference_mean,
    .nest = nest_mean,
    .samples = reduction_samples,
};

constinit const OpDef max_over_op{
    .name = "max_over",
    .family = "Reductions",
    .doc = "The greatest element over some axes, or of all.",
    .operands = any_tensor,
    .attributes = attributes,
    .onnx = "ReduceMax",
    .infer = infer_reduction,
    .reference = reference_max_over,
    .nest = nest_max_over,
    .samples = reduction_samples,
};

constinit const OpDef min_over_op{
    .name = "min_over",
    .family = "Reductions",
    .doc = "The least element over some axes, or of all.",
    .operands = any_tensor,
    .attributes = attributes,
    .onnx = "ReduceMin",
    .infer = infer_reduction,
    .reference = reference_min_over,
    .nest = nest_min_over,
    .samples = reduction_samples,
};

constinit const OpDef global_avg_pool_op{
    .name = "global_avg_pool",
    .family = "Pooling",
    .doc = "The mean of each channel: `[c, h, w]` becomes `[c, 1, 1]`, `[c, l]` becomes `[c, 1]`.",
    .operands = image,
    .attributes = {},
    .onnx = "GlobalAveragePool",
    .infer = infer_global,
    .reference = reference_global_avg,
    .nest = nest_global_avg,
    .samples = global_samples,
};

constinit const OpDef global_max_pool_op{
    .name = "global_max_pool",
    .family = "Pooling",
    .doc = "The greatest element of each channel: `[c, h, w]` becomes `[c, 1, 1]`, `[c, l]` becomes `[c, 1]`.",
    .operands = image,
    .attributes = {},
    .onnx = "GlobalMaxPool",
    .infer = infer_global,
    .reference = reference_global_max,
    .nest = nest_global_max,
    .samples = global_samples,
};

}  // namespace cnnc
