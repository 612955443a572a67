// Drops what no output needs, and reshapes that change nothing; takes an operator's cheaper form where its record knows
// one (OpDef::simplify).
//
// Requires: a verified graph. Ensures: the same outputs for the same inputs, bit for bit in the reference interpreter
// but for what a cheaper form rounds elsewhere; inputs keep their number and order, unused ones too. Does not: reorder
// or merge nodes. It is never needed for correctness. See tests/passes/canonicalize_test.cpp.
#pragma once

#include "compiler/ir/graph.hpp"

namespace cnnc {

Graph canonicalize(const Graph &graph);

}  // namespace cnnc
