// The reference interpreter of graphs: every node by its operator's reference implementation, in double.
//
// Requires a graph that verifies and whose weights have their numbers; inputs in the order of graph.inputs, of their
// types, with values that the types can hold. Nothing is rounded to f32 on the way: the results are what the network
// means, to the accuracy of double. Does not use nests, decompositions or anything else that the passes work on: it is
// what those are compared with. Breaking a requirement is an internal error.
#pragma once

#include <functional>
#include <optional>
#include <vector>

#include "compiler/ir/graph.hpp"
#include "compiler/ops/op.hpp"

namespace cnnc {

/// Where a run ends in CNNC_BAD_INDEX: the first node that looked up an index out of range.
struct BadIndex {
  NodeId node = -1;
  IndexFault fault{};
};

/// The values of the outputs, in their order; of every sample, where the graph computes more than one (then inputs, and
/// outputs that depend on one, have them in front). Intermediate values are freed as soon as nothing needs them. An
/// index out of range counts as 0, and is told in `bad_index` if that is given.
std::vector<Tensor> eval_graph(const Graph &graph, const std::vector<Tensor> &inputs,
                               std::optional<BadIndex> *bad_index = nullptr);

/// Runs `one` on every sample of the inputs, and puts its results together. `depends` tells, by value, which depend on
/// an input.
std::vector<Tensor> eval_samples(const Graph &graph, const std::vector<bool> &depends,
                                 const std::vector<Tensor> &inputs,
                                 const std::function<std::vector<Tensor>(const std::vector<Tensor> &)> &one);

/// The values of all of the graph's values, for one sample, by their ids; of those that nothing defines, an empty
/// tensor.
struct GraphValues {
  std::vector<Tensor> values;
};

GraphValues eval_graph_values(const Graph &graph, const std::vector<Tensor> &inputs);

}  // namespace cnnc
