#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <algorithm>

#include "compiler/driver/compile_model.hpp"
#include "compiler/driver/verbs.hpp"
#include "compiler/frontend/weights.hpp"
#include "compiler/frontend/weights_report.hpp"
#include "compiler/support/files.hpp"
#include "compiler/support/output_files.hpp"

namespace cnnc {

namespace {

constexpr const char *examples =
    "Examples:\n"
    "  cnnc weights lenet5.safetensors                   # every tensor, with the range of its numbers\n"
    "  cnnc weights checkpoint.npz --json                # the same for programs\n"
    "  cnnc weights --pack lenet5.net new.safetensors -o lenet5.weights\n"
    "                                                    # other weights for code that is compiled already\n"
    "\n"
    "--pack writes the file that code compiled with '--weights-mode file' loads, in the layout of its targets: give\n"
    "the same --target, --network and --batch as when it was compiled. A file can be had from PyTorch by\n"
    "  from safetensors.torch import save_file\n"
    "  save_file(model.state_dict(), \"model.safetensors\")";

struct Options {
  CompileOptions compile;
  std::string output;
  bool json = false;
  bool force = false;
};

bool check_usage(const Options &options, Session &session) {
  const auto wrong = [&](const char *message) {
    session.usage(message);
    return false;
  };
  const bool pack = !options.compile.network.model.empty();
  if (options.compile.weights.file.empty()) return wrong("no weights are given");
  if (pack && options.json) return wrong("--json lists weights: it does not go with --pack");
  if (pack && options.output.empty()) return wrong("--pack writes a file: give it with '-o NAME.weights'");
  if (!pack && !options.output.empty()) return wrong("-o is the file that --pack writes: give '--pack MODEL.net' too");
  return true;
}

int list(const Options &options, Session &session) {
  const std::optional<Arrays> arrays = read_arrays(options.compile.weights.file, nullptr, session.diagnostics);
  if (!arrays) return exit_fault;
  const std::string text = options.json ? weights_json(*arrays) : weights_text(*arrays);
  return write_standard_output(text, session.diagnostics) ? exit_success : exit_fault;
}

/// The first bytes of a file; fewer where it has fewer, none where it cannot be read.
std::string head_of_file(const std::string &path, std::size_t most) {
  Diagnostics unreported;  // writing the file will tell what is wrong with it
  const std::optional<ByteSource> source = path_exists(path) ? open_file(path, unreported) : std::nullopt;
  if (!source) return "";
  std::string head(std::min(most, static_cast<std::size_t>(source->size)), '\0');
  return source->read(0, head.data(), static_cast<std::int64_t>(head.size())) ? head : "";
}

/// False, and reported, if `path` holds weights that are not for the code that takes these: most likely the code was
/// compiled with other options.
bool check_replaced(const std::string &path, const std::string &image, Session &session) {
  constexpr std::size_t identity_bytes = 40;
  const std::string head = head_of_file(path, identity_bytes);
  if (!begins_with(std::string(weights_mark))(head) || head == image.substr(0, identity_bytes)) return true;
  session.diagnostics
      .report_file(DiagnosticKind::weights_of_another_layout, path,
                   "holds weights of another network or layout; these would not fit the code that loads it")
      .hint("give the options that the code was compiled with ('--target', '--network', '--batch'), or '--force'");
  return false;
}

int pack(Options &options, Session &session) {
  options.compile.name = "model";  // no name of code is written
  const std::optional<CompiledModel> model = compile_model(options.compile, session);
  if (!model) return exit_fault;
  std::string image = weights_image(model->programs);
  if (!options.force && !check_replaced(options.output, image, session)) return exit_fault;
  OutputFiles files;
  for (const std::string &file : model->files_read) files.protect(file);
  files.add({options.output, std::move(image), begins_with(std::string(weights_mark)), "-o"});
  return files.commit(options.force, session.diagnostics) ? exit_success : exit_fault;
}

}  // namespace

int verb_weights(const Arguments &arguments, Session &session) {
  CLI::App app("Lists what a file of weights holds, or packs it for code that is compiled already.", "cnnc weights");
  Options options;
  app.add_option("weights", options.compile.weights.file, "a .safetensors or .npz file, or a folder of .npy files")
      ->type_name("FILE");
  app.add_flag("--json", options.json, "print one JSON object");
  app.add_option("--pack", options.compile.network.model, "write FILE's weights in the layout of this network's code")
      ->type_name("MODEL");
  app.add_option("-o", options.output, "with --pack: the file to write")->type_name("FILE");
  add_network_choice(app, options.compile.network);
  add_program_options(app, options.compile);
  app.add_flag("--allow-non-finite", options.compile.weights.allow_non_finite,
               "with --pack: accept weights that are NaN or infinite");
  app.add_flag("--force", options.force,
               "with --pack: replace a file of another layout, or one that cnnc did not write");
  app.footer(examples);
  if (const std::optional<int> code = parse_arguments(app, arguments, session)) return *code;
  if (!check_usage(options, session)) return exit_usage;
  return options.compile.network.model.empty() ? list(options, session) : pack(options, session);
}

}  // namespace cnnc
