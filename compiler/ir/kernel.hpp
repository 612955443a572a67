// Kernel: loops over explicit vectors, one step above C++. Program: kernels, buffers, and the order of calls.
//
// Meaning.
//  - Values are vectors of `lanes` f32 (1 is a scalar). Arithmetic is IEEE binary32, round to nearest even, lane by
//    lane; every operation rounds once, `fma` is the only fused one; nothing may be contracted or reassociated. min,
//    max, less and select are as in ir/scalar.hpp (NaN gives the second operand). Overflow gives infinities, no traps.
//  - Elements of u8, i8, f16 and bf16 become f32 when they are loaded, and f32 values that these types have become
//    elements when they are stored: both are exact. Elements of i32 keep their 32 bits, in a lane as in memory; only
//    from_i32 and to_i32 look at them. A constant may hold such bits.
//  - exp, log, tanh, sigmoid, erf, expm1, log1p and pow are those of the runtime's cnnc/simd/math.inl, evaluated with
//    fused multiply-adds where `fused` is set and with separate rounding where it is not; they are the same on every
//    lane count.
//  - Loop variables are int64; Index expressions are as in ir/index.hpp and never overflow.
//  - `lookup` takes one element of an i32 parameter for the rest of its block as the index variable loop_var. If it is
//    outside [0, high] the run's status is CNNC_BAD_INDEX, and the variable is 0: an index stays in range.
//  - A load reads `count` elements at `at`, `at + stride`, …; lanes from `count` on are 0 and touch no memory. A store
//    writes `count` lanes likewise. Every access lies in its parameter's buffer (verify_kernel proves it, eval_kernel
//    checks it). A parameter that is written overlaps no other parameter of its kernel.
//    A parameter may be any part of a buffer, so nothing is known of its alignment but that of its elements.
//  - Statements run in order. `loop` runs var = begin, begin + step, … while var < end; bounds are evaluated once.
//    `guard` runs its body if low <= subject <= high. `fence` orders nothing in this meaning; it keeps a C++ compiler
//    from moving loads. Variables are assigned before they are read; `let` variables once. Parameters,
//    loop variables and variables have distinct names.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "compiler/ir/index.hpp"
#include "compiler/ir/types.hpp"
#include "compiler/ir/weights_image.hpp"

namespace cnnc {

using ExprId = std::int32_t;
using ValueVar = std::int32_t;  ///< a vector variable of a kernel
using ParameterId = std::int32_t;

enum class ExprKind : std::uint8_t {
  constant,  // value, in all lanes
  variable,  // variable
  load,      // parameter, at, stride, count
  splat,     // a (1 lane) in all lanes
  // clang-format off
  neg, abs, sqrt, exp, log, tanh, sigmoid,         // a
  erf, expm1, log1p,                               // a
  trunc, from_i32, to_i32, round_f16, round_bf16,  // a
  add, sub, mul, div, min, max, pow, less,         // a, b
  select,                                          // a > 0 ? b : c, lane by lane
  fma,                                             // a * b + c, rounded once
  // clang-format on
};

/// "add": the spelling in dumps and in the runtime's vocabulary.
const char *name(ExprKind kind);
/// The number of operands: 0 to 3.
int arity(ExprKind kind);

struct Expr {
  ExprKind kind = ExprKind::constant;
  std::int32_t lanes = 1;
  float value = 0;
  ValueVar variable = -1;
  ParameterId parameter = -1;
  Index at;
  std::int64_t stride = 1;
  std::int64_t count = 1;
  ExprId a = -1, b = -1, c = -1;
};

enum class StmtKind : std::uint8_t { let, assign, store, loop, guard, lookup, fence, comment };

struct Stmt {
  StmtKind kind = StmtKind::comment;
  ValueVar variable = -1;          // let, assign
  ExprId value = -1;               // let, assign, store
  ParameterId parameter = -1;      // store, lookup
  Index at;                        // store, lookup
  std::int64_t stride = 1;         // store
  std::int64_t count = 1;          // store
  IndexVar loop_var = -1;          // loop, lookup
  Index begin, end;                // loop
  std::int64_t step = 1;           // loop
  Index subject;                   // guard
  std::int64_t low = 0, high = 0;  // guard, inclusive; lookup: high
  std::string text;                // comment
  std::vector<Stmt> body;          // loop, guard
};

struct Parameter {
  std::string name;
  std::int64_t elements;
  bool written = false;
  DType dtype = DType::f32;
};

struct KernelVariable {
  std::string name;
  std::int32_t lanes;
  bool is_let = true;  ///< assigned once, by its `let`; otherwise declared by its first `assign` in the enclosing scope
};

struct Kernel {
  std::string name;
  std::vector<std::string> heading;  ///< layer, shapes, schedule, flops, bytes: a line each
  std::vector<Parameter> parameters;
  std::vector<std::string> loop_vars;  ///< names, by IndexVar
  std::vector<KernelVariable> variables;
  std::vector<Expr> exprs;
  std::vector<Stmt> body;
  bool fused = true;
  std::int64_t flops = 0;
  std::int64_t bytes = 0;
};

enum class BufferKind : std::uint8_t { input, output, weights, workspace };

using BufferId = std::int32_t;

struct Buffer {
  std::string name;
  BufferKind kind;
  std::int64_t elements;
  std::int64_t offset = 0;  ///< bytes from the start of the weights or the workspace; the number of the input or output
  int first_use = 0, last_use = 0;  ///< numbers of calls
  DType dtype = DType::f32;
  /// Of weights: which constant of the graph lies in it and how. Buffers of programs that were made of one graph hold
  /// the same bytes if this is the same, whatever the values of the weights; empty if nothing is known of it.
  std::string origin = {};
};

/// Bytes of its elements.
std::int64_t byte_size(const Buffer &buffer);

/// What a call passes: a view of a buffer, of as many elements as the parameter has.
struct Argument {
  Argument(BufferId of, std::int64_t first = 0) : buffer(of), offset(first) {}  // NOLINT: a buffer is an argument

  BufferId buffer;
  std::int64_t offset;  ///< elements from the start of the buffer
};

struct Call {
  int kernel;
  std::vector<Argument> arguments;  ///< one per parameter
};

struct ProgramTensor {
  std::string name;
  TensorType type;
};

struct Program {
  std::string name;
  std::string doc;
  std::string target;
  std::vector<ProgramTensor> inputs, outputs;
  std::vector<Buffer> buffers;
  std::vector<Kernel> kernels;
  std::vector<Call> calls;
  std::int64_t workspace_bytes = 0;
  WeightsImage weights;  ///< buffers of kind `weights` lie in it at multiples of 64 bytes
};

/// A readable dump. Kernels of equal text compute the same, and kernels that differ have different texts.
std::string to_string(const Kernel &kernel);
std::string to_string(const Program &program);
/// True if the kernel has a lookup, so that a run may fail.
bool looks_up(const Kernel &kernel);
/// By parameter: the elements between the least and the greatest that the kernel may touch, by the same proof as
/// verify; nothing where it touches none. Requires a kernel without faults.
std::vector<std::optional<Interval>> touched_elements(const Kernel &kernel);
/// The faults of a kernel, empty if it keeps every promise above; proves by intervals that every access lies in its
/// buffer. Loop bounds must be affine in enclosing loop variables.
std::vector<std::string> verify(const Kernel &kernel);
/// Kernels, and buffers that are live at once do not overlap, arguments match parameters and lie in their buffers, what
/// is read was written, all within workspace_bytes.
std::vector<std::string> verify(const Program &program);

}  // namespace cnnc
