// Bounds of loops: integers that are affine in the variables of enclosing loops, or the least or greatest of such.
//
// Meaning: exact integers. Every number is kept within +-2^56, so that sums over up to 64 variables fit 128 bits; what
// would exceed that has no value (nullopt). Requires nothing of Clang, so that it can be tested alone.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

namespace cnnc {

/// Values that a loop variable takes, both inclusive.
struct Range {
  std::int64_t low = 0;
  std::int64_t high = 0;
};

/// constant + sum of factors[i] * (variable of the i-th enclosing loop, from the outermost).
struct Affine {
  std::int64_t constant = 0;
  std::vector<std::int64_t> factors;

  bool operator==(const Affine &other) const;
};

enum class Choice { least, greatest };

/// The least or the greatest of some affine expressions; of one, that one.
struct Bound {
  Choice choice = Choice::least;
  std::vector<Affine> of;

  bool is_affine() const { return of.size() == 1; }
  bool is_constant() const { return is_affine() && of.front().factors.empty(); }
};

Bound bound(std::int64_t constant);
/// The variable of the loop at `depth`.
Bound bound_variable(std::size_t depth);
/// nullopt where a sum of two real choices, or numbers beyond the limit, would arise.
std::optional<Bound> add(const Bound &a, const Bound &b);
std::optional<Bound> multiply(const Bound &a, std::int64_t factor);
/// The least (greatest) of two bounds; nullopt if one of them is a choice of the other kind.
std::optional<Bound> choose(Choice choice, const Bound &a, const Bound &b);

/// Least and greatest value over all values of the variables. Not always attained: variables are taken as independent.
std::optional<Range> range(const Bound &bound, const std::vector<Range> &variables);
/// At least the greatest value of `end` - `begin`; what both have in common cancels.
std::optional<std::int64_t> greatest_distance(const Bound &begin, const Bound &end,
                                              const std::vector<Range> &variables);

}  // namespace cnnc
