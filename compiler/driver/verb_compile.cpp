#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <algorithm>

#include "compiler/driver/compile_model.hpp"
#include "compiler/driver/depfile.hpp"
#include "compiler/driver/report_model.hpp"
#include "compiler/driver/verbs.hpp"
#include "compiler/support/checks.hpp"
#include "compiler/support/files.hpp"
#include "compiler/support/output_files.hpp"

namespace cnnc {

namespace {

constexpr const char *examples =
    "Examples:\n"
    "  cnnc lenet5.net -o lenet5.cpp                      # with lenet5.safetensors, if it is there\n"
    "  cnnc lenet5.net -o net.cpp --weights trained.npz   # with these weights\n"
    "  cnnc lenet5.net -o net.cpp --random-weights 7      # to try a network before it is trained\n"
    "  cnnc lenet5.net -o net.cpp --target native         # for this very machine\n"
    "  cnnc lenet5.net -o net.cpp --target avx2,generic   # code for both, the better is taken at run time\n"
    "  cnnc lenet5.net -o net.cpp --embed-runtime         # code that needs no header but its own\n"
    "  cnnc lenet5.net --dump-after fuse                  # what the compiler has made of it by then\n"
    "\n"
    "This writes net.cpp, net.hpp and, for larger weights, NAME.weights beside them. Compile it with\n"
    "  c++ -std=c++17 -O2 -I RUNTIME -I FOLDER -c FOLDER/net.cpp\n"
    "RUNTIME the folder that holds cnnc/model.h, FOLDER that of net.cpp. Its use is told at the head of net.hpp.";

struct OutputOptions {
  std::string output;
  std::string emit = "cpp";
  std::string depfile;
  bool force = false;
};

bool check_outputs(const CompileOptions &options, const OutputOptions &output, Session &session) {
  if (!check_choice("--emit", output.emit, {"cpp", "ir", "report"}, session)) return false;
  const bool prints = output.emit == "ir" || !options.dump_after.empty();
  if (output.output.empty() && (!prints || !output.depfile.empty())) {
    session.usage("no output is given").hint("add '-o MODEL.cpp'");
    return false;
  }
  return output.output.empty() || output.emit != "cpp" || check_output_name("-o", output.output, session);
}

void add_text(OutputFiles &files, const std::string &path, std::string text) {
  CNNC_CHECK(is_our_text(text), "emitted text does not begin as ours");
  files.add({path, std::move(text), is_our_text, "-o"});
}

void add_model(OutputFiles &files, const CompiledModel &model, const CompileOptions &options, const std::string &path) {
  EmittedFiles emitted = emit_model(model, options, path);
  add_text(files, path, std::move(emitted.cpp));
  add_text(files, with_extension(path, ".hpp"), std::move(emitted.hpp));
  if (!emitted.h.empty()) add_text(files, with_extension(path, ".h"), std::move(emitted.h));
  if (!emitted.weights_name.empty())
    files.add({join_path(folder_of(path), emitted.weights_name), "", begins_with(std::string(weights_mark)), "-o",
               emitted.write_weights});
}

/// False, and reported, if a name cannot stand in it.
bool add_depfile(OutputFiles &files, const OutputOptions &output, const std::vector<std::string> &files_read,
                 Session &session) {
  std::vector<std::string> names = files_read;
  names.push_back(output.output);
  const auto bad = std::find_if(names.begin(), names.end(), [](const std::string &name) { return has_controls(name); });
  if (bad != names.end()) {
    session
        .usage(fmt::format("--depfile: {} cannot stand in a rule of make: it has control characters", in_quotes(*bad)))
        .hint("rename it, or leave out '--depfile'");
    return false;
  }
  files.add({output.depfile, depfile_text(output.output, files_read), is_our_depfile(output.output), "--depfile"});
  return true;
}

int compile(CompileOptions options, const OutputOptions &output, Session &session) {
  if (!check_outputs(options, output, session)) return exit_usage;
  options.for_report = output.emit == "report";
  std::optional<CompiledModel> model = compile_model(options, session);
  if (!model) return exit_fault;
  OutputFiles files;
  for (const std::string &file : model->files_read) files.protect(file);
  std::string text = model->dump, programs;
  if (output.emit == "ir")
    for (const Program &program : model->programs) programs += (programs.empty() ? "" : "\n") + to_string(program);
  if (output.emit == "ir" && output.output.empty())
    text += programs;
  else if (output.emit == "ir")
    files.add({output.output, programs, begins_with("program "), "-o"});
  else if (output.emit == "report")
    add_report(files, *model, output.output);
  else if (!output.output.empty())
    add_model(files, *model, options, output.output);
  if (!output.depfile.empty() && !add_depfile(files, output, model->files_read, session)) return exit_usage;
  // What is printed comes first: if it cannot be, nothing is left behind.
  if (!text.empty() && !write_standard_output(text, session.diagnostics)) return exit_fault;
  return files.commit(output.force, session.diagnostics) ? exit_success : exit_fault;
}

}  // namespace

int verb_compile(const Arguments &arguments, Session &session) {
  CLI::App app("Compiles a network to C++. 'cnnc MODEL.net -o MODEL.cpp' is 'cnnc compile MODEL.net -o MODEL.cpp'.",
               "cnnc compile");
  CompileOptions options;
  OutputOptions output;
  app.add_option("-o", output.output, "the code, a .cpp file; its header and weights are written beside it")
      ->type_name("FILE");
  add_compile_options(app, options);
  app.add_option("--emit", output.emit,
                 "cpp (default); ir: the program of loops, for people to read;\n"
                 "report: the page of 'cnnc report'")
      ->type_name("FORM");
  app.add_option("--depfile", output.depfile, "write the files that were read, as a rule of make")->type_name("FILE");
  app.add_flag("--force", output.force, "replace files that cnnc did not write");
  app.footer(examples);
  if (const std::optional<int> code = parse_arguments(app, arguments, session)) return *code;
  return compile(options, output, session);
}

}  // namespace cnnc
