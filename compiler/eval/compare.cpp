#include "compiler/eval/compare.hpp"

#include <fmt/format.h>

#include <bit>
#include <cmath>
#include <limits>

#include "compiler/support/checks.hpp"

namespace cnnc {

namespace {

/// |actual - expected|, with NaN equal to NaN and infinities only to themselves.
double error_of(double actual, double expected) {
  if (std::isnan(actual) && std::isnan(expected)) return 0;
  if (actual == expected) return 0;
  double error = std::fabs(actual - expected);
  return std::isnan(error) ? std::numeric_limits<double>::infinity() : error;
}

/// How bad a mismatch is: the error in units of what is allowed. Where nothing is allowed the error itself decides.
double badness(const Mismatch &mismatch) {
  return mismatch.allowed > 0 ? mismatch.error / mismatch.allowed : mismatch.error;
}

std::vector<std::int64_t> index_of(std::int64_t element, const Shape &shape) {
  std::vector<std::int64_t> index(shape.size());
  for (std::size_t d = shape.size(); d-- > 0; element /= shape[d]) index[d] = element % shape[d];
  return index;
}

void add(std::optional<Mismatches> &mismatches, Mismatch mismatch) {
  if (!mismatches) {
    mismatches = Mismatches{1, mismatch, mismatch};
    return;
  }
  ++mismatches->count;
  if (badness(mismatch) > badness(mismatches->worst)) mismatches->worst = std::move(mismatch);
}

std::string to_string(const Mismatch &mismatch) {
  return fmt::format("[{}]: {}, expected {} (off by {}, allowed {})", fmt::join(mismatch.index, ", "), mismatch.actual,
                     mismatch.expected, mismatch.error, mismatch.allowed);
}

}  // namespace

std::optional<Mismatches> compare(const Tensor &actual, const Tensor &expected, const Tolerance &tolerance) {
  CNNC_CHECK(actual.type.shape == expected.type.shape, "tensors of one shape are compared");
  CNNC_CHECK(actual.data.size() == expected.data.size(), "tensors of one size are compared");
  std::optional<Mismatches> mismatches;
  for (std::size_t i = 0; i < actual.data.size(); ++i) {
    double error = error_of(actual.data[i], expected.data[i]);
    // An expected infinity allows nothing but itself.
    double size = std::isfinite(expected.data[i]) ? std::fabs(expected.data[i]) : 0;
    double allowed = tolerance.absolute + tolerance.relative * size;
    if (error <= allowed) continue;
    auto index = index_of(static_cast<std::int64_t>(i), actual.type.shape);
    add(mismatches, {std::move(index), actual.data[i], expected.data[i], error, allowed});
  }
  return mismatches;
}

std::optional<Mismatches> compare_bits(std::span<const float> actual, std::span<const float> expected) {
  CNNC_CHECK(actual.size() == expected.size(), "arrays of one size are compared");
  std::optional<Mismatches> mismatches;
  for (std::size_t i = 0; i < actual.size(); ++i) {
    float a = actual[i];
    float b = expected[i];
    if (std::bit_cast<std::uint32_t>(a) == std::bit_cast<std::uint32_t>(b) || (std::isnan(a) && std::isnan(b)))
      continue;
    add(mismatches, {{static_cast<std::int64_t>(i)}, a, b, error_of(a, b), 0});
  }
  return mismatches;
}

std::string to_string(const Mismatches &mismatches) {
  std::string text =
      mismatches.count == 1 ? "1 element differs; " : fmt::format("{} elements differ; ", mismatches.count);
  text += "first " + to_string(mismatches.first);
  if (mismatches.count > 1) text += "; worst " + to_string(mismatches.worst);
  return text;
}

}  // namespace cnnc
