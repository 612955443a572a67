// The verifier of programs: kernels, arguments, and where buffers lie.
#include <fmt/format.h>

#include <algorithm>

#include "compiler/ir/kernel.hpp"

namespace cnnc {

namespace {

constexpr std::int64_t alignment = 64;  // bytes, of buffers in the workspace and in the weights

struct Verifier {
  const Program &program;
  std::vector<std::string> faults;

  template <class... Args>
  void fault(fmt::format_string<Args...> format, Args &&...args) {
    faults.push_back(fmt::format(format, std::forward<Args>(args)...));
  }
};

template <class Vector>
bool in(const Vector &vector, std::int64_t id) {
  return id >= 0 && static_cast<std::size_t>(id) < vector.size();
}

void verify_kernels(Verifier &verifier) {
  for (const Kernel &kernel : verifier.program.kernels)
    for (const std::string &fault : verify(kernel)) verifier.fault("kernel {}: {}", kernel.name, fault);
}

void verify_tensor_buffer(Verifier &verifier, const Buffer &buffer, const std::vector<ProgramTensor> &tensors,
                          const char *kind) {
  if (!in(tensors, buffer.offset)) {
    verifier.fault("buffer {}: there is no {} number {}", buffer.name, kind, buffer.offset);
    return;
  }
  const ProgramTensor &tensor = tensors[static_cast<std::size_t>(buffer.offset)];
  if (element_count(tensor.type.shape) != buffer.elements || tensor.type.dtype != buffer.dtype)
    verifier.fault("buffer {}: {} elements for {} {} {}", buffer.name, buffer.elements, kind, tensor.name,
                   to_string(tensor.type));
}

void verify_placed_buffer(Verifier &verifier, const Buffer &buffer, std::int64_t bytes, const char *where) {
  if (buffer.offset % alignment != 0)
    verifier.fault("buffer {}: offset {} is no multiple of {}", buffer.name, buffer.offset, alignment);
  if (buffer.offset < 0 || buffer.offset + byte_size(buffer) > bytes)
    verifier.fault("buffer {}: bytes {} to {} are not inside the {} of {} bytes", buffer.name, buffer.offset,
                   buffer.offset + byte_size(buffer), where, bytes);
}

void verify_buffers(Verifier &verifier) {
  const Program &program = verifier.program;
  for (const Buffer &buffer : program.buffers) {
    if (buffer.elements < 1) verifier.fault("buffer {}: {} elements", buffer.name, buffer.elements);
    switch (buffer.kind) {
      case BufferKind::input:
        verify_tensor_buffer(verifier, buffer, program.inputs, "input");
        break;
      case BufferKind::output:
        verify_tensor_buffer(verifier, buffer, program.outputs, "output");
        break;
      case BufferKind::weights:
        verify_placed_buffer(verifier, buffer, 4 * static_cast<std::int64_t>(program.weights.size()), "weights");
        break;
      case BufferKind::workspace:
        verify_placed_buffer(verifier, buffer, program.workspace_bytes, "workspace");
        break;
    }
  }
}

/// True if the two share bytes of the same memory (the numbers of inputs and outputs: the same tensor).
bool overlap(const Buffer &a, const Buffer &b) {
  if (a.kind != b.kind) return false;
  if (a.kind == BufferKind::input || a.kind == BufferKind::output) return a.offset == b.offset;
  return a.offset < b.offset + byte_size(b) && b.offset < a.offset + byte_size(a);
}

void verify_workspace(Verifier &verifier) {
  const std::vector<Buffer> &buffers = verifier.program.buffers;
  for (std::size_t i = 0; i < buffers.size(); ++i)
    for (std::size_t j = 0; j < i; ++j) {
      const Buffer &a = buffers[j];
      const Buffer &b = buffers[i];
      if (a.kind != BufferKind::workspace || !overlap(a, b)) continue;
      if (a.first_use <= b.last_use && b.first_use <= a.last_use)
        verifier.fault("buffers {} and {} overlap, and both live at call {}", a.name, b.name,
                       std::max(a.first_use, b.first_use));
    }
}

/// What a call may do with one argument; `filled` tells which buffers have been written so far.
void verify_argument(Verifier &verifier, const std::string &where, const Parameter &parameter, const Buffer &buffer,
                     int call, bool filled) {
  if (buffer.elements != parameter.elements || buffer.dtype != parameter.dtype)
    verifier.fault("{}: buffer {} has {} elements of {}, parameter {} has {} of {}", where, buffer.name,
                   buffer.elements, name(buffer.dtype), parameter.name, parameter.elements, name(parameter.dtype));
  if (parameter.written && (buffer.kind == BufferKind::input || buffer.kind == BufferKind::weights))
    verifier.fault("{}: parameter {} writes to buffer {}, which is only read", where, parameter.name, buffer.name);
  if (!parameter.written && !filled) verifier.fault("{}: buffer {} is read before it is written", where, buffer.name);
  if (buffer.kind == BufferKind::workspace && (call < buffer.first_use || call > buffer.last_use))
    verifier.fault("{}: buffer {} is used at call {} but lives from {} to {}", where, buffer.name, call,
                   buffer.first_use, buffer.last_use);
}

void verify_call(Verifier &verifier, int number, std::vector<bool> &filled) {
  const Program &program = verifier.program;
  const Call &call = program.calls[static_cast<std::size_t>(number)];
  if (!in(program.kernels, call.kernel)) {
    verifier.fault("call {}: there is no kernel {}", number, call.kernel);
    return;
  }
  const Kernel &kernel = program.kernels[static_cast<std::size_t>(call.kernel)];
  std::string where = fmt::format("call {} of {}", number, kernel.name);
  if (call.arguments.size() != kernel.parameters.size()) {
    verifier.fault("{}: {} arguments for {} parameters", where, call.arguments.size(), kernel.parameters.size());
    return;
  }
  for (BufferId id : call.arguments)
    if (!in(program.buffers, id)) {
      verifier.fault("{}: there is no buffer {}", where, id);
      return;
    }
  for (std::size_t i = 0; i < call.arguments.size(); ++i) {
    auto id = static_cast<std::size_t>(call.arguments[i]);
    const Buffer &buffer = program.buffers[id];
    verify_argument(verifier, where, kernel.parameters[i], buffer, number, filled[id]);
    for (std::size_t j = 0; j < i; ++j) {
      const Buffer &other = program.buffers[static_cast<std::size_t>(call.arguments[j])];
      if (overlap(buffer, other) && (kernel.parameters[i].written || kernel.parameters[j].written))
        verifier.fault("{}: parameters {} and {} overlap, in buffers {} and {}", where, kernel.parameters[j].name,
                       kernel.parameters[i].name, other.name, buffer.name);
    }
  }
  for (std::size_t i = 0; i < call.arguments.size(); ++i)
    if (kernel.parameters[i].written) filled[static_cast<std::size_t>(call.arguments[i])] = true;
}

void verify_calls(Verifier &verifier) {
  const Program &program = verifier.program;
  std::vector<bool> filled;
  for (const Buffer &buffer : program.buffers)
    filled.push_back(buffer.kind == BufferKind::input || buffer.kind == BufferKind::weights);
  for (std::size_t i = 0; i < program.calls.size(); ++i) verify_call(verifier, static_cast<int>(i), filled);
  for (std::size_t number = 0; number < program.outputs.size(); ++number) {
    bool written = false;
    for (std::size_t i = 0; i < program.buffers.size(); ++i) {
      const Buffer &buffer = program.buffers[i];
      bool is_output = buffer.kind == BufferKind::output && buffer.offset == static_cast<std::int64_t>(number);
      written = written || (is_output && filled[i]);
    }
    if (!written) verifier.fault("output {} is never written", program.outputs[number].name);
  }
}

}  // namespace

std::vector<std::string> verify(const Program &program) {
  Verifier verifier{program, {}};
  verify_kernels(verifier);
  verify_buffers(verifier);
  verify_workspace(verifier);
  verify_calls(verifier);
  return verifier.faults;
}

}  // namespace cnnc
