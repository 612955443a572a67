#include "compiler/passes/canonicalize.hpp"

#include "compiler/ops/op.hpp"
#include "compiler/passes/graph_rewriter.hpp"

namespace cnnc {

namespace {

/// Puts what the operator knows to be cheaper in the node's place; false if it knows nothing.
bool simplify(GraphRewriter &rewriter, const Node &node) {
  if (node.op->simplify == nullptr) return false;
  Graph &to = rewriter.graph();
  std::size_t first = to.nodes.size();
  std::vector<ValueId> results = node.op->simplify(to, rewriter.moved(node));
  for (std::size_t i = first; i < to.nodes.size(); ++i) {
    if (to.nodes[i].path.empty()) to.nodes[i].path = node.path;
    to.nodes[i].span = node.span;
  }
  for (std::size_t i = 0; i < results.size(); ++i) rewriter.replace(node.results[i], results[i]);
  return !results.empty();
}

}  // namespace

Graph canonicalize(const Graph &graph) {
  GraphRewriter rewriter(graph);
  for (const Node &node : graph.nodes) {
    if (simplify(rewriter, node)) continue;
    const TensorType &before = graph.values[static_cast<std::size_t>(node.operands[0])].type;
    if (node.op->is_reshape && before == graph.values[static_cast<std::size_t>(node.results[0])].type)
      rewriter.replace(node.results[0], rewriter.of(node.operands[0]));
    else
      rewriter.keep(node);
  }
  return rewriter.finish();
}

}  // namespace cnnc
