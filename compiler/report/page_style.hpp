#pragma once

#include <string_view>

namespace cnnc {

/// The style sheet of the page, drawing_style() aside.
std::string_view page_style();

}  // namespace cnnc
