// Which nodes of a graph its outputs need.
#pragma once

#include <vector>

#include "compiler/ir/graph.hpp"

namespace cnnc {

/// By node: whether an output needs any of its results.
std::vector<bool> live_nodes(const Graph &graph);

}  // namespace cnnc
