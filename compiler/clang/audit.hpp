// The audit: proves from the syntax tree of an emitted file what cnnc promises of it.
//
// Looked at: every declaration of the main file, and every function that it reaches. A function in namespace cnnc is
// the runtime's, whether its header is included or pasted in.
//
// Proved, if no error is reported:
//  - no heap, no exceptions, no run-time type information, no assembly but an empty fence and the .incbin of the
//  weights;
//  - static data is constant and initialised at compile time;
//  - every call has one fixed target: a function of the file, one of the runtime, or a builtin of a short list. Only
//  the
//    runtime calls intrinsics. Nothing calls itself, directly or in a round, so the depth of the stack is bounded;
//  - every loop counts an integer that nothing else changes between bounds that are constant, affine in the variables
//  of
//    enclosing loops, or the least or greatest of such; the greatest trip count of each is computed;
//  - no value is narrowed without a cast, and no cast reads bytes as another type (a void pointer of the C face, and
//    the constant bytes of the weights, may become a pointer to numbers or to the runtime's elements).
// Not proved: that accesses lie in their buffers (verify_kernel does that), and anything about other files.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "compiler/support/diagnostics.hpp"

namespace cnnc {

struct AuditedLoop {
  std::string variable;
  std::uint32_t line = 0;
  int depth = 0;                ///< 0 for a loop in no other of its function
  std::int64_t trip_count = 0;  ///< the greatest, over all values of the enclosing variables
};

struct AuditedFunction {
  std::string name;
  std::uint32_t line = 0;
  bool runtime = false;            ///< one of namespace cnnc
  std::vector<AuditedLoop> loops;  ///< in the order of the text
};

struct AuditReport {
  std::vector<AuditedFunction> functions;  ///< reached or defined, in the order of discovery
  std::int64_t calls_in_file = 0;          ///< places in the main file that call a function of it
  std::int64_t calls_of_runtime = 0;
  std::int64_t calls_of_builtins = 0;
  int deepest_call = 0;  ///< functions on the longest chain of calls
};

/// Audits `file`; `arguments` go to Clang, which takes C++17 unless they say otherwise. Faults go to `diagnostics` in
/// the order of the text; the report is meaningful only if there are none. Files read are added to `sources`.
AuditReport audit(const std::string &file, const std::vector<std::string> &arguments, SourceMap &sources,
                  Diagnostics &diagnostics);

/// A summary for a person; `file` is the name to print.
std::string to_string(const AuditReport &report, const std::string &file);

}  // namespace cnnc
