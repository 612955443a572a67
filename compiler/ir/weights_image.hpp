// WeightsImage: the packed weights of a program, as they lie in memory.
//
// Constants lie one behind the other, each in its layout from a multiple of 64 bytes on, zeros between them. The image
// refers to their row-major numbers, and lays them out only for who reads it, piece by piece: the weights of a large
// network are in memory once, however many programs are made of it.
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "compiler/ir/layout.hpp"
#include "compiler/ir/tensor.hpp"

namespace cnnc {

struct PackedConstant {
  SharedFloats numbers;  ///< row-major, of `layout.shape`
  Layout layout;
};

/// Takes pieces of an image in their order.
using UseFloats = std::function<void(std::span<const float> piece)>;

class WeightsImage {
 public:
  static constexpr std::int64_t alignment = 64;  ///< bytes; a cache line, and the widest vector

  WeightsImage() = default;
  /// These numbers as they are.
  WeightsImage(std::vector<float> numbers);  // NOLINT: numbers are an image

  /// Appends a constant, of whose layout the dimensions of each axis are the digits of its index. Returns bytes from
  /// the start of the image.
  std::int64_t add(PackedConstant constant);
  /// In floats, padding included.
  std::int64_t size() const { return size_; }
  bool empty() const { return size_ == 0; }
  /// What lies at so many bytes from the start and is so large: the constant that was added there, or a row of numbers.
  PackedConstant at(std::int64_t offset, std::int64_t elements) const;
  /// Hands over the whole image; pieces but the last are multiples of 64 bytes.
  void read(const UseFloats &use) const;
  std::vector<float> floats() const;

 private:
  struct Part {
    std::int64_t first;  ///< in floats
    PackedConstant constant;
  };

  std::vector<Part> parts_;
  std::int64_t size_ = 0;
};

/// Equal layouts of numbers of equal bits.
bool same_bits(const PackedConstant &a, const PackedConstant &b);

}  // namespace cnnc
