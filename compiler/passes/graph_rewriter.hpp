// Rebuilds a graph node by node: how passes on graphs are written. Inputs, weights and constants are there from the
// start.
#pragma once

#include <vector>

#include "compiler/ir/graph.hpp"

namespace cnnc {

class GraphRewriter {
 public:
  explicit GraphRewriter(const Graph &old);

  /// The graph so far; append to it with ops/op.hpp's apply and add_constant.
  Graph &graph() { return graph_; }
  ValueId of(ValueId old) const { return map_[static_cast<std::size_t>(old)]; }
  /// What an old value is from here on.
  void replace(ValueId old, ValueId with) { map_[static_cast<std::size_t>(old)] = with; }
  /// The node with its operands in the new graph, not yet added.
  Node moved(const Node &old) const;
  /// Appends the node as it is.
  void keep(const Node &old);
  /// The new graph, without what no output needs.
  Graph finish();

 private:
  const Graph &old_;
  Graph graph_;
  std::vector<ValueId> map_;
};

/// How often each value is an operand or an output.
std::vector<int> use_counts(const Graph &graph);

}  // namespace cnnc
