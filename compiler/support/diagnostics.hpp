// What we tell the user when his input is wrong.
//
// Every kind of fault is one row of diagnostics.def: code, name, severity, title. Each code has a page in
// docs/diagnostics/CODE.md (printed by `cnnc explain CODE`) and a case in tests/diagnostics/CODE/.
// A fault is declared where it is found:
//
//   diagnostics.report(DiagnosticKind::unknown_operator, call.name_span, "there is no operator 'max_pol'")
//       .hint("did you mean 'max_pool'?");
//
// Messages are lower case, without a full stop, in the user's names. At most one note and one hint each.
#pragma once

#include <array>
#include <cstdint>
#include <iosfwd>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "compiler/support/source.hpp"

namespace cnnc {

enum class Severity { error, warning, note };

enum class DiagnosticKind {
#define CNNC_DIAGNOSTIC(code, name, severity, title) name,
#include "compiler/support/diagnostics.def"
#undef CNNC_DIAGNOSTIC
};

struct DiagnosticKindInfo {
  std::string_view code;  ///< "E0203", "W0101"
  std::string_view name;
  Severity severity;
  std::string_view title;
};

const DiagnosticKindInfo &info(DiagnosticKind kind);
/// All kinds in the order of the registry.
const std::vector<DiagnosticKindInfo> &all_diagnostic_kinds();

struct Note {
  Span span;
  std::string message;
};

struct Diagnostic {
  DiagnosticKind kind;
  Span span;         ///< where, if it is in a source text
  std::string file;  ///< the file's name, for faults of weights and other files (span unknown)
  std::string message;
  std::optional<Note> note_;
  std::string hint_;

  Diagnostic &note(Span where, std::string text);
  Diagnostic &hint(std::string text);
};

/// Collects the faults of a run, in the order in which they were found. Passing it on by reference is how every
/// function that can fail through the user's fault says so; what it returns is then not to be used.
class Diagnostics {
 public:
  /// A fault in a source text. A second report of the same kind at the same place is dropped.
  Diagnostic &report(DiagnosticKind kind, Span span, std::string message);
  /// A fault of another file: `file` is its name as the user wrote it, or empty for the command line.
  Diagnostic &report_file(DiagnosticKind kind, std::string file, std::string message);

  bool has_errors() const { return errors_ != 0; }
  std::size_t error_count() const { return errors_; }
  const std::vector<Diagnostic> &all() const { return all_; }

 private:
  std::vector<Diagnostic> all_;
  Diagnostic dropped_{};                         // where chained calls on a repeated report go
  std::set<std::array<std::uint32_t, 4>> seen_;  // kind, file, begin, end of what was reported in a text
  std::size_t errors_ = 0;
};

/// The text of one diagnostic as printed: `file:line:column: error[E0203]: message`, source line, caret, note, hint.
std::string render(const Diagnostic &diagnostic, const SourceMap &sources, bool colour);

/// The name among `candidates` that the user most likely meant, by edit distance; empty if none is near.
std::string_view nearest_name(std::string_view name, const std::vector<std::string_view> &candidates);

/// `text` as it may be shown in a message: control characters and bytes that are no UTF-8 escaped, long text cut.
std::string printable(std::string_view text);

}  // namespace cnnc
