// One run of cnnc: what it has found out, and how it ends.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "compiler/support/diagnostics.hpp"
#include "compiler/support/source.hpp"

namespace cnnc {

// How a run ends.
constexpr int exit_success = 0;
constexpr int exit_fault = 1;      ///< of the user's input
constexpr int exit_usage = 2;      ///< the command line
constexpr int exit_internal = 70;  ///< of our own (EX_SOFTWARE of sysexits.h)

enum class ColourMode : std::uint8_t { automatic, always, never };

struct Session {
  SourceMap sources;
  Diagnostics diagnostics;
  ColourMode colour = ColourMode::automatic;
  bool wrong_usage = false;
  std::string verb;  ///< as the user names it after `cnnc`: "run", or empty for the verb that needs no name

  /// Reports a fault of the command line; the run will end with exit_usage.
  Diagnostic &usage(std::string message);
  /// Says something that is neither error nor warning, on stderr.
  void note(std::string_view text) const;
  void internal_error(std::string_view text) const;
};

/// Prints what has been found to stderr and gives the exit code.
int finish(const Session &session);

}  // namespace cnnc
