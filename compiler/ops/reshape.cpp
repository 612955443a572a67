// The same elements under another shape: flatten and reshape.
#include <fmt/format.h>

#include "compiler/ops/build_nest.hpp"
#include "compiler/ops/records.hpp"
#include "compiler/ops/shape_rules.hpp"

namespace cnnc {

namespace {

using Ints = std::vector<std::int64_t>;

bool infer_flatten(InferContext &context) {
  context.results = {{context.operands[0].dtype, {element_count(context.operands[0].shape)}}};
  return true;
}

/// Each dimension is positive, but for at most one -1.
bool check_dimensions(InferContext &context, const Ints &dims) {
  int inferred = 0;
  for (std::int64_t extent : dims) {
    if (extent >= 1 || (extent == -1 && ++inferred == 1)) continue;
    std::string what = extent == -1 ? "only one dimension can be -1"
                                    : fmt::format("a dimension must be at least 1, or -1, but one is {}", extent);
    context.error(DiagnosticKind::reshape_dimension, context.span_of("dims"),
                  fmt::format("{}: {}", context.label, what));
    return false;
  }
  return true;
}

bool infer_reshape(InferContext &context) {
  const Ints dims = ints_attr(context.attrs, "dims");
  if (!check_dimensions(context, dims)) return false;
  std::int64_t count = element_count(context.operands[0].shape);
  Shape result = dims;
  std::int64_t known = 1;
  std::size_t inferred = dims.size();
  for (std::size_t i = 0; i < dims.size(); ++i) {
    if (dims[i] == -1) inferred = i;
    if (dims[i] != -1 && known <= max_elements) known = dims[i] > max_elements ? dims[i] : known * dims[i];
  }
  bool fits = inferred == dims.size() ? known == count : known <= count && count % known == 0;
  if (!fits) {
    context.error(DiagnosticKind::reshape_count, context.span_of("dims"),
                  fmt::format("{}: {}, which has {} elements, cannot become {}", context.label,
                              operand_text(context, 0), count, to_string(dims)));
    return false;
  }
  if (inferred < dims.size()) result[inferred] = count / known;
  context.attrs.at("dims").value = result;
  context.results = {{context.operands[0].dtype, result}};
  return true;
}

void reference(const ReferenceContext &context) { context.results[0].data = context.operands[0]->data; }

std::vector<Nest> nest(const NestContext &context) {
  Nest nest = start_nest(context);
  auto output = add_parallel_axes(nest, nest.output);
  Shape output_strides = row_major_strides(nest.output);
  Index flat;
  for (std::size_t i = 0; i < output.size(); ++i) flat = flat + output[i] * output_strides[i];

  RangeOf range = axis_ranges(nest);
  const Shape &input = context.operands[0].shape;
  Shape input_strides = row_major_strides(input);
  std::vector<Index> index;
  for (std::size_t i = 0; i < input.size(); ++i)
    index.push_back(mod(floor_div(flat, input_strides[i], range), input[i], range));
  nest.body = add_read(nest, 0, index);
  nest.store = output;
  return {nest};
}

std::vector<Sample> flatten_samples() {
  return {{"image", {{3, 5, 7}}, {}}, {"vector", {{19}}, {}}, {"scalar", {{}}, {}}};
}

std::vector<Sample> reshape_samples() {
  return {
      {"split", {{36}}, {{"dims", Ints{4, 9}}}},
      {"regroup", {{6, 4, 5}}, {{"dims", Ints{8, -1}}}},
      {"to_scalar", {{1, 1}}, {{"dims", Ints{}}}},
      {"deeper", {{6, 10}}, {{"dims", Ints{3, 2, 5, 2}}}},
  };
}

constexpr OperandSpec operands[] = {{.name = "x", .doc = "of any shape and element type"}};
constexpr AttrSpec attributes[] = {
    {.name = "dims", .kind = AttrKind::integers, .doc = "the new shape; one dimension may be -1 and is inferred"}};

}  // namespace

constinit const OpDef flatten_op{
    .name = "flatten",
    .family = "Shapes",
    .doc = "All elements in a vector, in row-major order.",
    .operands = operands,
    .attributes = {},
    .onnx = "Flatten",
    .infer = infer_flatten,
    .reference = reference,
    .nest = nest,
    .samples = flatten_samples,
    .is_reshape = true,
};

constinit const OpDef reshape_op{
    .name = "reshape",
    .family = "Shapes",
    .doc = "The same elements, in row-major order, under another shape.",
    .operands = operands,
    .attributes = attributes,
    .onnx = "Reshape",
    .infer = infer_reshape,
    .reference = reference,
    .nest = nest,
    .samples = reshape_samples,
    .is_reshape = true,
};

}  // namespace cnnc
