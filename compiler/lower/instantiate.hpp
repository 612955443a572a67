// Nest × Schedule × Target → Kernel: the only place where loops are made.
//
// Requires: verified nests and schedules; every padded read can be left out (`skippable`), or its nest does not reduce;
// no padded dimension and no floor_div depends on the vector axis in a way that breaks vectors (`vectorizable`).
// Ensures: a kernel that computes exactly what the nests say, with sums in the schedule's order; every access lies in
// its buffer. Edges: an axis with a tile is cut into tiles that lie inside and tiles that meet the padding; what a
// static index cannot decide is decided by a guard, placed at the outermost loop where it is known. Does not: choose
// anything. Tails, unrolling, partial sums and edges are handled here once, for all operators and targets.
#pragma once

#include <string>
#include <vector>

#include "compiler/ir/kernel.hpp"
#include "compiler/ir/layout.hpp"
#include "compiler/ir/nest.hpp"
#include "compiler/ir/schedule.hpp"
#include "compiler/target/target.hpp"

namespace cnnc {

struct InstantiateInput {
  std::string name;
  const std::vector<Nest> &nests;
  const std::vector<Schedule> &schedules;    ///< one per nest
  const std::vector<std::string> &operands;  ///< names of the parameters
  const std::vector<Layout> &operand_layouts;
  const Layout &output_layout;
  const std::vector<DType> &operand_dtypes;
  DType output_dtype;
};

/// Parameters are the operands in order, then the output.
Kernel instantiate(const InstantiateInput &input, const Target &target);

}  // namespace cnnc
