// The interval proof of kernels: the bounds of an index inside loops and guards.
//
// The upper bound of an affine index is found by replacing loop variables by their last value (first value, where the
// coefficient is negative), from the innermost loop outwards; bounds of loops are themselves affine in outer variables,
// so what is left at the end is a number. It is exact for rectangular loops. floor_div, mod, min and max stand for
// values between bounds of their own. Where that does not suffice, a guard low <= subject <= high helps: the index
// minus a multiple of the subject, plus the same multiple of a number in [low, high], is bounded instead, so that
// 28*(2*oh + kh - 1) + ow under 0 <= 2*oh + kh - 1 <= 27 becomes 28*g + ow with g in [0, 27]. Of 4*j - 3 only every
// fourth number counts: under 0 <= 4*j - 3 <= 4 it is 1. And a guard on 4*j + c is one on j + floor_div(c, 4).
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <vector>

#include "compiler/ir/index.hpp"

namespace cnnc {

/// What encloses a statement. Enter and leave loops and guards like brackets, in the order of the kernel's text.
class AccessProver {
 public:
  static constexpr std::size_t most_loops = 32;

  explicit AccessProver(std::size_t loop_vars) : depth_of_(loop_vars, -1) {}

  std::size_t depth() const { return loops_.size(); }
  /// True if the variable belongs to an enclosing loop.
  bool in_scope(IndexVar var) const {
    return var >= 0 && static_cast<std::size_t>(var) < depth_of_.size() &&
           depth_of_[static_cast<std::size_t>(var)] >= 0;
  }
  /// True if what is here never runs: an enclosing loop or guard is empty.
  bool never_runs() const { return dead_ > 0; }

  /// Requires variables in scope, at most most_loops loops, and a step of at least 1.
  void enter_loop(IndexVar var, const Index &begin, const Index &end, std::int64_t step);
  void leave_loop();
  void enter_guard(const Index &subject, std::int64_t low, std::int64_t high);
  void leave_guard();

  /// Bounds of the index's value, tight enough for [wanted.low, wanted.high] if that can be shown. Nothing, from then
  /// on, if a product or a sum has exceeded int64.
  std::optional<Interval> bound(const Index &index, Interval wanted);

 private:
  struct AtomUse {
    int atom;
    std::int64_t coefficient;
  };
  /// An index in scope: constant + sum of coefficients (by depth of the loop) + atoms (floor_div and the like).
  struct Form {
    std::int64_t constant = 0;
    std::array<std::int64_t, most_loops> coefficients{};
    std::vector<AtomUse> atoms;
  };
  struct Loop {
    IndexVar var;
    int outer_depth;   // of the same variable in an enclosing loop, -1: restored on leaving
    Form first, last;  // without atoms
    bool empty;
  };
  struct Guard {
    Form subject;
    Interval range;
    bool empty;
  };
  struct Atom {
    std::shared_ptr<const Quasi> quasi;
    Interval range;
    int known_at = -1;  // the scope in which `range` was found
  };
  struct AtomOrder {
    bool operator()(const std::shared_ptr<const Quasi> &a, const std::shared_ptr<const Quasi> &b) const;
  };

  Form form_of(const Index &index);
  void add(Form &form, const Form &other, std::int64_t factor);
  void add_product(std::int64_t &sum, std::int64_t a, std::int64_t b);
  Interval range_of_atom(int atom);
  void resolve_atoms(Form &form, bool high);
  std::int64_t extreme(Form form, bool high);
  std::int64_t best_extreme(const Form &form, bool high, std::int64_t wanted, std::size_t guards, int &steps);
  std::int64_t with_guard(const Form &form, const Guard &guard, std::int64_t factor, bool high, std::int64_t wanted,
                          std::size_t guards, int &steps);
  Interval interval_of(const Index &index);
  void add_quotient_guards(const Form &form);
  void change_scope() { scope_ = ++last_scope_; }

  std::vector<Loop> loops_;
  std::vector<Guard> guards_;
  std::vector<int> depth_of_;  // by loop variable, -1 outside its loop
  std::vector<Atom> atoms_;
  std::map<std::shared_ptr<const Quasi>, int, AtomOrder> atom_numbers_;
  int scope_ = 0, last_scope_ = 0;
  int dead_ = 0;
  bool overflow_ = false;
};

}  // namespace cnnc
