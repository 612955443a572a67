// Prints what the pages of docs/ show and `cnnc` itself does not print: docs_show tree FILE | operators | diagnostics |
// passes | targets
#include <cstdio>
#include <string>

#include <fmt/format.h>

#include "compiler/driver/pipeline.hpp"
#include "compiler/frontend/parse.hpp"
#include "compiler/support/diagnostics.hpp"
#include "compiler/support/files.hpp"
#include "compiler/target/target.hpp"
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

int passes() {
  std::string text = "| pass | why |\n|---|---|\n";
  for (const cnnc::Pass &pass : cnnc::all_passes()) text += fmt::format("| `{}` | {} |\n", pass.name, pass.reason);
  text += "\n| before | after | because |\n|---|---|---|\n";
  for (const cnnc::PassOrder &order : cnnc::pass_orders()) {
    text += fmt::format("| `{}` | `{}` | {} |\n", order.before, order.after, order.reason);
  }
  return print(text);
}

int targets() {
  std::string text = "| target | for | floats in a vector | vector registers | fused multiply-add | header |\n";
  text += "|---|---|---|---|---|---|\n";
  for (const cnnc::Target &target : cnnc::all_targets()) {
    text += fmt::format("| `{}` | {} | {} | {} | {} | `{}` |\n", target.name, target.doc, target.lanes,
                        target.registers, target.fma ? "yes" : "no", target.header);
  }
  return print(text);
}

}  // namespace

int main(int argc, char **argv) {
  const std::string what = argc > 1 ? argv[1] : "";
  if (what == "tree" && argc == 3) return tree(argv[2]);
  if (what == "operators") return print(cnnc::show_operators());
  if (what == "diagnostics") return diagnostics();
  if (what == "passes") return passes();
  if (what == "targets") return targets();
  std::fputs("usage: docs_show tree FILE | operators | diagnostics | passes | targets\n", stderr);
  return 2;
}
