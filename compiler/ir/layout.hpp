// Layout: where the elements of a logical tensor lie in a buffer.
//
// Meaning. A layout is a row-major array of physical dimensions. Physical dimension j runs over
// mod(floor_div(index[axis], divisor), extent) of one logical index. The element at logical index i lies at
// sum_j stride_j * mod(floor_div(i[axis_j], divisor_j), extent_j). Extents are rounded up, so a buffer may hold
// padding; what stands in the padding of an activation is unspecified, in that of a packed weight it is zero.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "compiler/ir/index.hpp"
#include "compiler/ir/types.hpp"

namespace cnnc {

struct LayoutDim {
  int axis;
  std::int64_t extent;
  std::int64_t divisor;

  bool operator==(const LayoutDim &) const = default;
};

struct Layout {
  Shape shape;  ///< logical
  std::vector<LayoutDim> dims;

  bool operator==(const Layout &) const = default;
};

Layout row_major(const Shape &shape);
/// [c, h, w] as [ceil(c / block), h, w, block]: what the field calls NCHWc. Row-major (padded) for vectors. `channels`
/// is the axis of the channels: those in front of it stay in front.
Layout channel_blocked(const Shape &shape, std::int64_t block, std::size_t channels = 0);
/// Elements of the buffer, padding included.
std::int64_t element_count(const Layout &layout);
/// The address of a logical index, simplified by the ranges of its variables.
Index address(const Layout &layout, const std::vector<Index> &index, const RangeOf &range);
std::string to_string(const Layout &layout);

}  // namespace cnnc
