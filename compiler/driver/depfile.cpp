#include "compiler/driver/depfile.hpp"

#include <utility>

namespace cnnc {

namespace {

constexpr std::string_view target_end = ": \\\n", line_end = " \\\n";

/// The lines after the first: each names a source, all but the last go on, and nothing follows the last.
bool are_sources(std::string_view lines, bool cut) {
  while (!lines.empty()) {
    const std::size_t end = lines.find('\n');
    const std::string_view line = lines.substr(0, end);
    if (line.substr(0, 2) != std::string_view("  ").substr(0, line.size())) return false;
    if (end == std::string_view::npos) return cut;
    lines.remove_prefix(end + 1);
    const bool goes_on = line.size() > 4 && line.substr(line.size() - 2) == line_end.substr(0, 2);
    if (!goes_on) return lines.empty();
  }
  return cut;
}

/// The first source of a rule is the model.
bool is_of_a_network(std::string_view lines) {
  std::string_view line = lines.substr(0, lines.find('\n'));
  if (line.size() == lines.size()) return false;
  if (line.size() > 2 && line.substr(line.size() - 2) == line_end.substr(0, 2)) line.remove_suffix(2);
  return line.size() > 4 && line.substr(line.size() - 4) == ".net";
}

}  // namespace

std::string escape_for_make(std::string_view path) {
  std::string text;
  for (std::size_t i = 0; i < path.size(); ++i) {
    const char c = path[i];
    if (c == ' ') {
      // make takes the backslashes before a blank in pairs.
      for (std::size_t before = i; before > 0 && path[before - 1] == '\\'; --before) text += '\\';
      text += '\\';
    } else if (c == '#') {
      text += '\\';
    } else if (c == '$') {
      text += '$';
    }
    text += c;
  }
  return text;
}

std::string depfile_text(std::string_view target, const std::vector<std::string> &sources) {
  std::string text = escape_for_make(target) + ":";
  for (const std::string &source : sources) text += " \\\n  " + escape_for_make(source);
  return text + "\n";
}

IsOurs is_our_depfile(std::string_view target) {
  return [beginning = escape_for_make(target).append(target_end)](std::string_view head) {
    const bool cut = head.size() == output_head_bytes;
    const bool same_target = begins_with(beginning.substr(0, output_head_bytes))(head);
    const std::size_t first = head.find('\n');
    if (first == std::string_view::npos) return same_target;
    const std::string_view target_line = head.substr(0, first + 1), sources = head.substr(first + 1);
    const std::size_t colon = target_line.rfind(target_end);
    if (colon == std::string_view::npos || colon == 0) return false;
    return (same_target || is_of_a_network(sources)) && are_sources(sources, cut);
  };
}

}  // namespace cnnc
