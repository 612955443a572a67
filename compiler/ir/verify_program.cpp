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
        verify_placed_buffer(verifier, buffer, 4 * program.weights.size(), "weights");
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

/// Elements of a buffer, as disjoint intervals in order.
class Elements {
 public:
  void add(Interval more) {
    auto first = std::ranges::lower_bound(intervals_, more.low - 1, {}, &Interval::high);
    auto last = first;
    for (; last != intervals_.end() && last->low <= more.high + 1; ++last)
      more = {std::min(more.low, last->low), std::max(more.high, last->high)};
    intervals_.insert(intervals_.erase(first, last), more);
  }
  bool has(Interval part) const {
    auto first = std::ranges::lower_bound(intervals_, part.low, {}, &Interval::high);
    return first != intervals_.end() && first->low <= part.low && first->high >= part.high;
  }
  /// Those that lie in `part`.
  std::vector<Interval> within(Interval part) const {
    std::vector<Interval> result;
    auto next = std::ranges::lower_bound(intervals_, part.low, {}, &Interval::high);
    for (; next != intervals_.end() && next->low <= part.high; ++next)
      result.push_back({std::max(next->low, part.low), std::min(next->high, part.high)});
    return result;
  }

 private:
  std::vector<Interval> intervals_;
};

/// What the calls write of every buffer: so far, and all of them together. What none of them writes is padding, whose
/// contents are unspecified, but which may be read.
struct Written {
  std::vector<Elements> so_far, ever;
};

Interval elements_of(const Argument &argument, const Parameter &parameter) {
  return {argument.offset, argument.offset + parameter.elements - 1};
}

bool is_written(const Written &written, const Argument &argument, const Parameter &parameter) {
  auto buffer = static_cast<std::size_t>(argument.buffer);
  const std::vector<Interval> needed = written.ever[buffer].within(elements_of(argument, parameter));
  return !needed.empty() &&
         std::ranges::all_of(needed, [&](Interval part) { return written.so_far[buffer].has(part); });
}

/// What a call may do with one argument.
void verify_argument(Verifier &verifier, const std::string &where, const Parameter &parameter, const Argument &argument,
                     int call, const Written &written) {
  const Buffer &buffer = verifier.program.buffers[static_cast<std::size_t>(argument.buffer)];
  if (buffer.dtype != parameter.dtype)
    verifier.fault("{}: buffer {} has elements of {}, parameter {} of {}", where, buffer.name, name(buffer.dtype),
                   parameter.name, name(parameter.dtype));
  if (argument.offset < 0 || argument.offset > buffer.elements - parameter.elements)
    verifier.fault("{}: parameter {} takes elements {} to {} of buffer {}, which has {}", where, parameter.name,
                   argument.offset, argument.offset + parameter.elements - 1, buffer.name, buffer.elements);
  if (parameter.written && (buffer.kind == BufferKind::input || buffer.kind == BufferKind::weights))
    verifier.fault("{}: parameter {} writes to buffer {}, which is only read", where, parameter.name, buffer.name);
  if (!parameter.written && !is_written(written, argument, parameter))
    verifier.fault("{}: buffer {} is read before it is written", where, buffer.name);
  if (buffer.kind == BufferKind::workspace && (call < buffer.first_use || call > buffer.last_use))
    verifier.fault("{}: buffer {} is used at call {} but lives from {} to {}", where, buffer.name, call,
                   buffer.first_use, buffer.last_use);
}

/// True if two arguments of a call share bytes.
bool overlap(const Program &program, const Argument &a, const Parameter &of_a, const Argument &b,
             const Parameter &of_b) {
  auto part = [&](const Argument &argument, const Parameter &parameter) {
    Buffer view = program.buffers[static_cast<std::size_t>(argument.buffer)];
    bool placed = view.kind == BufferKind::weights || view.kind == BufferKind::workspace;
    if (placed) view.offset += argument.offset * byte_size(view.dtype);
    view.elements = parameter.elements;
    return view;
  };
  if (!overlap(part(a, of_a), part(b, of_b))) return false;
  // Inputs and outputs have numbers and no places: views of one may still be apart.
  if (a.buffer != b.buffer) return true;
  const Interval first = elements_of(a, of_a);
  const Interval second = elements_of(b, of_b);
  return first.low <= second.high && second.low <= first.high;
}

/// True if the call names what there is: a kernel, and a buffer for every parameter.
bool verify_references(Verifier &verifier, int number) {
  const Program &program = verifier.program;
  const Call &call = program.calls[static_cast<std::size_t>(number)];
  if (!in(program.kernels, call.kernel)) {
    verifier.fault("call {}: there is no kernel {}", number, call.kernel);
    return false;
  }
  const Kernel &kernel = program.kernels[static_cast<std::size_t>(call.kernel)];
  std::string where = fmt::format("call {} of {}", number, kernel.name);
  if (call.arguments.size() != kernel.parameters.size()) {
    verifier.fault("{}: {} arguments for {} parameters", where, call.arguments.size(), kernel.parameters.size());
    return false;
  }
  for (const Argument &argument : call.arguments)
    if (!in(program.buffers, argument.buffer)) {
      verifier.fault("{}: there is no buffer {}", where, argument.buffer);
      return false;
    }
  return true;
}

void verify_call(Verifier &verifier, int number, Written &written) {
  const Program &program = verifier.program;
  const Call &call = program.calls[static_cast<std::size_t>(number)];
  const Kernel &kernel = program.kernels[static_cast<std::size_t>(call.kernel)];
  std::string where = fmt::format("call {} of {}", number, kernel.name);
  for (std::size_t i = 0; i < call.arguments.size(); ++i) {
    const Argument &argument = call.arguments[i];
    const Parameter &parameter = kernel.parameters[i];
    verify_argument(verifier, where, parameter, argument, number, written);
    for (std::size_t j = 0; j < i; ++j) {
      const Argument &other = call.arguments[j];
      bool writes = parameter.written || kernel.parameters[j].written;
      if (writes && overlap(program, argument, parameter, other, kernel.parameters[j]))
        verifier.fault("{}: parameters {} and {} overlap, in buffers {} and {}", where, kernel.parameters[j].name,
                       parameter.name, program.buffers[static_cast<std::size_t>(other.buffer)].name,
                       program.buffers[static_cast<std::size_t>(argument.buffer)].name);
    }
  }
  for (std::size_t i = 0; i < call.arguments.size(); ++i)
    if (kernel.parameters[i].written)
      written.so_far[static_cast<std::size_t>(call.arguments[i].buffer)].add(
          elements_of(call.arguments[i], kernel.parameters[i]));
}

void verify_calls(Verifier &verifier) {
  const Program &program = verifier.program;
  Written written;
  for (const Buffer &buffer : program.buffers) {
    written.so_far.emplace_back();
    bool given = buffer.kind == BufferKind::input || buffer.kind == BufferKind::weights;
    if (given) written.so_far.back().add({0, buffer.elements - 1});
  }
  written.ever = written.so_far;
  std::vector<bool> sound;
  for (std::size_t i = 0; i < program.calls.size(); ++i) {
    const Call &call = program.calls[i];
    sound.push_back(verify_references(verifier, static_cast<int>(i)));
    if (!sound[i]) continue;
    const std::vector<Parameter> &parameters = program.kernels[static_cast<std::size_t>(call.kernel)].parameters;
    for (std::size_t p = 0; p < parameters.size(); ++p)
      if (parameters[p].written)
        written.ever[static_cast<std::size_t>(call.arguments[p].buffer)].add(
            elements_of(call.arguments[p], parameters[p]));
  }
  for (std::size_t i = 0; i < program.calls.size(); ++i)
    if (sound[i]) verify_call(verifier, static_cast<int>(i), written);
  for (std::size_t number = 0; number < program.outputs.size(); ++number) {
    bool is_filled = false;
    for (std::size_t i = 0; i < program.buffers.size(); ++i) {
      const Buffer &buffer = program.buffers[i];
      bool is_output = buffer.kind == BufferKind::output && buffer.offset == static_cast<std::int64_t>(number);
      is_filled = is_filled || (is_output && written.so_far[i].has({0, buffer.elements - 1}));
    }
    if (!is_filled) verifier.fault("output {} is not written as a whole", program.outputs[number].name);
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
