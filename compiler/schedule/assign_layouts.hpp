// Decides where the elements of every value lie, and with it the schedules of all nests.
//
// Requires: gathered constants. Ensures: inputs and outputs are row-major, as the caller has them; a value in between
// is blocked by channels of the target's vector width or row-major, whichever lets the group that makes it run cheaper
// (blocked at equal cost: what follows by channel reads whole vectors). One schedule for each nest. Greedy, in the
// groups' order.
#pragma once

#include "compiler/ir/plan.hpp"
#include "compiler/target/target.hpp"

namespace cnnc {

Plan assign_layouts(Plan plan, const Target &target);

}  // namespace cnnc
