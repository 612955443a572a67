#include "compiler/passes/gather_constants.hpp"

#include <algorithm>
#include <bit>
#include <map>

#include "compiler/ir/index_variables.hpp"
#include "compiler/support/checks.hpp"

namespace cnnc {

namespace {

constexpr std::int64_t most_growth = 4;

std::vector<AxisId> axes_mentioned(const Nest &nest, const Read &read) {
  std::vector<AxisId> axes;
  for (std::size_t a = 0; a < nest.axes.size(); ++a)
    for (const Index &index : read.index)
      if (index.mentions(static_cast<AxisId>(a))) {
        axes.push_back(static_cast<AxisId>(a));
        break;
      }
  return axes;
}

bool looks_up(const Read &read) {
  bool found = false;
  for (const Index &index : read.index) visit_variables(index, [&](IndexVar var) { found = found || is_lookup(var); });
  return found;
}

/// The read takes the whole value, by its own axes.
bool is_plain(const Read &read, const std::vector<AxisId> &axes, const Shape &extents, const Shape &shape) {
  if (read.pad || axes.size() != read.index.size() || extents != shape) return false;
  for (std::size_t d = 0; d < axes.size(); ++d)
    if (read.index[d] != Index::variable(axes[d])) return false;
  return true;
}

/// The numbers of an operand; its shape.
struct Source {
  const std::vector<float> &numbers;
  const Shape &shape;
};

/// Where a read is the sum of a multiple of each axis and never leaves the constant: calls `add(offset)` for all points
/// of its axes in row-major order. Else does nothing and returns false.
template <typename Add>
bool walk_affine(const Read &read, const std::vector<AxisId> &axes, const Shape &extents, const Shape &shape, Add add) {
  const Shape strides = row_major_strides(shape);
  Shape steps(axes.size(), 0);
  std::int64_t offset = 0;
  for (std::size_t d = 0; d < shape.size(); ++d) {
    const Index &index = read.index[d];
    if (!index.is_affine()) return false;
    Interval range{index.constant(), index.constant()};
    offset += index.constant() * strides[d];
    for (std::size_t a = 0; a < axes.size(); ++a) {
      const std::int64_t coefficient = index.coefficient(axes[a]);
      steps[a] += coefficient * strides[d];
      (coefficient < 0 ? range.low : range.high) += coefficient * (extents[a] - 1);
    }
    if (range.low < 0 || range.high >= shape[d]) return false;
  }
  const std::int64_t inner = axes.empty() ? 1 : extents.back();
  const std::int64_t step = axes.empty() ? 0 : steps.back();
  Shape at(axes.size(), 0);
  for (std::int64_t rows = element_count(extents) / inner; rows-- > 0;) {
    for (std::int64_t i = 0; i < inner; ++i) add(static_cast<std::size_t>(offset + i * step));
    for (std::size_t a = axes.size() < 2 ? 0 : axes.size() - 1; a-- > 0;) {
      offset += steps[a];
      if (++at[a] < extents[a]) break;
      offset -= steps[a] * extents[a];
      at[a] = 0;
    }
  }
  return true;
}

/// The read takes the whole value in its own order, be it by axes that are parts of the value's.
bool in_order(const Read &read, const std::vector<AxisId> &axes, const Shape &extents, const Shape &shape) {
  if (read.pad || element_count(extents) != element_count(shape)) return false;
  const Shape strides = row_major_strides(shape);
  Shape steps(axes.size(), 0);
  for (std::size_t d = 0; d < shape.size(); ++d) {
    if (!read.index[d].is_affine() || read.index[d].constant() != 0) return false;
    for (std::size_t a = 0; a < axes.size(); ++a) steps[a] += read.index[d].coefficient(axes[a]) * strides[d];
  }
  return steps == row_major_strides(extents);
}

/// The values of a read for all points of its axes, row-major.
std::vector<float> gather(const Read &read, const std::vector<AxisId> &axes, const Shape &extents, Source from) {
  const Shape &shape = from.shape;
  std::vector<float> result;
  result.reserve(static_cast<std::size_t>(element_count(extents)));
  if (walk_affine(read, axes, extents, shape, [&](std::size_t offset) { result.push_back(from.numbers[offset]); }))
    return result;
  Shape strides = row_major_strides(shape);
  result.resize(static_cast<std::size_t>(element_count(extents)));
  std::map<AxisId, std::int64_t> at;
  for (AxisId axis : axes) at[axis] = 0;
  for (float &value : result) {
    std::int64_t offset = 0;
    bool inside = true;
    for (std::size_t d = 0; d < shape.size(); ++d) {
      std::int64_t i = evaluate(read.index[d], [&](IndexVar axis) { return at[axis]; });
      inside = inside && i >= 0 && i < shape[d];
      offset += i * strides[d];
    }
    CNNC_CHECK(inside || read.pad, "a read of a constant outside its shape");
    value = inside ? from.numbers[static_cast<std::size_t>(offset)] : static_cast<float>(*read.pad);
    for (std::size_t d = axes.size(); d-- > 0;) {
      if (++at[axes[d]] < extents[d]) break;
      at[axes[d]] = 0;
    }
  }
  return result;
}

/// What `gather` takes of a value, whatever its numbers.
std::string origin_of(ValueId value, const Read &read, const std::vector<AxisId> &axes, const Shape &extents,
                      const Shape &shape) {
  std::string text = "value " + std::to_string(value);
  if (is_plain(read, axes, extents, shape)) return text;
  text += " over " + to_string(extents) + " at";
  for (const Index &index : read.index)
    text += " " + to_string(index, [&](IndexVar axis) {
              return "i" + std::to_string(std::find(axes.begin(), axes.end(), axis) - axes.begin());
            });
  return read.pad ? text + " padded by " + std::to_string(std::bit_cast<std::uint64_t>(*read.pad)) : text;
}

void gather_group(const Graph &graph, Group &group) {
  std::vector<GroupOperand> operands;
  std::vector<Shape> shapes;
  std::map<ValueId, int> kept;  // values that are computed, and constants that stay
  auto keep = [&](const GroupOperand &operand, const Value &value, bool constant) {
    auto [entry, added] = kept.try_emplace(operand.value, static_cast<int>(operands.size()));
    if (!added) return entry->second;
    GroupOperand own = operand;
    if (constant) {
      own.numbers = value.data.floats();
      own.layout = row_major(value.type.shape);
      own.origin = "value " + std::to_string(operand.value);
    }
    operands.push_back(std::move(own));
    shapes.push_back(value.type.shape);
    return entry->second;
  };
  for (Nest &nest : group.nests)
    for (Read &read : nest.reads) {
      const GroupOperand &operand = group.operands[static_cast<std::size_t>(read.operand)];
      const Value &value = graph.values[static_cast<std::size_t>(operand.value)];
      std::vector<AxisId> axes = axes_mentioned(nest, read);
      Shape extents;
      for (AxisId axis : axes) extents.push_back(nest.axes[static_cast<std::size_t>(axis)].extent);
      bool constant = value.kind == ValueKind::constant || value.kind == ValueKind::weight;
      CNNC_CHECK(!constant || value.data, "the constant " + value.name + " has no numbers");
      auto count = checked_element_count(extents);
      if (constant && !looks_up(read) && count && *count <= most_growth * element_count(value.type.shape)) {
        SharedFloats numbers = value.data.floats();
        if (!in_order(read, axes, extents, value.type.shape))
          numbers =
              std::make_shared<const std::vector<float>>(gather(read, axes, extents, {*numbers, value.type.shape}));
        GroupOperand own{operand.value, std::move(numbers), row_major(extents),
                         origin_of(operand.value, read, axes, extents, value.type.shape)};
        read.pad.reset();
        read.index.clear();
        for (AxisId axis : axes) read.index.push_back(Index::variable(axis));
        read.operand = static_cast<int>(operands.size());
        operands.push_back(std::move(own));
        shapes.push_back(extents);
        continue;
      }
      read.operand = keep(operand, value, constant);
    }
  for (Nest &nest : group.nests)
    for (Lookup &lookup : nest.lookups) {
      const GroupOperand &operand = group.operands[static_cast<std::size_t>(lookup.operand)];
      lookup.operand = keep(operand, graph.values[static_cast<std::size_t>(operand.value)], false);
    }
  for (Nest &nest : group.nests) nest.operands = shapes;
  group.operands = std::move(operands);
}

}  // namespace

Plan gather_constants(Plan plan) {
  std::vector<std::size_t> last(plan.graph.values.size(), 0);  // the group that reads a value last
  for (std::size_t g = 0; g < plan.groups.size(); ++g)
    for (const GroupOperand &operand : plan.groups[g].operands) last[static_cast<std::size_t>(operand.value)] = g;
  for (std::size_t g = 0; g < plan.groups.size(); ++g) {
    gather_group(plan.graph, plan.groups[g]);
    // What the groups now hold, if large, is not kept twice.
    for (const GroupOperand &operand : plan.groups[g].operands)
      if (operand.numbers && last[static_cast<std::size_t>(operand.value)] == g)
        plan.graph.values[static_cast<std::size_t>(operand.value)].data = {};
  }
  return plan;
}

}  // namespace cnnc
