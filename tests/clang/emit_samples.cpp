// Emits every sample of every operator for the audit: emit_samples FOLDER.
//
// One file for each target, TARGET.cpp, that holds the models one after the other: each has a namespace of its own, and
// what costs time in an audit, the headers of the intrinsics, is then read once.
#include <cstdio>
#include <fstream>

#include "compiler/driver/pipeline.hpp"
#include "compiler/emit/emit.hpp"
#include "tests/op_checks/cases.hpp"

using namespace cnnc;

int main(int count, char **arguments) {
  if (count != 2) return 2;
  const std::string folder = arguments[1];
  for (const Target &target : all_targets()) {
    std::ofstream text(folder + "/" + std::string(target.name) + ".cpp");
    int models = 0;
    for_each_case([&](const OpCase &sample) {
      EmitOptions options;
      options.prefix = "sample_" + sample.name;
      options.stem = std::string(target.name);
      options.weights_mode = WeightsMode::source;
      text << emit_program(compile_graph(sample.graph, target), options).cpp << "\n";
      ++models;
    });
    std::printf("%s: %d models\n", std::string(target.name).c_str(), models);
    if (!text.flush() || models == 0) return 1;
  }
  return 0;
}
