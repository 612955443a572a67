#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include <unistd.h>

#include "compiler/driver/options.hpp"
#include "compiler/driver/verbs.hpp"
#include "compiler/frontend/format.hpp"
#include "compiler/frontend/parse.hpp"
#include "compiler/support/files.hpp"
#include "compiler/support/output_files.hpp"

namespace cnnc {

namespace {

constexpr const char *examples =
    "Examples:\n"
    "  cnnc fmt lenet5.net           # rewrites the file in its canonical form\n"
    "  cnnc fmt --check *.net        # exit code 1 if a file is not in it; writes nothing\n"
    "  cnnc fmt - <in.net >out.net   # from standard input to standard output\n"
    "\n"
    "Only blanks and line ends change. If one file has faults of syntax, they are reported and no file changes.";

/// All of standard input, as long as it can be parsed.
std::optional<std::string> read_standard_input(Session &session) {
  std::string text;
  char piece[65536];
  while (text.size() <= max_source_bytes) {
    const ssize_t got = ::read(STDIN_FILENO, piece, sizeof piece);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) {
      session.diagnostics.report_file(DiagnosticKind::file_unreadable, "<stdin>",
                                      fmt::format("cannot be read: {}", std::strerror(errno)));
      return std::nullopt;
    }
    if (got == 0) break;
    text.append(piece, static_cast<std::size_t>(got));
  }
  return text;
}

/// Reports the first line that is not as it should be.
void report_difference(FileId id, const std::string &formatted, Session &session) {
  const SourceFile &file = session.sources.file(id);
  const std::string_view text = file.text();
  const auto [here, there] = std::mismatch(text.begin(), text.end(), formatted.begin(), formatted.end());
  auto at = static_cast<std::uint32_t>(here - text.begin());
  if (at == text.size() && at > 0) --at;
  while (at > 0 && (static_cast<unsigned char>(text[at]) & 0xC0U) == 0x80U) --at;
  session.diagnostics
      .report(DiagnosticKind::not_formatted, {id, at, at}, "the file is not in its canonical form from here on")
      .hint(fmt::format("'cnnc fmt {}' rewrites it", printable(file.path())));
}

/// What a run gives, once all of its files are known to be good.
struct Formatted {
  std::string printed;  ///< of standard input
  OutputFiles files;
};

void format_file(const std::string &path, bool check, Formatted &result, Session &session) {
  const bool standard_input = path == "-";
  auto text = standard_input ? read_standard_input(session)
                             : read_file(path, static_cast<std::int64_t>(max_source_bytes), session.diagnostics);
  if (!text) return;
  const FileId id = session.sources.add(standard_input ? "<stdin>" : path, std::move(*text));
  const auto formatted = format_source(session.sources, id, session.diagnostics);
  if (!formatted) return;
  const bool same = *formatted == session.sources.file(id).text();
  if (check) {
    if (!same) report_difference(id, *formatted, session);
  } else if (standard_input) {
    result.printed += *formatted;
  } else if (!same) {
    const std::string real = real_path(path).value_or(path);  // a link stays one
    const auto named_before = [&](const OutputFile &file) { return file.path == real; };
    if (std::none_of(result.files.files().begin(), result.files.files().end(), named_before))
      result.files.add({real, *formatted, begins_with("")});
  }
}

/// All files are rewritten, or none.
bool put_out(const Formatted &result, Session &session) {
  if (session.diagnostics.has_errors() || !result.files.check(false, session.diagnostics)) return false;
  if (!result.printed.empty() && !write_standard_output(result.printed, session.diagnostics)) return false;
  return result.files.commit(false, session.diagnostics);
}

}  // namespace

int verb_fmt(const Arguments &arguments, Session &session) {
  CLI::App app("Writes files in the canonical form of the language.", "cnnc fmt");
  std::vector<std::string> files;
  bool check = false;
  app.add_option("files", files, ".net files, or - for standard input")->type_name("FILE");
  app.add_flag("--check", check, "report files that are not in canonical form; write nothing");
  app.footer(examples);
  if (const std::optional<int> code = parse_arguments(app, arguments, session)) return *code;
  if (files.empty()) {
    session.usage("no file is given");
    return exit_usage;
  }
  Formatted result;
  for (const std::string &file : files) format_file(file, check, result, session);
  return put_out(result, session) ? exit_success : exit_fault;
}

}  // namespace cnnc
