#include "compiler/eval/eval_graph.hpp"

#include "compiler/ir/liveness.hpp"
#include "compiler/ops/op.hpp"
#include "compiler/support/checks.hpp"

namespace cnnc {

namespace {

void check_tensor(const Tensor &tensor, const Value &value) {
  CNNC_CHECK(tensor.type == value.type,
             value.name + " is " + to_string(value.type) + " and was given " + to_string(tensor.type));
  CNNC_CHECK(static_cast<std::int64_t>(tensor.data.size()) == element_count(value.type.shape),
             value.name + " was given too few numbers");
}

/// The numbers of all values, as far as they are there. Inputs are not copied; weights and constants are brought into
/// double where a node wants them.
class Evaluation {
 public:
  Evaluation(const Graph &graph, const std::vector<Tensor> &inputs) : graph_(graph) {
    known_.resize(graph.values.size(), nullptr);
    computed_.resize(graph.values.size());
    CNNC_CHECK(inputs.size() == graph.inputs.size(), "another number of inputs than the graph has");
    for (std::size_t i = 0; i < inputs.size(); ++i) {
      check_tensor(inputs[i], graph.values[graph.inputs[i]]);
      known_[graph.inputs[i]] = &inputs[i];
    }
  }

  void run(const Node &node) {
    std::vector<const Tensor *> operands;
    for (ValueId operand : node.operands) operands.push_back(&value(operand));
    std::vector<Tensor> results;
    for (ValueId result : node.results) {
      const TensorType &type = graph_.values[result].type;
      results.push_back({type, std::vector<double>(static_cast<std::size_t>(element_count(type.shape)), 0.0)});
    }
    node.op->reference(
        {.attrs = node.attrs, .operands = std::move(operands), .results = results, .index_fault = &index_fault});
    for (std::size_t i = 0; i < results.size(); ++i) {
      ValueId id = node.results[i];
      check_tensor(results[i], graph_.values[id]);
      computed_[id] = std::move(results[i]);
      known_[id] = &computed_[id];
    }
  }

  const Tensor &value(ValueId id) {
    if (known_[id] == nullptr) {
      CNNC_CHECK(graph_.values[id].data, "a value is used that has no numbers: " + graph_.values[id].name);
      computed_[id] = graph_.values[id].data.tensor();
      known_[id] = &computed_[id];
    }
    return *known_[id];
  }

  bool has(ValueId id) const { return known_[id] != nullptr || graph_.values[id].data; }

  void release(ValueId id) {
    if (known_[id] != &computed_[id]) return;
    known_[id] = nullptr;
    computed_[id] = {};
  }

  std::optional<IndexFault> index_fault;  ///< of all nodes run, the first

 private:
  const Graph &graph_;
  std::vector<const Tensor *> known_;
  std::vector<Tensor> computed_;
};

/// For each value the last node that uses it; the number of nodes for outputs.
std::vector<std::size_t> last_uses(const Graph &graph) {
  std::vector<std::size_t> last(graph.values.size(), 0);
  for (std::size_t i = 0; i < graph.nodes.size(); ++i) {
    for (ValueId result : graph.nodes[i].results) last[result] = i;
    for (ValueId operand : graph.nodes[i].operands) last[operand] = i;
  }
  for (const Output &output : graph.outputs) last[output.value] = graph.nodes.size();
  return last;
}

std::vector<Tensor> eval_sample(const Graph &graph, const std::vector<Tensor> &inputs,
                                std::optional<BadIndex> *bad_index) {
  Evaluation evaluation(graph, inputs);
  const std::vector<std::size_t> last = last_uses(graph);
  // What no output needs is not computed, as in compiled code, where an index that is out of range goes unnoticed
  // there.
  const std::vector<bool> needed = live_nodes(graph);
  for (std::size_t i = 0; i < graph.nodes.size(); ++i) {
    if (!needed[i]) continue;
    const Node &node = graph.nodes[i];
    const bool good = !evaluation.index_fault;
    evaluation.run(node);
    if (good && evaluation.index_fault && bad_index != nullptr)
      *bad_index = BadIndex{static_cast<NodeId>(i), *evaluation.index_fault};
    for (const auto *ids : {&node.operands, &node.results})
      for (ValueId id : *ids)
        if (last[id] == i) evaluation.release(id);
  }
  std::vector<Tensor> outputs;
  for (const Output &output : graph.outputs) outputs.push_back(evaluation.value(output.value));
  return outputs;
}

}  // namespace

std::vector<Tensor> eval_graph(const Graph &graph, const std::vector<Tensor> &inputs,
                               std::optional<BadIndex> *bad_index) {
  return eval_samples(graph, depends_on_inputs(graph), inputs, [&](const std::vector<Tensor> &sample) {
    std::optional<BadIndex> bad;
    std::vector<Tensor> outputs = eval_sample(graph, sample, &bad);
    if (bad && bad_index != nullptr && !*bad_index) *bad_index = bad;
    return outputs;
  });
}

std::vector<Tensor> eval_samples(const Graph &graph, const std::vector<bool> &depends,
                                 const std::vector<Tensor> &inputs,
                                 const std::function<std::vector<Tensor>(const std::vector<Tensor> &)> &one) {
  if (graph.batch == 1) return one(inputs);
  CNNC_CHECK(inputs.size() == graph.inputs.size(), "another number of inputs than the graph has");
  std::vector<Tensor> outputs;
  for (std::int64_t n = 0; n < graph.batch; ++n) {
    std::vector<Tensor> sample;
    for (std::size_t i = 0; i < inputs.size(); ++i) {
      const TensorType &type = graph.values[static_cast<std::size_t>(graph.inputs[i])].type;
      CNNC_CHECK(inputs[i].type == with_samples(type, graph.batch), "an input without its samples");
      const std::int64_t count = element_count(type.shape);
      const auto first = inputs[i].data.begin() + n * count;
      sample.push_back({type, {first, first + count}});
    }
    std::vector<Tensor> results = one(sample);
    for (std::size_t o = 0; o < results.size(); ++o) {
      const bool batched = depends[static_cast<std::size_t>(graph.outputs[o].value)];
      if (n == 0) outputs.push_back({batched ? with_samples(results[o].type, graph.batch) : results[o].type, {}});
      if (n == 0 || batched)
        outputs[o].data.insert(outputs[o].data.end(), results[o].data.begin(), results[o].data.end());
    }
  }
  return outputs;
}

GraphValues eval_graph_values(const Graph &graph, const std::vector<Tensor> &inputs) {
  Evaluation evaluation(graph, inputs);
  for (const Node &node : graph.nodes) evaluation.run(node);
  GraphValues all;
  for (std::size_t id = 0; id < graph.values.size(); ++id)
    all.values.push_back(evaluation.has(static_cast<ValueId>(id)) ? evaluation.value(static_cast<ValueId>(id))
                                                                  : Tensor{});
  return all;
}

}  // namespace cnnc
