// How high a syntax tree is; the parser bounds it so that later walks may recurse.
#pragma once

#include "compiler/frontend/ast.hpp"

namespace cnnc::ast {

/// The height of an expression with this node, from the heights that its parts already bear.
int tree_height(const Expr::Node &node);

}  // namespace cnnc::ast
