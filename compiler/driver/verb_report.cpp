#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "compiler/driver/report_model.hpp"
#include "compiler/driver/verbs.hpp"
#include "compiler/support/files.hpp"
#include "compiler/support/output_files.hpp"

namespace cnnc {

namespace {

constexpr const char *examples =
    "Examples:\n"
    "  cnnc report lenet5.net -o lenet5.html                     # the page, for a browser\n"
    "  cnnc report lenet5.net --text                             # its tables, on the terminal\n"
    "  cnnc report lenet5.net --svg receptive_field -o seen.svg  # one drawing\n"
    "  cnnc report lenet5.net --target avx512 -o lenet5.html     # as it is computed there\n"
    "\n"
    "The page is one file that loads nothing. It needs no weights.";

struct ReportOptions {
  std::string output;
  std::string drawing;
  bool text = false;
  bool force = false;
};

bool check_form(const ReportOptions &options, Session &session) {
  std::vector<std::string_view> names;
  for (const NamedDrawing &drawing : all_drawings()) names.push_back(drawing.name);
  if (!options.drawing.empty() && !check_choice("--svg", options.drawing, names, session)) return false;
  if (options.text && !options.drawing.empty()) {
    session.usage("--text and --svg exclude each other");
    return false;
  }
  if (options.text && !options.output.empty()) {
    session.usage("--text prints; it takes no '-o'");
    return false;
  }
  if (options.text || !options.output.empty()) return true;
  session.usage("no output is given")
      .hint(options.drawing.empty() ? "add '-o REPORT.html', or '--text' to print its tables" : "add '-o DRAWING.svg'");
  return false;
}

/// False, and reported, if the network has nothing of the kind.
bool add_drawing(OutputFiles &files, const ReportOptions &options, const std::string &model, const ReportInput &input,
                 Session &session) {
  for (const NamedDrawing &named : all_drawings()) {
    if (named.name != options.drawing) continue;
    const Drawing drawing = named.draw(input);
    if (drawing.body.empty()) {
      session.diagnostics.report_file(DiagnosticKind::nothing_to_draw, model,
                                      fmt::format("network {} has nothing for the drawing '{}': {}",
                                                  in_quotes(input.graph.name), named.name, named.absence));
      return false;
    }
    files.add({options.output, standalone_svg(drawing), begins_with(std::string(svg_mark)), "-o"});
  }
  return true;
}

int report(const CompileOptions &compile, const ReportOptions &options, Session &session) {
  if (!check_form(options, session)) return exit_usage;
  std::optional<CompiledModel> model = compile_model(compile, session);
  if (!model) return exit_fault;
  OutputFiles files;
  for (const std::string &file : model->files_read) files.protect(file);
  if (options.text)
    return write_standard_output(report_text(take_report_input(*model)), session.diagnostics) ? exit_success
                                                                                              : exit_fault;
  if (options.drawing.empty())
    add_report(files, *model, options.output);
  else if (!add_drawing(files, options, compile.network.model, take_report_input(*model), session))
    return exit_fault;
  return files.commit(options.force, session.diagnostics) ? exit_success : exit_fault;
}

std::string drawings_help() {
  std::string text = "only this drawing of the page, as a file:";
  for (const NamedDrawing &drawing : all_drawings()) text += fmt::format("\n{}: {}", drawing.name, drawing.what);
  return text;
}

}  // namespace

int verb_report(const Arguments &arguments, Session &session) {
  CLI::App app("Draws a network, what the compiler makes of it, its memory and its receptive fields.", "cnnc report");
  CompileOptions compile;
  compile.for_report = true;
  ReportOptions options;
  app.add_option("-o", options.output, "the page, an .html file; with --svg, the drawing")->type_name("FILE");
  app.add_flag("--text", options.text, "print the page's tables instead");
  app.add_option("--svg", options.drawing, drawings_help())->type_name("NAME");
  add_network_options(app, compile.network);
  add_weights_options(app, compile.weights);
  add_program_options(app, compile);
  app.add_flag("--force", options.force, "replace files that cnnc did not write");
  app.footer(examples);
  if (const std::optional<int> code = parse_arguments(app, arguments, session)) return *code;
  return report(compile, options, session);
}

}  // namespace cnnc
