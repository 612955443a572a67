// Finds the calls of a program that repeat, so that they can be written as loops: the steps of a recurrent layer are
// many, and equal but for where they read and write.
#pragma once

#include <cstdint>
#include <vector>

#include "compiler/ir/kernel.hpp"

namespace cnnc {

/// `length` calls from number `first` on, `times` times: in each turn every argument lies `strides` bytes (by call, by
/// argument) further on in its memory than in the turn before.
struct CallLoop {
  std::size_t first = 0, length = 1, times = 1;
  std::vector<std::vector<std::int64_t>> strides;
};

/// All calls in their order; a loop of one turn is the calls that stand alone. `offsets` says by buffer where it lies
/// in its memory, in bytes; of inputs and outputs, which one it is. A loop has at least four turns and saves at least
/// sixteen calls. Time is linear in the number of calls.
std::vector<CallLoop> roll_calls(const Program &program, const std::vector<std::int64_t> &offsets);
/// With every buffer where the program has it.
std::vector<CallLoop> roll_calls(const Program &program);

}  // namespace cnnc
