// Expressions of a kernel as C++: index expressions, loads and arithmetic in the runtime's vocabulary.
#pragma once

#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "compiler/ir/kernel.hpp"

namespace cnnc {

/// What the text of an expression depends on: the kernel, and what its entities are called at this place.
struct ExprNames {
  const Kernel &kernel;
  std::int64_t lanes = 0;               ///< of a vector of the target
  std::vector<std::string> parameters;  ///< by ParameterId
  std::vector<std::string> loops;       ///< by IndexVar; empty outside its loop
  std::vector<std::string> variables;   ///< by ValueVar; empty before it is declared
  std::set<std::string> used;           ///< functions of the vocabulary that the text calls
};

/// "float", "std::uint8_t": what a tensor of the dtype is an array of.
std::string_view element_text(DType dtype);
/// "f32x16" or "float".
std::string type_text(std::int64_t lanes);
/// "2*oh + kh - 1"; with floor_div and mod as calls of the runtime's index functions.
std::string index_text(const ExprNames &names, const Index &index);
/// "x + (2*oh + kh - 1)".
std::string address_text(const ExprNames &names, ParameterId parameter, const Index &at);
/// "fma(x, w, acc)".
std::string expr_text(ExprNames &names, ExprId id);
/// "store(y + 16*i, v);", or nothing where no lane is stored.
std::string store_text(ExprNames &names, const Stmt &store);

}  // namespace cnnc
