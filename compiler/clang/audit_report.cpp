#include "compiler/clang/audit.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace cnnc {
namespace {

/// "y 14 (x 7 (k 5), x 1)": each loop with its greatest trip count, those inside it in parentheses.
std::string loops_text(const std::vector<AuditedLoop> &loops) {
  std::string text;
  int depth = -1;
  for (const AuditedLoop &loop : loops) {
    if (loop.depth > depth) {
      if (depth >= 0) text += " (";
    } else {
      text.append(static_cast<std::size_t>(depth - loop.depth), ')');
      text += ", ";
    }
    text += fmt::format("{} {}", loop.variable, loop.trip_count);
    depth = loop.depth;
  }
  if (depth > 0) text.append(static_cast<std::size_t>(depth), ')');
  return text;
}

std::string counted(std::int64_t number, const char *one, const char *many) {
  return fmt::format("{} {}", number, number == 1 ? one : many);
}

}  // namespace

std::string to_string(const AuditReport &report, const std::string &file) {
  std::int64_t functions = 0;
  std::int64_t loops = 0;
  std::int64_t greatest = 0;
  std::size_t width = 0;
  for (const AuditedFunction &function : report.functions) {
    if (function.runtime) continue;
    ++functions;
    if (!function.loops.empty()) width = std::max(width, function.name.size());
    loops += static_cast<std::int64_t>(function.loops.size());
    for (const AuditedLoop &loop : function.loops) greatest = std::max(greatest, loop.trip_count);
  }
  std::string text = fmt::format("{}: ok\n", file);
  text += fmt::format("  {} of the file and {} of the runtime, calls at most {} deep; no recursion\n",
                      counted(functions, "function", "functions"),
                      static_cast<std::int64_t>(report.functions.size()) - functions, report.deepest_call);
  text +=
      fmt::format("  {} to functions of the file, {} to the runtime, {} to builtins; none to anything else\n",
                  counted(report.calls_in_file, "call", "calls"), report.calls_of_runtime, report.calls_of_builtins);
  text += fmt::format("  {}, greatest trip count {}; all bounds constant or affine\n", counted(loops, "loop", "loops"),
                      greatest);
  text += "  no heap, no exceptions, no mutable static data, no narrowing; only weights are read as another type\n";
  for (const AuditedFunction &function : report.functions) {
    if (function.loops.empty()) continue;
    text += fmt::format("    {:<{}}  {}\n", function.name, width, loops_text(function.loops));
  }
  return text;
}

}  // namespace cnnc
