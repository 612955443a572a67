// The interpreter of kernels and programs: what ir/kernel.hpp says, bit for bit, with every access checked.
//
// A kernel is first translated into a flat list of instructions over slots of floats (compile_kernel), which runs about
// a hundred times faster than walking its trees. NaN results carry no particular sign or payload: compare them with
// compare_bits, to which all NaNs are equal.
#pragma once

#include <memory>
#include <span>
#include <vector>

#include "compiler/ir/kernel.hpp"
#include "compiler/ir/tensor.hpp"

namespace cnnc {

struct CompiledKernel;

/// Throws InternalError where a variable is read that cannot have been assigned, or a number names nothing.
std::shared_ptr<const CompiledKernel> compile_kernel(const Kernel &kernel);

/// Runs the kernel on one span per parameter, each of exactly its elements; they must not overlap. Throws
/// InternalError, with kernel, parameter, element and the values of the loop variables, where an access leaves its
/// parameter. An element of i32 stands in its float as 32 bits (lane_of_i32); those of the other types as their value.
/// Returns false if a lookup found an index out of range.
bool eval_kernel(const CompiledKernel &kernel, const std::vector<std::span<float>> &arguments);
bool eval_kernel(const Kernel &kernel, std::vector<std::span<float>> arguments);

/// Runs the calls of a program on one vector per input, row-major; gives one per output. Outputs and workspace are NaN
/// at first, so what a kernel fails to write shows. `bad_index`, if given, tells whether the run ends in
/// CNNC_BAD_INDEX.
std::vector<std::vector<float>> eval_program(const Program &program, const std::vector<std::vector<float>> &inputs,
                                             bool *bad_index = nullptr);

/// Between the numbers of a tensor and the elements of its buffer in the interpreter.
std::vector<float> lanes_of(const Tensor &tensor);
Tensor tensor_of(const TensorType &type, const std::vector<float> &lanes);

}  // namespace cnnc
