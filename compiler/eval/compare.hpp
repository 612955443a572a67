// Comparing what two ways of computing the same thing gave.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "compiler/ir/tensor.hpp"

namespace cnnc {

/// How far a value may lie from the expected one: |actual - expected| <= absolute + relative * |expected|.
struct Tolerance {
  double absolute = 0;
  double relative = 0;
  std::string reason;  ///< why so much: every tolerance has one
};

struct Mismatch {
  std::vector<std::int64_t> index;  ///< of the element, by dimension; its number alone for plain arrays
  double actual = 0;
  double expected = 0;
  double error = 0;    ///< |actual - expected|; infinity where one of them is NaN or infinite
  double allowed = 0;  ///< what the tolerance allows there
};

struct Mismatches {
  std::int64_t count = 0;  ///< of elements beyond the tolerance
  Mismatch first;          ///< in the order of the elements
  Mismatch worst;          ///< by error / allowed
};

/// The elements beyond the tolerance; nothing if there are none. NaN agrees with every NaN, an infinity only with
/// itself. Requires equal shapes.
std::optional<Mismatches> compare(const Tensor &actual, const Tensor &expected, const Tolerance &tolerance);

/// The elements whose bits differ; nothing if there are none. NaN agrees with every NaN, -0 does not agree with +0.
/// Requires equal sizes.
std::optional<Mismatches> compare_bits(std::span<const float> actual, std::span<const float> expected);

/// "3 elements differ; first [0, 4, 2]: 1.25, expected 1.5 (off by 0.25, allowed 1e-06); worst …".
std::string to_string(const Mismatches &mismatches);

}  // namespace cnnc
