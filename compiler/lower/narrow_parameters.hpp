// Narrows the parameters of a kernel to what it touches, so that kernels which differ only in where their operands
// begin (the steps of a recurrent layer, the parts of a split) are one kernel, called with views.
//
// Ensures: element 0 and the last element of every parameter are touched, as far as the verifier's proof tells; of one
// that is not touched at all, one element is left. The kernel does the same with its arguments moved by what is
// returned.
#pragma once

#include <cstdint>
#include <vector>

#include "compiler/ir/kernel.hpp"

namespace cnnc {

/// By parameter: how many elements of it were dropped in front. Requires a kernel that verifies.
std::vector<std::int64_t> narrow_parameters(Kernel &kernel);

}  // namespace cnnc
