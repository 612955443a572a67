#include "compiler/driver/compile_model.hpp"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "compiler/support/files.hpp"

namespace cnnc {

namespace {

#if defined(__x86_64__)
constexpr const char *default_target = "avx512,avx2";
#else
constexpr const char *default_target = "generic";
#endif

using Targets = std::vector<const Target *>;

std::vector<std::string_view> target_names() {
  std::vector<std::string_view> names;
  for (const Target &target : all_targets()) names.push_back(target.name);
  names.push_back("native");
  return names;
}

/// The parts of a list, empty ones too.
std::vector<std::string> split(const std::string &list) {
  std::vector<std::string> parts;
  for (std::size_t begin = 0, end = 0; end != std::string::npos; begin = end + 1) {
    end = list.find(',', begin);
    parts.push_back(list.substr(begin, end - begin));
  }
  return parts;
}

/// One target of a list, or the only one; null, and reported, if it is none.
const Target *target_named(const std::string &name, bool in_list, Session &session) {
  if (in_list && name.empty()) {
    session.usage("--target has a list with nothing between two commas, or at an end");
    return nullptr;
  }
  if (in_list && name == "native") {
    session.usage("--target native is one target, which this machine decides, and cannot stand in a list");
    return nullptr;
  }
  if (!check_choice("--target", name, target_names(), session)) return nullptr;
  return name == "native" ? &host_target() : find_target(name);
}

/// Best first, in whatever order they were given. Empty, and reported, if one is at fault.
Targets chosen_targets(const CompileOptions &options, Session &session) {
  const std::vector<std::string> names = split(options.target.empty() ? default_target : options.target);
  std::set<const Target *> chosen;
  bool good = true;
  for (const std::string &name : names) {
    const Target *target = target_named(name, names.size() > 1, session);
    const bool twice = target != nullptr && !chosen.insert(target).second;
    if (twice) session.usage(fmt::format("--target names {} twice", in_quotes(name)));
    good = good && target != nullptr && !twice;
  }
  Targets targets;
  for (const Target &target : all_targets())
    if (good && chosen.count(&target) != 0) targets.push_back(&target);
  return targets;
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
  if (options.for_report || !options.name.empty() || valid_prefix(name)) return true;
  session.diagnostics
      .report_file(DiagnosticKind::prefix_reserved, options.network.model,
                   fmt::format("network {} cannot lend the code its name: C, C++ or cnnc reserves it", in_quotes(name)))
      .hint("give the code another with '--name NAME'");
  return false;
}

void print_times(const std::vector<PassTime> &times, const std::string &target, const Session &session) {
  for (const PassTime &time : times)
    session.note(fmt::format("{:<16} {:8.3f} ms{}", time.pass, 1000 * time.seconds, target));
}

/// The program for one target. In a list, what is printed on the way says for which.
Program compile_for(Graph graph, const Target &target, bool in_list, const CompileOptions &options,
                    CompiledModel &model, const Session &session) {
  std::vector<PassTime> times;
  PipelineOptions pipeline;
  pipeline.dump_after = options.dump_after;
  pipeline.dump = &model.dump;
  pipeline.check_passes = options.check_passes;
  pipeline.times = options.time_passes ? &times : nullptr;
  // Of a list, the report shows what the program takes on the CPU with most.
  pipeline.plan = options.for_report && model.programs.empty() ? &model.plan : nullptr;
  if (in_list && !options.dump_after.empty()) model.dump += fmt::format("target {}\n\n", target.name);
  Program program = compile_graph(std::move(graph), target, pipeline);
  print_times(times, in_list ? fmt::format(" for {}", target.name) : "", session);
  return program;
}

}  // namespace

void add_program_options(CLI::App &app, CompileOptions &options) {
  add_batch_option(app, options.network);
  app.add_option("--target", options.target,
                 fmt::format("{};\nor a list with commas, of which the program takes\n"
                             "the best that the CPU has (default: {})",
                             listed(target_names()), default_target))
      ->type_name("TARGET");
}

void add_compile_options(CLI::App &app, CompileOptions &options) {
  add_network_options(app, options.network);
  add_weights_options(app, options.weights);
  app.add_option("--name", options.name, "namespace and prefix of the code (default: the network's name)")
      ->type_name("NAME");
  add_program_options(app, options);
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
  const Targets targets = chosen_targets(options, session);
  if (!check_options(options, session) || targets.empty()) return std::nullopt;
  std::optional<LoadedNetwork> network = load_network(options.network, session);
  WeightsOptions weights = options.weights;
  weights.may_be_absent = options.for_report;
  if (!network || !check_network_name(options, network->graph.name, session) ||
      !load_weights(*network, options.network.model, weights, session))
    return std::nullopt;
  CompiledModel model;
  model.prefix = options.name.empty() ? network->graph.name : options.name;
  model.files_read = std::move(network->files_read);
  if (options.for_report) model.graph = network->graph;
  for (const Target *target : targets) {
    const bool last = target == targets.back();
    model.programs.push_back(compile_for(last ? std::move(network->graph) : network->graph, *target, targets.size() > 1,
                                         options, model, session));
  }
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
  return emit_programs(model.programs, emit);
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
