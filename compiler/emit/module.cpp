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

WeightsPlace place_of(const WeightsImage &weights, WeightsMode mode) {
  switch (mode) {
    case WeightsMode::file:
      return WeightsPlace::file;
    case WeightsMode::source:
      return weights.empty() ? WeightsPlace::none : WeightsPlace::text;
    case WeightsMode::embed:
      if (weights.empty()) return WeightsPlace::none;
      return 4 * weights.size() <= embed_as_text_bytes ? WeightsPlace::text : WeightsPlace::included;
  }
  CNNC_UNREACHABLE("weights of no mode");
}

/// The kernels in the order of the program, the same for every prefix and weights mode.
void write_kernels(Variant &variant) {
  const Program &program = variant.program;
  Scope scope;
  for (std::string_view taken :
       {"run", "model", "stack_bytes", "packed_weights", "identity", "input_tensors", "output_tensors", "weights",
        "weights_image", "weights_address", "scratch", "inputs", "outputs", "workspace"})
    scope.declare(taken);
  for (std::size_t i = 0; i < program.inputs.size(); ++i) scope.declare(fmt::format("input_shape_{}", i));
  for (std::size_t i = 0; i < program.outputs.size(); ++i) scope.declare(fmt::format("output_shape_{}", i));
  CppWriter writer;
  for (const Kernel &kernel : program.kernels) {
    variant.functions.push_back(scope.declare(kernel.name));
    emit_kernel(writer, kernel, variant.functions.back(), variant.target, variant.used);
    writer.line();
    StackBound bound = stack_bound(kernel);
    variant.stack.optimised = std::max(variant.stack.optimised, bound.optimised);
    variant.stack.unoptimised = std::max(variant.stack.unoptimised, bound.unoptimised);
  }
  variant.kernels = writer.take();
}

Variant make_variant(const Program &program) {
  Variant variant{program, target_of(program)};
  write_kernels(variant);
  // The frame of run() itself: a pointer for every buffer, and arguments.
  std::int64_t run_bytes = 1024 + 32 * static_cast<std::int64_t>(program.buffers.size());
  variant.stack.optimised += run_bytes;
  variant.stack.unoptimised += run_bytes;
  for (const Call &call : program.calls) {
    variant.flops += program.kernels.at(static_cast<std::size_t>(call.kernel)).flops;
    variant.bytes += program.kernels.at(static_cast<std::size_t>(call.kernel)).bytes;
  }
  return variant;
}

std::vector<std::string> identifiers(const std::vector<ProgramTensor> &tensors, Scope &scope) {
  std::vector<std::string> names;
  for (const ProgramTensor &tensor : tensors) {
    names.push_back(scope.declare(tensor.name));
  }
  return names;
}

/// Everything that a weights file of a variant depends on.
std::string identifying_text(const Variant &variant) {
  const Program &program = variant.program;
  std::string text = fmt::format("cnncw001 {}\n", program.target);
  for (const auto *tensors : {&program.inputs, &program.outputs})
    for (const ProgramTensor &tensor : *tensors) text += tensor_text(tensor) + "\n";
  for (std::size_t i = 0; i < program.buffers.size(); ++i)
    text += fmt::format("{} {} {}\n", static_cast<int>(program.buffers[i].kind), program.buffers[i].elements,
                        variant.buffer_offsets[i]);
  for (const Call &call : program.calls) {
    text += fmt::format("call {}", call.kernel);
    for (const Argument &argument : call.arguments) text += fmt::format(" {}+{}", argument.buffer, argument.offset);
    text += "\n";
  }
  return text + variant.kernels;
}

std::string digest_of(const Module &module) {
  std::string text;
  for (const Variant &variant : module.variants) text += identifying_text(variant);
  return sha256_hex(text);
}

void check_variants(std::span<const Program> variants) {
  CNNC_CHECK(!variants.empty(), "emission of no program");
  auto types = [](const std::vector<ProgramTensor> &tensors) {
    std::string text;
    for (const ProgramTensor &tensor : tensors) text += tensor.name + " " + tensor_text(tensor) + "\n";
    return text;
  };
  std::set<std::string> targets;
  for (const Program &program : variants) {
    CNNC_CHECK(targets.insert(program.target).second, "two variants for " + program.target);
    CNNC_CHECK(types(program.inputs) == types(variants.front().inputs) &&
                   types(program.outputs) == types(variants.front().outputs),
               "variants of two networks");
  }
}

/// "246824 bytes", and of a list what each target adds to that.
std::string weights_text(const Module &module) {
  std::string text = fmt::format("{} bytes", 4 * module.weights.size());
  if (!module.is_list() || module.weights.empty()) return text;
  for (const Variant &variant : module.variants)
    text += fmt::format("{} {} for {}", &variant == &module.variants.front() ? ":" : ", and", variant.weights_bytes,
                        variant.target.name);
  return text;
}

}  // namespace

Module make_module(std::span<const Program> variants, const EmitOptions &options) {
  CNNC_CHECK(valid_prefix(options.prefix), "emission with the prefix " + options.prefix);
  check_variants(variants);
  Module module{options};
  for (const Program &program : variants) module.variants.push_back(make_variant(program));
  join_weights(module);
  module.place = place_of(module.weights, options.weights_mode);
  Scope scope;
  module.inputs = identifiers(module.common().inputs, scope);
  module.outputs = identifiers(module.common().outputs, scope);
  module.digest = digest_of(module);
  return module;
}

std::string tensor_text(const ProgramTensor &tensor) { return to_string(tensor.type); }

std::int64_t workspace_bytes(const Module &module) {
  std::int64_t most = 0;
  for (const Variant &variant : module.variants) most = std::max(most, variant.program.workspace_bytes);
  return most;
}

void write_head(CppWriter &writer, const Module &module, std::string_view what) {
  const Program &program = module.common();
  std::string targets;
  for (const Variant &variant : module.variants)
    targets += (targets.empty()                       ? ""
                : &variant == &module.variants.back() ? " and "
                                                      : ", ") +
               std::string(variant.target.name);
  writer.line(
      fmt::format("{}{}: {}, {} for {}", emitted_mark, CNNC_VERSION_TEXT, module.options.prefix, what, targets));
  writer.line("//");
  if (!program.doc.empty()) {
    writer.comment(program.doc);
    writer.line("//");
  }
  for (const auto &[role, tensors] : {std::pair{"input", &program.inputs}, std::pair{"output", &program.outputs}})
    for (const ProgramTensor &tensor : *tensors)
      writer.comment(fmt::format("  {:<10} {} {}", role, tensor.name, tensor_text(tensor)));
  writer.line("//   weights    " + weights_text(module));
  writer.line(fmt::format("//   workspace  {} bytes", workspace_bytes(module)));
  for (const Variant &variant : module.variants)
    writer.line(fmt::format("//   work       {} floating-point operations, {} bytes read and written, {} kernels{}",
                            variant.flops, variant.bytes, variant.program.calls.size(),
                            module.is_list() ? " on " + std::string(variant.target.name) : ""));
}

EmittedFiles emit_program(const Program &program, const EmitOptions &options) {
  return emit_programs(std::span(&program, 1), options);
}

EmittedFiles emit_programs(std::span<const Program> variants, const EmitOptions &options) {
  Module module = make_module(variants, options);
  EmittedFiles files;
  files.cpp = emit_cpp(module);
  files.hpp = emit_hpp(module);
  if (options.c_header) files.h = emit_h(module);
  if (options.embed_runtime)
    for (std::string *text : {&files.cpp, &files.hpp, &files.h}) *text = paste_runtime(*text);
  if (module.place == WeightsPlace::included || module.place == WeightsPlace::file) {
    files.write_weights = weights_writer(module);
    files.weights_name = options.prefix + ".weights";
  }
  return files;
}

std::string weights_digest(const std::vector<Program> &variants) {
  EmitOptions options;
  options.prefix = "model";
  return make_module(variants, options).digest;
}

std::string weights_image(const std::vector<Program> &variants) {
  EmitOptions options;
  options.prefix = "model";
  std::string image;
  weights_writer(make_module(variants, options))([&](std::string_view piece) { image += piece; });
  return image;
}

}  // namespace cnnc
