// Brings every constant that a group reads into the shape of the axes by which it is read.
//
// Requires: constants have their numbers. Ensures: each read of a constant has an operand of its own, one dimension for
// each axis that its index mentions, read at those axes as they are; padding and quasi-affine indices are evaluated
// away. So a constant can be laid out in the order of any loops. A constant that would grow beyond four times its size
// stays.
#pragma once

#include "compiler/ir/plan.hpp"

namespace cnnc {

Plan gather_constants(Plan plan);

}  // namespace cnnc
