#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <limits>

#include "compiler/eval/eval_kernel.hpp"
#include "compiler/support/checks.hpp"

namespace cnnc {

namespace {

/// What a run works on: a float for every element, whatever its type. `unit` bytes of the weights or the workspace are
/// a place for one: four, or one where the workspace holds smaller elements.
struct Memory {
  std::int64_t unit = 4;
  std::vector<std::vector<float>> inputs, outputs;
  std::vector<float> weights, workspace;
};

std::span<float> part_of(const Buffer &buffer, std::vector<float> &memory, std::int64_t unit) {
  std::int64_t first = buffer.offset / unit;
  bool inside = buffer.offset >= 0 && buffer.offset % unit == 0 &&
                first + buffer.elements <= static_cast<std::int64_t>(memory.size());
  CNNC_CHECK(inside, fmt::format("buffer {} lies inside its memory", buffer.name));
  return std::span(memory).subspan(static_cast<std::size_t>(first), static_cast<std::size_t>(buffer.elements));
}

std::span<float> tensor_of(const Buffer &buffer, std::vector<std::vector<float>> &tensors) {
  bool known = buffer.offset >= 0 && static_cast<std::size_t>(buffer.offset) < tensors.size();
  CNNC_CHECK(known, fmt::format("buffer {} is the program's input or output", buffer.name));
  return tensors[static_cast<std::size_t>(buffer.offset)];
}

std::span<float> span_of(const Buffer &buffer, Memory &memory) {
  switch (buffer.kind) {
    case BufferKind::input:
      return tensor_of(buffer, memory.inputs);
    case BufferKind::output:
      return tensor_of(buffer, memory.outputs);
    case BufferKind::weights:
      return part_of(buffer, memory.weights, 4);
    case BufferKind::workspace:
      return part_of(buffer, memory.workspace, memory.unit);
  }
  CNNC_UNREACHABLE("an unknown kind of buffer");
}

/// Requires that only buffers of outputs and the workspace are written: inputs and weights are the caller's.
void check_constant(const Kernel &kernel, std::size_t parameter, const Buffer &buffer) {
  bool writable = buffer.kind == BufferKind::output || buffer.kind == BufferKind::workspace;
  CNNC_CHECK(writable || !kernel.parameters[parameter].written,
             fmt::format("kernel {} does not write to buffer {}", kernel.name, buffer.name));
}

}  // namespace

std::vector<std::vector<float>> eval_program(const Program &program, const std::vector<std::vector<float>> &inputs,
                                             bool *bad_index) {
  constexpr float nan = std::numeric_limits<float>::quiet_NaN();
  CNNC_CHECK(inputs.size() == program.inputs.size(), "one vector per input");
  for (std::size_t i = 0; i < inputs.size(); ++i)
    CNNC_CHECK(static_cast<std::int64_t>(inputs[i].size()) == element_count(program.inputs[i].type.shape),
               fmt::format("input {} has {} elements", program.inputs[i].name, inputs[i].size()));

  Memory memory{4, inputs, {}, program.weights.floats(), {}};
  for (const Buffer &buffer : program.buffers)
    if (buffer.kind == BufferKind::workspace && byte_size(buffer.dtype) < memory.unit) memory.unit = 1;
  for (const ProgramTensor &output : program.outputs)
    memory.outputs.emplace_back(static_cast<std::size_t>(element_count(output.type.shape)), nan);
  memory.workspace.assign(static_cast<std::size_t>((program.workspace_bytes + memory.unit - 1) / memory.unit), nan);

  bool all_inside = true;
  std::vector<std::shared_ptr<const CompiledKernel>> kernels;
  for (const Kernel &kernel : program.kernels) kernels.push_back(compile_kernel(kernel));
  for (std::size_t number = 0; number < program.calls.size(); ++number) {
    const Call &call = program.calls[number];
    const Kernel &kernel = program.kernels.at(static_cast<std::size_t>(call.kernel));
    CNNC_CHECK(call.arguments.size() == kernel.parameters.size(), "one argument per parameter");
    // What a dead buffer has left behind is no value either.
    for (const Buffer &buffer : program.buffers)
      if (buffer.kind == BufferKind::workspace && buffer.first_use == static_cast<int>(number))
        std::ranges::fill(part_of(buffer, memory.workspace, memory.unit), nan);
    std::vector<std::span<float>> arguments;
    for (std::size_t i = 0; i < call.arguments.size(); ++i) {
      const Argument &argument = call.arguments[i];
      const Buffer &buffer = program.buffers.at(static_cast<std::size_t>(argument.buffer));
      check_constant(kernel, i, buffer);
      const std::int64_t elements = kernel.parameters[i].elements;
      CNNC_CHECK(argument.offset >= 0 && argument.offset + elements <= buffer.elements,
                 fmt::format("argument {} of kernel {} lies inside buffer {}", i, kernel.name, buffer.name));
      arguments.push_back(span_of(buffer, memory)
                              .subspan(static_cast<std::size_t>(argument.offset), static_cast<std::size_t>(elements)));
    }
    all_inside = eval_kernel(*kernels[static_cast<std::size_t>(call.kernel)], arguments) && all_inside;
  }
  if (bad_index != nullptr) *bad_index = !all_inside;
  return std::move(memory.outputs);
}

std::vector<float> lanes_of(const Tensor &tensor) {
  std::vector<float> lanes;
  lanes.reserve(tensor.data.size());
  for (double value : tensor.data)
    lanes.push_back(tensor.type.dtype == DType::i32 ? std::bit_cast<float>(static_cast<std::int32_t>(value))
                                                    : static_cast<float>(value));
  return lanes;
}

Tensor tensor_of(const TensorType &type, const std::vector<float> &lanes) {
  Tensor tensor{type, {}};
  tensor.data.reserve(lanes.size());
  for (float lane : lanes)
    tensor.data.push_back(type.dtype == DType::i32 ? static_cast<double>(std::bit_cast<std::int32_t>(lane))
                                                   : static_cast<double>(lane));
  return tensor;
}

}  // namespace cnnc
