// A kernel as a C++ function, and the bound on its stack.
#pragma once

#include <set>
#include <string>

#include "compiler/emit/cpp_writer.hpp"
#include "compiler/ir/kernel.hpp"
#include "compiler/target/target.hpp"

namespace cnnc {

/// Writes `CNNC_KERNEL(avx512) void NAME(const float *x, float *y) { … }` under the kernel's heading. Adds the
/// functions of the vocabulary that it calls, and the vector type if it has one, to `used`.
void emit_kernel(CppWriter &writer, const Kernel &kernel, const std::string &function, const Target &target,
                 std::set<std::string> &used);

/// Upper bounds on the bytes of stack of a kernel's function.
struct StackBound {
  std::int64_t optimised;    ///< at -O1 and higher
  std::int64_t unoptimised;  ///< at -O0
};

/// Optimised: any value may be spilled once. All named variables can be live at once, and of unnamed values those
/// between two fences, which loads do not cross; a fence inside a loop joins the code behind it with that before it, so
/// the two largest such stretches count. Addresses take 8 bytes each. Unoptimised: every value has several places.
StackBound stack_bound(const Kernel &kernel);

}  // namespace cnnc
