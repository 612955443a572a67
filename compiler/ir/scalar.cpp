#include "compiler/ir/scalar.hpp"

#include <cmath>
#include <map>

#include "compiler/ir/types.hpp"
#include "compiler/support/checks.hpp"
#include "compiler/support/exact_math.hpp"

namespace cnnc {

namespace {

struct ScalarOpRow {
  const char *name;
  int arity;
};

constexpr ScalarOpRow rows[] = {
    {"constant", 0}, {"read", 0},   {"acc", 0},       {"neg", 1},        {"abs", 1},   {"sqrt", 1},   {"exp", 1},
    {"log", 1},      {"tanh", 1},   {"sigmoid", 1},   {"erf", 1},        {"expm1", 1}, {"log1p", 1},  {"trunc", 1},
    {"from_i32", 1}, {"to_i32", 1}, {"round_f16", 1}, {"round_bf16", 1}, {"add", 2},   {"sub", 2},    {"mul", 2},
    {"div", 2},      {"min", 2},    {"max", 2},       {"pow", 2},        {"less", 2},  {"select", 3},
};

Scalar make(ScalarOp op, Scalar a = {}, Scalar b = {}, Scalar c = {}) {
  return std::make_shared<const ScalarNode>(ScalarNode{op, 0, 0, std::move(a), std::move(b), std::move(c)});
}

}  // namespace

const char *name(ScalarOp op) { return rows[static_cast<int>(op)].name; }
int arity(ScalarOp op) { return rows[static_cast<int>(op)].arity; }

Scalar constant(double value) {
  return std::make_shared<const ScalarNode>(
      ScalarNode{ScalarOp::constant, static_cast<double>(static_cast<float>(value)), 0, {}, {}, {}});
}
Scalar read(int index) { return std::make_shared<const ScalarNode>(ScalarNode{ScalarOp::read, 0, index, {}, {}, {}}); }
Scalar accumulator() { return make(ScalarOp::accumulator); }
Scalar unary(ScalarOp op, Scalar a) { return make(op, std::move(a)); }
Scalar binary(ScalarOp op, Scalar a, Scalar b) { return make(op, std::move(a), std::move(b)); }
Scalar select(Scalar condition, Scalar positive, Scalar otherwise) {
  return make(ScalarOp::select, std::move(condition), std::move(positive), std::move(otherwise));
}

Scalar operator+(Scalar a, Scalar b) { return binary(ScalarOp::add, std::move(a), std::move(b)); }
Scalar operator-(Scalar a, Scalar b) { return binary(ScalarOp::sub, std::move(a), std::move(b)); }
Scalar operator*(Scalar a, Scalar b) { return binary(ScalarOp::mul, std::move(a), std::move(b)); }
Scalar operator/(Scalar a, Scalar b) { return binary(ScalarOp::div, std::move(a), std::move(b)); }
Scalar operator-(Scalar a) { return unary(ScalarOp::neg, std::move(a)); }
Scalar min(Scalar a, Scalar b) { return binary(ScalarOp::min, std::move(a), std::move(b)); }
Scalar max(Scalar a, Scalar b) { return binary(ScalarOp::max, std::move(a), std::move(b)); }
Scalar less(Scalar a, Scalar b) { return binary(ScalarOp::less, std::move(a), std::move(b)); }

namespace {

Scalar map_leaves(const Scalar &scalar, const std::function<Scalar(const ScalarNode &)> &leaf,
                  std::map<const ScalarNode *, Scalar> &known) {
  if (!scalar) return scalar;
  auto [place, added] = known.try_emplace(scalar.get(), scalar);
  if (!added) return place->second;
  Scalar mapped = scalar;
  if (scalar->op == ScalarOp::read || scalar->op == ScalarOp::accumulator) {
    if (Scalar replaced = leaf(*scalar)) mapped = std::move(replaced);
  } else if (arity(scalar->op) > 0) {
    mapped = make(scalar->op, map_leaves(scalar->a, leaf, known), map_leaves(scalar->b, leaf, known),
                  map_leaves(scalar->c, leaf, known));
  }
  known[scalar.get()] = mapped;
  return mapped;
}

}  // namespace

Scalar map_leaves(const Scalar &scalar, const std::function<Scalar(const ScalarNode &)> &leaf) {
  std::map<const ScalarNode *, Scalar> known;
  return map_leaves(scalar, leaf, known);
}

std::int64_t written_size(const Scalar &scalar) {
  return scalar ? 1 + written_size(scalar->a) + written_size(scalar->b) + written_size(scalar->c) : 0;
}

namespace {

double evaluate_unary(ScalarOp op, double a) {
  switch (op) {
    case ScalarOp::neg:
      return -a;
    case ScalarOp::abs:
      return std::fabs(a);
    case ScalarOp::sqrt:
      return std::sqrt(a);
    case ScalarOp::exp:
      return exact_exp(a);
    case ScalarOp::log:
      return exact_log(a);
    case ScalarOp::tanh:
      return exact_tanh(a);
    case ScalarOp::sigmoid:
      return exact_sigmoid(a);
    case ScalarOp::erf:
      return exact_erf(a);
    case ScalarOp::expm1:
      return exact_expm1(a);
    case ScalarOp::log1p:
      return exact_log1p(a);
    case ScalarOp::trunc:
      return std::trunc(a) + 0.0;
    case ScalarOp::from_i32:
      return a;
    case ScalarOp::to_i32:
      return to_integer(a, DType::i32);
    case ScalarOp::round_f16:
      return rounded(a, DType::f16);
    case ScalarOp::round_bf16:
      return rounded(a, DType::bf16);
    case ScalarOp::constant:
    case ScalarOp::read:
    case ScalarOp::accumulator:
    case ScalarOp::add:
    case ScalarOp::sub:
    case ScalarOp::mul:
    case ScalarOp::div:
    case ScalarOp::min:
    case ScalarOp::max:
    case ScalarOp::pow:
    case ScalarOp::less:
    case ScalarOp::select:
      break;
  }
  CNNC_UNREACHABLE("an operation on one value");
}

}  // namespace

double evaluate(const Scalar &scalar, const std::function<double(const ScalarNode &)> &leaf) {
  const ScalarNode &node = *scalar;
  if (node.op == ScalarOp::constant) return node.value;
  if (arity(node.op) == 0) return leaf(node);
  double a = evaluate(node.a, leaf);
  if (arity(node.op) == 1) return evaluate_unary(node.op, a);
  double b = node.b ? evaluate(node.b, leaf) : 0;
  double c = node.c ? evaluate(node.c, leaf) : 0;
  switch (node.op) {
    case ScalarOp::less:
      return a < b ? 1 : 0;
    case ScalarOp::add:
      return a + b;
    case ScalarOp::sub:
      return a - b;
    case ScalarOp::mul:
      return a * b;
    case ScalarOp::div:
      return a / b;
    case ScalarOp::min:
      return a < b ? a : b;
    case ScalarOp::max:
      return a > b ? a : b;
    case ScalarOp::pow:
      return exact_pow(a, b);
    case ScalarOp::select:
      return a > 0 ? b : c;
    case ScalarOp::neg:
    case ScalarOp::abs:
    case ScalarOp::sqrt:
    case ScalarOp::exp:
    case ScalarOp::log:
    case ScalarOp::tanh:
    case ScalarOp::sigmoid:
    case ScalarOp::erf:
    case ScalarOp::expm1:
    case ScalarOp::log1p:
    case ScalarOp::trunc:
    case ScalarOp::from_i32:
    case ScalarOp::to_i32:
    case ScalarOp::round_f16:
    case ScalarOp::round_bf16:
    case ScalarOp::constant:
    case ScalarOp::read:
    case ScalarOp::accumulator:
      break;
  }
  CNNC_UNREACHABLE("scalar operation");
}

std::string to_string(const Scalar &scalar) {
  if (!scalar) return "acc";
  const ScalarNode &node = *scalar;
  auto infix = [&](const char *sign) { return "(" + to_string(node.a) + sign + to_string(node.b) + ")"; };
  switch (node.op) {
    case ScalarOp::constant: {
      std::string text = std::to_string(node.value);
      while (text.find('.') != std::string::npos && (text.back() == '0' || text.back() == '.')) {
        bool point = text.back() == '.';
        text.pop_back();
        if (point) break;
      }
      return text;
    }
    case ScalarOp::read:
      return "r" + std::to_string(node.index);
    case ScalarOp::accumulator:
      return "acc";
    case ScalarOp::add:
      return infix(" + ");
    case ScalarOp::sub:
      return infix(" - ");
    case ScalarOp::mul:
      return infix(" * ");
    case ScalarOp::div:
      return infix(" / ");
    case ScalarOp::neg:
    case ScalarOp::abs:
    case ScalarOp::sqrt:
    case ScalarOp::exp:
    case ScalarOp::log:
    case ScalarOp::tanh:
    case ScalarOp::sigmoid:
    case ScalarOp::erf:
    case ScalarOp::expm1:
    case ScalarOp::log1p:
    case ScalarOp::trunc:
    case ScalarOp::from_i32:
    case ScalarOp::to_i32:
    case ScalarOp::round_f16:
    case ScalarOp::round_bf16:
    case ScalarOp::min:
    case ScalarOp::max:
    case ScalarOp::pow:
    case ScalarOp::less:
    case ScalarOp::select:
      break;
  }
  std::string text = std::string(name(node.op)) + "(" + to_string(node.a);
  if (node.b) text += ", " + to_string(node.b);
  if (node.c) text += ", " + to_string(node.c);
  return text + ")";
}

}  // namespace cnnc
