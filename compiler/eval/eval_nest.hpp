// The interpreter of nests: what ir/nest.hpp says, in double, one point after the other.
#pragma once

#include <vector>

#include "compiler/ir/nest.hpp"
#include "compiler/ir/tensor.hpp"

namespace cnnc {

/// Evaluates every point and stores it into `output`; elements that the nest does not store keep their values, so the
/// several nests of one node can fill one tensor. Sums run in the order of the axes (their order is free); nothing is
/// rounded to f32. Requires operands and output of the nest's shapes. Throws InternalError where a read without a pad
/// or a store leaves its shape.
void eval_nest(const Nest &nest, const std::vector<const Tensor *> &operands, Tensor &output);

}  // namespace cnnc
