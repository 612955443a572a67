#include "compiler/ir/index.hpp"

#include <algorithm>
#include <optional>

#include "compiler/support/checks.hpp"

namespace cnnc {

namespace {

std::int64_t divide_down(std::int64_t a, std::int64_t b) {
  std::int64_t quotient = a / b;
  return a % b != 0 && (a < 0) != (b < 0) ? quotient - 1 : quotient;
}

std::strong_ordering compare_atoms(const IndexTerm &a, const IndexTerm &b) {
  // Variables first, by number; then quasi-affine atoms by kind and operands.
  if ((a.var >= 0) != (b.var >= 0)) return a.var >= 0 ? std::strong_ordering::less : std::strong_ordering::greater;
  if (a.var >= 0) return a.var <=> b.var;
  if (a.quasi == b.quasi) return std::strong_ordering::equal;
  if (auto order = a.quasi->kind <=> b.quasi->kind; order != 0) return order;
  if (auto order = a.quasi->divisor <=> b.quasi->divisor; order != 0) return order;
  if (auto order = a.quasi->a <=> b.quasi->a; order != 0) return order;
  return a.quasi->b <=> b.quasi->b;
}

Index quasi(QuasiKind kind, Index a, Index b, std::int64_t divisor);

std::int64_t value_of(const Quasi &quasi, std::int64_t a, std::int64_t b) {
  switch (quasi.kind) {
    case QuasiKind::floor_div:
      return divide_down(a, quasi.divisor);
    case QuasiKind::mod:
      return a - divide_down(a, quasi.divisor) * quasi.divisor;
    case QuasiKind::min:
      return std::min(a, b);
    case QuasiKind::max:
      return std::max(a, b);
  }
  CNNC_UNREACHABLE("quasi kind");
}

}  // namespace

Index make_index(std::int64_t constant, std::vector<IndexTerm> terms) {
  std::sort(terms.begin(), terms.end(), [](const IndexTerm &a, const IndexTerm &b) { return compare_atoms(a, b) < 0; });
  Index index(constant);
  for (IndexTerm &term : terms) {
    if (!index.terms_.empty() && compare_atoms(index.terms_.back(), term) == 0)
      index.terms_.back().coefficient += term.coefficient;
    else
      index.terms_.push_back(std::move(term));
    if (index.terms_.back().coefficient == 0) index.terms_.pop_back();
  }
  return index;
}

namespace {

Index quasi(QuasiKind kind, Index a, Index b, std::int64_t divisor) {
  auto atom = std::make_shared<const Quasi>(Quasi{kind, std::move(a), std::move(b), divisor});
  return make_index(0, {{1, -1, std::move(atom)}});
}

/// Splits a sum into divisor * multiple + rest, where no coefficient of `rest` is a multiple of the divisor.
void split_multiples(const Index &a, std::int64_t divisor, Index &multiple, Index &rest) {
  std::int64_t down = divide_down(a.constant(), divisor);
  std::vector<IndexTerm> multiples;
  std::vector<IndexTerm> others;
  for (IndexTerm term : a.terms()) {
    if (term.coefficient % divisor == 0) {
      term.coefficient /= divisor;
      multiples.push_back(std::move(term));
    } else {
      others.push_back(std::move(term));
    }
  }
  multiple = make_index(down, std::move(multiples));
  rest = make_index(a.constant() - down * divisor, std::move(others));
}

}  // namespace

Index Index::variable(IndexVar var) { return make_index(0, {{1, var, nullptr}}); }

bool Index::is_affine() const {
  return std::all_of(terms_.begin(), terms_.end(), [](const IndexTerm &term) { return term.var >= 0; });
}

std::int64_t Index::coefficient(IndexVar var) const {
  for (const IndexTerm &term : terms_)
    if (term.var == var) return term.coefficient;
  return 0;
}

bool Index::mentions(IndexVar var) const {
  return std::any_of(terms_.begin(), terms_.end(), [var](const IndexTerm &term) {
    return term.var == var || (term.quasi && (term.quasi->a.mentions(var) || term.quasi->b.mentions(var)));
  });
}

Index Index::operator+(const Index &other) const {
  std::vector<IndexTerm> terms = terms_;
  terms.insert(terms.end(), other.terms_.begin(), other.terms_.end());
  return make_index(constant_ + other.constant_, std::move(terms));
}

Index Index::operator-(const Index &other) const { return *this + other * -1; }

Index Index::operator*(std::int64_t factor) const {
  if (factor == 0) return {};
  Index result = *this;
  result.constant_ *= factor;
  for (IndexTerm &term : result.terms_) term.coefficient *= factor;
  return result;
}

std::strong_ordering Index::operator<=>(const Index &other) const {
  if (auto order = terms_.size() <=> other.terms_.size(); order != 0) return order;
  for (std::size_t i = 0; i < terms_.size(); ++i) {
    if (auto order = compare_atoms(terms_[i], other.terms_[i]); order != 0) return order;
    if (auto order = terms_[i].coefficient <=> other.terms_[i].coefficient; order != 0) return order;
  }
  return constant_ <=> other.constant_;
}

bool Index::operator==(const Index &other) const { return (*this <=> other) == 0; }

Index floor_div(const Index &a, std::int64_t divisor, const RangeOf &range) {
  CNNC_CHECK(divisor > 0, "floor_div by a divisor below 1");
  if (divisor == 1) return a;
  Index multiple;
  Index rest;
  split_multiples(a, divisor, multiple, rest);
  if (rest.is_constant()) return multiple;
  if (range) {
    Interval known = bounds(rest, range);
    std::int64_t down = divide_down(known.low, divisor);
    if (down == divide_down(known.high, divisor)) return multiple + down;
  }
  return multiple + quasi(QuasiKind::floor_div, rest, {}, divisor);
}

Index mod(const Index &a, std::int64_t divisor, const RangeOf &range) {
  CNNC_CHECK(divisor > 0, "mod by a divisor below 1");
  if (divisor == 1) return {};
  Index multiple;
  Index rest;
  split_multiples(a, divisor, multiple, rest);
  if (rest.is_constant()) return rest;
  if (range) {
    Interval known = bounds(rest, range);
    std::int64_t down = divide_down(known.low, divisor);
    if (down == divide_down(known.high, divisor)) return rest - down * divisor;
  }
  return quasi(QuasiKind::mod, rest, {}, divisor);
}

Index min(const Index &a, const Index &b, const RangeOf &range) {
  if (Index difference = a - b; difference.is_constant()) return difference.constant() <= 0 ? a : b;
  if (range) {
    Interval known = bounds(a - b, range);
    if (known.high <= 0) return a;
    if (known.low >= 0) return b;
  }
  return quasi(QuasiKind::min, a, b, 1);
}

Index max(const Index &a, const Index &b, const RangeOf &range) {
  if (Index difference = a - b; difference.is_constant()) return difference.constant() >= 0 ? a : b;
  if (range) {
    Interval known = bounds(a - b, range);
    if (known.low >= 0) return a;
    if (known.high <= 0) return b;
  }
  return quasi(QuasiKind::max, a, b, 1);
}

Index substitute(const Index &index, const std::function<Index(IndexVar)> &of, const RangeOf &range) {
  Index result(index.constant());
  for (const IndexTerm &term : index.terms()) {
    Index value;
    if (term.var >= 0) {
      value = of(term.var);
    } else {
      Index a = substitute(term.quasi->a, of, range);
      switch (term.quasi->kind) {
        case QuasiKind::floor_div:
          value = floor_div(a, term.quasi->divisor, range);
          break;
        case QuasiKind::mod:
          value = mod(a, term.quasi->divisor, range);
          break;
        case QuasiKind::min:
          value = min(a, substitute(term.quasi->b, of, range), range);
          break;
        case QuasiKind::max:
          value = max(a, substitute(term.quasi->b, of, range), range);
          break;
      }
    }
    result = result + value * term.coefficient;
  }
  return result;
}

Interval quasi_bounds(const Quasi &quasi, Interval a, Interval b) {
  std::int64_t divisor = quasi.divisor;
  // Where a + b is a constant c, the lesser is at most c / 2 and the greater at least that: max(i, -i) >= 0.
  auto half_of_sum = [&]() -> std::optional<Interval> {
    Index sum = quasi.a + quasi.b;
    if (!sum.is_constant()) return std::nullopt;
    std::int64_t down = divide_down(sum.constant(), 2);
    return Interval{down, sum.constant() - down};
  };
  switch (quasi.kind) {
    case QuasiKind::floor_div:
      return {divide_down(a.low, divisor), divide_down(a.high, divisor)};
    case QuasiKind::mod: {
      std::int64_t period = divide_down(a.low, divisor) * divisor;
      bool one_period = a.high < period + divisor;
      return one_period ? Interval{a.low - period, a.high - period} : Interval{0, divisor - 1};
    }
    case QuasiKind::min: {
      Interval range{std::min(a.low, b.low), std::min(a.high, b.high)};
      if (auto half = half_of_sum()) range.high = std::min(range.high, half->low);
      return range;
    }
    case QuasiKind::max: {
      Interval range{std::max(a.low, b.low), std::max(a.high, b.high)};
      if (auto half = half_of_sum()) range.low = std::max(range.low, half->high);
      return range;
    }
  }
  CNNC_UNREACHABLE("quasi kind");
}

Interval bounds(const Index &index, const RangeOf &range) {
  Interval sum{index.constant(), index.constant()};
  for (const IndexTerm &term : index.terms()) {
    Interval atom;
    if (term.var >= 0) {
      atom = range(term.var);
    } else {
      const Quasi &quasi = *term.quasi;
      bool binary = quasi.kind == QuasiKind::min || quasi.kind == QuasiKind::max;
      atom = quasi_bounds(quasi, bounds(quasi.a, range), binary ? bounds(quasi.b, range) : Interval{});
    }
    std::int64_t c = term.coefficient;
    sum.low += c > 0 ? c * atom.low : c * atom.high;
    sum.high += c > 0 ? c * atom.high : c * atom.low;
  }
  return sum;
}

std::int64_t evaluate(const Index &index, const std::function<std::int64_t(IndexVar)> &of) {
  std::int64_t sum = index.constant();
  for (const IndexTerm &term : index.terms()) {
    std::int64_t atom =
        term.var >= 0 ? of(term.var) : value_of(*term.quasi, evaluate(term.quasi->a, of), evaluate(term.quasi->b, of));
    sum += term.coefficient * atom;
  }
  return sum;
}

std::string to_string(const Index &index, const std::function<std::string(IndexVar)> &name) {
  std::string text;
  auto append = [&text](std::int64_t coefficient, const std::string &atom) {
    if (!text.empty())
      text += coefficient < 0 ? " - " : " + ";
    else if (coefficient < 0)
      text += "-";
    std::int64_t size = coefficient < 0 ? -coefficient : coefficient;
    if (atom.empty())
      text += std::to_string(size);
    else
      text += size == 1 ? atom : std::to_string(size) + "*" + atom;
  };
  for (const IndexTerm &term : index.terms()) {
    if (term.var >= 0) {
      append(term.coefficient, name(term.var));
      continue;
    }
    const Quasi &quasi = *term.quasi;
    std::string a = to_string(quasi.a, name);
    switch (quasi.kind) {
      case QuasiKind::floor_div:
        append(term.coefficient, "floor_div(" + a + ", " + std::to_string(quasi.divisor) + ")");
        break;
      case QuasiKind::mod:
        append(term.coefficient, "mod(" + a + ", " + std::to_string(quasi.divisor) + ")");
        break;
      case QuasiKind::min:
        append(term.coefficient, "min(" + a + ", " + to_string(quasi.b, name) + ")");
        break;
      case QuasiKind::max:
        append(term.coefficient, "max(" + a + ", " + to_string(quasi.b, name) + ")");
        break;
    }
  }
  if (index.constant() != 0 || text.empty()) append(index.constant(), "");
  return text;
}

}  // namespace cnnc
