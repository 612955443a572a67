// Evaluates what depends on weights and constants alone.
//
// Requires: weights have their numbers. Ensures: no node is left whose operands are all known; their results become
// constants, computed by the operator's reference in double and rounded once to f32. See fold_constants_test.cpp.
#pragma once

#include "compiler/ir/graph.hpp"

namespace cnnc {

Graph fold_constants(const Graph &graph);

}  // namespace cnnc
