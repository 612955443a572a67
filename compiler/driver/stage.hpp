// What passes work on: a graph, then a plan, then a program.
#pragma once

#include <string>
#include <variant>
#include <vector>

#include "compiler/ir/graph.hpp"
#include "compiler/ir/kernel.hpp"
#include "compiler/ir/plan.hpp"

namespace cnnc {

using Stage = std::variant<Graph, Plan, Program>;

/// The text form of a stage, as --dump-after prints it.
std::string to_string(const Stage &stage);
/// The faults of a stage's form.
std::vector<std::string> verify(const Stage &stage);

}  // namespace cnnc
