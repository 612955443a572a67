#include "compiler/eval/eval_plan.hpp"

#include <limits>
#include <map>

#include "compiler/eval/eval_graph.hpp"
#include "compiler/eval/eval_nest.hpp"
#include "compiler/support/checks.hpp"

namespace cnnc {

namespace {

std::vector<Tensor> eval_groups(const Plan &plan, const std::vector<Tensor> &inputs) {
  std::map<ValueId, Tensor> known;
  for (std::size_t i = 0; i < plan.graph.inputs.size(); ++i) known[plan.graph.inputs[i]] = inputs[i];
  for (std::size_t i = 0; i < plan.graph.values.size(); ++i)
    if (plan.graph.values[i].data) known[static_cast<ValueId>(i)] = plan.graph.values[i].data.tensor();
  for (const Group &group : plan.groups) {
    std::vector<Tensor> constants(group.operands.size());
    std::vector<const Tensor *> operands;
    for (std::size_t i = 0; i < group.operands.size(); ++i) {
      if (group.operands[i].numbers) {
        const std::vector<float> &numbers = *group.operands[i].numbers;
        constants[i] = {{DType::f32, group.operands[i].layout.shape}, {numbers.begin(), numbers.end()}};
      }
      operands.push_back(group.operands[i].numbers ? &constants[i] : &known.at(group.operands[i].value));
    }
    const TensorType &type = plan.graph.values[static_cast<std::size_t>(group.result)].type;
    // What no group has made yet is no number.
    constexpr double nan = std::numeric_limits<double>::quiet_NaN();
    auto [result, is_new] = known.try_emplace(group.result, type, std::vector<double>());
    if (is_new) result->second.data.assign(static_cast<std::size_t>(element_count(type.shape)), nan);
    for (const Nest &nest : group.nests) eval_nest(nest, operands, result->second);
  }
  std::vector<Tensor> outputs;
  for (const Output &output : plan.graph.outputs) outputs.push_back(known.at(output.value));
  return outputs;
}

}  // namespace

std::vector<Tensor> eval_plan(const Plan &plan, const std::vector<Tensor> &inputs) {
  return eval_samples(plan.graph, depends_on_inputs(plan), inputs,
                      [&](const std::vector<Tensor> &sample) { return eval_groups(plan, sample); });
}

}  // namespace cnnc
