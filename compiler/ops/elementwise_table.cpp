// The table of element-wise operators. To add one, add a row here and a line to ops.def.
#include <cmath>

#include "compiler/ops/elementwise.hpp"
#include "compiler/ops/records.hpp"
#include "compiler/support/exact_math.hpp"

namespace cnnc {

namespace {

constexpr AttrSpec leaky_relu_attributes[] = {
    {.name = "slope", .kind = AttrKind::real, .default_text = "0.01", .default_value = "0.01", .doc = "below 0"}};

constexpr ElementwiseRow rows[] = {
    {.name = "relu",
     .doc = "`max(x, 0)`; a NaN stays a NaN.",
     .onnx = "Relu",
     .operands = 1,
     .value = [](const double *x, const double *) { return x[0] < 0 ? 0 : x[0]; },
     .expression = [](const Scalar *x, const double *) { return max(constant(0), x[0]); }},
    {.name = "leaky_relu",
     .doc = "`x` where it is positive, else `slope · x`.",
     .onnx = "LeakyRelu",
     .operands = 1,
     .value = [](const double *x, const double *p) { return x[0] > 0 ? x[0] : p[0] * x[0]; },
     .expression = [](const Scalar *x, const double *p) { return select(x[0], x[0], x[0] * constant(p[0])); },
     .attributes = leaky_relu_attributes,
     .sample_attributes = [] { return std::vector<std::pair<std::string, AttrValue>>{{"slope", 0.25}}; }},
    {.name = "tanh",
     .doc = "The hyperbolic tangent.",
     .onnx = "Tanh",
     .operands = 1,
     .value = [](const double *x, const double *) { return exact_tanh(x[0]); },
     .expression = [](const Scalar *x, const double *) { return unary(ScalarOp::tanh, x[0]); },
     .low = -5,
     .high = 5},
    {.name = "sigmoid",
     .doc = "`1 / (1 + exp(−x))`.",
     .onnx = "Sigmoid",
     .operands = 1,
     .value = [](const double *x, const double *) { return exact_sigmoid(x[0]); },
     .expression = [](const Scalar *x, const double *) { return unary(ScalarOp::sigmoid, x[0]); },
     .low = -8,
     .high = 8},
    {.name = "silu",
     .doc = "`x / (1 + exp(−x))`, also called swish.",
     .onnx = "",
     .operands = 1,
     .value = [](const double *x, const double *) { return x[0] * exact_sigmoid(x[0]); },
     .expression = [](const Scalar *x, const double *) { return x[0] * unary(ScalarOp::sigmoid, x[0]); },
     .low = -8,
     .high = 8},
    {.name = "exp",
     .doc = "e to the power of x.",
     .onnx = "Exp",
     .operands = 1,
     .value = [](const double *x, const double *) { return exact_exp(x[0]); },
     .expression = [](const Scalar *x, const double *) { return unary(ScalarOp::exp, x[0]); },
     .low = -6,
     .high = 6},
    {.name = "log",
     .doc = "The natural logarithm.",
     .onnx = "Log",
     .operands = 1,
     .value = [](const double *x, const double *) { return exact_log(x[0]); },
     .expression = [](const Scalar *x, const double *) { return unary(ScalarOp::log, x[0]); },
     .low = 0.125,
     .high = 9},
    {.name = "sqrt",
     .doc = "The square root.",
     .onnx = "Sqrt",
     .operands = 1,
     .value = [](const double *x, const double *) { return std::sqrt(x[0]); },
     .expression = [](const Scalar *x, const double *) { return unary(ScalarOp::sqrt, x[0]); },
     .low = 0,
     .high = 9},
    {.name = "abs",
     .doc = "The absolute value.",
     .onnx = "Abs",
     .operands = 1,
     .value = [](const double *x, const double *) { return std::fabs(x[0]); },
     .expression = [](const Scalar *x, const double *) { return unary(ScalarOp::abs, x[0]); }},
    {.name = "neg",
     .doc = "`−x`.",
     .onnx = "Neg",
     .operands = 1,
     .value = [](const double *x, const double *) { return -x[0]; },
     .expression = [](const Scalar *x, const double *) { return -x[0]; }},
    {.name = "add",
     .doc = "`a + b`.",
     .onnx = "Add",
     .operands = 2,
     .value = [](const double *x, const double *) { return x[0] + x[1]; },
     .expression = [](const Scalar *x, const double *) { return x[0] + x[1]; }},
    {.name = "sub",
     .doc = "`a − b`.",
     .onnx = "Sub",
     .operands = 2,
     .value = [](const double *x, const double *) { return x[0] - x[1]; },
     .expression = [](const Scalar *x, const double *) { return x[0] - x[1]; }},
    {.name = "mul",
     .doc = "`a · b`.",
     .onnx = "Mul",
     .operands = 2,
     .value = [](const double *x, const double *) { return x[0] * x[1]; },
     .expression = [](const Scalar *x, const double *) { return x[0] * x[1]; }},
    {.name = "div",
     .doc = "`a / b`.",
     .onnx = "Div",
     .operands = 2,
     .value = [](const double *x, const double *) { return x[0] / x[1]; },
     .expression = [](const Scalar *x, const double *) { return x[0] / x[1]; },
     .low = 0.5,
     .high = 2},
    {.name = "min",
     .doc = "The lesser of `a` and `b`.",
     .onnx = "Min",
     .operands = 2,
     .value = [](const double *x, const double *) { return x[0] < x[1] ? x[0] : x[1]; },
     .expression = [](const Scalar *x, const double *) { return min(x[0], x[1]); }},
    {.name = "max",
     .doc = "The greater of `a` and `b`.",
     .onnx = "Max",
     .operands = 2,
     .value = [](const double *x, const double *) { return x[0] > x[1] ? x[0] : x[1]; },
     .expression = [](const Scalar *x, const double *) { return max(x[0], x[1]); }},
};

consteval std::size_t row_named(std::string_view name) {
  std::size_t i = 0;
  while (rows[i].name != name) ++i;  // past the end it is no constant expression: a line of ops.def without a row
  return i;
}

#define CNNC_OPERATOR(record)
#define CNNC_ELEMENTWISE(name) +1
constexpr std::size_t listed = 0
#include "compiler/ops/ops.def"
    ;
#undef CNNC_ELEMENTWISE
static_assert(listed == std::size(rows), "every row has a line in ops.def");

}  // namespace

#define CNNC_ELEMENTWISE(name) constinit const OpDef name##_op = elementwise<rows, row_named(#name)>();
#include "compiler/ops/ops.def"
#undef CNNC_ELEMENTWISE
#undef CNNC_OPERATOR

}  // namespace cnnc
