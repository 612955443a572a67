// The door to the grammar for those who need no Spirit.
#pragma once

#include "compiler/frontend/ast.hpp"
#include "compiler/frontend/net_parse_state.hpp"

namespace cnnc {

/// Reads the tokens of `state` as a file into `result`; faults are added to those of `state`.
void read_file(ParseState &state, ast::File &result);

}  // namespace cnnc
