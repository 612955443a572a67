// Writing arrays: .npy, .npz, safetensors. The bytes depend on the arrays only: no dates, no order but the given one.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "compiler/ir/tensor.hpp"

namespace cnnc {

using NamedTensors = std::vector<std::pair<std::string, Tensor>>;

// Values must be exactly representable in the tensor's dtype. f16 and bf16 are written as f32, which NumPy can read.

/// Version 1.0, C order, little-endian.
std::string write_npy(const Tensor &tensor);
/// Stored, not deflated; every local header bears npz_mark (see support/output_files.hpp) in an extra field. The
/// whole must stay below 4 GiB.
std::string write_npz(const NamedTensors &tensors);
/// Tensors in the order of their names; the numbers begin at a multiple of 8 bytes.
std::string write_safetensors(const Weights &weights);

}  // namespace cnnc
