// Joining tensors along an axis.
#include <fmt/format.h>

#include <algorithm>

#include "compiler/ops/build_nest.hpp"
#include "compiler/ops/records.hpp"
#include "compiler/ops/shape_rules.hpp"

namespace cnnc {

namespace {

bool check_joinable(InferContext &context, std::size_t i, std::size_t axis) {
  const TensorType &first = context.operands[0];
  TensorType other = context.operands[i];
  if (other.shape.size() == first.shape.size()) other.shape[axis] = first.shape[axis];
  if (other == first) return true;
  const char *what = other.dtype != first.dtype                 ? "element types"
                     : other.shape.size() != first.shape.size() ? "ranks"
                                                                : "the other extents";
  context.error(DiagnosticKind::concat_mismatch, operand_span(context, i),
                fmt::format("{} along axis {}: {} must agree, but {} and {}", context.label, axis, what,
                            operand_text(context, 0), operand_text(context, i)));
  return false;
}

bool infer(InferContext &context) {
  if (!check_least_rank(context, 1) || !normalise_axis(context, "axis", context.operands[0].shape.size())) return false;
  auto axis = static_cast<std::size_t>(int_attr(context.attrs, "axis"));
  TensorType result = context.operands[0];
  for (std::size_t i = 1; i < context.operands.size(); ++i) {
    if (!check_joinable(context, i, axis)) return false;
    result.shape[axis] += context.operands[i].shape[axis];
  }
  if (!check_size(context, result.shape, "its result")) return false;
  context.results = {result};
  return true;
}

void reference(const ReferenceContext &context) {
  Tensor &result = context.results[0];
  std::int64_t axis = int_attr(context.attrs, "axis");
  std::int64_t inner = row_major_strides(result.type.shape)[axis];
  std::int64_t outer = std::ssize(result.data) / (inner * result.type.shape[axis]);
  auto to = result.data.begin();
  for (std::int64_t o = 0; o < outer; ++o)
    for (const Tensor *operand : context.operands) {
      std::int64_t count = operand->type.shape[axis] * inner;
      to = std::copy_n(operand->data.begin() + o * count, count, to);
    }
}

std::vector<Nest> nests(const NestContext &context) {
  std::vector<Nest> nests;
  auto axis = static_cast<std::size_t>(int_attr(context.attrs, "axis"));
  std::int64_t offset = 0;
  for (std::size_t i = 0; i < context.operands.size(); ++i) {
    Nest nest = start_nest(context);
    auto index = add_parallel_axes(nest, context.operands[i].shape);
    nest.body = add_read(nest, static_cast<int>(i), index);
    nest.store = index;
    nest.store[axis] = index[axis] + offset;
    offset += context.operands[i].shape[axis];
    nests.push_back(std::move(nest));
  }
  return nests;
}

std::vector<Sample> samples() {
  return {
      {"channels", {{3, 5, 7}, {17, 5, 7}}, {}},
      {"three", {{2, 4}, {2, 1}, {2, 19}}, {{"axis", std::int64_t{-1}}}},
      {"vectors", {{5}, {33}}, {}},
      {"alone", {{3, 2}}, {}},
  };
}

constexpr OperandSpec operands[] = {{.name = "x",
                                     .role = OperandRole::variadic,
                                     .doc = "one or more tensors that agree but for their extents along the axis"}};

constexpr AttrSpec attributes[] = {{.name = "axis",
                                    .kind = AttrKind::integer,
                                    .default_text = "0",
                                    .default_value = "0",
                                    .doc = "the axis that grows"}};

}  // namespace

constinit const OpDef concat_op{
    .name = "concat",
    .family = "Shapes",
    .doc = "The operands one after the other along an axis.",
    .operands = operands,
    .attributes = attributes,
    .onnx = "Concat",
    .infer = infer,
    .reference = reference,
    .nest = nests,
    .samples = samples,
};

}  // namespace cnnc
