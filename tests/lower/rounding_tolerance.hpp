// How far f32 may lie from double.
#pragma once

#include <algorithm>
#include <cmath>
#include <vector>

#include "compiler/eval/compare.hpp"
#include "compiler/eval/eval_nest.hpp"

namespace cnnc::test {

/// The tolerance of a kernel against its nest. Rounding errors of a sum grow with the sum of its terms' sizes (Higham,
/// Accuracy and Stability of Numerical Algorithms, section 4.2) and, being of either sign, as the root of their number;
/// what stands around the sum adds a few rounded operations and the error of an elementary function.
inline Tolerance rounding_tolerance(const Nest &nest, const std::vector<const Tensor *> &operands) {
  Nest sizes = nest;  // the sum of the sizes of the terms, without what is made of it
  sizes.body = unary(ScalarOp::abs, nest.body);
  sizes.epilogue = nullptr;
  sizes.pool_epilogue = nullptr;
  Tensor size{{DType::f32, nest.output}, std::vector<double>(static_cast<std::size_t>(element_count(nest.output)), 0)};
  eval_nest(sizes, operands, size);
  double greatest = 0;
  for (double value : size.data)
    if (std::isfinite(value)) greatest = std::max(greatest, value);
  double terms = 1;
  for (const Axis &axis : nest.axes)
    if (axis.kind != AxisKind::parallel) terms *= static_cast<double>(axis.extent);
  return {.absolute = 0x1p-24 * greatest * (8 + 2 * std::sqrt(terms)) + 1e-6,
          .relative = 0x1p-21,
          .reason = "rounding to f32 of the terms and their sum, in any order, and of what is made of it"};
}

}  // namespace cnnc::test
