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
  write(std::string(arguments[1]) + "/cases.inc", list);
  return 0;
}
