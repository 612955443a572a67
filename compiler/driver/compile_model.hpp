// From the options of compiling to the text of a model: what compile and golden share.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "compiler/driver/network_input.hpp"
#include "compiler/driver/pipeline.hpp"
#include "compiler/emit/emit.hpp"
#include "compiler/support/output_files.hpp"

namespace cnnc {

struct CompileOptions {
  NetworkOptions network;
  WeightsOptions weights;
  std::string name;    ///< the prefix; empty: the network's name
  std::string target;  ///< one, or several with commas between; empty: the default
  std::string weights_mode = "embed";
  bool embed_runtime = false;
  bool c_header = false;
  bool check_passes = false;
  bool time_passes = false;
  std::vector<std::string> dump_after;
  bool for_report = false;  ///< no code is made: its forms are kept, any name will do, and weights may be absent
};

void add_compile_options(CLI::App &app, CompileOptions &options);
/// The part of them that decides how weights are packed, beside the network.
void add_program_options(CLI::App &app, CompileOptions &options);

struct CompiledModel {
  std::vector<Program> programs;  ///< for each target, best first
  std::string prefix;
  std::string dump;                     ///< of the passes asked for
  std::vector<std::string> files_read;  ///< sources and weights
  Graph graph;                          ///< for a report: as it was checked
  Plan plan;                            ///< for a report: the last one
};

/// Everything up to the programs. Nothing if a fault was reported.
std::optional<CompiledModel> compile_model(const CompileOptions &options, Session &session);

/// The text of a model whose file will be `path`.
EmittedFiles emit_model(const CompiledModel &model, const CompileOptions &options, const std::string &path);

/// A text that emit_program made, of whatever version.
bool is_our_text(std::string_view head);

/// False, and reported, if `path` cannot name the text of a model: it stands in an #include of the text.
bool check_output_name(const std::string &option, const std::string &path, Session &session);

}  // namespace cnnc
