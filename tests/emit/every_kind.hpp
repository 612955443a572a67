// A program that uses every kind of expression and statement, with names from hell.
#pragma once

#include "compiler/ir/kernel.hpp"
#include "compiler/target/target.hpp"

#include <vector>

namespace cnnc {

/// Two inputs, "image" and "scale+1", and two outputs, "scores" and "while"; weights of more than embed_as_text_bytes
/// on avx512. Every kind on vectors and on scalars, whole, masked and strided.
Program every_kind_program(const Target &target);
/// Its inputs: ordinary numbers, zeros of both signs, denormals, infinities and a NaN.
std::vector<std::vector<float>> every_kind_inputs(const Program &program);

}  // namespace cnnc
