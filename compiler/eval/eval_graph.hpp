// The reference interpreter of graphs: every node by its operator's reference implementation, in double.
//
// Requires a graph that verifies and whose weights have their numbers; inputs in the order of graph.inputs, of their
// types, with values that the types can hold. Nothing is rounded to f32 on the way: the results are what the network
// means, to the accuracy of double. Does not use nests, decompositions or anything else that the passes work on: it is
// what those are compared with. Breaking a requirement is an internal error.
#pragma once

#include <vector>

#include "compiler/ir/graph.hpp"

namespace cnnc {

/// The values of the outputs, in their order. Intermediate values are freed as soon as nothing needs them.
std::vector<Tensor> eval_graph(const Graph &graph, const std::vector<Tensor> &inputs);

/// The values of all of the graph's values, by their ids; of those that nothing defines, an empty tensor.
struct GraphValues {
  std::vector<Tensor> values;
};

GraphValues eval_graph_values(const Graph &graph, const std::vector<Tensor> &inputs);

}  // namespace cnnc
