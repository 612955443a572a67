#include "compiler/schedule/assign_layouts.hpp"

#include <map>
#include <set>

#include "compiler/ir/access.hpp"
#include "compiler/schedule/choose_schedule.hpp"

namespace cnnc {

namespace {

/// Vectors are padded to whole registers; images are blocked by channel. `first` is the first axis of a sample.
Layout blocked(const Shape &shape, std::size_t first, std::int64_t lanes) {
  if (shape.size() != first + 1) return channel_blocked(shape, lanes, first);
  Layout layout = row_major(shape);
  layout.dims[first].extent = (shape[first] + lanes - 1) / lanes * lanes;
  return layout;
}

/// True for a constant that pack_weights will lay out as the loops read it.
bool packs_freely(const Group &group, std::size_t operand) {
  if (!group.operands[operand].numbers) return false;
  for (const Nest &nest : group.nests)
    for (const Read &read : nest.reads)
      if (read.operand == static_cast<int>(operand) && !reads_axes_only(nest, read)) return false;
  return true;
}

}  // namespace

std::vector<Layout> possible_layouts(const Value &value, bool is_output, const Target &target) {
  const Shape &shape = value.type.shape;
  const std::size_t first = value.batched ? 1 : 0;
  if (is_output || shape.size() == first) return {row_major(shape)};
  if (shape.size() == first + 1) return {blocked(shape, first, target.lanes)};
  if (shape[first] == 1) return {row_major(shape)};
  return {blocked(shape, first, target.lanes), row_major(shape)};
}

Plan assign_layouts(Plan plan, const Target &target) {
  std::map<ValueId, Layout> known;
  std::set<ValueId> outputs;
  std::size_t nests = 0;
  for (const Group &group : plan.groups) nests += group.nests.size();
  const std::int64_t unrolled = unroll_budget(nests);
  for (const Output &output : plan.graph.outputs) outputs.insert(output.value);
  for (Group &group : plan.groups) {
    OperandLayouts operands;
    for (std::size_t o = 0; o < group.operands.size(); ++o) {
      GroupOperand &operand = group.operands[o];
      auto made = known.find(operand.value);
      if (made != known.end())
        operand.layout = made->second;
      else if (!operand.numbers)
        operand.layout = row_major(plan.graph.values[static_cast<std::size_t>(operand.value)].type.shape);
      operands.push_back(packs_freely(group, o) ? nullptr : &operand.layout);
    }
    double best = -1;
    const Value &result = plan.graph.values[static_cast<std::size_t>(group.result)];
    std::vector<Layout> candidates = possible_layouts(result, outputs.count(group.result) != 0, target);
    if (auto made = known.find(group.result); made != known.end()) candidates = {made->second};
    for (const Layout &layout : candidates) {
      double cost = 0;
      std::vector<Schedule> schedules;
      for (const Nest &nest : group.nests) {
        RankedSchedule choice = choose_schedule(nest, operands, layout, target, unrolled);
        cost += choice.cost;
        schedules.push_back(std::move(choice.schedule));
      }
      if (best >= 0 && cost >= best) continue;
      best = cost;
      group.layout = layout;
      group.schedules = std::move(schedules);
    }
    known[group.result] = group.layout;
  }
  return plan;
}

}  // namespace cnnc
