// Compiles a network with random weights, by cnnc and then by a C++ compiler, runs it, and compares: bit for bit with
// the kernel interpreter, to 1e-4 of the largest output with the reference interpreter.
//
//   zoo_outputs COMPILER RUNTIME OUT TARGET MODEL.net...
//
// Exit code 77 if this machine lacks the target's instructions.
#include <dlfcn.h>
#include <sys/stat.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <iostream>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "cnnc/model.h"
#include "compiler/driver/pipeline.hpp"
#include "compiler/emit/emit.hpp"
#include "compiler/eval/eval_graph.hpp"
#include "compiler/eval/eval_kernel.hpp"
#include "compiler/frontend/net_check.hpp"
#include "compiler/frontend/weights.hpp"
#include "compiler/target/target.hpp"

namespace {

using namespace cnnc;
using Floats = std::vector<float>;

constexpr double largest_difference = 1e-4;

Graph load_graph(const std::string &path) {
  SourceMap sources;
  Diagnostics diagnostics;
  std::optional<Networks> networks = load_networks(path, sources, diagnostics);
  if (!networks) throw std::runtime_error(path + ": " + diagnostics.all().front().message);
  Graph graph = std::move(networks->graphs[0]);
  random_weights(graph, 1);
  return graph;
}

Floats wave(const Shape &shape) {
  Floats input(static_cast<std::size_t>(element_count(shape)));
  for (std::size_t i = 0; i < input.size(); ++i) input[i] = static_cast<float>(i * 7919 % 2001) / 1000.0F - 1;
  return input;
}

void put(const std::string &path, const char *bytes, std::size_t count) {
  std::ofstream file(path, std::ios::binary);
  file.write(bytes, static_cast<std::streamsize>(count));
  if (!file.flush()) throw std::runtime_error(path + " cannot be written");
}

// The model that a C++ compiler makes of the program; its library stays open.
const cnnc_model &build(const Program &program, const std::string &name, const std::vector<std::string> &arguments) {
  const std::string &compiler = arguments[0], &runtime = arguments[1], &folder = arguments[2];
  EmitOptions options;
  options.prefix = options.stem = name;
  const EmittedFiles files = emit_program(program, options);
  const std::string stem = folder + "/" + name;
  put(stem + ".cpp", files.cpp.data(), files.cpp.size());
  put(stem + ".hpp", files.hpp.data(), files.hpp.size());
  const std::string image = weights_image({program});
  put(folder + "/" + files.weights_name, image.data(), image.size());
  const std::string command =
      fmt::format("'{}' -std=c++17 -O2 -fPIC -shared -DCNNC_EXPORT -I '{}' -I '{}' '{}.cpp' -o '{}.so'", compiler,
                  runtime, folder, stem, stem);
  if (std::system(command.c_str()) != 0) throw std::runtime_error("failed: " + command);
  void *library = dlopen((stem + ".so").c_str(), RTLD_NOW | RTLD_LOCAL);
  if (library == nullptr) throw std::runtime_error(dlerror());
  void *symbol = dlsym(library, (name + "_model").c_str());
  if (symbol == nullptr) throw std::runtime_error(name + "_model is not exported");
  return *reinterpret_cast<const cnnc_model *(*)()>(symbol)();
}

Floats run(const cnnc_model &model, const Floats &input, std::size_t outputs) {
  const std::size_t alignment = model.workspace_alignment;
  const std::unique_ptr<void, void (*)(void *)> workspace(
      std::aligned_alloc(alignment, (model.workspace_bytes / alignment + 1) * alignment), std::free);
  Floats result(outputs);
  const void *in = input.data();
  void *out = result.data();
  if (model.run(nullptr, &in, &out, workspace.get()) != CNNC_OK) throw std::runtime_error("the model refused to run");
  return result;
}

bool compare(const std::string &path, const Target &target, const std::vector<std::string> &arguments) {
  const Graph graph = load_graph(path);
  const Value &value = graph.values[static_cast<std::size_t>(graph.inputs[0])];
  const Floats input = wave(value.type.shape);
  const std::vector<double> expected =
      eval_graph(graph, {Tensor{value.type, std::vector<double>(input.begin(), input.end())}})[0].data;
  const Program program = compile_graph(graph, target);
  const Floats interpreted = eval_program(program, {input})[0];
  const Floats found = run(build(program, graph.name, arguments), input, expected.size());
  double worst = 0, largest = 0;
  for (std::size_t i = 0; i < found.size(); ++i) {
    const double apart = std::abs(static_cast<double>(found[i]) - expected[i]);
    worst = apart <= worst ? worst : apart;  // a NaN stays
    largest = std::max(largest, std::abs(expected[i]));
  }
  const bool same = std::memcmp(found.data(), interpreted.data(), sizeof(float) * found.size()) == 0;
  const bool good = same && worst <= largest_difference * largest;
  fmt::print("{:16} {} the kernel interpreter, {:.0e} from the reference{}\n", graph.name, same ? "as" : "not as",
             worst / largest, good ? "" : ": wrong");
  return good;
}

int run_all(const std::vector<std::string> &arguments) {
  const Target *target = arguments[3] == "native" ? &host_target() : find_target(arguments[3]);
  if (target == nullptr) throw std::runtime_error("no target " + arguments[3]);
  if (!host_runs(*target)) return 77;
  mkdir(arguments[2].c_str(), 0777);
  bool good = true;
  for (std::size_t i = 4; i < arguments.size(); ++i) good = compare(arguments[i], *target, arguments) && good;
  return good ? 0 : 1;
}

}  // namespace

int main(int argc, char **argv) {
  if (argc < 6) {
    std::cerr << "usage: zoo_outputs COMPILER RUNTIME OUT TARGET MODEL.net...\n";
    return 2;
  }
  try {
    return run_all({argv + 1, argv + argc});
  } catch (const std::exception &fault) {
    std::cerr << "zoo_outputs: " << fault.what() << '\n';
    return 1;
  }
}
