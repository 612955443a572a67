#include "compiler/passes/decompose.hpp"

#include <algorithm>

#include "compiler/ops/op.hpp"
#include "compiler/passes/graph_rewriter.hpp"
#include "compiler/support/checks.hpp"

namespace cnnc {

Graph decompose(const Graph &graph) {
  constexpr int most_rounds = 8;  // decompositions in decompositions: softmax in attention in …
  Graph current = graph;
  for (int round = 0; round < most_rounds; ++round) {
    bool done = std::none_of(current.nodes.begin(), current.nodes.end(),
                             [](const Node &node) { return node.op->decompose != nullptr; });
    if (done) return current;
    GraphRewriter rewriter(current);
    for (const Node &node : current.nodes) {
      if (node.op->decompose == nullptr) {
        rewriter.keep(node);
        continue;
      }
      // The node itself stands in the new graph while its decomposition is made from it, and is dead then.
      rewriter.keep(node);
      Graph &to = rewriter.graph();
      std::size_t first = to.nodes.size();
      const Node whole = to.nodes.back();
      std::vector<ValueId> results = node.op->decompose(to, whole);
      for (std::size_t i = first; i < to.nodes.size(); ++i) {
        if (to.nodes[i].path.empty()) to.nodes[i].path = node.path;
        to.nodes[i].span = node.span;
      }
      for (std::size_t i = 0; i < results.size(); ++i) rewriter.replace(node.results[i], results[i]);
    }
    current = rewriter.finish();
  }
  CNNC_UNREACHABLE("a decomposition contains itself");
}

}  // namespace cnnc
