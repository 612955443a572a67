// Calls that are no operators but make tensors of the source's own: load("file.npy") and parameter([dims]).
#pragma once

#include "compiler/frontend/call.hpp"

namespace cnnc::net {

/// load("file.npy"): a constant tensor of f32 with the numbers of a file below the folder of the file in which the call
/// stands. Faults, those of the file too, are reported at the argument.
Datum load_tensor(Checker &checker, const CallContext &context);

/// parameter([dims]) as PATH: a weight of f32 that is no layer's, called exactly PATH within its block.
Datum make_parameter(Checker &checker, const CallContext &context);

}  // namespace cnnc::net
