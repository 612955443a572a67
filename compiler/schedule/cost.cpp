#include "compiler/schedule/cost.hpp"

#include <algorithm>

namespace cnnc {

namespace {

constexpr double chain_latency = 4;
constexpr double tile_overhead = 6;
constexpr double strided_lane_cost = 1.5;

/// Points of a tile along an axis, in vectors for the vector axis.
std::int64_t tile_points(const Nest &nest, const Schedule &schedule, std::size_t axis) {
  switch (nest.axes[axis].kind) {
    case AxisKind::parallel:
      return std::min(schedule.axes[axis].tile, nest.axes[axis].extent);
    case AxisKind::window:
      return nest.axes[axis].extent;
    case AxisKind::reduce:
      return 1;
  }
  return 1;
}

}  // namespace

std::int64_t accumulators(const Nest &nest, const Schedule &schedule) {
  std::int64_t count = schedule.partials;
  for (std::size_t a = 0; a < nest.axes.size(); ++a) count *= tile_points(nest, schedule, a);
  return count;
}

std::int64_t registers_needed(const Nest &nest, const Schedule &schedule, const Target &target) {
  std::int64_t vectors =
      schedule.vector_axis < 0 ? 1 : tile_points(nest, schedule, static_cast<std::size_t>(schedule.vector_axis));
  // A broadcast needs a register only where it cannot be an operand from memory, or feeds several multiply-adds.
  std::int64_t broadcast = target.memory_broadcast && vectors == 1 ? 0 : 1;
  return accumulators(nest, schedule) + vectors + broadcast + (target.fma ? 0 : 1);
}

CostModel::CostModel(const Nest &nest, AxisId vector_axis, std::int64_t lanes, const OperandLayouts &operands,
                     const Layout &output)
    : nest_(nest), vector_axis_(vector_axis), lanes_(lanes) {
  for (const Read &read : nest.reads)
    reads_.push_back(access(read.index, operands[static_cast<std::size_t>(read.operand)], read.pad.has_value()));
  store_ = access(nest.store, &output, false);
}

CostModel::Access CostModel::access(const std::vector<Index> &index, const Layout *layout, bool padded) const {
  Access result;
  for (std::size_t a = 0; a < nest_.axes.size(); ++a) {
    auto mentions = [a](const Index &i) { return i.mentions(static_cast<AxisId>(a)); };
    if (!std::any_of(index.begin(), index.end(), mentions)) continue;
    result.axes.push_back(a);
    result.reduces = result.reduces || nest_.axes[a].kind == AxisKind::reduce;
  }
  if (vector_axis_ >= 0) {
    auto stride = lane_stride(nest_, index, layout, vector_axis_, lanes_, padded);
    if (!stride || (*stride != 0 && *stride != 1)) result.lanes = strided_lane_cost * static_cast<double>(lanes_);
  }
  return result;
}

double CostModel::distinct(const Access &access, const Schedule &schedule) const {
  double count = access.lanes;
  for (std::size_t a : access.axes) count *= static_cast<double>(tile_points(nest_, schedule, a));
  return count;
}

double CostModel::operator()(const Schedule &schedule) const {
  double tiles = 1;
  double taps = 1;
  for (std::size_t a = 0; a < nest_.axes.size(); ++a) {
    const Axis &axis = nest_.axes[a];
    if (axis.kind == AxisKind::reduce) taps *= static_cast<double>(axis.extent);
    if (axis.kind != AxisKind::parallel) continue;
    std::int64_t points = axis.extent;
    if (static_cast<AxisId>(a) == vector_axis_) points = (points + lanes_ - 1) / lanes_;
    tiles *= static_cast<double>(points) / static_cast<double>(std::min(schedule.axes[a].tile, points));
  }
  double sums = static_cast<double>(accumulators(nest_, schedule) / schedule.partials);
  double inner = 0;
  double outer = distinct(store_, schedule);
  for (const Access &access : reads_) (access.reduces ? inner : outer) += distinct(access, schedule);
  bool reduces = nest_.combine != Combine::none;
  double chain = reduces ? chain_latency / static_cast<double>(schedule.partials) : 0;
  double tap = std::max({sums / 2, inner / 2, chain});
  return tiles * (tap * taps + outer / 2 + tile_overhead);
}

}  // namespace cnnc
