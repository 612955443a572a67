// Folds an affine map by channel (a batch norm at inference) into the weights of the linear operator before it.
//
// Requires: operators say of themselves what they are (OpDef::channel_affine, OpDef::channel_linear). Ensures: w' =
// w·scale, b' = b·scale + shift by output channel, as nodes on weights, which fold_constants evaluates in double and
// rounds once: the result differs from the unfolded one by rounding only. Where there is no such operator in front, or
// its value has another use, the map becomes a product and a sum by channel. Does not need the weights' numbers.
// Source: Jacob et al., Quantization and Training of Neural Networks …, 2018, section 3.2. See
// fold_batch_norm_test.cpp.
#pragma once

#include "compiler/ir/graph.hpp"

namespace cnnc {

Graph fold_batch_norm(const Graph &graph);

}  // namespace cnnc
