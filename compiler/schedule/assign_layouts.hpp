// Decides where the elements of every value lie, and with it the schedules of all nests.
//
// Requires: gathered constants. Ensures: inputs and outputs are row-major, as the caller has them; a value in between
// is blocked by channels of the target's vector width or row-major, whichever lets the group that makes it run cheaper
// (blocked at equal cost: what follows by channel reads whole vectors). One schedule for each nest. Greedy, in the
// groups' order; where several groups make parts of a value, the first of them decides.
#pragma once

#include <vector>

#include "compiler/ir/plan.hpp"
#include "compiler/target/target.hpp"

namespace cnnc {

/// Those that a value can have, as an output of the network or in between.
std::vector<Layout> possible_layouts(const Value &value, bool is_output, const Target &target);
Plan assign_layouts(Plan plan, const Target &target);

}  // namespace cnnc
