// The elements of weights that no layer sees: where a table of connections has none.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "compiler/ir/graph.hpp"

namespace cnnc {

/// By name, which elements of a weight no layer that has it sees. A weight that is seen whole is absent.
using IgnoredElements = std::map<std::string, std::vector<bool>, std::less<>>;

IgnoredElements ignored_elements(const Graph &graph);

/// Null if no element of the weight is.
const std::vector<bool> *ignored_of(const IgnoredElements &ignored, std::string_view name);

/// The elements of a weight that some layer sees.
std::int64_t parameter_count(const IgnoredElements &ignored, const Value &weight);

}  // namespace cnnc
