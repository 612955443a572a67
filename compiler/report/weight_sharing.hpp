// Weight sharing in numbers: what a layer that uses its weights at many places would cost, did it connect everything
// with everything.
#pragma once

#include <cstdint>
#include <vector>

#include "compiler/ir/graph.hpp"

namespace cnnc {

struct SharedWeights {
  NodeId node;
  std::int64_t parameters;       ///< of the layer
  std::int64_t full_parameters;  ///< a weight for each pair of an input and a result, and a bias for each result
  std::int64_t connections;      ///< multiply-accumulates
};

/// The layers that multiply the same weights with many elements: those with more multiply-accumulates than parameters.
std::vector<SharedWeights> shared_weights(const Graph &graph);

}  // namespace cnnc
