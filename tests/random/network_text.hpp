// Random networks as a user would write them.
#pragma once

#include <string>

#include "compiler/ir/graph.hpp"

namespace cnnc::test {

/// The graph as a `.net` text of one network, from which the front end makes a graph that means the same; weights keep
/// their names and are not in it. Every value is bound to a name and every attribute given.
std::string network_text(const Graph &graph);

}  // namespace cnnc::test
