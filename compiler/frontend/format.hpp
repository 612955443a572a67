// The canonical form of a `.net` text: what `cnnc fmt` writes.
//
// Only blanks and line ends change. Lines that the author broke stay broken where the style allows it, so that a
// pipeline keeps its grouping; lines beyond `format_width` are broken. Comments stay where they are.
#pragma once

#include <optional>
#include <string>

#include "compiler/support/diagnostics.hpp"
#include "compiler/support/source.hpp"

namespace cnnc {

constexpr std::size_t format_width = 120;  ///< columns

/// The text of file `id` in canonical form; nothing, and reported, if its syntax has faults. The result has the same
/// words, comments and syntax tree (an InternalError otherwise), and its own canonical form is itself. Takes time in
/// proportion to the text.
std::optional<std::string> format_source(const SourceMap &sources, FileId id, Diagnostics &diagnostics);

}  // namespace cnnc
