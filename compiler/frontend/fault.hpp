// A fault of syntax, before it is reported: the scanner and the grammar find theirs in two runs over the text, and the
// user shall read them in the order of the text.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "compiler/support/diagnostics.hpp"

namespace cnnc {

struct Fault {
  DiagnosticKind kind{};
  Span span;
  std::string message;
  std::string hint = {};
  std::optional<Note> note = {};
};

/// After so many faults a text is given up (E0103).
constexpr std::size_t max_faults = 50;

}  // namespace cnnc
