// The syntax tree of a `.net` file as text, one node a line: what docs/architecture shows of that stage.
#pragma once

#include <string>

#include "compiler/frontend/ast.hpp"

namespace cnnc {

std::string show_tree(const ast::File &file);

}  // namespace cnnc
