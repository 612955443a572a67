// Scalar expressions: the arithmetic that a nest does for one element. Trees of shared immutable nodes.
//
// Meaning. Values are f32 (double in eval_nest); what an i32 tensor holds only passes through, unless from_i32 or
// to_i32 converts it (a kernel carries its 32 bits). add sub mul div sqrt are IEEE, each rounded once; no expression
// may be reassociated or contracted. min(a, b) is a < b ? a : b and max(a, b) is a > b ? a : b, so a NaN or an equal
// operand gives b (what x86 does). select(c, a, b) is c > 0 ? a : b. less(a, b) is 1 where a < b, else 0. exp, log,
// tanh, sigmoid, erf, expm1, log1p and pow(a, b) = a^b are the runtime's own polynomials (cnnc/simd/math.inl); the nest
// evaluator uses their exact values. trunc drops the fraction (+0 for what is between -1 and 1), from_i32 rounds to
// nearest even, to_i32 truncates and saturates and takes a NaN to 0, round_f16 and round_bf16 round to the nearest
// value of that type, ties to even. `accumulator` is the reduced value (in an epilogue) and `read(i)` the i-th read of
// the nest.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

namespace cnnc {

enum class ScalarOp : std::uint8_t {
  constant,     // value
  read,         // read number `index`
  accumulator,  // the value that the stage before has produced
  // clang-format off
  neg, abs, sqrt, exp, log, tanh, sigmoid,         // a
  erf, expm1, log1p,                               // a
  trunc, from_i32, to_i32, round_f16, round_bf16,  // a
  add, sub, mul, div, min, max, pow, less,         // a, b
  select,                                          // a > 0 ? b : c
  // clang-format on
};

/// "add"; also the spelling in dumps and in the runtime's vocabulary.
const char *name(ScalarOp op);
/// The number of operands: 0 to 3.
int arity(ScalarOp op);

struct ScalarNode;
using Scalar = std::shared_ptr<const ScalarNode>;

struct ScalarNode {
  ScalarOp op;
  double value = 0;  ///< constant; always a float's value
  int index = 0;     ///< read
  Scalar a, b, c;
};

Scalar constant(double value);  ///< rounded to f32
Scalar read(int index);
Scalar accumulator();
Scalar unary(ScalarOp op, Scalar a);
Scalar binary(ScalarOp op, Scalar a, Scalar b);
Scalar select(Scalar condition, Scalar positive, Scalar otherwise);

Scalar operator+(Scalar a, Scalar b);
Scalar operator-(Scalar a, Scalar b);
Scalar operator*(Scalar a, Scalar b);
Scalar operator/(Scalar a, Scalar b);
Scalar operator-(Scalar a);
Scalar min(Scalar a, Scalar b);
Scalar max(Scalar a, Scalar b);
Scalar less(Scalar a, Scalar b);

/// Rebuilds the tree with every leaf (read, accumulator) replaced by `leaf(node)`; a null result keeps the leaf.
/// What is one node stays one, however often it is used; `leaf` is asked once for each.
Scalar map_leaves(const Scalar &scalar, const std::function<Scalar(const ScalarNode &)> &leaf);
/// The nodes of the expression written out, where a node that is used twice stands twice.
std::int64_t written_size(const Scalar &scalar);
/// Value in double; exp and its kin by support/exact_math.
double evaluate(const Scalar &scalar, const std::function<double(const ScalarNode &)> &leaf);
/// "max(acc + r1, 0)".
std::string to_string(const Scalar &scalar);

}  // namespace cnnc
