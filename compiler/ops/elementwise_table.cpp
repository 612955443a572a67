// The table of element-wise operators. To add one, add a row here and a line to ops.def.
#include <fmt/format.h>

#include <cmath>

#include "compiler/ops/elementwise.hpp"
#include "compiler/ops/records.hpp"
#include "compiler/support/exact_math.hpp"

namespace cnnc {

namespace {

constexpr AttrSpec leaky_relu_attributes[] = {
    {.name = "slope", .kind = AttrKind::real, .default_text = "0.01", .default_value = "0.01", .doc = "below 0"}};
constexpr AttrSpec elu_attributes[] = {{.name = "alpha",
                                        .kind = AttrKind::real,
                                        .default_text = "1",
                                        .default_value = "1",
                                        .doc = "minus the limit far below 0"}};
constexpr AttrSpec clip_attributes[] = {
    {.name = "low", .kind = AttrKind::real, .doc = "the least result"},
    {.name = "high", .kind = AttrKind::real, .doc = "the greatest result, not below `low`"}};
constexpr AttrSpec gelu_attributes[] = {{.name = "approximate",
                                         .kind = AttrKind::text,
                                         .default_text = "\"none\"",
                                         .default_value = "none",
                                         .doc = "the formula",
                                         .choices = "none tanh"}};

// Of selu: mean 0 and variance 1 are a fixed point. G. Klambauer et al., Self-normalizing neural networks, 2017.
constexpr double selu_alpha = 1.6732632423543772848170429916717;
constexpr double selu_scale = 1.0507009873554804934193349852946;
constexpr double root_of_half = 0.70710678118654752440;
constexpr double root_of_two_over_pi = 0.79788456080286535588;
constexpr double gelu_cubic = 0.044715;

double clipped(double x, double low, double high) { return x < low ? low : x > high ? high : x; }
/// In this order a NaN stays one.
Scalar clipped(const Scalar &x, double low, double high) { return min(constant(high), max(constant(low), x)); }

double softplus(double x) { return x > 0 ? x + exact_log1p(exact_exp(-x)) : exact_log1p(exact_exp(x)); }

/// With n = e^x (e^x + 2), which is (1 + e^x)^2 - 1: tanh(log(1 + e^x)) = n / (n + 2). From 20 on that is 1.
Scalar mish(const Scalar &x) {
  Scalar e = unary(ScalarOp::exp, min(constant(20), x));
  Scalar n = e * (e + constant(2));
  return x * (n / (n + constant(2)));
}

double gelu(double x, bool by_tanh) {
  if (!by_tanh) return 0.5 * x * (1 + exact_erf(x * root_of_half));
  return 0.5 * x * (1 + exact_tanh(root_of_two_over_pi * (x + gelu_cubic * x * x * x)));
}

/// (1 + tanh u) / 2 is the sigmoid of 2u.
Scalar gelu_expression(const Scalar &x, bool by_tanh) {
  if (!by_tanh) return constant(0.5) * x * (constant(1) + unary(ScalarOp::erf, x * constant(root_of_half)));
  Scalar slope = constant(2 * root_of_two_over_pi) + constant(2 * root_of_two_over_pi * gelu_cubic) * (x * x);
  return x * unary(ScalarOp::sigmoid, x * slope);
}

bool check_clip(InferContext &context) {
  double low = real_attr(context.attrs, "low");
  double high = real_attr(context.attrs, "high");
  if (low <= high) return true;
  context.error(DiagnosticKind::attribute_range, context.span_of("high"),
                fmt::format("{}: high must be at least low, which is {}, but is {}", context.label, low, high));
  return false;
}

/// x^n for n >= 1 by squaring.
ValueId integer_power(Graph &graph, ValueId x, int n) {
  if (n == 1) return x;
  ValueId half = integer_power(graph, x, n / 2);
  ValueId even = apply(graph, "mul", {half, half})[0];
  return n % 2 == 0 ? even : apply(graph, "mul", {even, x})[0];
}

/// Whole exponents up to 8 become products, halves roots: an error of a few units in the last place at a tenth of the
/// cost, as in PyTorch.
std::vector<ValueId> simplify_pow(Graph &graph, const Node &node) {
  constexpr double most = 8;
  const Value &exponent = graph.values[static_cast<std::size_t>(node.operands[1])];
  if (exponent.kind == ValueKind::result || !exponent.type.shape.empty() || !exponent.data) return {};
  double n = exponent.data.tensor().data[0];
  ValueId power = node.operands[0];
  if (n == -0.5)  // of -0.0 the root is -0.0, and one over it would be -inf
    power = apply(graph, "add", {power, add_constant(graph, Tensor{{DType::f32, {}}, {0}}, "zero")})[0];
  if (std::fabs(n) == 0.5)
    power = apply(graph, "sqrt", {power})[0];
  else if (std::fabs(n) >= 1 && std::fabs(n) <= most && n == std::floor(n))
    power = integer_power(graph, power, static_cast<int>(std::fabs(n)));
  else
    return {};
  if (n > 0) return {power};
  ValueId one = add_constant(graph, Tensor{{DType::f32, {}}, {1}}, "one");
  return {apply(graph, "div", {one, power})[0]};
}

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
    {.name = "relu6",
     .doc = "`min(max(x, 0), 6)`; a NaN stays a NaN.",
     .onnx = "",
     .operands = 1,
     .value = [](const double *x, const double *) { return clipped(x[0], 0, 6); },
     .expression = [](const Scalar *x, const double *) { return clipped(x[0], 0, 6); },
     .low = -3,
     .high = 9},
    {.name = "clip",
     .doc = "`min(max(x, low), high)`; a NaN stays a NaN.",
     .onnx = "Clip",
     .operands = 1,
     .value = [](const double *x, const double *p) { return clipped(x[0], p[0], p[1]); },
     .expression = [](const Scalar *x, const double *p) { return clipped(x[0], p[0], p[1]); },
     .attributes = clip_attributes,
     .sample_attributes = [] { return std::vector<std::pair<std::string, AttrValue>>{{"low", -0.75}, {"high", 1.25}}; },
     .check = check_clip},
    {.name = "elu",
     .doc = "`x` where it is positive, else `alpha · (exp(x) − 1)`.",
     .onnx = "Elu",
     .operands = 1,
     .value = [](const double *x, const double *p) { return x[0] > 0 ? x[0] : p[0] * exact_expm1(x[0]); },
     .expression = [](const Scalar *x,
                      const double *p) { return select(x[0], x[0], constant(p[0]) * unary(ScalarOp::expm1, x[0])); },
     .low = -6,
     .high = 2,
     .attributes = elu_attributes,
     .sample_attributes = [] { return std::vector<std::pair<std::string, AttrValue>>{{"alpha", 0.375}}; }},
    {.name = "selu",
     .doc = "`s · x` where x is positive, else `s · a · (exp(x) − 1)`, with s = 1.0507009873554805 and "
            "a = 1.6732632423543772.",
     .onnx = "Selu",
     .operands = 1,
     .value = [](const double *x,
                 const double *) { return selu_scale * (x[0] > 0 ? x[0] : selu_alpha * exact_expm1(x[0])); },
     .expression =
         [](const Scalar *x, const double *) {
           return select(x[0], constant(selu_scale) * x[0],
                         constant(selu_scale * selu_alpha) * unary(ScalarOp::expm1, x[0]));
         },
     .low = -6,
     .high = 2},
    {.name = "gelu",
     .doc =
         "`x / 2 · (1 + erf(x / √2))`; with `approximate = \"tanh\"` it is `x / 2 · (1 + tanh(√(2/π) · (x + 0.044715 · "
         "x³)))`.",
     .onnx = "Gelu",
     .operands = 1,
     .value = [](const double *x, const double *p) { return gelu(x[0], p[0] == 1); },
     .expression = [](const Scalar *x, const double *p) { return gelu_expression(x[0], p[0] == 1); },
     .low = -3,
     .high = 5,
     .attributes = gelu_attributes,
     .sample_attributes = [] { return std::vector<std::pair<std::string, AttrValue>>{{"approximate", "tanh"}}; }},
    {.name = "mish",
     .doc = "`x · tanh(softplus(x))`.",
     .onnx = "Mish",
     .operands = 1,
     .value = [](const double *x, const double *) { return x[0] * exact_tanh(softplus(x[0])); },
     .expression = [](const Scalar *x, const double *) { return mish(x[0]); },
     .low = -8,
     .high = 24},
    {.name = "softplus",
     .doc = "`log(1 + exp(x))`, without overflow and with all digits far below 0.",
     .onnx = "Softplus",
     .operands = 1,
     .value = [](const double *x, const double *) { return softplus(x[0]); },
     .expression =
         [](const Scalar *x, const double *) {
           Scalar e = unary(ScalarOp::exp, -unary(ScalarOp::abs, x[0]));
           return max(constant(0), x[0]) + unary(ScalarOp::log1p, e);
         },
     .low = -12,
     .high = 24},
    {.name = "hard_sigmoid",
     .doc = "`min(max(x + 3, 0), 6) / 6`.",
     .onnx = "HardSigmoid",
     .operands = 1,
     .value = [](const double *x, const double *) { return clipped(x[0] + 3, 0, 6) / 6; },
     .expression = [](const Scalar *x,
                      const double *) { return clipped(x[0] + constant(3), 0, 6) * constant(1.0 / 6); },
     .low = -5,
     .high = 5},
    {.name = "hard_swish",
     .doc = "`x · min(max(x + 3, 0), 6) / 6`.",
     .onnx = "HardSwish",
     .operands = 1,
     .value = [](const double *x, const double *) { return x[0] * clipped(x[0] + 3, 0, 6) / 6; },
     .expression = [](const Scalar *x,
                      const double *) { return x[0] * (clipped(x[0] + constant(3), 0, 6) * constant(1.0 / 6)); },
     .low = -5,
     .high = 5},
    {.name = "scaled_tanh",
     .doc = "`1.7159 · tanh(2 x / 3)`, after Y. LeCun et al., Efficient BackProp, 1998.",
     .onnx = "",
     .operands = 1,
     .value = [](const double *x, const double *) { return 1.7159 * exact_tanh(x[0] * 2 / 3); },
     .expression = [](const Scalar *x,
                      const double *) { return constant(1.7159) * unary(ScalarOp::tanh, x[0] * constant(2.0 / 3)); },
     .low = -5,
     .high = 5},
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
    {.name = "pow",
     .doc = "`a` to the power of `b`: a tensor of exponents, or a number as in `x |> pow(2)`. Below 0 a base has only "
            "whole "
            "powers, the others are NaN, as in PyTorch. Exact to 1.2 units in the last place; constant exponents of a "
            "whole "
            "number up to ±8 are products, ±0.5 is a root.",
     .onnx = "Pow",
     .operands = 2,
     .value = [](const double *x, const double *) { return exact_pow(x[0], x[1]); },
     .expression = [](const Scalar *x, const double *) { return binary(ScalarOp::pow, x[0], x[1]); },
     .low = 0.0625,
     .high = 5,
     .simplify = simplify_pow},
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
