#include "compiler/passes/fold_constants.hpp"

#include <algorithm>

#include "compiler/ops/op.hpp"
#include "compiler/passes/graph_rewriter.hpp"

namespace cnnc {

namespace {

/// Packed constants are floats: an i32, which kernels carry as its bits, is computed at run time.
bool gives_i32(const Graph &graph, const Node &node) {
  return std::any_of(node.results.begin(), node.results.end(),
                     [&](ValueId id) { return graph.values[static_cast<std::size_t>(id)].type.dtype == DType::i32; });
}

/// Results in double, not yet rounded, so that a chain of nodes on weights is rounded once, at its end.
std::vector<Tensor> evaluate_node(const Graph &graph, const Node &node, const std::vector<const Tensor *> &operands) {
  std::vector<Tensor> results;
  for (ValueId result : node.results) {
    const TensorType &type = graph.values[static_cast<std::size_t>(result)].type;
    results.push_back({type, std::vector<double>(static_cast<std::size_t>(element_count(type.shape)), 0.0)});
  }
  node.op->reference({.attrs = node.attrs, .operands = operands, .results = results});
  return results;
}

}  // namespace

Graph fold_constants(const Graph &graph) {
  std::vector<std::optional<Tensor>> known(graph.values.size());
  auto tensor = [&](ValueId id) -> const Tensor * {
    const Value &value = graph.values[static_cast<std::size_t>(id)];
    if (value.kind != ValueKind::result) return value.data ? &*value.data : nullptr;
    const auto &computed = known[static_cast<std::size_t>(id)];
    return computed ? &*computed : nullptr;
  };
  GraphRewriter rewriter(graph);
  for (const Node &node : graph.nodes) {
    std::vector<const Tensor *> operands;
    for (ValueId operand : node.operands) operands.push_back(tensor(operand));
    if (node.operands.empty() || std::count(operands.begin(), operands.end(), nullptr) > 0 || gives_i32(graph, node)) {
      rewriter.keep(node);
      continue;
    }
    std::vector<Tensor> results = evaluate_node(graph, node, operands);
    for (std::size_t i = 0; i < results.size(); ++i) {
      auto old = static_cast<std::size_t>(node.results[i]);
      rewriter.replace(node.results[i], add_constant(rewriter.graph(), as_held(results[i]), graph.values[old].name));
      known[old] = std::move(results[i]);
    }
  }
  return rewriter.finish();
}

}  // namespace cnnc
