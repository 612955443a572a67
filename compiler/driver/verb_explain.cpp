#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "compiler/driver/options.hpp"
#include "compiler/driver/verbs.hpp"
#include "compiler/support/explanation.hpp"
#include "compiler/support/files.hpp"
#include "compiler/support/output_files.hpp"

namespace cnnc {

namespace {

constexpr const char *examples =
    "Examples:\n"
    "  cnnc explain E0203    # what the error means, an example that causes it, how to mend it\n"
    "  cnnc explain          # all codes";

std::string list_of_codes() {
  std::string text;
  for (const DiagnosticKindInfo &kind : all_diagnostic_kinds()) text += fmt::format("{}  {}\n", kind.code, kind.title);
  return text;
}

int report_unknown(const std::string &code, Session &session) {
  std::vector<std::string_view> codes;
  for (const DiagnosticKindInfo &kind : all_diagnostic_kinds()) codes.push_back(kind.code);
  const std::string_view nearest = nearest_name(code, codes);
  session.diagnostics
      .report_file(DiagnosticKind::explanation_unknown, "", fmt::format("there is no error code {}", in_quotes(code)))
      .hint(nearest.empty() ? "'cnnc explain' lists them all" : fmt::format("did you mean '{}'?", nearest));
  return exit_fault;
}

}  // namespace

int verb_explain(const Arguments &arguments, Session &session) {
  CLI::App app("Prints what an error code means.", "cnnc explain");
  std::string code;
  app.add_option("code", code, "as printed between brackets; none: all codes")->type_name("CODE");
  app.footer(examples);
  if (const std::optional<int> exit = parse_arguments(app, arguments, session)) return *exit;
  for (char &c : code)
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  const std::string_view page = explanation(code);
  if (!code.empty() && page.empty()) return report_unknown(code, session);
  return write_standard_output(code.empty() ? list_of_codes() : std::string(page), session.diagnostics) ? exit_success
                                                                                                        : exit_fault;
}

}  // namespace cnnc
