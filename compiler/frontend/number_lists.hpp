// Nested lists of numbers as tensors: constants, and weights that stand in the source.
#pragma once

#include <optional>

#include "compiler/frontend/call.hpp"
#include "compiler/ir/tensor.hpp"

namespace cnnc::net {

/// The numbers of a list (nested to any depth) or of one number (shape []), rounded to f32. Nothing, and reported at
/// the argument, if the list is ragged, empty, or holds what is no number or too large for f32.
std::optional<Tensor> numbers_in(Checker &checker, const Given &given);
/// `number` as f32; nothing, and reported at `span`, if it is too large.
std::optional<double> as_f32(Checker &checker, const Datum &number, Span span);

}  // namespace cnnc::net
