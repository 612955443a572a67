// How far a network computed in f32 may lie from its reference in double: an estimate that follows the numbers.
//
// Of every element of every value it keeps the size of error to expect. A node's results get what its reference makes
// of its operands' errors, found by evaluating it again with operands moved by their errors, of random sign, and by a
// few units of rounding: so sums whose terms cancel, divisions by something small and steep functions are judged by
// what they do with these very numbers (N. Higham, Accuracy and Stability of Numerical Algorithms, sections 1.6 and
// 4.2). To that comes the rounding of the result and of numbers around 1 and around the operands inside of an operator.
// Nodes whose nests only choose among numbers add nothing, so that exact numbers stay exact.
#pragma once

#include <optional>
#include <vector>

#include "compiler/ops/op.hpp"

namespace cnnc::test {

struct EstimatedValue {
  Tensor value;               ///< the reference's
  std::vector<double> error;  ///< by element; infinite where nothing can be said
  /// False if f32 may take another side of a jump than double does (a cast, the place of a maximum): `error` covers
  /// both sides, and what is computed from the value cannot be compared.
  bool settled = true;
};

/// What a value may be off by, in units of its estimated error: estimates are typical sizes, not bounds.
constexpr double error_factor = 16;

/// An exact value, as inputs, weights and constants are.
EstimatedValue exact(const Tensor &tensor);

/// The results of a node whose operands are known; `seed` draws the signs. Sets `fault` if it is not set and an index
/// is out of range.
std::vector<EstimatedValue> estimate_node(const Graph &graph, const Node &node,
                                          const std::vector<const EstimatedValue *> &operands, std::uint64_t seed,
                                          std::optional<IndexFault> &fault);

struct EstimatedRun {
  std::vector<EstimatedValue> outputs;
  std::optional<IndexFault> fault;
  bool comparable = true;  ///< false if something is computed from a value that is not settled
};

/// The whole graph.
EstimatedRun estimate_graph(const Graph &graph, const std::vector<Tensor> &inputs);

}  // namespace cnnc::test
