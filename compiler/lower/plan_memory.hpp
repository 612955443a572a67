// Gives every workspace buffer its place: one arena, in which buffers that are never live together may share bytes.
//
// Requires: first and last use of every buffer. Ensures: buffers live at the same call do not overlap (an operand and a
// result of one call are both live), offsets are multiples of 64, workspace_bytes is the least that holds them all.
// Largest first, each at the lowest place that is free while it lives: within a few per cent of the best possible on
// real networks (Pisarchyk and Lee, Efficient Memory Management for Deep Neural Net Inference, 2020, section 5.2). See
// plan_memory_test.cpp.
#pragma once

#include "compiler/ir/kernel.hpp"

namespace cnnc {

Program plan_memory(Program program);

}  // namespace cnnc
