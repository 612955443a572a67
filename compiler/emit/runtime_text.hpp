// The runtime's headers as text, in the compiler: for --embed-runtime.
#pragma once

#include <span>
#include <string_view>

namespace cnnc {

struct RuntimeHeader {
  std::string_view path;  ///< "cnnc/model.h", as in an #include
  std::string_view text;
};

/// In the order of their paths. Made by runtime_text.cmake when cnnc is built.
std::span<const RuntimeHeader> runtime_headers();

}  // namespace cnnc
