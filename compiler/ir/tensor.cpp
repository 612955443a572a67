#include "compiler/ir/tensor.hpp"

namespace cnnc {

SharedTensor::SharedTensor(const Tensor &tensor) {
  Numbers numbers{tensor.type, {}, {}};
  if (tensor.type.dtype == DType::f32)
    numbers.singles.assign(tensor.data.begin(), tensor.data.end());
  else
    numbers.doubles = tensor.data;
  numbers_ = std::make_shared<const Numbers>(std::move(numbers));
}

SharedTensor::SharedTensor(Shape shape, std::vector<float> numbers)
    : numbers_(std::make_shared<const Numbers>(Numbers{{DType::f32, std::move(shape)}, std::move(numbers), {}})) {}

Tensor SharedTensor::tensor() const {
  if (numbers_->type.dtype != DType::f32) return {numbers_->type, numbers_->doubles};
  return {numbers_->type, std::vector<double>(numbers_->singles.begin(), numbers_->singles.end())};
}

SharedFloats SharedTensor::floats() const {
  if (numbers_->type.dtype == DType::f32) return {numbers_, &numbers_->singles};
  std::vector<float> rounded;
  for (const double number : numbers_->doubles) rounded.push_back(static_cast<float>(number));
  return std::make_shared<const std::vector<float>>(std::move(rounded));
}

bool SharedTensor::operator==(const SharedTensor &other) const {
  return numbers_ == other.numbers_ || (numbers_ && other.numbers_ && *numbers_ == *other.numbers_);
}

}  // namespace cnnc
