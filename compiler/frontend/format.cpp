#include "compiler/frontend/format.hpp"

#include "compiler/frontend/ast_printer.hpp"
#include "compiler/frontend/format_layout.hpp"
#include "compiler/frontend/format_pieces.hpp"
#include "compiler/frontend/parse.hpp"
#include "compiler/support/checks.hpp"

namespace cnnc {

namespace {

struct Understood {
  TokenText scanned;
  ast::File tree;
};

Understood understand(const SourceMap &sources, FileId id, Diagnostics &diagnostics) {
  std::vector<Fault> faults;  // those that the parser reports
  return {scan(sources.file(id).text(), id, faults), parse(sources, id, diagnostics)};
}

/// What must not change, as text: words and comments as they are written, and the tree that they make.
std::string meaning_of(std::string_view text, const Understood &understood) {
  std::string meaning;
  for (const Token &token : understood.scanned.tokens)
    meaning += std::string(text.substr(token.begin, token.end - token.begin)) + "\n";
  for (const std::string_view comment :
       format::comments_of(format::pieces_of(text, understood.scanned, understood.tree)))
    meaning += std::string(comment) + "\n";
  return meaning + ast::print(understood.tree);
}

}  // namespace

std::optional<std::string> format_source(const SourceMap &sources, FileId id, Diagnostics &diagnostics) {
  const std::string_view text = sources.file(id).text();
  const std::size_t errors = diagnostics.error_count();
  const Understood before = understand(sources, id, diagnostics);
  if (diagnostics.error_count() != errors) return std::nullopt;
  std::string result = format::lay_out(format::pieces_of(text, before.scanned, before.tree));
  if (result.size() > max_source_bytes) {
    diagnostics.report_file(DiagnosticKind::file_too_large, sources.file(id).path(),
                            "would be too large in canonical form: " + std::to_string(result.size()) +
                                " bytes, at most " + std::to_string(max_source_bytes) + " can be read");
    return std::nullopt;
  }
  SourceMap scratch;
  const FileId written = scratch.add(sources.file(id).path(), result);
  Diagnostics none;
  const Understood after = understand(scratch, written, none);
  CNNC_CHECK(!none.has_errors(), "the formatted text has faults");
  CNNC_CHECK(meaning_of(text, before) == meaning_of(result, after), "the formatted text means something else");
  return result;
}

}  // namespace cnnc
