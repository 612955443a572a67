#include "compiler/schedule/join_in_place.hpp"

#include <algorithm>
#include <map>
#include <set>

#include "compiler/schedule/assign_layouts.hpp"

namespace cnnc {

namespace {

using Indices = std::vector<Index>;

std::vector<Index> variables(std::size_t count) {
  Indices result;
  for (std::size_t i = 0; i < count; ++i) result.push_back(Index::variable(static_cast<IndexVar>(i)));
  return result;
}

RangeOf ranges_in(const Shape &shape) {
  return [&shape](IndexVar var) { return Interval{0, shape[static_cast<std::size_t>(var)] - 1}; };
}

/// `map` with the variables in it, which stand for the dimensions of what is replaced, taken from `index`.
Indices mapped(const Indices &map, const Indices &index, const RangeOf &range) {
  Indices result;
  for (const Index &dimension : map)
    result.push_back(substitute(dimension, [&](IndexVar var) { return index[static_cast<std::size_t>(var)]; }, range));
  return result;
}

/// True if the nest moves elements and does nothing else.
bool only_copies(const Nest &nest) {
  return nest.combine == Combine::none && nest.pool_combine == Combine::none && nest.lookups.empty() &&
         nest.reads.size() == 1 && !nest.reads[0].pad && nest.body->op == ScalarOp::read &&
         (!nest.epilogue || nest.epilogue->op == ScalarOp::accumulator) && !nest.pool_epilogue;
}

/// Where a copy puts element [0, 1, …] of its operand; nothing if it does not copy every element once.
std::optional<Indices> place_of_copied(const Nest &nest) {
  const Shape &shape = nest.operands[static_cast<std::size_t>(nest.reads[0].operand)];
  Shape extents;
  for (const Axis &axis : nest.axes) extents.push_back(axis.extent);
  if (element_count(extents) != element_count(shape)) return std::nullopt;
  const RangeOf range = ranges_in(shape);
  const Indices element = variables(shape.size());
  Indices axes = element;
  if (extents != shape || nest.reads[0].index != element) {
    // A reshape: the axes count through the elements in row-major order.
    const Index number = address(row_major(shape), element, range);
    const Shape strides = row_major_strides(extents);
    axes.clear();
    for (std::size_t a = 0; a < extents.size(); ++a)
      axes.push_back(mod(floor_div(number, strides[a], range), extents[a], range));
    // Shown from either end: one of them has no quotients where the shapes are split, the other where they are merged.
    bool counts = address(row_major(shape), nest.reads[0].index, axis_ranges(nest)) ==
                  address(row_major(extents), variables(extents.size()), axis_ranges(nest));
    if (!counts && mapped(nest.reads[0].index, axes, range) != element) return std::nullopt;
  }
  return mapped(nest.store, axes, range);
}

/// True if what lies outside dimension `d` of the part also lies outside the whole, and is not taken for another
/// element.
bool edge_carries_over(const Indices &map, std::size_t d, const Shape &part, const Shape &whole) {
  const Index own = Index::variable(static_cast<IndexVar>(d));
  bool found = false;
  for (std::size_t k = 0; k < map.size(); ++k) {
    if (!map[k].mentions(static_cast<IndexVar>(d))) continue;
    if (map[k] != own || part[d] != whole[k]) return false;
    found = true;
  }
  return found;
}

class Joining {
 public:
  Joining(Plan plan, const Target &target) : plan_(std::move(plan)), target_(target) {
    for (const Output &output : plan_.graph.outputs) outputs_.insert(output.value);
    for (std::size_t g = 0; g < plan_.groups.size(); ++g) {
      makers_[plan_.groups[g].result].insert(g);
      for (const GroupOperand &operand : plan_.groups[g].operands)
        if (!operand.numbers) readers_[operand.value].insert(g);
    }
  }

  Plan run() {
    // From the last on: a join of joins puts everything into the largest.
    for (std::size_t g = plan_.groups.size(); g-- > 0;) join(g);
    std::erase_if(plan_.groups, [](const Group &group) { return group.nests.empty(); });
    return std::move(plan_);
  }

 private:
  void join(std::size_t g) {
    Group &group = plan_.groups[g];
    std::vector<int> uses(group.operands.size(), 0);
    for (const Nest &nest : group.nests) {
      for (const Read &read : nest.reads) ++uses[static_cast<std::size_t>(read.operand)];
      for (const Lookup &lookup : nest.lookups) ++uses[static_cast<std::size_t>(lookup.operand)];
    }
    std::vector<Nest> kept;
    for (Nest &nest : group.nests) {
      const int operand = nest.reads.empty() ? -1 : nest.reads[0].operand;
      bool alone = only_copies(nest) && uses[static_cast<std::size_t>(operand)] == 1;
      if (!alone || !move_part(g, group.operands[static_cast<std::size_t>(operand)], nest))
        kept.push_back(std::move(nest));
    }
    if (kept.size() == group.nests.size()) {
      group.nests = std::move(kept);
      return;
    }
    if (kept.empty()) makers_[group.result].erase(g);
    group.nests = std::move(kept);
    drop_operands(group);
  }

  /// The part `from` of what group `g` makes, which `nest` copies, is stored in place by those that make it.
  bool move_part(std::size_t g, const GroupOperand &from, const Nest &nest) {
    const ValueId part = from.value;
    const ValueId whole = plan_.groups[g].result;
    if (from.numbers || outputs_.count(part) != 0 || makers_[part].empty()) return false;
    if (type_of(part).dtype != type_of(whole).dtype) return false;
    std::set<std::size_t> readers = readers_[part];
    readers.erase(g);
    const std::optional<Indices> map = place_of_copied(nest);
    if (!map || !lies_well(part, whole, *map, !readers.empty())) return false;
    for (std::size_t reader : readers)
      if (!reads_carry_over(plan_.groups[reader], part, *map, type_of(whole).shape)) return false;
    const bool apart = contiguous(part, whole, *map, nest) && scattered_.count(whole) == 0;
    if (!apart) {
      if (meet(makers_[part], readers) || meet(makers_[part], readers_[whole]) || meet(makers_[whole], readers))
        return false;
      // What a reader goes over between the elements of the part is to be there, too.
      if (!readers.empty() && *readers.begin() < *makers_[whole].rbegin()) return false;
      scattered_.insert(whole);
    }
    for (std::size_t maker : makers_[part]) store_into(plan_.groups[maker], whole, *map);
    for (std::size_t reader : readers) read_from(plan_.groups[reader], part, whole, *map);
    makers_[whole].merge(makers_[part]);
    readers_[whole].merge(readers);
    makers_[part].clear();
    readers_[part].clear();
    return true;
  }

  const TensorType &type_of(ValueId id) const { return plan_.graph.values[static_cast<std::size_t>(id)].type; }

  static bool meet(const std::set<std::size_t> &a, const std::set<std::size_t> &b) {
    return std::any_of(a.begin(), a.end(), [&](std::size_t g) { return b.count(g) != 0; });
  }

  std::vector<Layout> layouts_of(ValueId id) const {
    return possible_layouts(plan_.graph.values[static_cast<std::size_t>(id)], outputs_.count(id) != 0, target_);
  }

  /// True if no layout of the whole cuts the part's vectors, and the part's readers lose nothing.
  bool lies_well(ValueId part, ValueId whole, const Indices &map, bool has_readers) const {
    const std::vector<Layout> of_whole = layouts_of(whole);
    for (const Layout &layout : of_whole)
      for (const LayoutDim &dim : layout.dims) {
        if (dim.divisor == 1) continue;
        const Index &channel = map[static_cast<std::size_t>(dim.axis)];
        bool is_axis =
            channel.terms().size() == 1 && channel.terms()[0].var >= 0 && channel.terms()[0].coefficient == 1;
        if (!is_axis || channel.constant() % dim.divisor != 0) return false;
      }
    return !has_readers || of_whole.size() > 1 || layouts_of(part).size() == 1;
  }

  /// True if the part is one stretch of memory, whatever the layout of the whole: its elements lie as they would alone.
  /// Seen from the part or, where that has quotients, from the axes of the nest that copies.
  bool contiguous(ValueId part, ValueId whole, const Indices &map, const Nest &copy) const {
    const Shape &shape = type_of(part).shape;
    const RangeOf in_part = ranges_in(shape);
    const RangeOf in_copy = axis_ranges(copy);
    std::vector<Layout> alone = layouts_of(part);
    alone.push_back(row_major(shape));
    auto lies_as = [&](const Layout &layout, const Layout &own) {
      return (address(layout, map, in_part) - address(own, variables(shape.size()), in_part)).is_constant() ||
             (address(layout, copy.store, in_copy) - address(own, copy.reads[0].index, in_copy)).is_constant();
    };
    const std::vector<Layout> of_whole = layouts_of(whole);
    return std::all_of(of_whole.begin(), of_whole.end(), [&](const Layout &layout) {
      return std::any_of(alone.begin(), alone.end(), [&](const Layout &own) { return lies_as(layout, own); });
    });
  }

  static bool reads_carry_over(const Group &group, ValueId part, const Indices &map, const Shape &whole) {
    for (const Nest &nest : group.nests) {
      const RangeOf range = axis_ranges(nest);
      for (const Read &read : nest.reads) {
        const GroupOperand &operand = group.operands[static_cast<std::size_t>(read.operand)];
        if (operand.value != part || operand.numbers || !read.pad) continue;
        const Shape &shape = nest.operands[static_cast<std::size_t>(read.operand)];
        for (std::size_t d = 0; d < shape.size(); ++d) {
          const Interval reach = bounds(read.index[d], range);
          if ((reach.low < 0 || reach.high >= shape[d]) && !edge_carries_over(map, d, shape, whole)) return false;
        }
      }
    }
    return true;
  }

  void store_into(Group &group, ValueId whole, const Indices &map) const {
    group.result = whole;
    for (Nest &nest : group.nests) {
      nest.store = mapped(map, nest.store, axis_ranges(nest));
      nest.output = type_of(whole).shape;
    }
  }

  /// Each read keeps an operand of its own for what was a value of its own: two parts are two views.
  void read_from(Group &group, ValueId part, ValueId whole, const Indices &map) const {
    for (std::size_t o = 0; o < group.operands.size(); ++o) {
      GroupOperand &operand = group.operands[o];
      if (operand.value != part || operand.numbers) continue;
      operand.value = whole;
      for (Nest &nest : group.nests) {
        const RangeOf range = axis_ranges(nest);
        nest.operands[o] = type_of(whole).shape;
        for (Read &read : nest.reads)
          if (read.operand == static_cast<int>(o)) read.index = mapped(map, read.index, range);
        for (Lookup &lookup : nest.lookups)
          if (lookup.operand == static_cast<int>(o)) lookup.index = mapped(map, lookup.index, range);
      }
    }
  }

  /// Leaves the operands that the remaining nests read.
  static void drop_operands(Group &group) {
    std::vector<int> number(group.operands.size(), -1);
    std::vector<GroupOperand> operands;
    for (const Nest &nest : group.nests) {
      for (const Read &read : nest.reads) number[static_cast<std::size_t>(read.operand)] = 0;
      for (const Lookup &lookup : nest.lookups) number[static_cast<std::size_t>(lookup.operand)] = 0;
    }
    for (std::size_t o = 0; o < number.size(); ++o) {
      if (number[o] < 0) continue;
      number[o] = static_cast<int>(operands.size());
      operands.push_back(std::move(group.operands[o]));
    }
    for (Nest &nest : group.nests) {
      std::vector<Shape> shapes;
      for (std::size_t o = 0; o < number.size(); ++o)
        if (number[o] >= 0) shapes.push_back(nest.operands[o]);
      nest.operands = std::move(shapes);
      for (Read &read : nest.reads) read.operand = number[static_cast<std::size_t>(read.operand)];
      for (Lookup &lookup : nest.lookups) lookup.operand = number[static_cast<std::size_t>(lookup.operand)];
    }
    group.operands = std::move(operands);
  }

  Plan plan_;
  const Target &target_;
  std::set<ValueId> outputs_;
  std::map<ValueId, std::set<std::size_t>> makers_, readers_;  ///< groups
  std::set<ValueId> scattered_;                                ///< joined values whose parts interleave in memory
};

}  // namespace

Plan join_in_place(Plan plan, const Target &target) { return Joining(std::move(plan), target).run(); }

}  // namespace cnnc
