#include "tests/lower/varied_schedules.hpp"

#include <algorithm>

#include "compiler/ir/access.hpp"
#include "compiler/schedule/choose_schedule.hpp"

namespace cnnc::test {

namespace {

/// Tiles of three points, reductions unrolled by two inside blocks of four, three partial sums.
Schedule odd_tiles(const Nest &nest) {
  Schedule schedule = scalar_schedule(nest);
  for (std::size_t i = 0; i < nest.axes.size(); ++i) {
    if (nest.axes[i].kind == AxisKind::parallel) schedule.axes[i].tile = 3;
    if (nest.axes[i].kind == AxisKind::reduce) schedule.axes[i] = {2, 4};
  }
  if (nest.combine != Combine::none) schedule.partials = 3;
  return schedule;
}

Schedule single_vectors(const Nest &nest, AxisId axis, std::int64_t lanes) {
  Schedule schedule = scalar_schedule(nest);
  schedule.vector_axis = axis;
  schedule.lanes = lanes;
  return schedule;
}

/// Tiles of two vectors by two points, the innermost reduction unrolled whole and the others by three, in reversed
/// order.
Schedule vector_tiles(const Nest &nest, AxisId axis, std::int64_t lanes) {
  Schedule schedule = single_vectors(nest, axis, lanes);
  bool innermost = true;
  for (std::size_t i = nest.axes.size(); i-- > 0;) {
    if (nest.axes[i].kind == AxisKind::parallel) schedule.axes[i].tile = 2;
    if (nest.axes[i].kind != AxisKind::reduce) continue;
    schedule.axes[i].tile = innermost ? std::min<std::int64_t>(nest.axes[i].extent, 16) : 3;
    innermost = false;
  }
  std::reverse(schedule.order.begin(), schedule.order.end());
  if (nest.combine != Combine::none) schedule.partials = 4;
  return schedule;
}

}  // namespace

std::vector<Schedule> varied_schedules(const Nest &nest, const std::vector<Layout> &operands, const Layout &output,
                                       const Target &target) {
  OperandLayouts layouts;
  for (const Layout &layout : operands) layouts.push_back(&layout);
  std::vector<Schedule> schedules = {scalar_schedule(nest), odd_tiles(nest)};
  for (AxisId axis = 0; axis < static_cast<AxisId>(nest.axes.size()); ++axis) {
    if (!vectorizable(nest, axis, target.lanes, layouts, output)) continue;
    schedules.push_back(single_vectors(nest, axis, target.lanes));
    schedules.push_back(vector_tiles(nest, axis, target.lanes));
  }
  schedules.push_back(choose_schedule(nest, layouts, output, target).schedule);
  return schedules;
}

}  // namespace cnnc::test
