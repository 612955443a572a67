#include "compiler/driver/compile_model.hpp"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <algorithm>

#include "compiler/support/files.hpp"

namespace cnnc {

namespace {

#if defined(__x86_64__)
constexpr const char *default_target = "avx2";
#else
constexpr const char *default_target = "generic";
#endif

std::vector<std::string_view> target_names() {
  std::vector<std::string_view> names;
  for (const Target &target : all_targets()) names.push_back(target.name);
  names.push_back("native");
  return names;
}

const Target *chosen_target(const CompileOptions &options, Session &session) {
  const std::string name = options.target.empty() ? default_target : options.target;
  if (name.find(',') != std::string::npos) {
    session.usage("--target takes one target: a list, for a choice at run time, is not supported by this version");
    return nullptr;
  }
  if (!check_choice("--target", name, target_names(), session)) return nullptr;
  return name == "native" ? &host_target() : find_target(name);
}

/// Values of options, before any file is read.
bool check_options(const CompileOptions &options, Session &session) {
  bool good = check_choice("--weights-mode", options.weights_mode, {"embed", "source", "file"}, session);
  std::vector<std::string_view> passes;
  for (const Pass &pass : all_passes()) passes.push_back(pass.name);
  for (const std::string &pass : options.dump_after) good = check_choice("--dump-after", pass, passes, session) && good;
  if (!options.name.empty() && !valid_prefix(options.name)) {
    session.usage(fmt::format("--name: {} cannot be a prefix: it is no identifier, or C, C++ or cnnc reserves it",
                              in_quotes(options.name)));
    good = false;
  }
  return good;
}

bool check_network_name(const CompileOptions &options, const std::string &name, Session &session) {
  if (!options.name.empty() || valid_prefix(name)) return true;
  session.diagnostics
      .report_file(DiagnosticKind::prefix_reserved, options.network.model,
                   fmt::format("network {} cannot lend the code its name: C, C++ or cnnc reserves it", in_quotes(name)))
      .hint("give the code another with '--name NAME'");
  return false;
}

void print_times(const std::vector<PassTime> &times, const Session &session) {
  for (const PassTime &time : times) session.note(fmt::format("{:<16} {:8.3f} ms", time.pass, 1000 * time.seconds));
}

}  // namespace

void add_compile_options(CLI::App &app, CompileOptions &options) {
  add_network_options(app, options.network);
  add_weights_options(app, options.weights);
  app.add_option("--name", options.name, "namespace and prefix of the code (default: the network's name)")
      ->type_name("NAME");
  app.add_option("--target", options.target, fmt::format("{} (default: {})", listed(target_names()), default_target))
      ->type_name("TARGET");
  app.add_option("--weights-mode", options.weights_mode,
                 "embed: in the object file, from NAME.weights (default)\n"
                 "source: as text, for compilers without .incbin\n"
                 "file: NAME.weights, read by the program when it runs")
      ->type_name("MODE");
  app.add_flag("--embed-runtime", options.embed_runtime, "paste the runtime's headers: the code needs no -I");
  app.add_flag("--c-header", options.c_header, "write a header for C too, with the sizes as macros");
  app.add_option("--dump-after", options.dump_after, "print the network as it is after this pass")
      ->type_name("PASS")
      ->expected(1)
      ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
  app.add_flag("--check-passes", options.check_passes, "check that every pass keeps the network's meaning");
  app.add_flag("--time-passes", options.time_passes, "print how long every pass takes");
}

std::optional<CompiledModel> compile_model(const CompileOptions &options, Session &session) {
  const Target *target = chosen_target(options, session);
  if (!check_options(options, session) || target == nullptr) return std::nullopt;
  std::optional<LoadedNetwork> network = load_network(options.network, session);
  if (!network || !check_network_name(options, network->graph.name, session) ||
      !load_weights(*network, options.network.model, options.weights, session))
    return std::nullopt;
  CompiledModel model;
  model.prefix = options.name.empty() ? network->graph.name : options.name;
  model.files_read = std::move(network->files_read);
  std::vector<PassTime> times;
  PipelineOptions pipeline;
  pipeline.dump_after = options.dump_after;
  pipeline.dump = &model.dump;
  pipeline.check_passes = options.check_passes;
  pipeline.times = options.time_passes ? &times : nullptr;
  model.program = compile_graph(std::move(network->graph), *target, pipeline);
  print_times(times, session);
  return model;
}

EmittedFiles emit_model(const CompiledModel &model, const CompileOptions &options, const std::string &path) {
  EmitOptions emit;
  emit.prefix = model.prefix;
  emit.weights_mode = options.weights_mode == "file"     ? WeightsMode::file
                      : options.weights_mode == "source" ? WeightsMode::source
                                                         : WeightsMode::embed;
  emit.embed_runtime = options.embed_runtime;
  emit.stem = stem_of(path);
  emit.c_header = options.c_header;
  return emit_program(model.program, emit);
}

bool is_our_text(std::string_view head) {
  return begins_with(std::string(emitted_mark))(head) && head.size() > emitted_mark.size() &&
         head[emitted_mark.size()] >= '0' && head[emitted_mark.size()] <= '9';
}

bool check_output_name(const std::string &option, const std::string &path, Session &session) {
  const std::string name = file_name_of(path);
  const std::string extension = extension_of(path);
  const auto bad = [](char c) { return static_cast<unsigned char>(c) < ' ' || c == '"' || c == '\\' || c == '\x7f'; };
  std::string fault;
  if (std::any_of(name.begin(), name.end(), bad))
    fault = "cannot stand in an #include: it has quotes, backslashes or control characters";
  else if (extension == ".hpp" || extension == ".h" || extension == ".weights" || extension == ".net")
    fault = "is no name for the code, whose header and weights are written beside it";
  if (fault.empty()) return true;
  session.usage(fmt::format("{}: {} {}", option, in_quotes(name), fault)).hint("call it NAME.cpp");
  return false;
}

}  // namespace cnnc
