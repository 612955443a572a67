#include "compiler/schedule/pack_weights.hpp"

#include "compiler/ir/access.hpp"
#include "compiler/support/checks.hpp"

namespace cnnc {

namespace {

std::int64_t ceil_div(std::int64_t a, std::int64_t b) { return (a + b - 1) / b; }

/// Neighbouring digits of one axis are one: the same order has the same layout, however its loops were cut.
void join_digits(Layout &layout) {
  std::vector<LayoutDim> joined;
  for (const LayoutDim &dim : layout.dims) {
    if (!joined.empty() && joined.back().axis == dim.axis && joined.back().divisor == dim.extent * dim.divisor)
      joined.back() = {dim.axis, joined.back().extent * dim.extent, dim.divisor};
    else
      joined.push_back(dim);
  }
  layout.dims = std::move(joined);
}

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
  join_digits(layout);
  return layout;
}

}  // namespace

Plan pack_weights(Plan plan) {
  for (Group &group : plan.groups)
    for (std::size_t n = 0; n < group.nests.size(); ++n)
      for (const Read &read : group.nests[n].reads) {
        GroupOperand &operand = group.operands[static_cast<std::size_t>(read.operand)];
        if (!operand.numbers || !reads_axes_only(group.nests[n], read)) continue;
        CNNC_CHECK(operand.layout == row_major(operand.layout.shape), "a constant is packed once");
        operand.layout = layout_of_loops(group.nests[n], group.schedules[n], read);
      }
  return plan;
}

}  // namespace cnnc
