// The version of cnnc. The build checks that it is the CMake project's.
#pragma once

#include <string_view>

namespace cnnc {

inline constexpr std::string_view version = "0.1.0";

}  // namespace cnnc
