// Writes emitted models with their inputs and expected outputs into a folder: emit_cases FOLDER.
//
// For every case NAME: NAME.cpp, NAME.hpp, NAME.h, NAME.weights if it has one, NAME.inputs and NAME.expected (floats);
// and cases.inc with a line CASE(NAME, has_weights_file) for each.
#include "every_kind.hpp"

#include "compiler/emit/emit.hpp"
#include "compiler/eval/eval_kernel.hpp"

#include <cstdio>
#include <fstream>
#include <iostream>

using namespace cnnc;

namespace {

void write(const std::string &path, const void *data, std::size_t size) {
  std::ofstream(path, std::ios::binary).write(static_cast<const char *>(data), static_cast<std::streamsize>(size));
}
void write(const std::string &path, const std::string &text) { write(path, text.data(), text.size()); }
void write(const std::string &path, const std::vector<std::vector<float>> &tensors) {
  std::string bytes;
  for (const std::vector<float> &tensor : tensors)
    bytes.append(reinterpret_cast<const char *>(tensor.data()), 4 * tensor.size());
  write(path, bytes);
}

/// Copies its inputs to outputs of the names that a class, its types or C++ use themselves.
Program odd_names_program(const std::string &target) {
  const std::vector<std::string> names{"run",      "run_on",  "run_as",    "Outputs",  "Workspace",  "workspace_",
                                       "weights_", "weights", "odd_model", "odd_file", "NULL",       "I",
                                       "i",        "Logits",  "logits",    "result",   "status",     "model",
                                       "while",    "Model",   "view",      "EOF",      "odd_file_t", "Odd",
                                       "target",   "inputs",  "outputs",   "std"};
  Program program;
  program.name = "odd";
  program.target = target;
  Kernel kernel;
  kernel.name = "copy";
  kernel.fused = find_target(target)->fma;
  kernel.parameters = {{"x", 1}, {"y", 1, true}};
  Expr load;
  load.kind = ExprKind::load;
  load.parameter = 0;
  kernel.exprs = {load};
  Stmt store;
  store.kind = StmtKind::store;
  store.value = 0;
  store.parameter = 1;
  kernel.body = {store};
  program.kernels = {kernel};
  const auto count = static_cast<std::int64_t>(names.size());
  for (std::int64_t i = 0; i < count; ++i) {
    const std::string &name = names[static_cast<std::size_t>(i)];
    program.inputs.push_back({name, {DType::f32, {1}}});
    program.outputs.push_back({name, {DType::f32, {1}}});
    program.buffers.push_back({name, BufferKind::input, 1, i, 0, static_cast<int>(count)});
  }
  for (std::int64_t i = 0; i < count; ++i) {
    program.buffers.push_back(
        {names[static_cast<std::size_t>(i)], BufferKind::output, 1, i, 0, static_cast<int>(count)});
    program.calls.push_back({0, {static_cast<BufferId>(i), static_cast<BufferId>(count + i)}});
  }
  return program;
}

/// Only to be compiled.
void write_odd_names(const std::string &folder, const std::string &prefix, const std::vector<std::string> &targets,
                     WeightsMode mode) {
  std::vector<Program> programs;
  for (const std::string &target : targets) programs.push_back(odd_names_program(target));
  EmitOptions options;
  options.prefix = prefix;
  options.stem = prefix;
  options.weights_mode = mode;
  EmittedFiles files = emit_programs(programs, options);
  write(folder + "/" + prefix + ".cpp", files.cpp);
  write(folder + "/" + prefix + ".hpp", files.hpp);
}

/// A model for one target, or for several of one number of lanes.
bool write_case(const std::string &folder, const std::string &name, const std::vector<std::string> &targets,
                const std::string &kind, std::string &list) {
  std::vector<Program> programs;
  for (const std::string &target : targets) {
    programs.push_back(every_kind_program(*find_target(target)));
    for (const std::string &fault : verify(programs.back())) {
      std::cerr << "the program is at fault: " << fault << "\n";
      return false;
    }
  }
  const Program &program = programs.front();
  EmitOptions options;
  options.prefix = name + "_" + kind;
  options.stem = options.prefix;
  options.c_header = true;
  options.embed_runtime = kind == "pasted";
  options.weights_mode = kind == "file"     ? WeightsMode::file
                         : kind == "source" ? WeightsMode::source
                                            : WeightsMode::embed;
  EmittedFiles files = emit_programs(programs, options);
  std::string path = folder + "/" + options.prefix;
  write(path + ".cpp", files.cpp);
  write(path + ".hpp", files.hpp);
  write(path + ".h", files.h);
  if (!files.weights_name.empty()) {
    const std::string image = weights_image(programs);
    write(folder + "/" + files.weights_name, image.data(), image.size());
  }
  std::vector<std::vector<float>> inputs = every_kind_inputs(program);
  write(path + ".inputs", inputs);
  write(path + ".expected", eval_program(program, inputs));
  list += "CASE(" + options.prefix + ", " + (kind == "file" ? "true" : "false") + ")\n";
  return true;
}

}  // namespace

int main(int count, char **arguments) {
  if (count != 2) return 2;
  std::string list;
  for (const Target &target : all_targets())
    for (const char *kind : {"embed", "file", "source", "pasted"})
      if (!write_case(arguments[1], std::string(target.name), {std::string(target.name)}, kind, list)) return 1;
  for (const char *kind : {"embed", "file", "pasted"})
    if (!write_case(arguments[1], "list", {"sse2", "generic"}, kind, list)) return 1;
  write_odd_names(arguments[1], "odd", {"generic"}, WeightsMode::embed);
  write_odd_names(arguments[1], "odd_file", {"sse2", "generic"}, WeightsMode::file);
  write(std::string(arguments[1]) + "/cases.inc", list);
  return 0;
}
