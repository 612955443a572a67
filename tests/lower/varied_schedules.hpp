// Schedules that a cost model would not choose: whatever is legal must compute the same.
#pragma once

#include <vector>

#include "compiler/ir/layout.hpp"
#include "compiler/ir/schedule.hpp"
#include "compiler/target/target.hpp"

namespace cnnc::test {

/// Plain loops; odd tiles, blocks and partial sums in scalar code; for every axis that can be the vector axis, single
/// vectors, and tiles of them with everything unrolled in reversed order; what the cost model chooses.
std::vector<Schedule> varied_schedules(const Nest &nest, const std::vector<Layout> &operands, const Layout &output,
                                       const Target &target);

}  // namespace cnnc::test
