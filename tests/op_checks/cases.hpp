// The one list of cases: every operator of the table with each of its samples, as a graph of one node.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "compiler/eval/compare.hpp"
#include "compiler/ops/op.hpp"

namespace cnnc {

struct OpCase {
  std::string name;  ///< "conv_odd_tail"; may be a network's name
  const OpDef *op;
  Graph graph;  ///< inputs x0, x1, …; weights with numbers, of layer "layer"; one node; outputs y0, y1, …
  std::vector<Tensor> inputs;  ///< of graph.inputs
};

/// Calls `check` for every case in the order of the table. The numbers depend on the case's name alone, are floats, and
/// lie in the sample's range; variances are positive.
void for_each_case(const std::function<void(const OpCase &)> &check);

/// Every number of the graph's results, by nests: nodes that decompose are decomposed first, to any depth. Results are
/// filled with NaN before the nests store to them.
std::vector<Tensor> eval_graph_by_nests(const Graph &graph, const std::vector<Tensor> &inputs);

/// What a nest evaluated in double may differ by from the reference.
const Tolerance &nest_tolerance();

}  // namespace cnnc
