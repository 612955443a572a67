// From the text of a `.net` file to its syntax tree.
#pragma once

#include <cstddef>

#include "compiler/frontend/ast.hpp"
#include "compiler/support/diagnostics.hpp"
#include "compiler/support/source.hpp"

namespace cnnc {

/// Longer texts are refused (E0404) before anything is read of them.
constexpr std::size_t max_source_bytes = std::size_t{8} << 20;

/// The tree of file `id`. Reports all faults of its syntax, in the order of the text, and always returns a tree: what
/// could not be understood is an error node in it. Throws nothing over the user's text. Takes time and memory
/// proportional to the text. Does not open imported files and looks up no names.
ast::File parse(const SourceMap &sources, FileId id, Diagnostics &diagnostics);

}  // namespace cnnc
