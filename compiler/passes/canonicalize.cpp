#include "compiler/passes/canonicalize.hpp"

#include "compiler/ops/op.hpp"
#include "compiler/passes/graph_rewriter.hpp"

namespace cnnc {

Graph canonicalize(const Graph &graph) {
  GraphRewriter rewriter(graph);
  for (const Node &node : graph.nodes) {
    const TensorType &before = graph.values[static_cast<std::size_t>(node.operands[0])].type;
    if (node.op->is_reshape && before == graph.values[static_cast<std::size_t>(node.results[0])].type)
      rewriter.replace(node.results[0], rewriter.of(node.operands[0]));
    else
      rewriter.keep(node);
  }
  return rewriter.finish();
}

}  // namespace cnnc
