#include "compiler/clang/affine.hpp"

#include <algorithm>

namespace cnnc {
namespace {

constexpr std::int64_t limit = std::int64_t{1} << 56;
constexpr std::size_t greatest_depth = 64;

__extension__ typedef __int128 Wide;  // as a typedef: -Wpedantic knows no other spelling

std::optional<std::int64_t> narrow(Wide value) {
  if (value > limit || value < -limit) return std::nullopt;
  return static_cast<std::int64_t>(value);
}

std::int64_t factor(const Affine &a, std::size_t depth) { return depth < a.factors.size() ? a.factors[depth] : 0; }

/// a * scale + b
std::optional<Affine> combine(const Affine &a, std::int64_t scale, const Affine &b) {
  Affine result;
  const auto constant = narrow(Wide{a.constant} * scale + b.constant);
  if (!constant) return std::nullopt;
  result.constant = *constant;
  for (std::size_t i = 0; i < std::max(a.factors.size(), b.factors.size()); ++i) {
    const auto sum = narrow(Wide{factor(a, i)} * scale + factor(b, i));
    if (!sum) return std::nullopt;
    result.factors.push_back(*sum);
  }
  while (!result.factors.empty() && result.factors.back() == 0) result.factors.pop_back();
  return result;
}

/// The value at the corner of the box where it is greatest (sign 1) or least (sign -1).
std::optional<std::int64_t> corner(const Affine &a, int sign, const std::vector<Range> &variables) {
  if (a.factors.size() > std::min(variables.size(), greatest_depth)) return std::nullopt;
  Wide sum = a.constant;
  for (std::size_t i = 0; i < a.factors.size(); ++i) {
    const bool high = (a.factors[i] > 0) == (sign > 0);
    sum += Wide{a.factors[i]} * (high ? variables[i].high : variables[i].low);
  }
  return narrow(sum);
}

/// Of the corners of all parts, the least or the greatest.
std::optional<std::int64_t> corner(const Bound &bound, int sign, const std::vector<Range> &variables) {
  std::optional<std::int64_t> result;
  for (const Affine &part : bound.of) {
    const auto value = corner(part, sign, variables);
    if (!value) return std::nullopt;
    if (!result) {
      result = value;
    } else {
      result = bound.choice == Choice::least ? std::min(*result, *value) : std::max(*result, *value);
    }
  }
  return result;
}

}  // namespace

bool Affine::operator==(const Affine &other) const {
  const auto difference = combine(*this, -1, other);
  return difference && difference->constant == 0 && difference->factors.empty();
}

Bound bound(std::int64_t constant) { return {Choice::least, {{constant, {}}}}; }

Bound bound_variable(std::size_t depth) {
  Affine affine;
  affine.factors.resize(depth + 1);
  affine.factors[depth] = 1;
  return {Choice::least, {affine}};
}

std::optional<Bound> add(const Bound &a, const Bound &b) {
  if (!b.is_affine()) return a.is_affine() ? add(b, a) : std::nullopt;
  Bound result{a.choice, {}};
  for (const Affine &part : a.of) {
    const auto sum = combine(part, 1, b.of.front());
    if (!sum) return std::nullopt;
    result.of.push_back(*sum);
  }
  return result;
}

std::optional<Bound> multiply(const Bound &a, std::int64_t scale) {
  Bound result{a.choice, {}};
  if (scale < 0) result.choice = a.choice == Choice::least ? Choice::greatest : Choice::least;
  for (const Affine &part : a.of) {
    const auto product = combine(part, scale, {});
    if (!product) return std::nullopt;
    result.of.push_back(*product);
  }
  return result;
}

std::optional<Bound> choose(Choice choice, const Bound &a, const Bound &b) {
  Bound result{choice, a.of};
  if (!a.is_affine() && a.choice != choice) return std::nullopt;
  if (!b.is_affine() && b.choice != choice) return std::nullopt;
  result.of.insert(result.of.end(), b.of.begin(), b.of.end());
  return result;
}

std::optional<Range> range(const Bound &bound, const std::vector<Range> &variables) {
  const auto low = corner(bound, -1, variables);
  const auto high = corner(bound, 1, variables);
  if (!low || !high) return std::nullopt;
  return Range{*low, *high};
}

std::optional<std::int64_t> greatest_distance(const Bound &begin, const Bound &end,
                                              const std::vector<Range> &variables) {
  // end - begin for every pair of parts. A choice of the end bounds the distance as it bounds the end; one of the begin
  // turns round: end - max(a, b) is the least of end - a and end - b.
  Bound over_begin{begin.choice == Choice::greatest ? Choice::least : Choice::greatest, {}};
  std::optional<std::int64_t> result;
  for (const Affine &b : begin.of) {
    Bound difference{end.choice, {}};
    for (const Affine &e : end.of) {
      const auto part = combine(b, -1, e);
      if (!part) return std::nullopt;
      difference.of.push_back(*part);
    }
    const auto value = corner(difference, 1, variables);
    if (!value) return std::nullopt;
    if (!result) {
      result = value;
    } else {
      result = over_begin.choice == Choice::least ? std::min(*result, *value) : std::max(*result, *value);
    }
  }
  return result;
}

}  // namespace cnnc
