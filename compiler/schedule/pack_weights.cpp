#include "compiler/schedule/pack_weights.hpp"

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

std::vector<float> laid_out(const std::vector<float> &data, const Layout &layout) {
  std::vector<float> result(static_cast<std::size_t>(element_count(layout)), 0.0F);
  const Shape &shape = layout.shape;
  std::vector<std::int64_t> index(shape.size(), 0);
  for (float value : data) {
    std::int64_t at = 0;
    for (const LayoutDim &dim : layout.dims)
      at = at * dim.extent + index[static_cast<std::size_t>(dim.axis)] / dim.divisor % dim.extent;
    result[static_cast<std::size_t>(at)] = value;
    for (std::size_t d = shape.size(); d-- > 0;) {
      if (++index[d] < shape[d]) break;
      index[d] = 0;
    }
  }
  return result;
}

bool reads_axes_only(const Read &read) {
  for (const Index &index : read.index)
    if (index.constant() != 0 || index.terms().size() != 1 || index.terms()[0].var < 0 ||
        index.terms()[0].coefficient != 1)
      return false;
  return true;
}

}  // namespace

Plan pack_weights(const Plan &plan) {
  Plan result = plan;
  for (Group &group : result.groups)
    for (std::size_t n = 0; n < group.nests.size(); ++n)
      for (const Read &read : group.nests[n].reads) {
        GroupOperand &operand = group.operands[static_cast<std::size_t>(read.operand)];
        if (!operand.packed || !reads_axes_only(read)) continue;
        CNNC_CHECK(operand.layout == row_major(operand.layout.shape), "a constant is packed once");
        operand.layout = layout_of_loops(group.nests[n], group.schedules[n], read);
        operand.packed = laid_out(*operand.packed, operand.layout);
      }
  return result;
}

}  // namespace cnnc
