#include "compiler/passes/batch_samples.hpp"

namespace cnnc {

namespace {

/// The nest with the sample's axis as axis 0: what is batched is read at the sample, the rest as before.
Nest with_samples(const Nest &nest, std::int64_t samples, const std::vector<bool> &batched) {
  Nest result = nest;
  result.axes.insert(result.axes.begin(), {"sample", AxisKind::parallel, samples});
  const RangeOf range = axis_ranges(result);
  auto moved = [&](std::vector<Index> &index, bool leads) {
    for (Index &dimension : index)
      dimension =
          substitute(dimension, [](IndexVar var) { return Index::variable(is_lookup(var) ? var : var + 1); }, range);
    if (leads) index.insert(index.begin(), Index::variable(0));
  };
  for (Read &read : result.reads) moved(read.index, batched[static_cast<std::size_t>(read.operand)]);
  for (Lookup &lookup : result.lookups) moved(lookup.index, batched[static_cast<std::size_t>(lookup.operand)]);
  moved(result.store, true);
  for (std::size_t o = 0; o < result.operands.size(); ++o)
    if (batched[o]) result.operands[o].insert(result.operands[o].begin(), samples);
  result.output.insert(result.output.begin(), samples);
  return result;
}

}  // namespace

Plan batch_samples(Plan plan) {
  const std::int64_t samples = plan.graph.batch;
  if (samples == 1) return plan;
  const std::vector<bool> batched = depends_on_inputs(plan);
  for (Group &group : plan.groups) {
    if (!batched[static_cast<std::size_t>(group.result)]) continue;
    std::vector<bool> operands;
    for (const GroupOperand &operand : group.operands)
      operands.push_back(batched[static_cast<std::size_t>(operand.value)]);
    for (Nest &nest : group.nests) nest = with_samples(nest, samples, operands);
  }
  for (std::size_t i = 0; i < batched.size(); ++i) {
    Value &value = plan.graph.values[i];
    if (!batched[i]) continue;
    value.type.shape.insert(value.type.shape.begin(), samples);
    value.batched = true;
  }
  plan.graph.batch = 1;
  return plan;
}

}  // namespace cnnc
