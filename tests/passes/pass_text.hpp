// Passes on graphs as text in, text out, and evaluated.
#pragma once

#include <string>
#include <vector>

#include "compiler/ir/plan.hpp"
#include "compiler/ops/op.hpp"
#include "compiler/target/target.hpp"

namespace cnnc::passes {

/// The graph of a text with one network; its weights have numbers of a size around one, variances are positive.
Graph graph_of(const std::string &text);

/// The outputs as nested calls, without attributes: "y = relu(conv(x, c.weight))"; a constant is its type.
std::string expression_of(const Graph &graph);
/// A line for each group: its name and the operators in it, "c: conv, relu".
std::string groups_of(const Plan &plan);
/// The nest of a plan's group, as text.
std::string nest_of(const Plan &plan, std::size_t group);

/// Both graphs give the same outputs for drawn inputs: within rounding to f32 of the weights, or exactly.
void check_same(const Graph &before, const Graph &after);
void check_exactly_same(const Graph &before, const Graph &after);
/// The plan verifies and gives what the graph gives.
void check_same(const Graph &before, const Plan &after);

/// A target that no machine has.
Target fake_target(std::int64_t lanes, std::int64_t registers);

}  // namespace cnnc::passes
