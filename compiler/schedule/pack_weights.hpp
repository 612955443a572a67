// Lays every gathered constant out in the order in which its group's loops read it, at compile time.
//
// Requires: schedules. Ensures: inside a tile the reads of a constant go through memory front to back; along the vector
// axis whole vectors can be read, padded with zeros. Which constant a group reads does not change.
#pragma once

#include "compiler/ir/plan.hpp"

namespace cnnc {

Plan pack_weights(Plan plan);

}  // namespace cnnc
