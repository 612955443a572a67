// What `cnnc check` prints: for people a table, for programs JSON.
#pragma once

#include <cstdint>
#include <string>

#include "compiler/frontend/net_check.hpp"

namespace cnnc {

/// Multiply-accumulates of convolutions and products in one node, counted in its nests; those of a composed operator
/// are the sum over what it decomposes into.
std::int64_t multiply_accumulates(const Graph &graph, const Node &node);

std::int64_t total_multiply_accumulates(const Graph &graph);
/// The parameters that a weights file has to give, less those whose place is there and that no layer sees: connections
/// that a table leaves out.
std::int64_t free_parameters(const Graph &graph);

/// 1234567 as "1 234 567".
std::string grouped(std::int64_t count);

/// A network as a table: its inputs and outputs, a line for every value that an operator computes and every free
/// parameter, in order, with its line in the text, layer, operator, shape, parameters (of a shared weight at its first
/// use only) and multiply-accumulates; the totals. The first of the sources is the network's file; lines of imported
/// ones bear their file's name. No wider than 80 columns, if it can be brought below that by narrower gaps.
std::string check_text(const Graph &graph, const SourceMap &sources);

/// One object: `networks`, each with `name`, `inputs`, `outputs` and `weights` (lists of `name`, `dtype`, `shape`, in
/// the order of the source, weights in order of use), `macs` and `parameters`. Weights whose numbers stand in the
/// source are none that a file has to give: they are in neither `weights` nor `parameters`.
std::string check_json(const Networks &networks);

}  // namespace cnnc
