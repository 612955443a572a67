#include "compiler/ir/verify_access.hpp"

#include <algorithm>
#include <compare>
#include <numeric>

#include "compiler/support/checks.hpp"

namespace cnnc {

namespace {

/// How many combinations of guards are tried for one bound; two guards and a few variables need about ten.
constexpr int most_steps = 200;

std::int64_t floor_of(std::int64_t a, std::int64_t b) { return a / b - (a % b < 0 ? 1 : 0); }

}  // namespace

bool AccessProver::AtomOrder::operator()(const std::shared_ptr<const Quasi> &a,
                                         const std::shared_ptr<const Quasi> &b) const {
  if (a == b) return false;
  if (a->kind != b->kind) return a->kind < b->kind;
  if (a->divisor != b->divisor) return a->divisor < b->divisor;
  if (auto order = a->a <=> b->a; order != 0) return order < 0;
  return (a->b <=> b->b) < 0;
}

void AccessProver::add_product(std::int64_t &sum, std::int64_t a, std::int64_t b) {
  std::int64_t product = 0;
  if (__builtin_mul_overflow(a, b, &product) || __builtin_add_overflow(sum, product, &sum)) overflow_ = true;
}

void AccessProver::add(Form &form, const Form &other, std::int64_t factor) {
  add_product(form.constant, other.constant, factor);
  for (std::size_t d = 0; d < loops_.size(); ++d)
    if (other.coefficients[d] != 0) add_product(form.coefficients[d], other.coefficients[d], factor);
  for (const AtomUse &use : other.atoms) {
    auto same =
        std::find_if(form.atoms.begin(), form.atoms.end(), [&](const AtomUse &u) { return u.atom == use.atom; });
    if (same == form.atoms.end()) same = form.atoms.insert(same, {use.atom, 0});
    add_product(same->coefficient, use.coefficient, factor);
    if (same->coefficient == 0) form.atoms.erase(same);
  }
}

AccessProver::Form AccessProver::form_of(const Index &index) {
  Form form;
  form.constant = index.constant();
  for (const IndexTerm &term : index.terms()) {
    if (!term.quasi) {
      CNNC_CHECK(in_scope(term.var), "a bound is asked for an index in scope");
      auto depth = static_cast<std::size_t>(depth_of_[static_cast<std::size_t>(term.var)]);
      form.coefficients[depth] = term.coefficient;
      continue;
    }
    auto [place, is_new] = atom_numbers_.try_emplace(term.quasi, static_cast<int>(atoms_.size()));
    if (is_new) atoms_.push_back({term.quasi, {}, -1});
    form.atoms.push_back({place->second, term.coefficient});
  }
  return form;
}

/// Requires that the atom's variables are in scope. Found once for each scope.
Interval AccessProver::range_of_atom(int atom) {
  if (Atom &known = atoms_[static_cast<std::size_t>(atom)]; known.known_at == scope_) return known.range;
  std::shared_ptr<const Quasi> quasi = atoms_[static_cast<std::size_t>(atom)].quasi;  // atoms_ grows below
  bool binary = quasi->kind == QuasiKind::min || quasi->kind == QuasiKind::max;
  Interval range = quasi_bounds(*quasi, interval_of(quasi->a), binary ? interval_of(quasi->b) : Interval{});
  Atom &found = atoms_[static_cast<std::size_t>(atom)];
  found.range = range;
  found.known_at = scope_;
  return range;
}

/// Replaces atoms by the end of their range that makes the value greatest (or least).
void AccessProver::resolve_atoms(Form &form, bool high) {
  std::vector<AtomUse> atoms = std::move(form.atoms);
  form.atoms.clear();
  for (const AtomUse &use : atoms) {
    Interval range = range_of_atom(use.atom);
    add_product(form.constant, use.coefficient, (use.coefficient > 0) == high ? range.high : range.low);
  }
}

/// The greatest (or least) value, guards ignored.
std::int64_t AccessProver::extreme(Form form, bool high) {
  if (!form.atoms.empty()) resolve_atoms(form, high);
  for (std::size_t d = loops_.size(); d-- > 0;) {
    std::int64_t coefficient = form.coefficients[d];
    if (coefficient == 0) continue;
    form.coefficients[d] = 0;
    add(form, (coefficient > 0) == high ? loops_[d].last : loops_[d].first, coefficient);
  }
  return form.constant;
}

/// The least upper (greatest lower) bound found, with the help of the first `guards` guards; stops at `wanted`.
std::int64_t AccessProver::best_extreme(const Form &form, bool high, std::int64_t wanted, std::size_t guards,
                                        int &steps) {
  std::int64_t best = extreme(form, high);
  auto enough = [&] { return high ? best <= wanted : best >= wanted; };
  for (std::size_t g = guards; g-- > 0 && !enough();) {
    const Guard &guard = guards_[g];
    std::vector<std::int64_t> factors;  // that make a variable or an atom of the subject vanish
    auto try_factor = [&](std::int64_t in_form, std::int64_t in_subject) {
      if (in_form == 0 || in_subject == 0 || in_form % in_subject != 0) return;
      std::int64_t factor = in_form / in_subject;
      if (std::find(factors.begin(), factors.end(), factor) == factors.end()) factors.push_back(factor);
    };
    for (std::size_t d = 0; d < loops_.size(); ++d) try_factor(form.coefficients[d], guard.subject.coefficients[d]);
    for (const AtomUse &use : guard.subject.atoms)
      for (const AtomUse &other : form.atoms)
        if (use.atom == other.atom) try_factor(other.coefficient, use.coefficient);
    for (std::int64_t factor : factors) {
      if (enough() || ++steps > most_steps) break;
      std::int64_t found = with_guard(form, guard, factor, high, wanted, g, steps);
      best = high ? std::min(best, found) : std::max(best, found);
    }
  }
  return best;
}

/// The bound of form - factor * subject + factor * g, with g in the guard's range.
std::int64_t AccessProver::with_guard(const Form &form, const Guard &guard, std::int64_t factor, bool high,
                                      std::int64_t wanted, std::size_t guards, int &steps) {
  Form rest = form;
  add(rest, guard.subject, -factor);
  add_product(rest.constant, factor, (factor > 0) == high ? guard.range.high : guard.range.low);
  return best_extreme(rest, high, wanted, guards, steps);
}

Interval AccessProver::interval_of(const Index &index) {
  Form form = form_of(index);
  if (guards_.empty()) return {extreme(form, false), extreme(form, true)};
  // Nothing particular is wanted: the best that the guards give.
  int low_steps = 0;
  int high_steps = 0;
  return {best_extreme(form, false, INT64_MAX, guards_.size(), low_steps),
          best_extreme(form, true, INT64_MIN, guards_.size(), high_steps)};
}

/// Of a guard on a + d*r + s with 0 <= s < d, for every floor_div(a, d) of the form: it bounds floor_div(a, d) + r.
void AccessProver::add_quotient_guards(const Form &form) {
  const std::size_t count = guards_.size();
  for (const AtomUse &use : form.atoms) {
    const std::shared_ptr<const Quasi> quasi = atoms_[static_cast<std::size_t>(use.atom)].quasi;
    if (quasi->kind != QuasiKind::floor_div) continue;
    const std::int64_t d = quasi->divisor;
    const Form inside = form_of(quasi->a);
    for (std::size_t g = 0; g < count; ++g) {
      Form rest = guards_[g].subject;
      add(rest, inside, -1);
      bool divisible = !guards_[g].empty && !overflow_;
      for (std::int64_t &coefficient : rest.coefficients) {
        divisible = divisible && coefficient % d == 0;
        coefficient /= d;
      }
      for (AtomUse &other : rest.atoms) {
        divisible = divisible && other.coefficient % d == 0;
        other.coefficient /= d;
      }
      if (!divisible) continue;
      const std::int64_t over = rest.constant - d * floor_of(rest.constant, d);
      rest.constant = floor_of(rest.constant, d);
      rest.atoms.push_back({use.atom, 1});
      const Interval range = guards_[g].range;
      guards_.push_back({std::move(rest), {floor_of(range.low - over, d), floor_of(range.high - over, d)}, false});
    }
  }
}

std::optional<Interval> AccessProver::bound(const Index &index, Interval wanted) {
  Form form = form_of(index);
  const std::size_t guards = guards_.size();
  add_quotient_guards(form);
  int low_steps = 0;
  int high_steps = 0;
  Interval result{best_extreme(form, false, wanted.low, guards_.size(), low_steps),
                  best_extreme(form, true, wanted.high, guards_.size(), high_steps)};
  guards_.resize(guards);
  return overflow_ ? std::nullopt : std::optional(result);
}

void AccessProver::enter_loop(IndexVar var, const Index &begin, const Index &end, std::int64_t step) {
  CNNC_CHECK(loops_.size() < most_loops, "loops are nested no deeper than the prover can follow");
  CNNC_CHECK(step > 0, "loops step forwards");
  Form first = form_of(begin);
  Form length = form_of(end);
  Form last = length;
  add(length, first, -1);
  bool is_constant = length.atoms.empty() && std::all_of(length.coefficients.begin(), length.coefficients.end(),
                                                         [](std::int64_t c) { return c == 0; });
  bool empty = extreme(length, true) <= 0;
  if (is_constant && !empty) {
    last = first;
    last.constant += (length.constant - 1) / step * step;
  } else {
    last.constant -= 1;
  }
  resolve_atoms(first, false);
  resolve_atoms(last, true);
  int outer_depth = depth_of_[static_cast<std::size_t>(var)];
  depth_of_[static_cast<std::size_t>(var)] = static_cast<int>(loops_.size());
  loops_.push_back({var, outer_depth, std::move(first), std::move(last), empty});
  dead_ += empty;
  change_scope();
}

void AccessProver::leave_loop() {
  const Loop &loop = loops_.back();
  depth_of_[static_cast<std::size_t>(loop.var)] = loop.outer_depth;
  dead_ -= loop.empty;
  loops_.pop_back();
  change_scope();
}

void AccessProver::enter_guard(const Index &subject, std::int64_t low, std::int64_t high) {
  Interval unguarded = interval_of(subject);
  Interval range{std::max(low, unguarded.low), std::min(high, unguarded.high)};
  Form form = form_of(subject);
  std::int64_t unit = 0;  // the subject is its constant and a multiple of this
  for (std::int64_t coefficient : form.coefficients) unit = std::gcd(unit, coefficient);
  for (const AtomUse &use : form.atoms) unit = std::gcd(unit, use.coefficient);
  if (unit > 1) {
    range.low = form.constant - unit * floor_of(form.constant - range.low, unit);
    range.high = form.constant + unit * floor_of(range.high - form.constant, unit);
  }
  bool empty = range.low > range.high;
  guards_.push_back({std::move(form), range, empty});
  dead_ += empty;
  change_scope();
}

void AccessProver::leave_guard() {
  dead_ -= guards_.back().empty;
  guards_.pop_back();
  change_scope();
}

}  // namespace cnnc
