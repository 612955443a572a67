// Chooses how the loops of a nest are made: a pure function from the nest, its layouts and the target's facts.
//
// Rules (docs/performance.md has the measurements): accumulators fill the registers but never spill; one broadcast
// feeds as many vectors of the vector axis as the registers allow; tiles of a row have nearly equal sizes; a short
// chain of sums is split into partial sums; innermost reduce axes are unrolled up to a budget of operations, so that
// code size is bounded.
#pragma once

#include "compiler/ir/layout.hpp"
#include "compiler/ir/schedule.hpp"
#include "compiler/ir/access.hpp"
#include "compiler/target/target.hpp"

namespace cnnc {

/// The most operations that one unrolled loop body may have: many where a network is small and loops would be felt, few
/// where its text would grow by them. From 64 to 512, networks of fifty kernels run equally fast; their text does not.
constexpr std::int64_t least_unrolled = 128;
constexpr std::int64_t most_unrolled = 256;
/// What a network of so many nests gives each: its text stays bounded.
std::int64_t unroll_budget(std::size_t nests);

struct RankedSchedule {
  Schedule schedule;
  double cost = 0;
};

/// The best schedule with this vector axis (-1: scalar code), which must be `vectorizable`.
RankedSchedule choose_schedule(const Nest &nest, AxisId vector_axis, const OperandLayouts &operands,
                               const Layout &output, const Target &target, std::int64_t unrolled = most_unrolled);
/// The best over all vector axes.
RankedSchedule choose_schedule(const Nest &nest, const OperandLayouts &operands, const Layout &output,
                               const Target &target, std::int64_t unrolled = most_unrolled);

}  // namespace cnnc
