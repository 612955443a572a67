// The syntax tree as text, for tests and for whoever wants to see how a text was understood.
#pragma once

#include <string>

#include "compiler/frontend/ast.hpp"

namespace cnnc::ast {

/// Expressions as lists in parentheses with the operator first, on one line: `(+ a (* b 2))`, `(|> x (conv 6 kernel=5
/// as conv1) relu)`. A step without parentheses is a bare name, an error node `<error>`.
std::string print(const Expr &expr);

/// One statement or item a line, bodies indented by two blanks; the value of a branch behind `value`.
std::string print(const File &file);

}  // namespace cnnc::ast
