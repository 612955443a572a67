#include "compiler/report/receptive_field.hpp"

#include <algorithm>

#include "compiler/ir/index_box.hpp"
#include "compiler/ops/op.hpp"
#include "compiler/support/checks.hpp"

namespace cnnc {

namespace {

/// How one value is computed from others. Without nests the result is the operand.
struct Step {
  ValueId result;
  std::vector<ValueId> operands;
  std::vector<Nest> nests;
};

std::size_t at(std::int32_t id) { return static_cast<std::size_t>(id); }

/// Appends the steps of a node. `graph` grows by what composed operators come down to.
void add_steps(Graph &graph, const Node &node, std::vector<Step> &steps) {
  if (node.op->nest != nullptr) {
    CNNC_CHECK(node.results.size() == 1, "an operator with loops has several results");
    steps.push_back({node.results[0], node.operands, nests_of(graph, node)});
    return;
  }
  const std::size_t first = graph.nodes.size();
  const std::vector<ValueId> results = node.op->decompose(graph, node);
  const std::vector<Node> parts(graph.nodes.begin() + static_cast<std::ptrdiff_t>(first), graph.nodes.end());
  for (const Node &part : parts) add_steps(graph, part, steps);
  for (std::size_t i = 0; i < results.size(); ++i) steps.push_back({node.results[i], {results[i]}, {}});
}

/// Where one axis of the nest may be, so that it stores into [low, high] of a dimension whose index is `index`. Indices
/// beyond the tensor's border are followed as if the loops went on there.
void narrow(Interval &axis, const Index &index, const IndexTerm &term, const Interval &wanted, std::int64_t extent,
            const RangeOf &range) {
  const std::int64_t factor = term.coefficient;
  const Interval reach = bounds(index, range);
  const Interval own = {std::min(factor * axis.low, factor * axis.high),
                        std::max(factor * axis.low, factor * axis.high)};
  const Interval rest = {reach.low - own.low, reach.high - own.high};
  const std::int64_t low = wanted.low - rest.high;  // of factor * axis
  const std::int64_t high = wanted.high - rest.low;
  const std::int64_t size = factor > 0 ? factor : -factor;
  const auto floor = [&](std::int64_t number) { return evaluate(floor_div(Index(number), size), nullptr); };
  Interval solved = {-floor(-low), floor(high)};
  if (factor < 0) solved = {-floor(high), floor(-low)};
  const bool alone = index.terms().size() == 1 && factor == 1;
  if (!alone || reach.low != 0) solved.low = std::max(solved.low, axis.low);
  if (!alone || reach.high != extent - 1) solved.high = std::min(solved.high, axis.high);
  axis = solved;
}

/// Ranges of the axes that store into the box; nothing if none does.
std::optional<std::vector<Interval>> axes_that_store(const Nest &nest, const IndexBox &output) {
  std::vector<Interval> axes;
  for (const Axis &axis : nest.axes) axes.push_back({0, axis.extent - 1});
  const RangeOf whole = axis_ranges(nest);
  for (std::size_t d = 0; d < nest.store.size(); ++d) {
    const Index &index = nest.store[d];
    if (index.is_constant() && nest.output[d] > 1 &&
        (index.constant() < output[d].low || index.constant() > output[d].high))
      return std::nullopt;
    for (const IndexTerm &term : index.terms())
      if (term.var >= 0) narrow(axes[at(term.var)], index, term, output[d], nest.output[d], whole);
  }
  for (const Interval &axis : axes)
    if (axis.low > axis.high) return std::nullopt;
  return axes;
}

using Reached = std::optional<IndexBox>;

/// How far `box` has moved along an axis, if it is as large there as it was.
std::int64_t shift(const Reached &from, const Reached &to, std::size_t axis) {
  if (!from || !to) return 0;
  const std::int64_t moved = (*to)[axis].low - (*from)[axis].low;
  return (*to)[axis].high - (*from)[axis].high == moved ? moved : 0;
}

class FieldFinder {
 public:
  explicit FieldFinder(const Graph &graph) : graph_(graph) {
    first_step_.push_back(0);
    const std::vector<Node> nodes = graph.nodes;
    for (const Node &node : nodes) {
      add_steps(graph_, node, steps_);
      first_step_.push_back(steps_.size());
    }
    depends_.resize(graph_.values.size(), false);
    for (const ValueId input : graph.inputs) depends_[at(input)] = true;
    for (const Step &step : steps_)
      for (const ValueId operand : step.operands)
        if (depends_[at(operand)]) depends_[at(step.result)] = true;
  }

  /// The boxes of all inputs that the box of `value`, a result of node number `node`, depends on.
  std::vector<Reached> follow(std::size_t node, ValueId value, const IndexBox &from) const {
    std::vector<Reached> boxes(graph_.values.size());
    boxes[at(value)] = from;
    for (std::size_t s = first_step_[node + 1]; s-- > 0;) {
      const Step &step = steps_[s];
      const Reached box = boxes[at(step.result)];
      if (!box) continue;
      if (step.nests.empty()) include(boxes[at(step.operands[0])], *box);
      for (const Nest &nest : step.nests)
        for (std::size_t i = 0; i < step.operands.size(); ++i)
          if (depends_[at(step.operands[i])]) {
            const Reached read = box_read(nest, static_cast<int>(i), *box);
            if (read) include(boxes[at(step.operands[i])], *read);
          }
    }
    std::vector<Reached> result;
    for (const ValueId input : graph_.inputs) result.push_back(boxes[at(input)]);
    return result;
  }

  /// The fields of a node's result, which is `value`.
  void add_fields(std::vector<ReceptiveField> &fields, std::size_t node, std::size_t result, const Value &value) const {
    const ValueId id = graph_.nodes[node].results[result];
    if (!depends_[at(id)]) return;
    const Shape &shape = value.type.shape;
    IndexBox first(shape.size()), middle;
    for (const std::int64_t extent : shape) middle.push_back({extent / 2, extent / 2});
    const std::vector<Reached> of_first = follow(node, id, first);
    const std::vector<Reached> of_middle = follow(node, id, middle);
    std::vector<std::vector<Reached>> of_previous;  // by axis of the result
    for (std::size_t axis = 0; axis < shape.size(); ++axis) {
      IndexBox previous = middle;
      previous[axis] = {middle[axis].low - 1, middle[axis].low - 1};
      of_previous.push_back(follow(node, id, previous));
    }
    for (std::size_t i = 0; i < of_middle.size(); ++i) {
      if (!of_first[i] || !of_middle[i]) continue;
      ReceptiveField field{static_cast<NodeId>(node), result, i, {}};
      for (std::size_t d = 0; d < of_middle[i]->size(); ++d) {
        const Interval &at_first = (*of_first[i])[d];
        std::int64_t jump = d < shape.size() ? shift(of_previous[d][i], of_middle[i], d) : 0;
        for (std::size_t axis = 0; axis < shape.size() && jump == 0; ++axis)
          jump = shift(of_previous[axis][i], of_middle[i], d);
        field.axes.push_back({(*of_middle[i])[d], jump, static_cast<double>(at_first.low + at_first.high) / 2});
      }
      fields.push_back(std::move(field));
    }
  }

 private:
  Graph graph_;  ///< with what composed operators come down to
  std::vector<Step> steps_;
  std::vector<std::size_t> first_step_;  ///< by node
  std::vector<bool> depends_;            ///< on an input, by value
};

}  // namespace

std::optional<IndexBox> box_read(const Nest &nest, int operand, const IndexBox &output) {
  const std::optional<std::vector<Interval>> axes = axes_that_store(nest, output);
  if (!axes) return std::nullopt;
  const RangeOf range = [&](IndexVar var) {
    return is_lookup(var) ? Interval{0, nest.lookups[lookup_number(var)].limit - 1} : (*axes)[at(var)];
  };
  Reached box;
  for (const Read &read : nest.reads)
    if (read.operand == operand) include(box, read.index, range);
  for (const Lookup &lookup : nest.lookups)
    if (lookup.operand == operand) include(box, lookup.index, range);
  return box;
}

std::vector<ReceptiveField> receptive_fields(const Graph &graph) {
  const FieldFinder finder(graph);
  std::vector<ReceptiveField> fields;
  for (std::size_t n = 0; n < graph.nodes.size(); ++n)
    for (std::size_t r = 0; r < graph.nodes[n].results.size(); ++r)
      finder.add_fields(fields, n, r, graph.values[at(graph.nodes[n].results[r])]);
  return fields;
}

}  // namespace cnnc
