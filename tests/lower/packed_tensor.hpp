// Tensors in buffers of a layout, for the interpreter of kernels.
#pragma once

#include <limits>
#include <vector>

#include "compiler/eval/eval_kernel.hpp"
#include "compiler/ir/layout.hpp"
#include "compiler/ir/tensor.hpp"

namespace cnnc::test {

/// The places of a tensor's elements in a buffer of the layout, in row-major order.
inline std::vector<std::size_t> places(const Layout &layout) {
  std::vector<std::size_t> result;
  std::vector<std::int64_t> index(layout.shape.size(), 0);
  for (std::int64_t i = 0; i < element_count(layout.shape); ++i) {
    std::int64_t place = 0;
    for (const LayoutDim &dim : layout.dims)
      place = place * dim.extent + index[static_cast<std::size_t>(dim.axis)] / dim.divisor % dim.extent;
    result.push_back(static_cast<std::size_t>(place));
    for (std::size_t d = index.size(); d-- > 0;) {
      if (++index[d] < layout.shape[d]) break;
      index[d] = 0;
    }
  }
  return result;
}

/// A buffer that is NaN wherever nothing lies.
inline std::vector<float> nan_buffer(const Layout &layout) {
  return std::vector<float>(static_cast<std::size_t>(element_count(layout)), std::numeric_limits<float>::quiet_NaN());
}

inline std::vector<float> packed(const Tensor &tensor, const Layout &layout) {
  std::vector<float> buffer = nan_buffer(layout);
  std::vector<std::size_t> where = places(layout);
  std::vector<float> lanes = lanes_of(tensor);
  for (std::size_t i = 0; i < where.size(); ++i) buffer[where[i]] = lanes[i];
  return buffer;
}

inline Tensor unpacked(const std::vector<float> &buffer, const Layout &layout, DType dtype = DType::f32) {
  std::vector<float> lanes;
  for (std::size_t place : places(layout)) lanes.push_back(buffer[place]);
  return tensor_of({dtype, layout.shape}, lanes);
}

}  // namespace cnnc::test
