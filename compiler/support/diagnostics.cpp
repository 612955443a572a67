#include "compiler/support/diagnostics.hpp"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "compiler/support/checks.hpp"
#include "compiler/support/utf8.hpp"

namespace cnnc {

const std::vector<DiagnosticKindInfo> &all_diagnostic_kinds() {
  static const std::vector<DiagnosticKindInfo> kinds = {
#define CNNC_DIAGNOSTIC(code, name, severity, title) {code, #name, severity, title},
#include "compiler/support/diagnostics.def"
#undef CNNC_DIAGNOSTIC
  };
  return kinds;
}

const DiagnosticKindInfo &info(DiagnosticKind kind) {
  auto index = static_cast<std::size_t>(kind);
  CNNC_CHECK(index < all_diagnostic_kinds().size(), "a diagnostic that is not in the registry");
  return all_diagnostic_kinds()[index];
}

Diagnostic &Diagnostic::note(Span where, std::string text) {
  note_ = Note{where, std::move(text)};
  return *this;
}

Diagnostic &Diagnostic::hint(std::string text) {
  hint_ = std::move(text);
  return *this;
}

Diagnostic &Diagnostics::report(DiagnosticKind kind, Span span, std::string message) {
  const std::array<std::uint32_t, 4> place = {static_cast<std::uint32_t>(kind), span.file, span.begin, span.end};
  if (span.known() && !seen_.insert(place).second) {
    dropped_ = {};
    return dropped_;
  }
  Diagnostic diagnostic{};
  diagnostic.kind = kind;
  diagnostic.span = span;
  diagnostic.message = std::move(message);
  if (info(kind).severity == Severity::error) ++errors_;
  return all_.emplace_back(std::move(diagnostic));
}

Diagnostic &Diagnostics::report_file(DiagnosticKind kind, std::string file, std::string message) {
  Diagnostic &diagnostic = report(kind, Span{}, std::move(message));
  diagnostic.file = std::move(file);
  return diagnostic;
}

// -- Printing ---------------------------------------------------------------------------------------------------------

namespace {

struct Style {
  std::string_view bold, error, warning, note, caret, reset;
};

constexpr Style plain{};
constexpr Style coloured{"\x1b[1m", "\x1b[1;31m", "\x1b[1;35m", "\x1b[1;36m", "\x1b[1;32m", "\x1b[0m"};

/// `text` with everything named that could act on the terminal; its lines may stay lines.
std::string named_controls(std::string_view text, bool lines) {
  std::string result;
  for (std::size_t at = 0; at < text.size();) {
    const Character character = character_at(text, at);
    result += character.value == '\n' && lines ? "\n" : shown(text, character, at);
    at += character.length;
  }
  return result;
}

/// A message may have several lines.
std::string safe(std::string_view text) { return named_controls(text, true); }
/// A name is always on one line.
std::string safe_name(std::string_view text) { return named_controls(text, false); }

/// A source line, cut to what is near its underlined part, and the line of carets below it.
struct Excerpt {
  std::string line, carets;
};

// Beyond this many columns before or after the caret a line is cut: minified text may have one line of megabytes.
constexpr std::size_t columns_before = 100, columns_after = 140;

/// `begin` and `end` are byte offsets in `line`, begin <= end <= its length.
Excerpt excerpt(std::string_view line, std::size_t begin, std::size_t end) {
  Excerpt result;
  std::size_t first = begin;
  for (std::size_t columns = 0; first > 0 && columns < columns_before; ++columns) {
    --first;
    while (first > 0 && (static_cast<unsigned char>(line[first]) & 0xC0U) == 0x80U) --first;
  }
  if (first > 0) {
    result.line = "...";
    result.carets = "   ";
  }
  std::size_t at = first;
  for (std::size_t columns = 0; at < line.size(); ++columns) {
    if (at >= begin && columns >= columns_before + columns_after) {
      result.line += "...";
      break;
    }
    const Character character = character_at(line, at);
    const bool tab = character.value == '\t';
    result.line += tab ? "\t" : shown(line, character, at);
    // A tab before the caret is repeated, so that the two lines agree whatever its width.
    const std::size_t width = tab ? 1 : shown_width(character);
    if (at < begin) result.carets += tab ? "\t" : std::string(width, ' ');
    if (at == begin) result.carets += "^" + std::string(width > 1 && end > begin ? width - 1 : 0, '~');
    if (at > begin && at < end) result.carets += std::string(width, '~');
    at += character.length;
  }
  if (begin >= line.size()) result.carets += "^";
  return result;
}

std::string place(Span span, const SourceMap &sources) {
  const SourceFile &file = sources.file(span.file);
  const LineColumn at = file.line_column(span.begin);
  return fmt::format("{}:{}:{}: ", safe_name(file.path()), at.line, at.column);
}

std::string underlined(Span span, const SourceMap &sources, const Style &style) {
  const SourceFile &file = sources.file(span.file);
  const std::string_view line = file.line(file.line_column(span.begin).line);
  // The line's own offset: line() gives a view into text().
  const auto start = static_cast<std::size_t>(line.data() - file.text().data());
  const std::size_t begin = std::min<std::size_t>(std::max<std::size_t>(span.begin, start) - start, line.size());
  const std::size_t end = std::min<std::size_t>(std::max<std::size_t>(span.end, start) - start, line.size());
  const Excerpt shown_line = excerpt(line, begin, std::max(begin, end));
  return fmt::format("{}\n{}{}{}\n", shown_line.line, style.caret, shown_line.carets, style.reset);
}

std::string_view severity_word(Severity severity) {
  switch (severity) {
    case Severity::error:
      return "error";
    case Severity::warning:
      return "warning";
    case Severity::note:
      return "note";
  }
  CNNC_UNREACHABLE("unknown severity");
}

std::string_view severity_style(Severity severity, const Style &style) {
  switch (severity) {
    case Severity::error:
      return style.error;
    case Severity::warning:
      return style.warning;
    case Severity::note:
      return style.note;
  }
  CNNC_UNREACHABLE("unknown severity");
}

}  // namespace

std::string render(const Diagnostic &diagnostic, const SourceMap &sources, bool colour) {
  const Style &style = colour ? coloured : plain;
  const DiagnosticKindInfo &kind = info(diagnostic.kind);
  const bool in_text = diagnostic.span.known();
  std::string where = in_text                   ? place(diagnostic.span, sources)
                      : diagnostic.file.empty() ? std::string("cnnc: ")
                                                : safe_name(diagnostic.file) + ": ";
  std::string text =
      fmt::format("{0}{1}{6}{2}{3}[{4}]:{6} {0}{5}{6}\n", style.bold, where, severity_style(kind.severity, style),
                  severity_word(kind.severity), kind.code, safe(diagnostic.message), style.reset);
  if (in_text) text += underlined(diagnostic.span, sources, style);
  if (diagnostic.note_) {
    const Note &note = *diagnostic.note_;
    const bool placed = note.span.known();
    text += fmt::format("{}{}{}{}note:{} {}\n", style.bold, placed ? place(note.span, sources) : std::string(),
                        style.reset, style.note, style.reset, safe(note.message));
    if (placed) text += underlined(note.span, sources, style);
  }
  if (!diagnostic.hint_.empty()) text += fmt::format("{}hint:{} {}\n", style.note, style.reset, safe(diagnostic.hint_));
  return text;
}

// -- Names ------------------------------------------------------------------------------------------------------------

namespace {

std::string lower_case(std::string_view text) {
  std::string result(text);
  for (char &c : result)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return result;
}

/// Insertions, deletions, changes and swaps of neighbours that make b of a (optimal string alignment).
std::size_t edit_distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> before_last(b.size() + 1), last(b.size() + 1), row(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j) row[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    before_last.swap(last);
    last.swap(row);
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      row[j] = std::min({last[j] + 1, row[j - 1] + 1, last[j - 1] + (a[i - 1] != b[j - 1])});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
        row[j] = std::min(row[j], before_last[j - 2] + 1);
    }
  }
  return row[b.size()];
}

}  // namespace

std::string_view nearest_name(std::string_view name, const std::vector<std::string_view> &candidates) {
  // A third of the letters may be wrong: more, and the suggestion is a guess. Very long names are not compared.
  constexpr std::size_t longest = 64;
  std::string_view best;
  std::size_t best_distance = SIZE_MAX;
  const std::string wanted = lower_case(name.substr(0, longest + 1));
  for (std::string_view candidate : candidates) {
    const std::size_t longer = std::max(name.size(), candidate.size());
    const std::size_t allowed = std::min<std::size_t>(longer / 3, 3);
    if (candidate == name || longer > longest || longer - std::min(name.size(), candidate.size()) > allowed) continue;
    const std::size_t distance = edit_distance(wanted, lower_case(candidate));
    if (distance <= allowed && distance < best_distance) {
      best = candidate;
      best_distance = distance;
    }
  }
  return best;
}

std::string printable(std::string_view text) {
  constexpr std::size_t longest = 80;  // characters
  std::string result;
  std::size_t count = 0;
  for (std::size_t at = 0; at < text.size(); ++count) {
    if (count == longest) return result + "...";
    const Character character = character_at(text, at);
    switch (character.value) {
      case '\n':
        result += "\\n";
        break;
      case '\r':
        result += "\\r";
        break;
      case '\t':
        result += "\\t";
        break;
      default:
        result += shown(text, character, at);
        break;
    }
    at += character.length;
  }
  return result;
}

}  // namespace cnnc
