// Quasi-affine integer expressions: how nests map their axes to a tensor's indices, and how kernels address memory.
//
// Meaning. An Index is  constant + sum of coefficient * atom.  An atom is a variable (an axis of a nest, a loop
// variable of a kernel) or one of floor_div(Index, c), mod(Index, c) with a constant c > 0, min(Index, Index),
// max(Index, Index). floor_div rounds towards minus infinity and mod has the sign of c (so mod is in [0, c)). All
// arithmetic is on int64; extents are limited so that it cannot overflow (see max_elements). Atoms are in a canonical
// order, coefficients are never zero: equal sums are equal values.
#pragma once

#include <compare>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace cnnc {

using IndexVar = std::int32_t;

struct Interval {
  std::int64_t low = 0;
  std::int64_t high = 0;  ///< inclusive

  bool operator==(const Interval &) const = default;
};

/// Indices of a tensor: an interval in every dimension.
using IndexBox = std::vector<Interval>;

struct IndexTerm;

class Index {
 public:
  Index() = default;
  Index(std::int64_t constant);  // NOLINT: a number is an index
  static Index variable(IndexVar var);

  std::int64_t constant() const { return constant_; }
  const std::vector<IndexTerm> &terms() const { return terms_; }
  bool is_constant() const { return terms_.empty(); }
  /// True if no floor_div, mod, min or max occurs.
  bool is_affine() const;
  /// The coefficient with which `var` occurs at the top, 0 if it does not.
  std::int64_t coefficient(IndexVar var) const;
  /// True if `var` occurs anywhere, inside a floor_div too.
  bool mentions(IndexVar var) const;

  Index operator+(const Index &other) const;
  Index operator-(const Index &other) const;
  Index operator*(std::int64_t factor) const;
  std::strong_ordering operator<=>(const Index &other) const;
  bool operator==(const Index &other) const;

 private:
  friend Index make_index(std::int64_t constant, std::vector<IndexTerm> terms);
  std::int64_t constant_ = 0;
  std::vector<IndexTerm> terms_;
};

enum class QuasiKind : std::uint8_t { floor_div, mod, min, max };

/// One non-affine atom. `divisor` is used by floor_div and mod, `b` by min and max.
struct Quasi {
  QuasiKind kind;
  Index a;
  Index b;
  std::int64_t divisor = 1;
};

struct IndexTerm {
  std::int64_t coefficient;
  IndexVar var = -1;                   ///< if >= 0
  std::shared_ptr<const Quasi> quasi;  ///< else
};

// Here, where the terms are complete: Clang will not destroy a vector of them before.
inline Index::Index(std::int64_t constant) : constant_(constant) {}

/// What is known of variables: inclusive ranges, by variable.
using RangeOf = std::function<Interval(IndexVar)>;

// Builders. With ranges they simplify: floor_div(16*a + b, 16) = a where b is in [0, 16).
Index floor_div(const Index &a, std::int64_t divisor, const RangeOf &range = nullptr);
Index mod(const Index &a, std::int64_t divisor, const RangeOf &range = nullptr);
Index min(const Index &a, const Index &b, const RangeOf &range = nullptr);
Index max(const Index &a, const Index &b, const RangeOf &range = nullptr);

/// Replaces every variable by `of(var)` and simplifies again, with what is known of the variables of the result.
Index substitute(const Index &index, const std::function<Index(IndexVar)> &of, const RangeOf &range = nullptr);
/// Bounds of one atom from those of its operands.
Interval quasi_bounds(const Quasi &quasi, Interval a, Interval b);
/// Bounds of the value, exact for affine expressions over independent ranges.
Interval bounds(const Index &index, const RangeOf &range);
std::int64_t evaluate(const Index &index, const std::function<std::int64_t(IndexVar)> &of);
/// "2*oh + kh - 1", "floor_div(c, 16)*784".
std::string to_string(const Index &index, const std::function<std::string(IndexVar)> &name);

}  // namespace cnnc
