#include "compiler/ir/schedule.hpp"

#include <algorithm>

namespace cnnc {

Schedule scalar_schedule(const Nest &nest) {
  Schedule schedule;
  schedule.axes.resize(nest.axes.size());
  for (std::size_t i = 0; i < nest.axes.size(); ++i)
    if (nest.axes[i].kind == AxisKind::parallel) schedule.order.push_back(static_cast<AxisId>(i));
  return schedule;
}

std::string to_string(const Schedule &schedule, const Nest &nest) {
  std::string text;
  for (std::size_t i = 0; i < nest.axes.size(); ++i) {
    const AxisSchedule &axis = schedule.axes[i];
    std::string part;
    if (static_cast<AxisId>(i) == schedule.vector_axis)
      part =
          (axis.tile == 1 ? "vector of " : std::to_string(axis.tile) + " vectors of ") + std::to_string(schedule.lanes);
    else if (nest.axes[i].kind == AxisKind::parallel && axis.tile > 1)
      part = "tile " + std::to_string(axis.tile);
    else if (nest.axes[i].kind == AxisKind::window)
      part = "window " + std::to_string(nest.axes[i].extent);
    else if (nest.axes[i].kind == AxisKind::reduce && axis.tile > 1)
      part = "unroll " + std::to_string(axis.tile);
    if (axis.block > 0) part += (part.empty() ? "" : ", ") + ("block " + std::to_string(axis.block));
    if (!part.empty()) text += (text.empty() ? "" : "; ") + nest.axes[i].name + ": " + part;
  }
  if (schedule.partials > 1) text += (text.empty() ? "" : "; ") + std::to_string(schedule.partials) + " partial sums";
  return text.empty() ? "plain loops" : text;
}

std::vector<std::string> verify(const Schedule &schedule, const Nest &nest) {
  std::vector<std::string> faults;
  auto fault = [&faults](std::string text) { faults.push_back(std::move(text)); };
  if (schedule.axes.size() != nest.axes.size()) {
    fault("a schedule has one entry for each axis");
    return faults;
  }
  std::vector<AxisId> parallel = scalar_schedule(nest).order;
  std::vector<AxisId> order = schedule.order;
  std::sort(order.begin(), order.end());
  if (order != parallel) fault("the order names each parallel axis once");
  bool vector = schedule.vector_axis >= 0;
  if (vector && std::find(parallel.begin(), parallel.end(), schedule.vector_axis) == parallel.end())
    fault("the vector axis is a parallel axis");
  if (vector != (schedule.lanes > 1)) fault("lanes go with a vector axis");
  for (std::size_t i = 0; i < nest.axes.size(); ++i) {
    const AxisSchedule &axis = schedule.axes[i];
    const std::string &name = nest.axes[i].name;
    if (axis.tile < 1) fault("axis " + name + " has a tile of at least 1");
    if (axis.block < 0 || (axis.block > 0 && axis.block % axis.tile != 0))
      fault("axis " + name + " has a block that is a multiple of its tile");
    if (axis.block > 0 && nest.axes[i].kind != AxisKind::reduce) fault("only a reduce axis has a block, not " + name);
    if (nest.axes[i].kind == AxisKind::window && axis.tile != 1) fault("a window axis is never tiled: " + name);
  }
  if (schedule.partials < 1 || (schedule.partials > 1 && nest.combine == Combine::none))
    fault("partial sums need a reduction");
  return faults;
}

}  // namespace cnnc
