// Lets groups store their results where a join would copy them to: into parts of one value.
//
// A group that copies whole values side by side (concat, the states of a recurrent layer, a reshaped output) only moves
// them. Instead of it the groups that make those values store into the joined value, and those that read them read it
// there. Requires: gathered constants. Ensures: the plan computes the same; where a value has several makers, each
// element has one of them, and the buffer of a value that a group both reads and writes has these parts apart. A part
// is not moved, and stays copied, if
//  - it is no group's result, or an output, or of another element type, or copied twice;
//  - its elements would lie less well: channels that do not begin at a whole vector, or a part that others read too and
//    that would be blocked by channels on its own while the joined value cannot be;
//  - it is read with padding where its edge is no edge of the joined value;
//  - the parts interleave in memory, and some group reads one and writes another, or reads one before all are made.
// A join costs memory only in that the parts lie together from the first on.
#pragma once

#include "compiler/ir/plan.hpp"
#include "compiler/target/target.hpp"

namespace cnnc {

Plan join_in_place(Plan plan, const Target &target);

}  // namespace cnnc
