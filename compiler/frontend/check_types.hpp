// Declared types of inputs and outputs, and whether results keep them.
#pragma once

#include <optional>

#include "compiler/frontend/checker.hpp"

namespace cnnc::net {

/// The type of an input; nothing, and reported, if it is none: an unknown dtype, a dimension that is `_`, not an
/// integer, below 1, or too many elements.
std::optional<TensorType> input_type(Checker &checker, const ast::Type &type);

/// Compares what the running body has returned with the network's outputs: their number, dtype and shape. The values
/// that fit, or nothing if a fault was reported (or nothing was returned).
std::optional<std::vector<ValueId>> check_outputs(Checker &checker, const ast::Network &network);

}  // namespace cnnc::net
