#include "compiler/passes/fold_constants.hpp"

#include <algorithm>
#include <list>

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

/// For each value the last node that uses it.
std::vector<const Node *> last_uses(const Graph &graph) {
  std::vector<const Node *> last(graph.values.size(), nullptr);
  for (const Node &node : graph.nodes)
    for (ValueId operand : node.operands) last[static_cast<std::size_t>(operand)] = &node;
  return last;
}

}  // namespace

Graph fold_constants(const Graph &graph) {
  std::vector<std::optional<Tensor>> known(graph.values.size());
  auto is_known = [&](ValueId id) {
    return graph.values[static_cast<std::size_t>(id)].data || known[static_cast<std::size_t>(id)];
  };
  const std::vector<const Node *> last = last_uses(graph);
  GraphRewriter rewriter(graph);
  for (const Node &node : graph.nodes) {
    if (node.operands.empty() || !std::all_of(node.operands.begin(), node.operands.end(), is_known) ||
        gives_i32(graph, node)) {
      rewriter.keep(node);
      continue;
    }
    std::list<Tensor> weights;  // of this node only: in double they are large
    std::vector<const Tensor *> operands;
    for (ValueId operand : node.operands) {
      const auto &computed = known[static_cast<std::size_t>(operand)];
      operands.push_back(
          computed ? &*computed : &weights.emplace_back(graph.values[static_cast<std::size_t>(operand)].data.tensor()));
    }
    std::vector<Tensor> results = evaluate_node(graph, node, operands);
    for (std::size_t i = 0; i < results.size(); ++i) {
      auto old = static_cast<std::size_t>(node.results[i]);
      rewriter.replace(node.results[i], add_constant(rewriter.graph(), as_held(results[i]), graph.values[old].name));
      known[old] = std::move(results[i]);
    }
    for (ValueId operand : node.operands)
      if (last[static_cast<std::size_t>(operand)] == &node) known[static_cast<std::size_t>(operand)].reset();
  }
  return rewriter.finish();
}

}  // namespace cnnc
