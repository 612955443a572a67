// How two nests become one. Each function gives the fused nest, or nothing where the two do not fit; it never changes
// what is computed. The operands of the result are those of `consumer` followed by those of `producer`; reads are
// renumbered.
#pragma once

#include <optional>

#include "compiler/ir/nest.hpp"

namespace cnnc {

/// True if the nest only moves data: one read, taken as it is, each element stored at its own place.
bool is_copy(const Nest &nest);
/// True if the nest stores the point of its parallel axes itself, one axis a dimension, in order.
bool stores_identity(const Nest &nest);

/// Reads of the consumer's operand `operand`, which a copy produces, become reads of what the copy reads: padding,
/// slicing and reshaping cost nothing. Axes whose mixed-radix digits the composed reads take are split into those
/// digits.
std::optional<Nest> compose_copy(const Nest &consumer, int operand, const Nest &copy);

/// An element-wise consumer becomes the last stage of its producer, unless that grows beyond what a person reads.
std::optional<Nest> compose_epilogue(const Nest &consumer, int operand, const Nest &producer);

/// A consumer that reduces disjoint windows of the producer's result keeps them in registers: the producer's tile grows
/// by the window axes. At most `most_window_points` points a window.
std::optional<Nest> compose_pool(const Nest &consumer, int operand, const Nest &producer,
                                 std::int64_t most_window_points);

}  // namespace cnnc
