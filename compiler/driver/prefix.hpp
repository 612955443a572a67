// The prefix of a model: the C++ namespace and the beginning of every symbol and file name of its code.
#pragma once

#include <string>
#include <string_view>

namespace cnnc {

/// Why `name` cannot be a prefix, as the end of a sentence ("is a keyword of C++"); empty if it can.
std::string why_no_prefix(std::string_view name);

}  // namespace cnnc
