// Plan: a graph cut into groups of operators that run as one kernel each, and what is decided about every group.
//
// Meaning. Groups run in order. A group computes one value of the graph, or a part of it that no other group computes,
// from `operands` by its nests, whose reads name operands by position; a value that groups compute in parts may be read
// where it is there already. `layouts` says where elements lie, by position for the operands and for the result.
// Schedules are one per nest. A field is empty until the pass that decides it has run: fuse (nests), assign_layouts
// (layouts, the vector axis), choose_schedules (schedules), gather_constants (`numbers`), pack_weights (the layouts of
// these).
#pragma once

#include <string>
#include <vector>

#include "compiler/ir/graph.hpp"
#include "compiler/ir/layout.hpp"
#include "compiler/ir/nest.hpp"
#include "compiler/ir/schedule.hpp"

namespace cnnc {

struct GroupOperand {
  ValueId value = -1;       ///< of the graph
  SharedFloats numbers;     ///< of a constant, row-major; `value` then is where it came from
  Layout layout;            ///< in memory; of a constant, its shape is that of `numbers`
  std::string origin = {};  ///< of `numbers`: which of those of `value` they are
};

struct Group {
  std::string name;           ///< of the kernel: "conv1"
  std::vector<NodeId> nodes;  ///< what it computes, in order
  std::vector<GroupOperand> operands;
  ValueId result = -1;
  Layout layout;  ///< of the result
  std::vector<Nest> nests;
  std::vector<Schedule> schedules;
};

struct Plan {
  Graph graph;
  std::vector<Group> groups;
};

/// By value of the graph: whether an input has a part in it, as the operators say: a part may be cropped to nothing,
/// and then no group reads it.
std::vector<bool> depends_on_inputs(const Plan &plan);
/// What a group computes of its result: boxes that do not overlap, of which it stores every element.
std::vector<IndexBox> stored_boxes(const Group &group);
/// What a group reads of an operand, outside included: the nests that read it, together.
std::optional<IndexBox> read_box(const Group &group, std::size_t operand);
/// What two boxes share; nothing if that is nothing.
std::optional<IndexBox> intersection(const IndexBox &a, const IndexBox &b);
/// Each group with its layer, shapes, layouts, schedules and nests.
std::string to_string(const Plan &plan);
/// The faults of a plan: nests that do not verify, operands that no earlier group, input or constant gives.
std::vector<std::string> verify(const Plan &plan);

}  // namespace cnnc
