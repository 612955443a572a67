// The functions on compile-time values: len, min, max, abs, floor, …. A name may also be an operator's (abs, exp, max):
// with a tensor among the arguments it is that.
#pragma once

#include <span>
#include <string_view>
#include <vector>

#include "compiler/frontend/arithmetic.hpp"

namespace cnnc::net {

struct Function {
  std::string_view name;
  int least = 1;           ///< the number of arguments
  int most = 1;            ///< INT_MAX: any number
  std::string_view takes;  ///< "two numbers"
  Outcome (*apply)(std::span<const Datum> arguments);
};

/// Null if there is none. The number of arguments is the caller's to check.
const Function *find_function(std::string_view name);
std::span<const Function> all_functions();

}  // namespace cnnc::net
