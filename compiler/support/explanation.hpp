// The pages of docs/diagnostics, which are part of the program: `cnnc explain E0203`.
#pragma once

#include <string_view>

namespace cnnc {

/// The page of a code, as Markdown; empty if there is no such code.
std::string_view explanation(std::string_view code);

}  // namespace cnnc
