// model.cpp: the kernels, run(), and the C description of the model.
#include "compiler/emit/emit_expr.hpp"
#include "compiler/emit/emit_weights.hpp"
#include "compiler/emit/module.hpp"
#include "compiler/emit/names.hpp"
#include "compiler/lower/roll_calls.hpp"
#include "compiler/support/checks.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace cnnc {

namespace {

/// The workspace buffers that calls use, of these types.
template <class Wanted>
bool has_workspace(const Program &program, const Wanted &wanted) {
  for (const Call &call : program.calls)
    for (const Argument &argument : call.arguments) {
      const Buffer &buffer = program.buffers.at(static_cast<std::size_t>(argument.buffer));
      if (buffer.kind == BufferKind::workspace && wanted(buffer.dtype)) return true;
    }
  return false;
}

bool has_image(const Module &module) {
  return module.place == WeightsPlace::included || module.place == WeightsPlace::file;
}

void write_includes(CppWriter &writer, const Module &module) {
  writer.line("#include \"cnnc/kernel.hpp\"  // first: it sets how floating point is compiled");
  writer.line("#include \"cnnc/model.h\"");
  for (const Variant &variant : module.variants) writer.line(fmt::format("#include \"{}\"", variant.target.header));
  if (module.is_list()) writer.line("#include \"cnnc/targets.hpp\"");
  if (has_image(module)) writer.line("#include \"cnnc/weights.hpp\"");
  writer.line();
}

/// One name at a time, and inside the model's namespace: the C library has functions of the same names at the global
/// scope, which a using-directive would only add to.
void write_using(CppWriter &writer, const Variant &variant) {
  for (const std::string &name : variant.used)
    writer.line(fmt::format("using cnnc::{}::{};", variant.target.isa, name));
  for (std::string_view name : {"index_div", "index_max", "index_min", "index_mod"})
    if (variant.kernels.find(std::string(name) + "(") != std::string::npos)
      writer.line(fmt::format("using cnnc::{};", name));
  writer.line();
}

/// "scratch + 64" and the like: where a buffer starts; `place` is its offset, of weights that in those of all variants.
std::string buffer_address(const Buffer &buffer, std::int64_t place) {
  bool tensor = buffer.kind == BufferKind::input || buffer.kind == BufferKind::output;
  CNNC_CHECK(tensor || place % 64 == 0, "buffer " + buffer.name + " is not aligned");
  std::string offset = place == 0 ? "" : fmt::format(" + {}", place / 4);
  std::string_view element = element_text(buffer.dtype);
  switch (buffer.kind) {
    case BufferKind::input:
      return fmt::format("static_cast<const {} *>(inputs[{}])", element, place);
    case BufferKind::output:
      return fmt::format("static_cast<{} *>(outputs[{}])", element, place);
    case BufferKind::weights:
      return "weights" + offset;
    case BufferKind::workspace:
      if (buffer.dtype == DType::f32) return "scratch" + offset;
      return fmt::format("static_cast<{} *>(workspace) + {}", element, place / byte_size(buffer.dtype));
  }
  CNNC_UNREACHABLE("a buffer of no kind");
}

/// Names for the tensors, weights and temporaries that calls are written with, each with its size. Returns them by
/// BufferId.
std::vector<std::string> write_buffers(CppWriter &writer, const Variant &variant, const std::vector<CallLoop> &loops,
                                       Scope &scope) {
  const Program &program = variant.program;
  std::vector<bool> used(program.buffers.size());
  for (const CallLoop &loop : loops)
    for (std::size_t c = loop.first; c < loop.first + loop.length; ++c)
      for (const Argument &argument : program.calls[c].arguments)
        used.at(static_cast<std::size_t>(argument.buffer)) = true;
  for (const std::string &name : variant.functions) scope.declare(name);
  for (std::string_view taken : {"weights", "weights_image", "weights_address", "identity", "packed_weights", "scratch",
                                 "inputs", "outputs", "workspace", "bad_index"})
    scope.declare(taken);
  std::vector<std::string> names(program.buffers.size());
  for (std::size_t i = 0; i < names.size(); ++i) {
    const Buffer &buffer = program.buffers[i];
    if (!used[i]) continue;
    names[i] = scope.declare(buffer.name);
    bool read_only = buffer.kind == BufferKind::input || buffer.kind == BufferKind::weights;
    writer.line(fmt::format("{}{} *const {} = {};  // {} {}", read_only ? "const " : "", element_text(buffer.dtype),
                            names[i], buffer_address(buffer, variant.buffer_offsets[i]), buffer.elements,
                            buffer.dtype == DType::f32 ? "floats" : name(buffer.dtype)));
  }
  return names;
}

/// " + 16 + 8*step": `first` bytes from a buffer's start, and `stride` more in every turn of a loop.
std::string offset_text(std::int64_t first, std::int64_t stride, std::int64_t element, const std::string &step) {
  std::string text = first == 0 ? "" : fmt::format(" + {}", first / element);
  if (stride != 0)
    text += fmt::format(" {} {}*{}", stride < 0 ? "-" : "+", (stride < 0 ? -stride : stride) / element, step);
  return text;
}

void write_calls(CppWriter &writer, const Variant &variant) {
  const Program &program = variant.program;
  const std::vector<CallLoop> loops = roll_calls(program, variant.buffer_offsets);
  Scope scope;
  const std::vector<std::string> buffers = write_buffers(writer, variant, loops, scope);
  const std::string step = scope.declare("step");
  if (std::any_of(program.kernels.begin(), program.kernels.end(), looks_up)) writer.line("bool bad_index = false;");
  for (const CallLoop &loop : loops) {
    if (loop.times > 1) writer.open(fmt::format("for (std::ptrdiff_t {0} = 0; {0} < {1}; ++{0}) {{", step, loop.times));
    for (std::size_t c = 0; c < loop.length; ++c) {
      const Call &call = program.calls[loop.first + c];
      std::vector<std::string> arguments;
      for (std::size_t a = 0; a < call.arguments.size(); ++a) {
        const Argument &argument = call.arguments[a];
        const auto buffer = static_cast<std::size_t>(argument.buffer);
        const std::int64_t element = byte_size(program.buffers[buffer].dtype);
        arguments.push_back(buffers[buffer] +
                            offset_text(argument.offset * element, loop.strides[c][a], element, step));
      }
      if (looks_up(program.kernels.at(static_cast<std::size_t>(call.kernel)))) arguments.emplace_back("bad_index");
      writer.list(variant.functions.at(static_cast<std::size_t>(call.kernel)) + "(", arguments, ");");
    }
    if (loop.times > 1) writer.close();
  }
}

void write_run(CppWriter &writer, const Module &module, const Variant &variant) {
  const Program &program = variant.program;
  writer.line("/// See cnnc_model in cnnc/model.h.");
  bool file = module.place == WeightsPlace::file, workspace = has_workspace(program, [](DType) { return true; });
  bool inputs = std::any_of(program.calls.begin(), program.calls.end(), [&](const Call &call) {
    return std::any_of(call.arguments.begin(), call.arguments.end(), [&](const Argument &argument) {
      return program.buffers[static_cast<std::size_t>(argument.buffer)].kind == BufferKind::input;
    });
  });
  writer.open(fmt::format("cnnc_status run(const void *{}, const void *const *{}, void *const *outputs, void *{}) {{",
                          file ? "weights_address" : "", inputs ? "inputs" : "", workspace ? "workspace" : ""));
  writer.line(fmt::format("if (!cnnc::{}::runs_here()) return CNNC_BAD_TARGET;", variant.target.isa));
  write_weights_access(writer, module);
  if (has_workspace(program, [](DType dtype) { return dtype == DType::f32; }))
    writer.line("float *const scratch = static_cast<float *>(workspace);");
  write_calls(writer, variant);
  const bool may_fail = std::any_of(program.kernels.begin(), program.kernels.end(), looks_up);
  writer.line(may_fail ? "return bad_index ? CNNC_BAD_INDEX : CNNC_OK;" : "return CNNC_OK;");
  writer.close();
  writer.line();
}

/// `constexpr cnnc_tensor NAME[] = { {"image", CNNC_F32, 3, image_shape}, … };` and the shapes before it.
void write_tensors(CppWriter &writer, std::string_view array, const std::vector<ProgramTensor> &tensors) {
  if (tensors.empty()) return;
  for (std::size_t i = 0; i < tensors.size(); ++i) {
    std::vector<std::string> extents;
    for (std::int64_t extent : tensors[i].type.shape) extents.push_back(std::to_string(extent));
    if (!extents.empty()) writer.list(fmt::format("constexpr uint64_t {}_shape_{}[] = {{", array, i), extents, "};");
  }
  writer.open(fmt::format("constexpr cnnc_tensor {}_tensors[] = {{", array));
  for (std::size_t i = 0; i < tensors.size(); ++i) {
    std::size_t rank = tensors[i].type.shape.size();
    std::string shape = rank == 0 ? "nullptr" : fmt::format("{}_shape_{}", array, i);
    std::string dtype(name(tensors[i].type.dtype));
    for (char &c : dtype)
      if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
    writer.line(fmt::format("{{{}, CNNC_{}, {}, {}}},", string_literal(tensors[i].name), dtype, rank, shape));
  }
  writer.close("};");
}

void write_all_tensors(CppWriter &writer, const Module &module) {
  write_tensors(writer, "input", module.common().inputs);
  write_tensors(writer, "output", module.common().outputs);
  writer.line();
}

void write_description(CppWriter &writer, const Module &module, const Variant &variant) {
  const Program &program = variant.program;
  writer.line("#ifdef __OPTIMIZE__");
  writer.line(fmt::format("constexpr size_t stack_bytes = {};", variant.stack.optimised));
  writer.line("#else");
  writer.line(fmt::format("constexpr size_t stack_bytes = {};", variant.stack.unoptimised));
  writer.line("#endif");
  writer.line();
  writer.open("constexpr cnnc_model model = {");
  writer.line("1,  // abi_version");
  writer.line(fmt::format("{}, {},", string_literal(program.name), string_literal(program.target)));
  writer.line(fmt::format("{}, {},", program.inputs.size(), program.inputs.empty() ? "nullptr" : "input_tensors"));
  writer.line(fmt::format("{}, {},", program.outputs.size(), program.outputs.empty() ? "nullptr" : "output_tensors"));
  writer.line(fmt::format("{}, 64,  // workspace: bytes, alignment", program.workspace_bytes));
  writer.line("stack_bytes,");
  writer.line(fmt::format("{},  // weights_bytes", module.place == WeightsPlace::file ? image_bytes(module) : 0));
  writer.line(fmt::format("\"{}\",", module.digest));
  writer.line("run,");
  writer.close("};");
  writer.line();
}

/// Kernels, run() and the description; of several variants each in a namespace of its own.
std::string variant_text(const Module &module, const Variant &variant) {
  const std::string space = std::string(variant.target.isa);
  CppWriter head, tail;
  if (module.is_list()) {
    head.line(fmt::format("namespace {} {{", space));
    head.line();
  }
  write_using(head, variant);
  write_run(tail, module, variant);
  write_description(tail, module, variant);
  if (module.is_list()) {
    tail.line(fmt::format("}}  // namespace {}", space));
    tail.line();
  }
  return head.take() + variant.kernels + tail.take();
}

/// The C functions. That the last variant is not asked for costs nothing: its run() asks the CPU itself.
void write_symbols(CppWriter &writer, const Module &module) {
  const std::string &prefix = module.options.prefix;
  writer.line(fmt::format("extern \"C\" CNNC_SYMBOL const cnnc_model *{}_model(void);", prefix));
  if (!module.is_list())
    return writer.line(fmt::format("extern \"C\" const cnnc_model *{0}_model(void) {{ return &{0}::model; }}", prefix));
  writer.line(fmt::format("extern \"C\" CNNC_SYMBOL const cnnc_model *{}_model_for(const char *target);", prefix));
  writer.line();
  writer.line("/// The best for this CPU; the last, whose run() refuses, if it can run none.");
  writer.open(fmt::format("extern \"C\" const cnnc_model *{}_model(void) {{", prefix));
  for (const Variant &variant : module.variants) {
    std::string condition =
        &variant == &module.variants.back() ? "" : fmt::format("if (cnnc::{}::runs_here()) ", variant.target.isa);
    writer.line(fmt::format("{}return &{}::{}::model;", condition, prefix, variant.target.isa));
  }
  writer.close();
  writer.line();
  writer.open(fmt::format("extern \"C\" const cnnc_model *{}_model_for(const char *target) {{", prefix));
  for (const Variant &variant : module.variants)
    writer.line(fmt::format("if (cnnc::same_name(target, {})) return &{}::{}::model;",
                            string_literal(variant.target.name), prefix, variant.target.isa));
  writer.line("return nullptr;");
  writer.close();
}

}  // namespace

std::string emit_cpp(const Module &module) {
  const std::string &prefix = module.options.prefix;
  CppWriter writer;
  write_head(writer, module, "generated code");
  writer.line();
  write_includes(writer, module);
  if (module.place == WeightsPlace::included) write_included_weights(writer, module);
  writer.line(fmt::format("namespace {} {{", prefix));
  writer.line("namespace {");
  writer.line();
  write_weights(writer, module);
  write_all_tensors(writer, module);
  std::string text = writer.take();
  for (const Variant &variant : module.variants) text += variant_text(module, variant);
  CppWriter rest;
  rest.line("}  // namespace");
  rest.line(fmt::format("}}  // namespace {}", prefix));
  rest.line();
  write_symbols(rest, module);
  return text + rest.take();
}

}  // namespace cnnc
