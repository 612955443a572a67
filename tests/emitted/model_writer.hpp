// Emitted models beside what the kernel interpreter gives for them, as run_models reads them.
//
// The folder gets, for every target, TARGET_1.cpp … TARGET_UNITS.cpp (many models in one translation unit, each in a
// namespace of its own), MODEL.weights where a model has such a file, models.inc with MODEL(prefix, target, weights in
// a file?) for each, and runs.bin with the runs of each, see runs.hpp.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "compiler/emit/emit.hpp"
#include "compiler/ir/graph.hpp"
#include "compiler/target/target.hpp"

namespace cnnc {

using Floats = std::vector<std::vector<float>>;

struct NamedGraph {
  std::string name;
  Graph graph;
  std::vector<Floats> inputs;  ///< by run, as lanes_of gives them
};

class ModelWriter {
 public:
  ModelWriter(std::string folder, std::size_t units) : folder_(std::move(folder)), unit_count_(units) {}

  void write(const NamedGraph &network, const Target &target);
  /// One model for all targets.
  void write_list(const NamedGraph &network, const std::vector<std::string> &targets);
  /// Writes the units of a target, or of the lists, after its last model.
  void finish_target(const std::string &target);
  /// False if something could not be written.
  bool finish();

 private:
  void emit(const std::vector<Program> &programs, const std::string &prefix, WeightsMode mode, std::size_t units);
  void list(const NamedGraph &network, const Program &program, const std::string &prefix, WeightsMode mode,
            const std::string &macro);
  void put(const std::string &name, std::string_view bytes);

  std::string folder_;
  std::size_t unit_count_;
  std::string runs_;
  std::string list_;
  std::vector<std::string> units_;  ///< of the target at hand
  std::size_t count_ = 0;
  bool good_ = true;
};

}  // namespace cnnc
