#include "compiler/schedule/pack_weights.hpp"

#include <algorithm>

#include "compiler/ir/access.hpp"
#include "compiler/support/checks.hpp"

namespace cnnc {

namespace {

std::int64_t ceil_div(std::int64_t a, std::int64_t b) { return (a + b - 1) / b; }

/// The layout that follows the loops of lower/instantiate: tile loops, reduce loops, unrolled points, the vectors of a
/// tile.
Layout layout_of_loops(const Nest &nest, const Schedule &schedule, const Read &read) {
  Layout layout{nest.operands[static_cast<std::size_t>(read.operand)], {}};
  std::vector<int> dimension(nest.axes.size(), -1);
  for (std::size_t d = 0; d < read.index.size(); ++d)
    dimension[static_cast<std::size_t>(read.index[d].terms()[0].var)] = static_cast<int>(d);
  auto add = [&](std::size_t axis, std::int64_t extent, std::int64_t divisor) {
    if (dimension[axis] >= 0 && extent > 1) layout.dims.push_back({dimension[axis], extent, divisor});
  };
  std::int64_t vectors = 1;
  for (AxisId id : schedule.order) {
    auto a = static_cast<std::size_t>(id);
    if (id == schedule.vector_axis) {
      vectors = schedule.axes[a].tile * schedule.lanes;
      add(a, ceil_div(nest.axes[a].extent, vectors), vectors);
    } else {
      add(a, nest.axes[a].extent, 1);
    }
  }
  auto each = [&](auto body) {
    for (std::size_t a = 0; a < nest.axes.size(); ++a)
      if (nest.axes[a].kind != AxisKind::parallel) body(a, nest.axes[a].extent, schedule.axes[a]);
  };
  each([&](std::size_t a, std::int64_t extent, const AxisSchedule &s) {
    if (s.block > 0) add(a, ceil_div(extent, s.block), s.block);
  });
  each([&](std::size_t a, std::int64_t extent, const AxisSchedule &s) {
    add(a, ceil_div(s.block > 0 ? s.block : extent, s.tile), s.tile);
  });
  each([&](std::size_t a, std::int64_t, const AxisSchedule &s) { add(a, s.tile, 1); });
  if (schedule.vector_axis >= 0) add(static_cast<std::size_t>(schedule.vector_axis), vectors, 1);
  return layout;
}

/// True if the dimensions of each axis are the digits of its index: then places in the layout are counted by steps.
bool is_by_digits(const Layout &layout) {
  for (std::size_t axis = 0; axis < layout.shape.size(); ++axis) {
    std::vector<LayoutDim> digits;
    for (const LayoutDim &dim : layout.dims)
      if (static_cast<std::size_t>(dim.axis) == axis) digits.push_back(dim);
    std::sort(digits.begin(), digits.end(), [](const auto &a, const auto &b) { return a.divisor < b.divisor; });
    std::int64_t reach = 1;
    for (const LayoutDim &digit : digits) {
      if (digit.divisor != reach) return false;
      reach *= digit.extent;
    }
    if (reach < layout.shape[axis]) return false;
  }
  return true;
}

/// Row-major numbers in the order of the layout, zeros in its padding. It writes front to back: the reads of a step lie
/// in few cache lines, which the next steps read on, while writes scattered over a large result would wait for memory.
std::vector<float> laid_out(const std::vector<float> &data, const Layout &layout) {
  CNNC_CHECK(is_by_digits(layout), "a packing by digits");
  std::vector<float> result(static_cast<std::size_t>(element_count(layout)), 0.0F);
  const Shape strides = row_major_strides(layout.shape);
  const LayoutDim last = layout.dims.empty() ? LayoutDim{0, 1, 1} : layout.dims.back();
  const std::size_t outer = layout.dims.empty() ? 0 : layout.dims.size() - 1;
  const std::int64_t step = layout.dims.empty() ? 0 : last.divisor * strides[static_cast<std::size_t>(last.axis)];
  std::vector<std::int64_t> digit(outer, 0);
  Shape index(layout.shape.size(), 0);
  std::int64_t from = 0;
  for (float *to = result.data(); to != result.data() + result.size(); to += last.extent) {
    bool inside = true;
    for (std::size_t axis = 0; axis < index.size(); ++axis) inside = inside && index[axis] < layout.shape[axis];
    if (inside) {
      const auto axis = static_cast<std::size_t>(last.axis);
      const std::int64_t count =
          layout.dims.empty() ? 1 : std::min(last.extent, ceil_div(layout.shape[axis] - index[axis], last.divisor));
      for (std::int64_t i = 0; i < count; ++i) to[i] = data[static_cast<std::size_t>(from + i * step)];
    }
    for (std::size_t d = outer; d-- > 0;) {
      const LayoutDim &dim = layout.dims[d];
      const auto axis = static_cast<std::size_t>(dim.axis);
      index[axis] += dim.divisor;
      from += dim.divisor * strides[axis];
      if (++digit[d] < dim.extent) break;
      digit[d] = 0;
      index[axis] -= dim.extent * dim.divisor;
      from -= dim.extent * dim.divisor * strides[axis];
    }
  }
  return result;
}

}  // namespace

Plan pack_weights(Plan plan) {
  for (Group &group : plan.groups)
    for (std::size_t n = 0; n < group.nests.size(); ++n)
      for (const Read &read : group.nests[n].reads) {
        GroupOperand &operand = group.operands[static_cast<std::size_t>(read.operand)];
        if (!operand.packed || !reads_axes_only(group.nests[n], read)) continue;
        CNNC_CHECK(operand.layout == row_major(operand.layout.shape), "a constant is packed once");
        operand.layout = layout_of_loops(group.nests[n], group.schedules[n], read);
        operand.packed = std::make_shared<const std::vector<float>>(laid_out(*operand.packed, operand.layout));
      }
  return plan;
}

}  // namespace cnnc
