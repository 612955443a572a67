// Random networks over the operator table: no operator is known by name, only by its record. What its shape rule
// accepts and what its reference computes well conditioned is kept.
#pragma once

#include <cstdint>
#include <vector>

#include "compiler/ops/op.hpp"

namespace cnnc::test {

struct RandomNetwork {
  Graph graph;                 ///< 1 to 12 nodes, all of which some output needs; weights have their numbers
  std::vector<Tensor> inputs;  ///< of graph.inputs; indices in them may be out of range
};

/// The same for the same seed and table.
RandomNetwork random_network(std::uint64_t seed);

}  // namespace cnnc::test
