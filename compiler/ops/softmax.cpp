// softmax and log_softmax, which decompose into reductions and element-wise operators.
#include <algorithm>
#include <limits>

#include "compiler/ops/records.hpp"
#include "compiler/ops/shape_rules.hpp"
#include "compiler/support/exact_math.hpp"

namespace cnnc {

namespace {

bool infer(InferContext &context) {
  if (!check_floats(context) || !check_least_rank(context, 1)) return false;
  if (!normalise_axis(context, "axis", context.operands[0].shape.size())) return false;
  context.results = {context.operands[0]};
  return true;
}

/// Calls row(x, y, count, stride) for every line along the axis.
template <class Row>
void for_each_row(const ReferenceContext &context, Row row) {
  const Tensor &x = *context.operands[0];
  std::int64_t axis = int_attr(context.attrs, "axis");
  std::int64_t stride = row_major_strides(x.type.shape)[axis];
  std::int64_t count = x.type.shape[axis];
  for (std::int64_t outer = 0; outer < std::ssize(x.data); outer += count * stride)
    for (std::int64_t inner = outer; inner < outer + stride; ++inner)
      row(x.data.data() + inner, context.results[0].data.data() + inner, count, stride);
}

struct RowSum {
  double most;
  double sum;  ///< of exp(x - most), which cannot overflow
};

RowSum row_sum(const double *x, std::int64_t count, std::int64_t stride) {
  RowSum row{-std::numeric_limits<double>::infinity(), 0};
  for (std::int64_t i = 0; i < count; ++i) row.most = std::max(row.most, x[i * stride]);
  for (std::int64_t i = 0; i < count; ++i) row.sum += exact_exp(x[i * stride] - row.most);
  return row;
}

void reference_softmax(const ReferenceContext &context) {
  for_each_row(context, [](const double *x, double *y, std::int64_t count, std::int64_t stride) {
    RowSum row = row_sum(x, count, stride);
    for (std::int64_t i = 0; i < count; ++i) y[i * stride] = exact_exp(x[i * stride] - row.most) / row.sum;
  });
}

void reference_log_softmax(const ReferenceContext &context) {
  for_each_row(context, [](const double *x, double *y, std::int64_t count, std::int64_t stride) {
    RowSum row = row_sum(x, count, stride);
    for (std::int64_t i = 0; i < count; ++i) y[i * stride] = x[i * stride] - row.most - exact_log(row.sum);
  });
}

struct Parts {
  ValueId shifted;  ///< x less the greatest along the axis
  ValueId exponential;
  ValueId sum;
};

Parts decompose_parts(Graph &graph, const Node &node) {
  std::vector<std::pair<std::string, AttrValue>> over{{"axes", std::vector<std::int64_t>{int_attr(node.attrs, "axis")}},
                                                      {"keep", true}};
  ValueId most = apply(graph, "max_over", {node.operands[0]}, over, node.path)[0];
  ValueId shifted = apply(graph, "sub", {node.operands[0], most}, {}, node.path)[0];
  ValueId exponential = apply(graph, "exp", {shifted}, {}, node.path)[0];
  return {shifted, exponential, apply(graph, "sum", {exponential}, over, node.path)[0]};
}

std::vector<ValueId> decompose_softmax(Graph &graph, const Node &node) {
  Parts parts = decompose_parts(graph, node);
  return apply(graph, "div", {parts.exponential, parts.sum}, {}, node.path);
}

std::vector<ValueId> decompose_log_softmax(Graph &graph, const Node &node) {
  Parts parts = decompose_parts(graph, node);
  ValueId log = apply(graph, "log", {parts.sum}, {}, node.path)[0];
  return apply(graph, "sub", {parts.shifted, log}, {}, node.path);
}

std::vector<Sample> samples() {
  return {
      {"ten_scores", {{10}}, {}, -6, 6},
      {"odd_tail", {{3, 19}}, {}, -4, 4},
      {"channels", {{5, 3, 7}}, {{"axis", std::int64_t{0}}}},
      {"middle", {{2, 17, 3}}, {{"axis", std::int64_t{1}}}, -80, 80},
      {"one", {{1}}, {}},
  };
}

constexpr OperandSpec operands[] = {{.name = "x", .doc = "of any shape but a scalar"}};
constexpr AttrSpec attributes[] = {{.name = "axis",
                                    .kind = AttrKind::integer,
                                    .default_text = "-1",
                                    .default_value = "-1",
                                    .doc = "the axis along which the results sum to 1"}};
constexpr AttrSpec log_attributes[] = {{.name = "axis",
                                        .kind = AttrKind::integer,
                                        .default_text = "-1",
                                        .default_value = "-1",
                                        .doc = "the axis along which their exponentials sum to 1"}};

}  // namespace

constinit const OpDef softmax_op{
    .name = "softmax",
    .family = "Scores",
    .doc = "`exp(x − m) / Σ exp(x − m)` along an axis, m the greatest element there, so that nothing overflows.",
    .operands = operands,
    .attributes = attributes,
    .onnx = "Softmax",
    .infer = infer,
    .reference = reference_softmax,
    .decompose = decompose_softmax,
    .samples = samples,
};

constinit const OpDef log_softmax_op{
    .name = "log_softmax",
    .family = "Scores",
    .doc = "`x − m − log Σ exp(x − m)` along an axis, m the greatest element there.",
    .operands = operands,
    .attributes = log_attributes,
    .onnx = "LogSoftmax",
    .infer = infer,
    .reference = reference_log_softmax,
    .decompose = decompose_log_softmax,
    .samples = samples,
};

}  // namespace cnnc
