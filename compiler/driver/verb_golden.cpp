#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>

#include "compiler/driver/compile_model.hpp"
#include "compiler/driver/runner.hpp"
#include "compiler/driver/tensor_files.hpp"
#include "compiler/driver/verbs.hpp"
#include "compiler/eval/compare.hpp"
#include "compiler/frontend/weights.hpp"
#include "compiler/support/files.hpp"
#include "compiler/support/output_files.hpp"

namespace cnnc {

namespace {

constexpr const char *examples =
    "Examples:\n"
    "  cnnc golden lenet5.net --inputs in.npz --expected out.npz --update   # store what it gives\n"
    "  cnnc golden lenet5.net --inputs in.npz --expected out.npz            # compare with what is stored\n"
    "  cnnc golden --runner ./lenet5_runner --inputs in.npz --expected out.npz --tolerance 1e-4\n"
    "  cnnc golden lenet5.net --text expected.cpp                           # the text of 'cnnc -o expected.cpp'\n"
    "\n"
    "A runner is a program round compiled code, as cnnc_add_golden_test of the CMake package builds it. Values agree "
    "if\n"
    "they differ by at most T + T * |expected|. --update is refused where the environment says CI.";

constexpr const char *default_tolerance = "1e-4";

struct GoldenOptions {
  CompileOptions compile;
  std::string runner, inputs, expected, text;
  std::string tolerance = default_tolerance;
  bool update = false;
  bool force = false;
};

bool check_usage(const GoldenOptions &options, Session &session) {
  const auto wrong = [&](const char *message) {
    session.usage(message);
    return false;
  };
  if (options.text.empty() == options.expected.empty()) return wrong("golden takes --expected FILE.npz or --text FILE");
  if (!options.text.empty() && (!options.runner.empty() || !options.inputs.empty()))
    return wrong("--text compares text: it has no inputs and no runner");
  if (!options.runner.empty() && !options.compile.network.model.empty())
    return wrong("give a model or a runner, not both");
  if (!options.runner.empty() && options.update)
    return wrong("--update stores what the reference interpreter gives: give the model, not a runner");
  return true;
}

bool may_update(const std::string &file, Session &session) {
  const char *ci = std::getenv("CI");
  if (ci == nullptr || *ci == '\0') return true;
  session.diagnostics
      .report_file(DiagnosticKind::golden_update_refused, file,
                   "is not updated: the environment variable CI says that nobody would look at the change")
      .hint("update it on a machine of yours, and look at the difference");
  return false;
}

int store(OutputFile file, const std::vector<std::string> &files_read, bool force, Session &session) {
  OutputFiles files;
  for (const std::string &read : files_read) files.protect(read);
  files.add(std::move(file));
  return files.commit(force, session.diagnostics) ? exit_success : exit_fault;
}

bool check_stored(const std::string &file, Session &session) {
  if (path_exists(file)) return true;
  session.diagnostics.report_file(DiagnosticKind::file_not_found, file, "there is no such file")
      .hint("write it with '--update'");
  return false;
}

// -- Values -----------------------------------------------------------------------------------------------------------

struct GoldenRun {
  NamedTensors outputs;
  std::vector<std::string> files_read;
};

std::vector<std::string> inputs_of(const GoldenOptions &options) {
  return options.inputs.empty() ? std::vector<std::string>{} : std::vector<std::string>{options.inputs};
}

std::optional<GoldenRun> run_reference(const GoldenOptions &options, Session &session) {
  std::optional<LoadedNetwork> network = load_network(options.compile.network, session);
  if (!network || !load_weights(*network, options.compile.network.model, options.compile.weights, session))
    return std::nullopt;
  const auto inputs = read_inputs(inputs_of(network->graph), inputs_of(options), session);
  if (!inputs) return std::nullopt;
  network->files_read.push_back(options.inputs);
  std::optional<NamedTensors> outputs = evaluate_outputs(network->graph, *inputs, session.diagnostics);
  if (!outputs) return std::nullopt;
  return GoldenRun{std::move(*outputs), std::move(network->files_read)};
}

std::optional<GoldenRun> run_compiled(const GoldenOptions &options, Session &session) {
  const std::optional<RunnerModel> model = describe_runner(options.runner, session);
  if (!model) return std::nullopt;
  const std::optional<std::vector<Tensor>> inputs = read_inputs(model->inputs, inputs_of(options), session);
  if (!inputs) return std::nullopt;
  std::optional<NamedTensors> outputs = run_runner(options.runner, *model, *inputs, session);
  if (!outputs) return std::nullopt;
  return GoldenRun{std::move(*outputs), {}};
}

bool compare_outputs(const NamedTensors &outputs, const Arrays &expected, const std::string &file, double tolerance,
                     Session &session) {
  bool good = true;
  const auto differs = [&](std::string message) {
    session.diagnostics.report_file(DiagnosticKind::golden_differs, file, std::move(message));
    good = false;
  };
  for (const auto &[name, tensor] : outputs) {
    const auto found = expected.find(name);
    if (found == expected.end()) {
      differs(fmt::format("lacks the output {}", in_quotes(name)));
    } else if (found->second.shape != tensor.type.shape) {
      differs(fmt::format("output {} is {}, but has the shape {} there", in_quotes(name), to_string(tensor.type),
                          to_string(found->second.shape)));
    } else {
      const Tensor stored{tensor.type, found->second.values()};
      const auto mismatches = compare(tensor, stored, {tolerance, tolerance, "--tolerance"});
      if (mismatches) differs(fmt::format("output {}: {}", in_quotes(name), to_string(*mismatches)));
    }
  }
  for (const auto &[name, array] : expected) {
    const auto same = [&](const auto &output) { return output.first == name; };
    if (std::none_of(outputs.begin(), outputs.end(), same))
      differs(fmt::format("holds {}, which is no output of the network", in_quotes(name)));
  }
  return good;
}

int golden_values(const GoldenOptions &options, double tolerance, Session &session) {
  if (options.update ? !may_update(options.expected, session) : !check_stored(options.expected, session))
    return exit_fault;
  const std::optional<GoldenRun> run =
      options.runner.empty() ? run_reference(options, session) : run_compiled(options, session);
  if (!run) return exit_fault;
  if (options.update)
    return store({options.expected, write_npz(run->outputs), is_our_npz, "--expected"}, run->files_read, options.force,
                 session);
  WantedArrays wanted;
  for (const auto &[name, tensor] : run->outputs) wanted[name] = tensor.type.shape;
  const std::optional<Arrays> expected = read_arrays(options.expected, &wanted, session.diagnostics);
  if (!expected || !compare_outputs(run->outputs, *expected, options.expected, tolerance, session)) return exit_fault;
  const std::string text =
      fmt::format("{} output{} agree{} with {}\n", run->outputs.size(), run->outputs.size() == 1 ? "" : "s",
                  run->outputs.size() == 1 ? "s" : "", printable(options.expected));
  return write_standard_output(text, session.diagnostics) ? exit_success : exit_fault;
}

// -- Text -------------------------------------------------------------------------------------------------------------

std::vector<std::string_view> lines_of(std::string_view text) {
  std::vector<std::string_view> lines;
  while (!text.empty()) {
    const std::size_t end = text.find('\n');
    lines.push_back(text.substr(0, end));
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  }
  return lines;
}

/// Some lines from the first that differs on, up to the next that agrees: stored ones with '-', new ones with '+'.
std::string difference(std::string_view stored, std::string_view actual) {
  constexpr std::size_t most_shown = 4;
  const std::vector<std::string_view> before = lines_of(stored), after = lines_of(actual);
  const std::size_t both = std::min(before.size(), after.size());
  std::size_t first = 0;
  while (first < both && before[first] == after[first]) ++first;
  if (first == before.size() && first == after.size()) return "the emitted text differs in its last line end";
  std::size_t end = first;
  while (end < first + most_shown && (end >= both || before[end] != after[end])) ++end;
  std::string text = fmt::format("the emitted text differs from line {} on:", first + 1);
  for (std::size_t i = first; i < std::min(before.size(), end); ++i)
    text += fmt::format("\n- {}", printable(before[i]));
  for (std::size_t i = first; i < std::min(after.size(), end); ++i) text += fmt::format("\n+ {}", printable(after[i]));
  return text;
}

int golden_text(const GoldenOptions &options, Session &session) {
  const bool header = extension_of(options.text) == ".hpp";
  if (!header && !check_output_name("--text", options.text, session)) return exit_usage;
  if (options.update ? !may_update(options.text, session) : !check_stored(options.text, session)) return exit_fault;
  const std::optional<CompiledModel> model = compile_model(options.compile, session);
  if (!model) return exit_fault;
  EmittedFiles emitted = emit_model(*model, options.compile, options.text);
  std::string &text = header ? emitted.hpp : emitted.cpp;
  if (options.update)
    return store({options.text, std::move(text), is_our_text, "--text"}, model->files_read, options.force, session);
  constexpr std::int64_t most_bytes = std::int64_t{256} << 20;
  const std::optional<std::string> stored = read_file(options.text, most_bytes, session.diagnostics);
  if (!stored) return exit_fault;
  if (*stored == text) return exit_success;
  session.diagnostics.report_file(DiagnosticKind::golden_text_differs, options.text, difference(*stored, text))
      .hint("if the new text ('+') is right, store it with '--update'");
  return exit_fault;
}

}  // namespace

int verb_golden(const Arguments &arguments, Session &session) {
  CLI::App app("Compares a network's outputs, or its emitted text, with stored ones.", "cnnc golden");
  GoldenOptions options;
  add_compile_options(app, options.compile);
  app.add_option("--inputs", options.inputs, "an .npz with an array for each input")->type_name("FILE");
  app.add_option("--expected", options.expected, "an .npz with an array for each output")->type_name("FILE");
  app.add_option("--tolerance", options.tolerance,
                 fmt::format("how far values may differ (default: {})", default_tolerance))
      ->type_name("T");
  app.add_option("--runner", options.runner, "the program to run instead of the reference interpreter")
      ->type_name("PROGRAM");
  app.add_option("--text", options.text, "a stored .cpp or .hpp to compare the emitted one with")->type_name("FILE");
  app.add_flag("--update", options.update, "write the stored file instead of comparing with it");
  app.add_flag("--force", options.force, "with --update, replace a file that cnnc did not write");
  app.footer(examples);
  if (const std::optional<int> code = parse_arguments(app, arguments, session)) return *code;
  const std::optional<double> tolerance = parse_tolerance("--tolerance", options.tolerance, session);
  if (!check_usage(options, session) || !tolerance) return exit_usage;
  return options.text.empty() ? golden_values(options, *tolerance, session) : golden_text(options, session);
}

}  // namespace cnnc
