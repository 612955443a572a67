// docs/operators.md from the operator table.
#pragma once

#include <string>

namespace cnnc {

/// The table, family by family: a call, what it computes, its arguments and weights.
std::string show_operators();

}  // namespace cnnc
