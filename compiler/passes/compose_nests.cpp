#include "compiler/passes/compose_nests.hpp"

#include <algorithm>
#include <set>

#include "compiler/ir/access.hpp"
#include "compiler/support/checks.hpp"

namespace cnnc {

namespace {

/// What a stage may grow to. Without a bound, a = a + a thirty times over would be an expression of 2^30 nodes.
constexpr std::int64_t most_written_nodes = 256;

/// Reads renumbered by `read`, accumulators replaced by `value` if it is not null.
Scalar rewrite(const Scalar &scalar, const std::function<int(int)> &number, const Scalar &value) {
  return map_leaves(scalar, [&](const ScalarNode &leaf) -> Scalar {
    if (leaf.op == ScalarOp::accumulator) return value;
    return read(number(leaf.index));
  });
}

Read map_axes(const Read &read, const std::function<Index(IndexVar)> &of, const RangeOf &range) {
  Read result = read;
  for (Index &index : result.index) index = substitute(index, of, range);
  return result;
}

std::vector<AxisId> axes_of_kind(const Nest &nest, AxisKind kind) {
  std::vector<AxisId> result;
  for (std::size_t a = 0; a < nest.axes.size(); ++a)
    if (nest.axes[a].kind == kind) result.push_back(static_cast<AxisId>(a));
  return result;
}

bool is_elementwise(const Nest &nest) {
  return nest.combine == Combine::none && nest.pool_combine == Combine::none &&
         axes_of_kind(nest, AxisKind::parallel).size() == nest.axes.size() && stores_identity(nest);
}

/// The value that a nest stores, as its last stage says it: of the body, if nothing is reduced.
Scalar last_stage(const Nest &nest) {
  if (nest.pool_combine != Combine::none) return nest.pool_epilogue ? nest.pool_epilogue : accumulator();
  if (nest.combine != Combine::none) return nest.epilogue ? nest.epilogue : accumulator();
  return nest.epilogue ? rewrite(nest.epilogue, [](int i) { return i; }, nest.body) : nest.body;
}

void set_last_stage(Nest &nest, Scalar value) {
  if (nest.pool_combine != Combine::none)
    nest.pool_epilogue = std::move(value);
  else if (nest.combine != Combine::none)
    nest.epilogue = std::move(value);
  else {
    nest.body = std::move(value);
    nest.epilogue = nullptr;
  }
}

/// The divisors at which `axis` alone is cut by floor_div and mod in an index.
void collect_cuts(const Index &index, AxisId axis, std::set<std::int64_t> &cuts) {
  for (const IndexTerm &term : index.terms()) {
    if (!term.quasi) continue;
    const Quasi &quasi = *term.quasi;
    collect_cuts(quasi.a, axis, cuts);
    if (quasi.kind != QuasiKind::floor_div && quasi.kind != QuasiKind::mod) continue;
    std::int64_t unit = 1;
    const Index *inner = &quasi.a;
    if (inner->terms().size() == 1 && inner->terms()[0].quasi &&
        inner->terms()[0].quasi->kind == QuasiKind::floor_div) {
      unit = inner->terms()[0].quasi->divisor;
      inner = &inner->terms()[0].quasi->a;
    }
    if (*inner == Index::variable(axis)) cuts.insert(unit * quasi.divisor);
  }
}

/// axis = sum of digit * weight, for weights that divide one another and the extent.
Nest split_axis(const Nest &nest, AxisId axis, const std::vector<std::int64_t> &weights) {
  Nest result = nest;
  const Axis &old = nest.axes[static_cast<std::size_t>(axis)];
  std::vector<Axis> digits;
  std::int64_t above = old.extent;
  for (auto weight = weights.rbegin(); weight != weights.rend(); ++weight) {
    digits.push_back({old.name + std::to_string(digits.size()), old.kind, above / *weight});
    above = *weight;
  }
  auto place = result.axes.erase(result.axes.begin() + axis);
  result.axes.insert(place, digits.begin(), digits.end());
  auto shift = static_cast<AxisId>(digits.size()) - 1;
  auto of = [&](IndexVar var) {
    if (var < axis) return Index::variable(var);
    if (var > axis) return Index::variable(var + shift);
    Index sum;
    for (std::size_t i = 0; i < digits.size(); ++i)
      sum = sum + Index::variable(axis + static_cast<AxisId>(i)) * weights[digits.size() - 1 - i];
    return sum;
  };
  RangeOf range = axis_ranges(result);
  for (Read &read : result.reads) read = map_axes(read, of, range);
  for (Index &index : result.store) index = substitute(index, of, range);
  return result;
}

Nest split_digits(Nest nest) {
  if (!nest.lookups.empty()) return nest;
  for (AxisId axis = 0; axis < static_cast<AxisId>(nest.axes.size()); ++axis) {
    std::set<std::int64_t> cuts{1};
    for (const Read &read : nest.reads)
      for (const Index &index : read.index) collect_cuts(index, axis, cuts);
    std::int64_t extent = nest.axes[static_cast<std::size_t>(axis)].extent;
    cuts.erase(extent);
    std::vector<std::int64_t> weights(cuts.begin(), cuts.end());
    bool exact = weights.size() > 1 && extent % weights.back() == 0;
    for (std::size_t i = 0; i + 1 < weights.size(); ++i) exact = exact && weights[i + 1] % weights[i] == 0;
    if (!exact) continue;
    nest = split_axis(nest, axis, weights);
    axis += static_cast<AxisId>(weights.size()) - 1;
  }
  return nest;
}

/// True if outside the copy's result means outside the copy's operand, so that one test serves for both.
bool outside_carries_over(const Nest &copy, const Index &index, std::size_t dimension) {
  if (index.terms().size() != 1 || index.terms()[0].var < 0 || index.terms()[0].coefficient != 1) return false;
  auto d = static_cast<std::size_t>(index.terms()[0].var);
  return index.constant() <= 0 && copy.output[d] + index.constant() >= copy.operands[0][dimension];
}

}  // namespace

bool stores_identity(const Nest &nest) {
  AxisId next = 0;
  for (const Index &index : nest.store) {
    while (next < static_cast<AxisId>(nest.axes.size()) &&
           nest.axes[static_cast<std::size_t>(next)].kind != AxisKind::parallel)
      ++next;
    if (index != Index::variable(next) || nest.axes[static_cast<std::size_t>(next)].extent !=
                                              nest.output[static_cast<std::size_t>(&index - nest.store.data())])
      return false;
    ++next;
  }
  return static_cast<std::size_t>(axes_of_kind(nest, AxisKind::parallel).size()) == nest.store.size();
}

bool is_copy(const Nest &nest) {
  return is_elementwise(nest) && nest.lookups.empty() && nest.reads.size() == 1 && nest.body->op == ScalarOp::read &&
         (!nest.epilogue || nest.epilogue->op == ScalarOp::accumulator);
}

std::optional<Nest> compose_copy(const Nest &consumer, int operand, const Nest &copy) {
  Nest result = consumer;
  auto source = static_cast<int>(consumer.operands.size());
  result.operands.push_back(copy.operands[0]);
  const Read &from = copy.reads[0];
  RangeOf range = axis_ranges(consumer);
  for (Read &read : result.reads) {
    if (read.operand != operand) continue;
    if (read.pad) {
      // What lies outside the copy's result must lie outside its operand too, with the same value.
      if (!from.pad || *from.pad != *read.pad) return std::nullopt;
      for (std::size_t d = 0; d < from.index.size(); ++d)
        if (!outside_carries_over(copy, from.index[d], d)) return std::nullopt;
    }
    Read composed{source, {}, from.pad};
    for (const Index &index : from.index)
      composed.index.push_back(
          substitute(index, [&](IndexVar axis) { return read.index[static_cast<std::size_t>(axis)]; }, range));
    read = composed;
  }
  for (Lookup &lookup : result.lookups) {
    if (lookup.operand != operand) continue;
    if (from.pad) return std::nullopt;
    std::vector<Index> place;
    for (const Index &index : from.index)
      place.push_back(
          substitute(index, [&](IndexVar axis) { return lookup.index[static_cast<std::size_t>(axis)]; }, range));
    lookup = {source, place, lookup.limit};
  }
  for (const Read &read : result.reads)
    if (read.operand == source && consumer.combine != Combine::none && !skippable(result, read)) return std::nullopt;
  std::int64_t padded =
      std::count_if(result.reads.begin(), result.reads.end(), [](const Read &r) { return r.pad.has_value(); });
  if (consumer.combine == Combine::none && padded > 1) return std::nullopt;
  return split_digits(std::move(result));
}

std::optional<Nest> compose_epilogue(const Nest &consumer, int operand, const Nest &producer) {
  if (!is_elementwise(consumer) || !consumer.lookups.empty()) return std::nullopt;
  // Identity reads of a larger operand are those of its first part: a slice from 0 on.
  if (consumer.operands[static_cast<std::size_t>(operand)] != consumer.output) return std::nullopt;
  bool reduces = producer.combine != Combine::none || producer.pool_combine != Combine::none;
  for (const Read &read : consumer.reads) {
    if (read.pad && reduces) return std::nullopt;
    if (read.operand != operand) continue;
    if (read.pad) return std::nullopt;
    for (std::size_t d = 0; d < read.index.size(); ++d)
      if (read.index[d] != Index::variable(static_cast<IndexVar>(d))) return std::nullopt;
    if (read.index.size() != consumer.store.size()) return std::nullopt;
  }
  Nest result = producer;
  // Operands: the consumer's first, as the header says.
  auto shift = static_cast<int>(consumer.operands.size());
  result.operands = consumer.operands;
  result.operands.insert(result.operands.end(), producer.operands.begin(), producer.operands.end());
  for (Read &read : result.reads) read.operand += shift;
  for (Lookup &lookup : result.lookups) lookup.operand += shift;
  RangeOf range = axis_ranges(producer);
  std::vector<int> number(consumer.reads.size(), -1);
  for (std::size_t i = 0; i < consumer.reads.size(); ++i) {
    if (consumer.reads[i].operand == operand) continue;
    number[i] = static_cast<int>(result.reads.size());
    result.reads.push_back(map_axes(
        consumer.reads[i], [&](IndexVar axis) { return producer.store[static_cast<std::size_t>(axis)]; }, range));
  }
  Scalar before = last_stage(producer);
  set_last_stage(result, map_leaves(last_stage(consumer), [&](const ScalarNode &leaf) -> Scalar {
                   int renumbered = number[static_cast<std::size_t>(leaf.index)];
                   return renumbered < 0 ? before : read(renumbered);
                 }));
  std::int64_t padded =
      std::count_if(result.reads.begin(), result.reads.end(), [](const Read &r) { return r.pad.has_value(); });
  if (!reduces && padded > 1) return std::nullopt;
  if (written_size(last_stage(result)) > most_written_nodes) return std::nullopt;
  return result;
}

std::optional<Nest> compose_pool(const Nest &consumer, int operand, const Nest &producer,
                                 std::int64_t most_window_points) {
  if (consumer.combine == Combine::none || consumer.pool_combine != Combine::none || consumer.reads.empty())
    return std::nullopt;
  if (producer.combine == Combine::none || producer.pool_combine != Combine::none || !stores_identity(producer))
    return std::nullopt;
  if (consumer.body->op != ScalarOp::read || !consumer.lookups.empty() || !producer.lookups.empty())
    return std::nullopt;
  const Read &taken = consumer.reads[static_cast<std::size_t>(consumer.body->index)];
  if (taken.operand != operand || taken.pad) return std::nullopt;
  for (const Read &read : consumer.reads)
    if (&read != &taken && read.operand == operand) return std::nullopt;

  std::int64_t window = 1;
  for (AxisId axis : axes_of_kind(consumer, AxisKind::reduce))
    window *= consumer.axes[static_cast<std::size_t>(axis)].extent;
  if (window > most_window_points) return std::nullopt;
  // Disjoint windows: in each dimension stride * parallel + window axis, with the stride at least the window's extent.
  std::vector<int> uses(consumer.axes.size(), 0);
  for (const Index &index : taken.index) {
    std::int64_t stride = 0;
    std::int64_t points = 1;
    for (const IndexTerm &term : index.terms()) {
      if (term.var < 0) return std::nullopt;
      const Axis &axis = consumer.axes[static_cast<std::size_t>(term.var)];
      ++uses[static_cast<std::size_t>(term.var)];
      if (axis.kind == AxisKind::parallel)
        stride += term.coefficient;
      else if (term.coefficient == 1)
        points = axis.extent;
      else
        return std::nullopt;
    }
    if (index.terms().size() > 2 || stride < points) return std::nullopt;
  }
  for (int count : uses)
    if (count != 1) return std::nullopt;

  Nest result;
  auto shift = static_cast<int>(consumer.operands.size());
  result.operands = consumer.operands;
  result.operands.insert(result.operands.end(), producer.operands.begin(), producer.operands.end());
  result.axes = consumer.axes;
  for (Axis &axis : result.axes)
    if (axis.kind == AxisKind::reduce) axis.kind = AxisKind::window;
  std::vector<Index> of_producer(producer.axes.size());
  std::size_t dimension = 0;
  for (std::size_t a = 0; a < producer.axes.size(); ++a) {
    if (producer.axes[a].kind == AxisKind::parallel) {
      of_producer[a] = taken.index[dimension++];
    } else {
      of_producer[a] = Index::variable(static_cast<IndexVar>(result.axes.size()));
      Axis axis = producer.axes[a];
      for (const Axis &other : consumer.axes)
        if (other.name == axis.name) axis.name += "_in";
      result.axes.push_back(axis);
    }
  }
  RangeOf range = axis_ranges(result);
  for (const Read &read : producer.reads) {
    Read moved = map_axes(read, [&](IndexVar axis) { return of_producer[static_cast<std::size_t>(axis)]; }, range);
    moved.operand += shift;
    result.reads.push_back(std::move(moved));
  }
  auto first = static_cast<int>(result.reads.size());
  std::vector<int> number(consumer.reads.size(), -1);
  for (std::size_t i = 0; i < consumer.reads.size(); ++i) {
    if (&consumer.reads[i] == &taken) continue;
    number[i] = first++;
    result.reads.push_back(consumer.reads[i]);
  }
  result.combine = producer.combine;
  result.body = producer.body;
  result.epilogue = producer.epilogue;
  result.pool_combine = consumer.combine;
  if (consumer.epilogue)
    result.pool_epilogue = map_leaves(consumer.epilogue, [&](const ScalarNode &leaf) -> Scalar {
      return leaf.op == ScalarOp::read ? read(number[static_cast<std::size_t>(leaf.index)]) : nullptr;
    });
  result.output = consumer.output;
  result.store = consumer.store;
  return result;
}

}  // namespace cnnc
