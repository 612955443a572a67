#include "compiler/driver/session.hpp"

#include <fmt/format.h>

#include <cerrno>
#include <cstdlib>

#include <unistd.h>

#include "compiler/support/version.hpp"

namespace cnnc {

namespace {

/// More are of no help to a person; a text of nothing but faults would otherwise print for minutes.
constexpr std::size_t most_shown = 100;

bool use_colour(ColourMode mode) {
  switch (mode) {
    case ColourMode::always:
      return true;
    case ColourMode::never:
      return false;
    case ColourMode::automatic:
      break;
  }
  const char *terminal = std::getenv("TERM");
  return ::isatty(STDERR_FILENO) == 1 && std::getenv("NO_COLOR") == nullptr && terminal != nullptr &&
         std::string_view(terminal) != "dumb";
}

/// A closed stderr changes nothing of the result: there is nobody to tell.
void write_standard_error(std::string_view text) {
  while (!text.empty()) {
    const ssize_t written = ::write(STDERR_FILENO, text.data(), text.size());
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return;
    text.remove_prefix(static_cast<std::size_t>(written));
  }
}

}  // namespace

Diagnostic &Session::usage(std::string message) {
  wrong_usage = true;
  return diagnostics.report_file(DiagnosticKind::wrong_usage, "", std::move(message))
      .hint(fmt::format("'cnnc {}--help' explains the options", verb.empty() ? "" : verb + " "));
}

void Session::note(std::string_view text) const { write_standard_error(fmt::format("cnnc: note: {}\n", text)); }

void Session::internal_error(std::string_view text) const {
  write_standard_error(fmt::format(
      "cnnc: internal error: {}\n"
      "This is a fault of cnnc, not of your input; no file was written. Please report it to the developers,\n"
      "with this message, the command line, the input files and the version ({}).\n",
      text, version));
}

int finish(const Session &session) {
  std::string text;
  std::size_t shown = 0;
  const bool colour = use_colour(session.colour);
  for (const Diagnostic &diagnostic : session.diagnostics.all())
    if (shown++ < most_shown) text += render(diagnostic, session.sources, colour);
  if (shown > most_shown) text += fmt::format("cnnc: note: {} more faults are not shown\n", shown - most_shown);
  write_standard_error(text);
  if (session.wrong_usage) return exit_usage;
  return session.diagnostics.has_errors() ? exit_fault : exit_success;
}

}  // namespace cnnc
