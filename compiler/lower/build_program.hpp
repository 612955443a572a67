// Plan → Program: kernels, the weights image, buffers and the order of calls.
//
// Requires: a plan with layouts, schedules and packed weights. Ensures: equal kernels exist once; weights lie in the
// image at multiples of 64 bytes, those of one origin once. Workspace buffers have no place yet: that is plan_memory's.
#pragma once

#include "compiler/ir/kernel.hpp"
#include "compiler/ir/plan.hpp"
#include "compiler/target/target.hpp"

namespace cnnc {

Program build_program(Plan plan, const Target &target);

}  // namespace cnnc
