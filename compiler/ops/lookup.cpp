// Indices that are known at run time: rows of tables, elements of tensors, and the place of a maximum.
#include <fmt/format.h>

#include <algorithm>

#include "compiler/ops/build_nest.hpp"
#include "compiler/ops/records.hpp"
#include "compiler/ops/shape_rules.hpp"

namespace cnnc {

namespace {

/// Data operand `i` is i32; `what` is what it is taken for.
bool check_index_dtype(InferContext &context, std::size_t i, std::string_view what) {
  if (context.operands[i].dtype == DType::i32) return true;
  const std::string &name = context.operand_names[i];
  context
      .error(DiagnosticKind::operand_dtype, operand_span(context, i),
             fmt::format("{}: {} is i32, but {}", context.label, what, operand_text(context, i)))
      .hint(fmt::format("convert it first: {} |> cast(i32)", name.empty() ? "x" : name));
  return false;
}

/// The element of an index tensor, which is 0, and told, if it is out of range.
std::int64_t index_of(const ReferenceContext &context, double value, std::int64_t limit) {
  if (value >= 0 && value < static_cast<double>(limit)) return static_cast<std::int64_t>(value);
  if (context.index_fault != nullptr && !*context.index_fault)
    *context.index_fault = IndexFault{static_cast<std::int64_t>(value), limit};
  return 0;
}

void copy_row(const Tensor &table, std::int64_t row, std::int64_t length, std::vector<double> &to, std::int64_t at) {
  std::copy_n(table.data.begin() + row * length, length, to.begin() + at * length);
}

// -- element_at: x[i]

bool infer_element(InferContext &context) {
  if (context.operands[0].shape.empty()) {
    context.error(DiagnosticKind::operand_rank, operand_span(context, 0),
                  fmt::format("{}: a scalar has no axis to index, and {}", context.label, operand_text(context, 0)));
    return false;
  }
  if (!context.operands[1].shape.empty()) {
    context.error(DiagnosticKind::operand_rank, operand_span(context, 1),
                  fmt::format("{}: an index is a scalar i32[], but {}", context.label, operand_text(context, 1)));
    return false;
  }
  if (!check_index_dtype(context, 1, "an index")) return false;
  TensorType result = context.operands[0];
  result.shape.erase(result.shape.begin());
  context.results = {result};
  return true;
}

void reference_element(const ReferenceContext &context) {
  const Tensor &x = *context.operands[0];
  std::int64_t row = index_of(context, context.operands[1]->data[0], x.type.shape[0]);
  copy_row(x, row, std::ssize(context.results[0].data), context.results[0].data, 0);
}

std::vector<Nest> nest_element(const NestContext &context) {
  Nest nest = start_nest(context);
  nest.lookups = {{1, {}, context.operands[0].shape[0]}};
  nest.store = add_parallel_axes(nest, context.results[0].shape);
  nest.body = add_read(nest, 0, joined({Index::variable(lookup_variable(0))}, nest.store));
  return {nest};
}

std::vector<Sample> samples_element() {
  return {
      {"logits", {{10}, {}}, {}, 0, 10, {DType::f32, DType::i32}},
      {"row", {{5, 19}, {}}, {}, 0, 5, {DType::f32, DType::i32}},
      {"image_of_bytes", {{4, 3, 7}, {}}, {}, 0, 4, {DType::u8, DType::i32}},
  };
}

constexpr OperandSpec element_at_operands[] = {{.name = "x", .doc = "of any element type, of rank 1 or more"},
                                               {.name = "i", .doc = "`i32[]`"}};

// -- embedding

bool infer_embedding(InferContext &context) {
  if (context.operands[0].shape.size() > 1) {
    context.error(DiagnosticKind::operand_rank, operand_span(context, 0),
                  fmt::format("{} takes ids i32[n] or i32[], but {}", context.label, operand_text(context, 0)));
    return false;
  }
  if (!check_index_dtype(context, 0, "an id") || !check_integer(context, "vocabulary", 1) ||
      !check_integer(context, "size", 1))
    return false;
  const std::int64_t size = int_attr(context.attrs, "size");
  Shape weight{int_attr(context.attrs, "vocabulary"), size};
  Shape result = context.operands[0].shape;
  result.push_back(size);
  if (!check_size(context, weight, "its weight") || !check_size(context, result, "its result")) return false;
  context.parameters["weight"] = weight;
  context.results = {{DType::f32, result}};
  return true;
}

void reference_embedding(const ReferenceContext &context) {
  const Tensor &ids = *context.operands[0];
  const Tensor &weight = *context.operands[1];
  for (std::int64_t i = 0; i < std::ssize(ids.data); ++i) {
    std::int64_t row = index_of(context, ids.data[static_cast<std::size_t>(i)], weight.type.shape[0]);
    copy_row(weight, row, weight.type.shape[1], context.results[0].data, i);
  }
}

std::vector<Nest> nest_embedding(const NestContext &context) {
  Nest nest = start_nest(context);
  std::vector<Index> ids;
  if (!context.operands[0].shape.empty())
    ids.push_back(add_axis(nest, "n", AxisKind::parallel, context.operands[0].shape[0]));
  Index feature = add_axis(nest, "c", AxisKind::parallel, context.operands[1].shape[1]);
  nest.lookups = {{0, ids, context.operands[1].shape[0]}};
  nest.body = add_read(nest, 1, {Index::variable(lookup_variable(0)), feature});
  nest.store = joined(ids, {feature});
  return {nest};
}

std::vector<Sample> samples_embedding() {
  auto sizes = [](std::int64_t vocabulary, std::int64_t size) {
    return std::vector<std::pair<std::string, AttrValue>>{{"vocabulary", vocabulary}, {"size", size}};
  };
  return {
      {"sequence", {{7}}, sizes(11, 19), 0, 11, {DType::i32}},
      {"one", {{}}, sizes(5, 16), 0, 5, {DType::i32}},
      {"narrow", {{33}}, sizes(3, 2), 0, 3, {DType::i32}},
  };
}

constexpr OperandSpec embedding_operands[] = {
    {.name = "ids", .doc = "`i32[n]` or `i32[]`"},
    {.name = "weight", .role = OperandRole::parameter, .doc = "`[vocabulary, size]`"}};

constexpr AttrSpec embedding_attributes[] = {
    {.name = "vocabulary", .kind = AttrKind::integer, .doc = "rows of the table"},
    {.name = "size", .kind = AttrKind::integer, .doc = "features of a row"}};

// -- argmax

/// Positions are found in f32, where integers are exact up to here.
constexpr std::int64_t most_positions = std::int64_t{1} << 24;

Shape without_axis(const Shape &shape, std::int64_t axis, bool keep) {
  Shape result = shape;
  if (keep)
    result[static_cast<std::size_t>(axis)] = 1;
  else
    result.erase(result.begin() + axis);
  return result;
}

bool infer_argmax(InferContext &context) {
  if (!check_floats(context) || !check_least_rank(context, 1)) return false;
  const Shape &shape = context.operands[0].shape;
  if (!normalise_axis(context, "axis", shape.size())) return false;
  const std::int64_t axis = int_attr(context.attrs, "axis");
  if (shape[static_cast<std::size_t>(axis)] > most_positions) {
    context.error(DiagnosticKind::tensor_too_large, operand_span(context, 0),
                  fmt::format("{} finds the greatest of {} values at most, but {}", context.label, most_positions,
                              operand_text(context, 0)));
    return false;
  }
  context.results = {{DType::i32, without_axis(shape, axis, bool_attr(context.attrs, "keep"))}};
  return true;
}

void reference_argmax(const ReferenceContext &context) {
  const Tensor &x = *context.operands[0];
  const std::int64_t axis = int_attr(context.attrs, "axis");
  const std::int64_t count = x.type.shape[static_cast<std::size_t>(axis)];
  const std::int64_t inner = row_major_strides(x.type.shape)[static_cast<std::size_t>(axis)];
  for (std::int64_t i = 0; i < std::ssize(context.results[0].data); ++i) {
    const double *first = x.data.data() + i / inner * inner * count + i % inner;
    std::int64_t best = 0;
    for (std::int64_t k = 1; k < count; ++k)
      if (first[k * inner] > first[best * inner]) best = k;
    context.results[0].data[static_cast<std::size_t>(i)] = static_cast<double>(best);
  }
}

/// The maximum first, then the first place that is not less.
std::vector<ValueId> decompose_argmax(Graph &graph, const Node &node) {
  const ValueId x = node.operands[0];
  const Shape shape = graph.values[static_cast<std::size_t>(x)].type.shape;
  const std::int64_t axis = int_attr(node.attrs, "axis");
  const std::int64_t count = shape[static_cast<std::size_t>(axis)];
  const ValueId most = apply(graph, "max_over", {x}, {{"axes", std::vector<std::int64_t>{axis}}, {"keep", true}})[0];
  Tensor places{{DType::f32, {count}}, {}};
  for (std::int64_t i = 0; i < count; ++i) places.data.push_back(static_cast<double>(-i));
  return apply(graph, "first_at_least", {x, most, add_constant(graph, places, "places")},
               {{"axis", axis}, {"keep", bool_attr(node.attrs, "keep")}});
}

std::vector<Sample> samples_argmax() {
  return {
      {"logits", {{10}}, {}},
      {"ties", {{3, 19}}, {{"axis", std::int64_t{0}}}, 0.25, 0.25},
      {"middle", {{3, 5, 7}}, {{"axis", std::int64_t{1}}}},
      {"kept", {{2, 33}}, {{"keep", true}}},
  };
}

constexpr OperandSpec argmax_operands[] = {{.name = "x", .doc = "of rank 1 or more"}};

constexpr AttrSpec argmax_attributes[] = {
    {.name = "axis", .kind = AttrKind::integer, .default_text = "-1", .default_value = "-1", .doc = "where to look"},
    {.name = "keep",
     .kind = AttrKind::boolean,
     .default_text = "false",
     .default_value = "false",
     .doc = "keep the axis, with one element"}};

// -- first_at_least, of which argmax is made

bool infer_first(InferContext &context) {
  const Shape &shape = context.operands[0].shape;
  if (!normalise_axis(context, "axis", shape.size())) return false;
  context.results = {
      {DType::i32, without_axis(shape, int_attr(context.attrs, "axis"), bool_attr(context.attrs, "keep"))}};
  return true;
}

void reference_first(const ReferenceContext &context) {
  const Tensor &x = *context.operands[0];
  const std::int64_t axis = int_attr(context.attrs, "axis");
  const std::int64_t count = x.type.shape[static_cast<std::size_t>(axis)];
  const std::int64_t inner = row_major_strides(x.type.shape)[static_cast<std::size_t>(axis)];
  for (std::int64_t i = 0; i < std::ssize(context.results[0].data); ++i) {
    const double *first = x.data.data() + i / inner * inner * count + i % inner;
    const double least = context.operands[1]->data[static_cast<std::size_t>(i)];
    double place = static_cast<double>(count - 1);
    for (std::int64_t k = 0; k < count; ++k)
      if (!(first[k * inner] < least)) place = std::min(place, -context.operands[2]->data[static_cast<std::size_t>(k)]);
    context.results[0].data[static_cast<std::size_t>(i)] = to_integer(place, DType::i32);
  }
}

std::vector<Nest> nest_first(const NestContext &context) {
  Nest nest = start_nest(context);
  const Shape &shape = context.operands[0].shape;
  const auto axis = static_cast<std::size_t>(int_attr(context.attrs, "axis"));
  std::vector<std::string> names = axis_names(shape.size());
  std::vector<Index> index(shape.size());
  for (std::size_t i = 0; i < shape.size(); ++i)
    if (i != axis) index[i] = add_axis(nest, names[i], AxisKind::parallel, shape[i]);
  index[axis] = add_axis(nest, names[axis], AxisKind::reduce, shape[axis]);
  std::vector<Index> kept = index;
  kept[axis] = Index(0);
  nest.store = kept;
  if (!bool_attr(context.attrs, "keep")) nest.store.erase(nest.store.begin() + static_cast<std::ptrdiff_t>(axis));
  // The least place is the greatest of the negative ones.
  const auto last = static_cast<double>(shape[axis] - 1);
  Scalar x = add_read(nest, 0, index);
  Scalar least = add_read(nest, 1, kept);
  Scalar place = add_read(nest, 2, {index[axis]});
  nest.combine = Combine::max;
  nest.body = select(less(x, least), constant(-last), place);
  nest.epilogue = unary(ScalarOp::to_i32, -accumulator());
  return {nest};
}

std::vector<Sample> samples_first() {
  return {
      {"columns", {{5, 19}, {1, 19}, {5}}, {{"axis", std::int64_t{0}}}, -4, 0},
      {"rows", {{3, 19}, {3, 1}, {19}}, {}, -18, 0},
      {"kept", {{7}, {1}, {7}}, {{"keep", true}}, -6, 0},
  };
}

constexpr OperandSpec first_operands[] = {{.name = "x", .doc = "values"},
                                          {.name = "least", .doc = "of x's shape with one element along the axis"},
                                          {.name = "places", .doc = "0, -1, -2, …"}};

}  // namespace

const OpDef &run_time_element() { return element_at_op; }

constinit const OpDef element_at_op{
    .name = "element_at",
    .family = "Shapes",
    .doc =
        "`x[i]`: element `i` along axis 0, which is dropped. An `i` out of range, negative ones included, makes a run "
        "return `CNNC_BAD_INDEX`.",
    .operands = element_at_operands,
    .attributes = {},
    .onnx = "Gather",
    .infer = infer_element,
    .reference = reference_element,
    .nest = nest_element,
    .samples = samples_element,
};

constinit const OpDef embedding_op{
    .name = "embedding",
    .family = "Layers with weights",
    .doc = "A row of the weights for every id. An id out of range makes a run return `CNNC_BAD_INDEX`.",
    .operands = embedding_operands,
    .attributes = embedding_attributes,
    .onnx = "Gather",
    .infer = infer_embedding,
    .reference = reference_embedding,
    .nest = nest_embedding,
    .samples = samples_embedding,
};

constinit const OpDef argmax_op{
    .name = "argmax",
    .family = "Reductions",
    .doc = "The place of the greatest value along an axis, the first of equals, as `i32`.",
    .operands = argmax_operands,
    .attributes = argmax_attributes,
    .onnx = "ArgMax",
    .infer = infer_argmax,
    .reference = reference_argmax,
    .decompose = decompose_argmax,
    .samples = samples_argmax,
};

constinit const OpDef first_at_least_op{
    .name = "first_at_least",
    .family = "Reductions",
    .doc =
        "The least of −`places` where a value along the axis is not less than `least`, the last place if there is "
        "none.",
    .operands = first_operands,
    .attributes = argmax_attributes,
    .onnx = "",
    .infer = infer_first,
    .reference = reference_first,
    .nest = nest_first,
    .samples = samples_first,
    .internal = true,
};

}  // namespace cnnc
