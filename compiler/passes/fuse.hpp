// Cuts a graph into groups that run as one kernel each.
//
// Requires: every node's operator has a nest. Ensures: a plan whose groups compute the graph's outputs; each output has
// a group of its own that stores it (a copy, where it is an input, a constant or another output). Fused are: copies
// (pad, reshape, slice) into whatever reads them, element-wise operators into their producer, disjoint pooling windows
// into their producer. A value with several users is computed once. Does not: choose layouts or loops. See
// fuse_test.cpp.
#pragma once

#include "compiler/ir/plan.hpp"
#include "compiler/target/target.hpp"

namespace cnnc {

Plan fuse(const Graph &graph, const Target &target);

}  // namespace cnnc
