// Tensors of numbers: the values that the reference interpreter works on, and weights.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "compiler/ir/types.hpp"

namespace cnnc {

/// Dense, row-major. Values are held in double whatever the dtype: integers and f32 are exact in it. Where `type.dtype`
/// is f32 and the tensor is a weight, a constant or a network's input, every value is a float; intermediate values of
/// the reference interpreter keep double precision.
struct Tensor {
  TensorType type;
  std::vector<double> data;

  bool operator==(const Tensor &) const = default;
};

/// Weights by their full name ("conv1.weight").
using Weights = std::map<std::string, Tensor, std::less<>>;

}  // namespace cnnc
