// Replaces operators that are defined by others (OpDef::decompose) by those, until only operators with nests are left.
//
// Requires: decompositions do not contain themselves. Ensures: every node's operator has a nest; values keep their
// names. The order of sums may change, so the result differs from the operator's own by rounding. See
// decompose_test.cpp.
#pragma once

#include "compiler/ir/graph.hpp"

namespace cnnc {

Graph decompose(const Graph &graph);

}  // namespace cnnc
