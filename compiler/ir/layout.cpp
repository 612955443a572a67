#include "compiler/ir/layout.hpp"

namespace cnnc {

Layout row_major(const Shape &shape) {
  Layout layout{shape, {}};
  for (std::size_t axis = 0; axis < shape.size(); ++axis)
    layout.dims.push_back({static_cast<int>(axis), shape[axis], 1});
  return layout;
}

Layout channel_blocked(const Shape &shape, std::int64_t block, std::size_t channels) {
  if (shape.size() <= channels || block <= 1) return row_major(shape);
  const int axis = static_cast<int>(channels);
  Layout layout = row_major(shape);
  layout.dims[channels] = {axis, (shape[channels] + block - 1) / block, block};
  layout.dims.push_back({axis, block, 1});
  return layout;
}

std::int64_t element_count(const Layout &layout) {
  std::int64_t count = 1;
  for (const LayoutDim &dim : layout.dims) count *= dim.extent;
  return count;
}

Index address(const Layout &layout, const std::vector<Index> &index, const RangeOf &range) {
  Index sum;
  std::int64_t stride = 1;
  for (auto dim = layout.dims.rbegin(); dim != layout.dims.rend(); ++dim) {
    const Index &logical = index[static_cast<std::size_t>(dim->axis)];
    Index part = floor_div(logical, dim->divisor, range);
    // The leading dimension of an axis needs no mod: a logical index is inside its shape.
    if (dim->divisor * dim->extent < layout.shape[static_cast<std::size_t>(dim->axis)])
      part = mod(part, dim->extent, range);
    sum = sum + part * stride;
    stride *= dim->extent;
  }
  return sum;
}

std::string to_string(const Layout &layout) {
  std::string text = "[";
  for (std::size_t i = 0; i < layout.dims.size(); ++i) {
    const LayoutDim &dim = layout.dims[i];
    text += (i ? ", " : "") + ("d" + std::to_string(dim.axis)) + ":" + std::to_string(dim.extent);
    if (dim.divisor != 1) text += "/" + std::to_string(dim.divisor);
  }
  return text + "]";
}

}  // namespace cnnc
