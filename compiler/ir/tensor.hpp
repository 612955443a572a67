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

/// Numbers of f32 that several hold and nobody changes.
using SharedFloats = std::shared_ptr<const std::vector<float>>;

/// The numbers of a weight or a constant. Copies of a graph share them: passes copy graphs, and weights are large,
/// which is also why f32 is held as such. Empty, or numbers that never change.
class SharedTensor {
 public:
  SharedTensor() = default;
  SharedTensor(const Tensor &tensor);  // NOLINT: as an optional
  /// Of dtype f32.
  SharedTensor(Shape shape, std::vector<float> numbers);

  explicit operator bool() const { return numbers_ != nullptr; }
  // All else requires that there are numbers.
  const TensorType &type() const { return numbers_->type; }
  std::size_t size() const { return numbers_->singles.size() + numbers_->doubles.size(); }
  Tensor tensor() const;
  /// Rounded to f32 where they are of another dtype.
  SharedFloats floats() const;
  bool operator==(const SharedTensor &other) const;

 private:
  struct Numbers {
    TensorType type;
    std::vector<float> singles;   ///< of dtype f32
    std::vector<double> doubles;  ///< of any other

    bool operator==(const Numbers &) const = default;
  };
  std::shared_ptr<const Numbers> numbers_;
};

/// Weights by their full name ("conv1.weight").
using Weights = std::map<std::string, SharedTensor, std::less<>>;

}  // namespace cnnc
