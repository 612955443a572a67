// Running another program to its end.
#pragma once

#include <string>
#include <vector>

namespace cnnc {

struct ChildResult {
  int exit_code = -1;   ///< -1 if it did not end by itself
  std::string output;   ///< what it printed on stdout, if that was caught
  std::string why_not;  ///< "cannot be started: …", "was killed by signal 11"; empty if it ended by itself
};

/// Starts `arguments[0]`, a path, without a shell, and waits. Its stderr is ours. Its stdout is caught up to 1 MiB if
/// `catch_output`, and is ours otherwise.
ChildResult run_child(const std::vector<std::string> &arguments, bool catch_output);

}  // namespace cnnc
