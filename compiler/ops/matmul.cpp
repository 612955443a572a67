// Products of two computed tensors, by NumPy's rules.
#include <fmt/format.h>

#include <algorithm>

#include "compiler/ops/build_nest.hpp"
#include "compiler/ops/records.hpp"
#include "compiler/ops/shape_rules.hpp"

namespace cnnc {

namespace {

/// An operand as a stack of matrices; a vector is a matrix of one row (a) or one column (b).
struct Stack {
  Shape leading;
  std::int64_t rows = 1, columns = 1;
  bool vector = false;
};

Stack stack_of(const Shape &shape, bool first) {
  if (shape.size() == 1) return first ? Stack{{}, 1, shape[0], true} : Stack{{}, shape[0], 1, true};
  return {Shape(shape.begin(), shape.end() - 2), shape[shape.size() - 2], shape[shape.size() - 1], false};
}

/// The extent of `leading` at axis `axis` of `rank` leading axes, to which it is aligned at the end.
std::int64_t aligned(const Shape &leading, std::size_t rank, std::size_t axis) {
  std::size_t missing = rank - leading.size();
  return axis < missing ? 1 : leading[axis - missing];
}

bool check_operands(InferContext &context) {
  for (std::size_t i = 0; i < 2; ++i) {
    if (!context.operands[i].shape.empty()) continue;
    context
        .error(DiagnosticKind::operand_rank, operand_span(context, i),
               fmt::format("{} takes vectors, matrices and stacks of them, but {}", context.label,
                           operand_text(context, i)))
        .hint("a product with a scalar is a * b");
    return false;
  }
  return true;
}

bool check_inner(InferContext &context, const Stack &a, const Stack &b) {
  if (a.columns == b.rows) return true;
  auto &fault = context.error(
      DiagnosticKind::inner_extents_differ, operand_span(context, 1),
      fmt::format("{}: {} and {}; the {} of the first must be as many as the {} of the second, but are {} and {}",
                  context.label, operand_text(context, 0), operand_text(context, 1), a.vector ? "elements" : "columns",
                  b.vector ? "elements" : "rows", a.columns, b.rows));
  if (!b.vector && b.leading.empty() && a.columns == b.columns) fault.hint("transpose([1, 0]) turns the second");
  return false;
}

bool infer(InferContext &context) {
  if (!check_floats(context) || !check_operands(context)) return false;
  Stack a = stack_of(context.operands[0].shape, true);
  Stack b = stack_of(context.operands[1].shape, false);
  if (!check_inner(context, a, b)) return false;
  std::size_t rank = std::max(a.leading.size(), b.leading.size());
  Shape result;
  for (std::size_t i = 0; i < rank; ++i) {
    std::int64_t in_a = aligned(a.leading, rank, i);
    std::int64_t in_b = aligned(b.leading, rank, i);
    result.push_back(std::max(in_a, in_b));
    if (in_a == in_b || in_a == 1 || in_b == 1) continue;
    context.error(DiagnosticKind::shapes_do_not_broadcast, operand_span(context, 1),
                  fmt::format("{}: {} and {}; leading extents {} and {} do not broadcast", context.label,
                              operand_text(context, 0), operand_text(context, 1), in_a, in_b));
    return false;
  }
  if (!a.vector) result.push_back(a.rows);
  if (!b.vector) result.push_back(b.columns);
  if (!check_size(context, result, "its result")) return false;
  context.results = {{DType::f32, result}};
  return true;
}

/// The number of the matrix of a stack that belongs to matrix `number` of the result, whose leading axes are `leading`.
std::int64_t matrix_number(const Shape &stack, const Shape &leading, std::int64_t number) {
  std::int64_t result = 0;
  std::int64_t stride = 1;
  for (std::size_t i = leading.size(); i-- > 0; number /= leading[i]) {
    std::int64_t extent = aligned(stack, leading.size(), i);
    if (extent > 1) result += number % leading[i] * stride;
    stride *= extent;
  }
  return result;
}

void reference(const ReferenceContext &context) {
  Stack a = stack_of(context.operands[0]->type.shape, true);
  Stack b = stack_of(context.operands[1]->type.shape, false);
  Tensor &result = context.results[0];
  std::int64_t plane = a.rows * b.columns;
  Shape leading = result.type.shape;
  leading.resize(leading.size() - (a.vector ? 0 : 1) - (b.vector ? 0 : 1));
  for (std::int64_t n = 0; n < std::ssize(result.data) / plane; ++n) {
    const double *left = context.operands[0]->data.data() + matrix_number(a.leading, leading, n) * a.rows * a.columns;
    const double *right = context.operands[1]->data.data() + matrix_number(b.leading, leading, n) * b.rows * b.columns;
    double *out = result.data.data() + n * plane;
    for (std::int64_t i = 0; i < a.rows; ++i)
      for (std::int64_t k = 0; k < a.columns; ++k)
        for (std::int64_t j = 0; j < b.columns; ++j)
          out[i * b.columns + j] += left[i * a.columns + k] * right[k * b.columns + j];
  }
}

std::vector<Index> leading_index(const Shape &stack, const std::vector<Index> &axes) {
  std::vector<Index> index;
  std::size_t missing = axes.size() - stack.size();
  for (std::size_t i = 0; i < stack.size(); ++i) index.push_back(stack[i] == 1 ? Index(0) : axes[missing + i]);
  return index;
}

std::vector<Nest> nest(const NestContext &context) {
  Nest nest = start_nest(context);
  Stack a = stack_of(context.operands[0].shape, true);
  Stack b = stack_of(context.operands[1].shape, false);
  std::size_t rank = std::max(a.leading.size(), b.leading.size());
  std::vector<Index> leading;
  for (std::size_t i = 0; i < rank; ++i)
    leading.push_back(add_axis(nest, "d" + std::to_string(i), AxisKind::parallel, nest.output[i]));
  nest.store = leading;
  Index row = a.vector ? Index(0) : add_axis(nest, "i", AxisKind::parallel, a.rows);
  Index column = b.vector ? Index(0) : add_axis(nest, "j", AxisKind::parallel, b.columns);
  Index k = add_axis(nest, "k", AxisKind::reduce, a.columns);
  std::vector<Index> in_a = leading_index(a.leading, leading);
  std::vector<Index> in_b = leading_index(b.leading, leading);
  if (!a.vector) in_a.push_back(row), nest.store.push_back(row);
  in_a.push_back(k);
  in_b.push_back(k);
  if (!b.vector) in_b.push_back(column), nest.store.push_back(column);
  nest.combine = Combine::sum;
  nest.body = add_read(nest, 0, in_a) * add_read(nest, 1, in_b);
  return {nest};
}

std::vector<Sample> samples() {
  return {
      {"odd_tail", {{5, 7}, {7, 19}}, {}},
      {"inner_product", {{33}, {33}}, {}},
      {"vector_first", {{9}, {9, 17}}, {}},
      {"vector_last", {{2, 3, 18}, {18}}, {}},
      {"stacks", {{3, 4, 5}, {3, 5, 6}}, {}},
      {"broadcast", {{2, 1, 3, 4}, {5, 4, 17}}, {}},
      {"one_matrix_for_all", {{4, 9}, {3, 9, 2}}, {}},
      {"vector_with_stack", {{6}, {2, 6, 5}}, {}},
      {"outer_product", {{17, 1}, {1, 3}}, {}},
  };
}

constexpr OperandSpec operands[] = {
    {.name = "a", .doc = "`[…, m, k]`, or `[k]`"},
    {.name = "b", .doc = "`[…, k, n]`, or `[k]`"},
};

}  // namespace

constinit const OpDef matmul_op{
    .name = "matmul",
    .family = "Products",
    .doc =
        "`y[…, i, j] = Σ a[…, i, k] · b[…, k, j]`. The leading axes broadcast; a vector is a row on the left and a "
        "column "
        "on the right, and its axis is gone from the result. NumPy's `matmul`.",
    .operands = operands,
    .attributes = {},
    .onnx = "MatMul",
    .infer = infer,
    .reference = reference,
    .nest = nest,
    .samples = samples,
};

}  // namespace cnnc
