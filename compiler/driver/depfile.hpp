// Dependencies in the syntax of make, for build systems.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace cnnc {

/// A file's name as make, Ninja and CMake read it in a rule: blanks, '#' and '$' are escaped.
std::string escape_for_make(std::string_view path);

/// "target: source source …" with a line for each source.
std::string depfile_text(std::string_view target, const std::vector<std::string> &sources);

}  // namespace cnnc
