// Prints what the pages of docs/ show and `cnnc` itself does not print: docs_show tree FILE | operators | diagnostics
#include <cstdio>
#include <string>

#include <fmt/format.h>

#include "compiler/frontend/parse.hpp"
#include "compiler/support/diagnostics.hpp"
#include "compiler/support/files.hpp"
#include "show_operators.hpp"
#include "show_tree.hpp"

namespace {

int print(const std::string &text) { return std::fputs(text.c_str(), stdout) < 0 ? 1 : 0; }

int tree(const std::string &path) {
  cnnc::SourceMap sources;
  cnnc::Diagnostics diagnostics;
  const auto text = cnnc::read_file(path, cnnc::max_text_bytes, diagnostics);
  if (!text) return 1;
  const cnnc::FileId id = sources.add(path, *text);
  const cnnc::ast::File file = cnnc::parse(sources, id, diagnostics);
  return diagnostics.has_errors() ? 1 : print(cnnc::show_tree(file));
}

int diagnostics() {
  std::string text = "| code | |\n|---|---|\n";
  for (const cnnc::DiagnosticKindInfo &kind : cnnc::all_diagnostic_kinds()) {
    text += fmt::format("| [{0}](diagnostics/{0}.md) | {1} |\n", kind.code, kind.title);
  }
  return print(text);
}

}  // namespace

int main(int argc, char **argv) {
  const std::string what = argc > 1 ? argv[1] : "";
  if (what == "tree" && argc == 3) return tree(argv[2]);
  if (what == "operators") return print(cnnc::show_operators());
  if (what == "diagnostics") return diagnostics();
  std::fputs("usage: docs_show tree FILE | operators | diagnostics\n", stderr);
  return 2;
}
