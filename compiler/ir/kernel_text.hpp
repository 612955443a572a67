// Pieces of a kernel as text, for dumps and for the messages of its verifier and interpreter.
#pragma once

#include <string>

#include "compiler/ir/kernel.hpp"

namespace cnnc {

/// The index in the names of the kernel's loop variables; "?7" for one that it does not have.
std::string index_text(const Kernel &kernel, const Index &index);
/// "x[4*i]", "x[4*i : 8]" (8 elements), "x[4*i : 8 step 2]", "x[4*i : 5 of 8]" (a load whose other lanes are 0).
std::string access_text(const Kernel &kernel, ParameterId parameter, const Index &at, std::int64_t stride,
                        std::int64_t count, std::int64_t lanes = 0);

}  // namespace cnnc
