#include "compiler/emit/module.hpp"

#include "compiler/emit/emit_weights.hpp"
#include "compiler/emit/names.hpp"
#include "compiler/support/checks.hpp"
#include "compiler/support/sha256.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace cnnc {

namespace {

const Target &target_of(const Program &program) {
  const Target *target = find_target(program.target);
  CNNC_CHECK(target, "a program for the unknown target " + program.target);
  return *target;
}

WeightsPlace place_of(const Program &program, WeightsMode mode) {
  switch (mode) {
    case WeightsMode::file:
      return WeightsPlace::file;
    case WeightsMode::source:
      return program.weights.empty() ? WeightsPlace::none : WeightsPlace::text;
    case WeightsMode::embed:
      if (program.weights.empty()) return WeightsPlace::none;
      return 4 * program.weights.size() <= embed_as_text_bytes ? WeightsPlace::text : WeightsPlace::included;
  }
  CNNC_UNREACHABLE("weights of no mode");
}

/// The kernels in the order of the program, the same for every prefix and weights mode.
void write_kernels(Module &module) {
  Scope scope;
  for (std::string_view taken :
       {"run", "model", "stack_bytes", "packed_weights", "identity", "input_tensors", "output_tensors", "weights",
        "weights_image", "weights_address", "scratch", "inputs", "outputs", "workspace"})
    scope.declare(taken);
  for (std::size_t i = 0; i < module.program.inputs.size(); ++i) scope.declare(fmt::format("input_shape_{}", i));
  for (std::size_t i = 0; i < module.program.outputs.size(); ++i) scope.declare(fmt::format("output_shape_{}", i));
  CppWriter writer;
  for (const Kernel &kernel : module.program.kernels) {
    module.functions.push_back(scope.declare(kernel.name));
    emit_kernel(writer, kernel, module.functions.back(), module.target, module.used);
    writer.line();
    StackBound bound = stack_bound(kernel);
    module.stack.optimised = std::max(module.stack.optimised, bound.optimised);
    module.stack.unoptimised = std::max(module.stack.unoptimised, bound.unoptimised);
  }
  module.kernels = writer.take();
}

std::vector<std::string> identifiers(const std::vector<ProgramTensor> &tensors, Scope &scope) {
  std::vector<std::string> names;
  for (const ProgramTensor &tensor : tensors) {
    names.push_back(scope.declare(tensor.name));
  }
  return names;
}

std::string digest_of(const Module &module) {
  std::string text = fmt::format("cnncw001 {}\n", module.program.target);
  for (const auto *tensors : {&module.program.inputs, &module.program.outputs})
    for (const ProgramTensor &tensor : *tensors) text += tensor_text(tensor) + "\n";
  for (const Buffer &buffer : module.program.buffers)
    text += fmt::format("{} {} {}\n", static_cast<int>(buffer.kind), buffer.elements, buffer.offset);
  for (const Call &call : module.program.calls) {
    text += fmt::format("call {}", call.kernel);
    for (BufferId argument : call.arguments) text += fmt::format(" {}", argument);
    text += "\n";
  }
  return sha256_hex(text + module.kernels);
}

}  // namespace

Module make_module(const Program &program, const EmitOptions &options) {
  CNNC_CHECK(valid_prefix(options.prefix), "emission with the prefix " + options.prefix);
  Module module{program, options, target_of(program), {}, {}, {}, {}, {}, {}, {}, {}, 0, 0};
  module.place = place_of(program, options.weights_mode);
  write_kernels(module);
  Scope scope;
  for (std::string_view taken : {"weights", "inputs", "outputs", "workspace", "status", "result"}) scope.declare(taken);
  module.inputs = identifiers(program.inputs, scope);
  module.outputs = identifiers(program.outputs, scope);
  // The frame of run() itself: a pointer for every buffer, and arguments.
  std::int64_t run_bytes = 1024 + 32 * static_cast<std::int64_t>(program.buffers.size());
  module.stack.optimised += run_bytes;
  module.stack.unoptimised += run_bytes;
  for (const Call &call : program.calls) {
    module.flops += program.kernels.at(static_cast<std::size_t>(call.kernel)).flops;
    module.bytes += program.kernels.at(static_cast<std::size_t>(call.kernel)).bytes;
  }
  module.digest = digest_of(module);
  return module;
}

std::string tensor_text(const ProgramTensor &tensor) { return to_string(tensor.type); }

void write_head(CppWriter &writer, const Module &module, std::string_view what) {
  const Program &program = module.program;
  writer.line(fmt::format("{}{}: {}, {} for {}", emitted_mark, CNNC_VERSION_TEXT, module.options.prefix, what,
                          module.target.name));
  writer.line("//");
  if (!program.doc.empty()) {
    writer.comment(program.doc);
    writer.line("//");
  }
  for (const auto &[role, tensors] : {std::pair{"input", &program.inputs}, std::pair{"output", &program.outputs}})
    for (const ProgramTensor &tensor : *tensors)
      writer.comment(fmt::format("  {:<10} {} {}", role, tensor.name, tensor_text(tensor)));
  writer.line(fmt::format("//   weights    {} bytes", 4 * program.weights.size()));
  writer.line(fmt::format("//   workspace  {} bytes", program.workspace_bytes));
  writer.line(fmt::format("//   work       {} floating-point operations, {} bytes read and written, {} kernels",
                          module.flops, module.bytes, program.calls.size()));
}

EmittedFiles emit_program(const Program &program, const EmitOptions &options) {
  Module module = make_module(program, options);
  EmittedFiles files;
  files.cpp = emit_cpp(module);
  files.hpp = emit_hpp(module);
  if (options.c_header) files.h = emit_h(module);
  if (options.embed_runtime)
    for (std::string *text : {&files.cpp, &files.hpp, &files.h}) *text = paste_runtime(*text);
  if (module.place == WeightsPlace::included || module.place == WeightsPlace::file) {
    files.weights = weights_image(program, module.digest);
    files.weights_name = options.prefix + ".weights";
  }
  return files;
}

std::string weights_digest(const Program &program) {
  EmitOptions options;
  options.prefix = "model";
  return make_module(program, options).digest;
}

}  // namespace cnnc
