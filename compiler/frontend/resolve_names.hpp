// Names, as far as the text alone decides: without evaluating anything, so that what is never called, or lies in a
// branch not taken, is looked at too.
#pragma once

#include <map>

#include "compiler/frontend/program.hpp"

namespace cnnc::net {

/// Where each network or block is called first, in the order of the text.
using FirstCalls = std::map<const ast::Item *, Span>;  // looked up only: the order of pointers reaches no output

/// Reports unknown names and operators, names defined twice in a scope, assignments to what is no `var`, recursion, and
/// warns of values never used and statements never reached. A fault in a block bears the block's first call as its
/// note.
FirstCalls resolve_names(const Program &program, Diagnostics &diagnostics);

/// `item` is called first at `call`: the note of its faults.
std::string first_call_note(const ast::Item &item);

}  // namespace cnnc::net
