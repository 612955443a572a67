// The interpreter of plans: group by group, every nest in double. Packed constants are read back through their layouts,
// so a wrong packing shows.
#pragma once

#include <vector>

#include "compiler/ir/plan.hpp"
#include "compiler/ir/tensor.hpp"

namespace cnnc {

/// Inputs and outputs in the order of the graph's.
std::vector<Tensor> eval_plan(const Plan &plan, const std::vector<Tensor> &inputs);

}  // namespace cnnc
