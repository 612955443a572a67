#include "tests/emitted/model_writer.hpp"

#include <algorithm>
#include <cstdint>
#include <fstream>
#include <iterator>

#include "compiler/driver/pipeline.hpp"
#include "compiler/eval/eval_kernel.hpp"
#include "compiler/frontend/array.hpp"

namespace cnnc {

namespace {

/// All elements as they lie in memory, in the order of the bytes of this machine, which is the one that will read them.
void append_bits(std::string &bytes, const Floats &tensors, const std::vector<ProgramTensor> &types) {
  for (std::size_t i = 0; i < tensors.size(); ++i)
    if (types[i].type.dtype == DType::f32)
      bytes.append(reinterpret_cast<const char *>(tensors[i].data()), sizeof(float) * tensors[i].size());
    else
      bytes += encode(tensor_of(types[i].type, tensors[i]));
}

bool shorter(const std::string &a, const std::string &b) { return a.size() < b.size(); }

}  // namespace

void ModelWriter::write(const NamedGraph &network, const Target &target) {
  Program program = compile_graph(network.graph, target);
  // Every place that weights can be in has its models; those of the examples are too many for text.
  constexpr WeightsMode modes[] = {WeightsMode::embed, WeightsMode::file, WeightsMode::source};
  const WeightsMode mode = modes[count_++ % (network.graph.nodes.size() > 1 ? 2 : std::size(modes))];
  emit({program}, network.name + "_" + std::string(target.name), mode, unit_count_);
  list(network, program, network.name + "_" + std::string(target.name), mode, "MODEL");
}

void ModelWriter::write_list(const NamedGraph &network, const std::vector<std::string> &targets) {
  std::vector<Program> programs;
  for (const Target &target : all_targets())
    if (std::find(targets.begin(), targets.end(), target.name) != targets.end())
      programs.push_back(compile_graph(network.graph, target));
  const WeightsMode mode = count_++ % 2 == 0 ? WeightsMode::file : WeightsMode::embed;
  emit(programs, network.name + "_list", mode, 1);
  for (const Program &program : programs) list(network, program, network.name + "_list", mode, "LISTED");
}

void ModelWriter::finish_target(const std::string &target) {
  for (std::size_t i = 0; i < units_.size(); ++i) put(target + "_" + std::to_string(i + 1) + ".cpp", units_[i]);
  units_.clear();
  count_ = 0;
}

bool ModelWriter::finish() {
  put("models.inc", list_);
  put("runs.bin", runs_);
  return good_;
}

void ModelWriter::emit(const std::vector<Program> &programs, const std::string &prefix, WeightsMode mode,
                       std::size_t units) {
  EmitOptions options;
  options.prefix = prefix;
  options.stem = prefix;
  options.weights_mode = mode;
  EmittedFiles files = emit_programs(programs, options);
  // Units of about one size: the examples come first.
  units_.resize(units);
  auto least = std::min_element(units_.begin(), units_.end(), shorter);
  *least += files.cpp + "\n";
  if (!files.weights_name.empty()) put(files.weights_name, weights_image(programs));
}

void ModelWriter::list(const NamedGraph &network, const Program &program, const std::string &prefix, WeightsMode mode,
                       const std::string &macro) {
  list_ += macro + "(" + prefix + ", " + program.target + ", " + (mode == WeightsMode::file ? "true" : "false") + ")\n";
  const auto run_count = static_cast<std::uint32_t>(network.inputs.size());
  runs_.append(reinterpret_cast<const char *>(&run_count), sizeof run_count);
  for (const Floats &inputs : network.inputs) {
    bool bad_index = false;
    const Floats outputs = eval_program(program, inputs, &bad_index);
    runs_ += bad_index ? '\1' : '\0';
    append_bits(runs_, inputs, program.inputs);
    append_bits(runs_, outputs, program.outputs);
  }
}

/// A file that would not change is left alone, so that nothing is compiled anew.
void ModelWriter::put(const std::string &name, std::string_view bytes) {
  const std::string path = folder_ + "/" + name;
  std::ifstream old(path, std::ios::binary);
  if (old && std::string(std::istreambuf_iterator<char>(old), {}) == bytes) return;
  std::ofstream file(path, std::ios::binary);
  file.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  good_ = good_ && file.flush();
}

}  // namespace cnnc
