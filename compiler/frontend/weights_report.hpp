// What a file of weights holds, for `cnnc weights`: as a table for people, and as JSON for programs.
#pragma once

#include <string>

#include "compiler/frontend/array.hpp"

namespace cnnc {

/// Of an array's numbers. Those that are NaN or infinite, or would be as f32, are counted and left out of the rest.
struct ArraySummary {
  std::int64_t finite = 0, not_finite = 0;
  double min = 0, max = 0, mean = 0;  ///< 0 where none is finite
};

ArraySummary summary_of(const Array &array);

/// A line for each array: name, type, shape, least, greatest and mean number, and how many are not finite.
std::string weights_text(const Arrays &arrays);
/// One object: `tensors`, a list of {"name", "dtype", "shape", "min", "max", "mean", "not_finite"}, the three numbers
/// null where none is finite.
std::string weights_json(const Arrays &arrays);

}  // namespace cnnc
