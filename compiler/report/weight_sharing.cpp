#include "compiler/report/weight_sharing.hpp"

#include "compiler/frontend/check_report.hpp"
#include "compiler/ops/ignored_weights.hpp"

namespace cnnc {

std::vector<SharedWeights> shared_weights(const Graph &graph) {
  std::vector<SharedWeights> result;
  const IgnoredElements ignored = ignored_elements(graph);
  for (std::size_t n = 0; n < graph.nodes.size(); ++n) {
    const Node &node = graph.nodes[n];
    SharedWeights layer{static_cast<NodeId>(n), 0, 0, multiply_accumulates(graph, node)};
    std::int64_t inputs = 0;
    for (const ValueId id : node.operands) {
      const Value &value = graph.values[static_cast<std::size_t>(id)];
      if (value.kind == ValueKind::weight)
        layer.parameters += parameter_count(ignored, value);
      else
        inputs += element_count(value.type.shape);
    }
    std::int64_t results = 0;
    for (const ValueId id : node.results)
      results += element_count(graph.values[static_cast<std::size_t>(id)].type.shape);
    // Both counts are below 2^31 (max_elements) for each tensor.
    if (__builtin_mul_overflow(inputs + 1, results, &layer.full_parameters)) layer.full_parameters = INT64_MAX;
    if (layer.parameters > 0 && layer.connections > layer.parameters) result.push_back(layer);
  }
  return result;
}

}  // namespace cnnc
