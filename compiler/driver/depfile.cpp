#include "compiler/driver/depfile.hpp"

namespace cnnc {

std::string escape_for_make(std::string_view path) {
  std::string text;
  for (std::size_t i = 0; i < path.size(); ++i) {
    const char c = path[i];
    if (c == ' ' || c == '\t') {
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

}  // namespace cnnc
