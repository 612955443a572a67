// The interpreter's form of a kernel: instructions over slots of floats. Between compile_kernel and eval_kernel only.
#pragma once

#include <cstdint>
#include <vector>

#include "compiler/eval/compiled_index.hpp"
#include "compiler/ir/kernel.hpp"

namespace cnnc {

enum class Opcode : std::uint8_t {
  copy,   // dst = a
  load,   // dst = parameter[index, index + stride, …], `count` of `lanes`, the rest 0
  store,  // parameter[index, …] = a
  splat,  // dst = a in all lanes
  neg,
  abs,
  sqrt,
  exp,
  log,
  tanh,
  sigmoid,
  erf,
  expm1,
  log1p,
  trunc,
  from_i32,
  to_i32,
  round_f16,
  round_bf16,
  add,
  sub,
  mul,
  div,
  min,
  max,
  pow,
  less,
  select,
  fma,
  enter_loop,  // variable = index; end = index b; past `target` if there is nothing to do
  next,        // variable += stride; back to `target` while below the end
  guard,       // past `target` unless low <= index <= high
  lookup,      // variable = parameter[index], 0 and noted where it is above high or negative
};

struct Instruction {
  Opcode op;
  std::int32_t lanes = 1;
  std::int32_t dst = 0, a = 0, b = 0, c = 0;  // slots: positions in the array of floats
  std::int32_t parameter = 0;
  std::int32_t index = 0;              // in `indices`
  std::int32_t variable = 0;           // loop variable
  std::int32_t target = 0;             // instruction
  std::int64_t stride = 1, count = 1;  // load, store; next: stride is the step
  std::int64_t low = 0, high = 0;      // guard
};

struct CompiledKernel {
  Kernel kernel;  // for messages; its expressions and statements are moved out
  std::vector<Instruction> instructions;
  std::vector<CompiledIndex> indices;
  std::vector<Index> index_sources;  // what `indices` were made from, for messages
  std::vector<float> slots;          // initial values: constants stand in theirs
  bool fused = true;
};

}  // namespace cnnc
