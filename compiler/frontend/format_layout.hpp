// Lines out of pieces.
#pragma once

#include <string>

#include "compiler/frontend/format_pieces.hpp"

namespace cnnc::format {

/// The text of the pieces in canonical form.
std::string lay_out(Pieces pieces);

}  // namespace cnnc::format
