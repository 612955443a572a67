// Dependencies in the syntax of make, for build systems.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "compiler/support/output_files.hpp"

namespace cnnc {

/// A file's name as make, Ninja and CMake read it in a rule: blanks, '#' and '$' are escaped. It has no control
/// characters: a rule cannot hold them.
std::string escape_for_make(std::string_view path);

/// "target: source source …" with a line for each source.
std::string depfile_text(std::string_view target, const std::vector<std::string> &sources);

/// Tells a file that depfile_text made: for `target`, or for any that is made of a .net file. Its form must do: Ninja's
/// depfiles have no comments that could hold a mark.
IsOurs is_our_depfile(std::string_view target);

}  // namespace cnnc
