#include "compiler/passes/graph_rewriter.hpp"

#include "compiler/support/checks.hpp"

namespace cnnc {

GraphRewriter::GraphRewriter(const Graph &old) : old_(old), map_(old.values.size(), -1) {
  graph_.name = old.name;
  graph_.doc = old.doc;
  graph_.batch = old.batch;
  for (std::size_t i = 0; i < old.values.size(); ++i)
    if (old.values[i].kind != ValueKind::result) map_[i] = graph_.add_value(old.values[i]);
  // add_value lists them in the order of their numbers; the old graph's order is the one that counts.
  graph_.inputs.clear();
  graph_.weights.clear();
  for (ValueId input : old.inputs) graph_.inputs.push_back(of(input));
  for (ValueId weight : old.weights) graph_.weights.push_back(of(weight));
}

Node GraphRewriter::moved(const Node &old) const {
  Node node = old;
  node.results.clear();
  for (ValueId &operand : node.operands) {
    operand = of(operand);
    CNNC_CHECK(operand >= 0, "an operand is used before it is made");
  }
  return node;
}

void GraphRewriter::keep(const Node &old) {
  std::vector<TensorType> types;
  for (ValueId result : old.results) types.push_back(old_.values[static_cast<std::size_t>(result)].type);
  graph_.add_node(moved(old), types);
  const Node &added = graph_.nodes.back();
  for (std::size_t i = 0; i < old.results.size(); ++i) {
    replace(old.results[i], added.results[i]);
    graph_.values[static_cast<std::size_t>(added.results[i])].name =
        old_.values[static_cast<std::size_t>(old.results[i])].name;
  }
}

Graph GraphRewriter::finish() {
  for (const Output &output : old_.outputs) graph_.outputs.push_back({output.name, of(output.value)});
  return without_dead_code(graph_);
}

std::vector<int> use_counts(const Graph &graph) {
  std::vector<int> counts(graph.values.size(), 0);
  for (const Node &node : graph.nodes)
    for (ValueId operand : node.operands) ++counts[static_cast<std::size_t>(operand)];
  for (const Output &output : graph.outputs) ++counts[static_cast<std::size_t>(output.value)];
  return counts;
}

}  // namespace cnnc
