// From a graph to a program that the interpreter runs, with every verifier on the way.
#pragma once

#include <string>
#include <vector>

#include "compiler/ir/graph.hpp"
#include "compiler/target/target.hpp"

namespace cnnc::test {

/// One fault a line.
std::string text_of(const std::vector<std::string> &faults);

/// Compiles the graph for the target down to a program, and checks that plan and program verify and that the program
/// gives `expected` for `inputs`, up to rounding.
void check_program(const Graph &graph, const std::vector<Tensor> &inputs, const std::vector<Tensor> &expected,
                   const Target &target);

}  // namespace cnnc::test
