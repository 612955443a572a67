// Names, as far as the text alone decides: without evaluating anything, so that what is never called, or lies in a
// branch not taken, is looked at too.
#pragma once

#include "compiler/frontend/program.hpp"

namespace cnnc::net {

/// A longer name is refused: whatever looks names up takes a time that grows with them.
constexpr std::size_t longest_name = 255;

/// Reports unknown names and operators, names defined twice in a scope, assignments to what is no `var`, recursion, and
/// warns of values never used and statements never reached. A fault in a block bears the block's first call as its
/// note. False if names are too long for anything to be evaluated.
bool resolve_names(const Program &program, Diagnostics &diagnostics);

}  // namespace cnnc::net
