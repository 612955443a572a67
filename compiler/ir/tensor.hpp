// Tensors of numbers: the values that the reference interpreter works on, and weights.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <utility>
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

/// The tensor with every value as an element of its dtype holds it.
inline Tensor as_held(Tensor tensor) {
  for (double &value : tensor.data) value = converted(value, tensor.type.dtype);
  return tensor;
}

/// A tensor that copies of a graph share: passes copy graphs, and weights are large. Empty, or a tensor that never
/// changes.
class SharedTensor {
 public:
  SharedTensor() = default;
  SharedTensor(Tensor tensor) : tensor_(std::make_shared<const Tensor>(std::move(tensor))) {}  // NOLINT: as an optional

  explicit operator bool() const { return tensor_ != nullptr; }
  const Tensor &operator*() const { return *tensor_; }
  const Tensor *operator->() const { return tensor_.get(); }
  bool operator==(const SharedTensor &other) const {
    return tensor_ == other.tensor_ || (tensor_ && other.tensor_ && *tensor_ == *other.tensor_);
  }

 private:
  std::shared_ptr<const Tensor> tensor_;
};

/// Weights by their full name ("conv1.weight").
using Weights = std::map<std::string, Tensor, std::less<>>;

}  // namespace cnnc
