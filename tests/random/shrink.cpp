#include "tests/random/shrink.hpp"

#include "compiler/eval/eval_graph.hpp"

namespace cnnc::test {

namespace {

bool needed(const Graph &graph, ValueId id) {
  for (const Output &output : graph.outputs)
    if (output.value == id) return true;
  for (const Node &node : graph.nodes)
    for (ValueId operand : node.operands)
      if (operand == id) return true;
  return false;
}

/// Without what no output needs, inputs too.
RandomNetwork cleaned(RandomNetwork network) {
  network.graph = without_dead_code(network.graph);
  RandomNetwork result{network.graph, {}};
  result.graph.inputs.clear();
  for (std::size_t i = 0; i < network.inputs.size(); ++i) {
    Value &value = result.graph.values[static_cast<std::size_t>(network.graph.inputs[i])];
    if (needed(network.graph, network.graph.inputs[i])) {
      result.graph.inputs.push_back(network.graph.inputs[i]);
      result.inputs.push_back(network.inputs[i]);
    } else {  // a constant without users is dead code
      value.kind = ValueKind::constant;
      value.data = network.inputs[i];
    }
  }
  result.graph = without_dead_code(result.graph);
  return result;
}

RandomNetwork with_outputs(const RandomNetwork &network, std::vector<Output> outputs) {
  RandomNetwork other = network;
  other.graph.outputs = std::move(outputs);
  return cleaned(std::move(other));
}

/// The values computed by the first `count` nodes become inputs.
RandomNetwork without_first_nodes(const RandomNetwork &network, std::size_t count) {
  const GraphValues known = eval_graph_values(network.graph, network.inputs);
  RandomNetwork other = network;
  Graph &graph = other.graph;
  for (std::size_t n = 0; n < count; ++n)
    for (ValueId id : graph.nodes[n].results) {
      Value &value = graph.values[static_cast<std::size_t>(id)];
      value.kind = ValueKind::input;
      value.name = "v" + std::to_string(id);
      value.producer = -1;
      graph.inputs.push_back(id);
      Tensor tensor = known.values[static_cast<std::size_t>(id)];
      for (double &number : tensor.data) number = converted(number, tensor.type.dtype);
      other.inputs.push_back(std::move(tensor));
    }
  graph.nodes.erase(graph.nodes.begin(), graph.nodes.begin() + static_cast<std::ptrdiff_t>(count));
  for (std::size_t n = 0; n < graph.nodes.size(); ++n)
    for (ValueId id : graph.nodes[n].results)
      graph.values[static_cast<std::size_t>(id)].producer = static_cast<NodeId>(n);
  return cleaned(std::move(other));
}

std::vector<RandomNetwork> smaller_ones(const RandomNetwork &network) {
  const Graph &graph = network.graph;
  std::vector<RandomNetwork> result;
  for (const Node &node : graph.nodes)
    if (&node != &graph.nodes.back() || graph.outputs.size() > node.results.size())
      result.push_back(with_outputs(network, {{"y", node.results[0]}}));
  if (graph.outputs.size() > 1)
    for (std::size_t i = 0; i < graph.outputs.size(); ++i) {
      std::vector<Output> outputs = graph.outputs;
      outputs.erase(outputs.begin() + static_cast<std::ptrdiff_t>(i));
      result.push_back(with_outputs(network, std::move(outputs)));
    }
  for (std::size_t count = graph.nodes.size(); count-- > 1;) result.push_back(without_first_nodes(network, count));
  return result;
}

std::size_t size_of(const RandomNetwork &network) {
  return 100 * network.graph.nodes.size() + 10 * network.graph.outputs.size() + network.inputs.size();
}

}  // namespace

RandomNetwork shrink(RandomNetwork network, const std::function<bool(const RandomNetwork &)> &fails) {
  for (bool smaller = true; smaller;) {
    smaller = false;
    for (RandomNetwork &other : smaller_ones(network)) {
      if (other.graph.nodes.empty() || size_of(other) >= size_of(network) || !fails(other)) continue;
      network = std::move(other);
      smaller = true;
      break;
    }
  }
  return network;
}

}  // namespace cnnc::test
