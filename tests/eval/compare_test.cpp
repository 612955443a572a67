#include "compiler/eval/compare.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <limits>

#include "compiler/support/checks.hpp"

namespace cnnc {
namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();
constexpr double nan = std::numeric_limits<double>::quiet_NaN();

Tensor tensor(Shape shape, std::vector<double> data) { return {{DType::f32, std::move(shape)}, std::move(data)}; }

bool agree(double actual, double expected, Tolerance tolerance = {}) {
  return !compare(tensor({}, {actual}), tensor({}, {expected}), tolerance);
}

}  // namespace

TEST_CASE("values agree within the absolute and the relative tolerance together") {
  Tolerance tolerance{0.5, 0.1, "an example"};
  CHECK(agree(11.5, 10, tolerance));
  CHECK_FALSE(agree(11.75, 10, tolerance));
  CHECK(agree(-8.5, -10, tolerance));
  CHECK_FALSE(agree(-8.25, -10, tolerance));
}

TEST_CASE("NaN agrees with NaN, and with nothing else") {
  Tolerance generous{1e300, 1, "an example"};
  CHECK(agree(nan, nan));
  CHECK(agree(nan, -nan));
  CHECK_FALSE(agree(nan, 0, generous));
  CHECK_FALSE(agree(0, nan, generous));
}

TEST_CASE("an infinity agrees with itself alone, however generous the tolerance") {
  Tolerance generous{1e300, 1, "an example"};
  CHECK(agree(infinity, infinity));
  CHECK_FALSE(agree(infinity, -infinity, generous));
  CHECK_FALSE(agree(infinity, 1, generous));
  CHECK_FALSE(agree(1, infinity, generous));
}

TEST_CASE("the first and the worst mismatch are told, with their indices") {
  Tensor actual = tensor({2, 3}, {0, 1.5, 2, 3, 6, 5});
  Tensor expected = tensor({2, 3}, {0, 1, 2, 3, 4, 5});
  auto mismatches = compare(actual, expected, {0.25, 0, "an example"});
  REQUIRE(mismatches);
  CHECK(to_string(*mismatches) ==
        "2 elements differ; first [0, 1]: 1.5, expected 1 (off by 0.5, allowed 0.25); "
        "worst [1, 1]: 6, expected 4 (off by 2, allowed 0.25)");
}

TEST_CASE("tensors of different shapes are not compared") {
  CHECK_THROWS_AS(compare(tensor({1}, {0}), tensor({1, 1}, {0}), {}), InternalError);
}

TEST_CASE("bits agree where they are equal or both are NaN") {
  const std::vector<float> actual = {1, 0.0F, -NAN, 0.1F};
  const std::vector<float> expected = {1, -0.0F, NAN, std::nextafter(0.1F, 1.0F)};
  auto mismatches = compare_bits(actual, expected);
  REQUIRE(mismatches);
  CHECK(mismatches->count == 2);
  CHECK(mismatches->first.index == std::vector<std::int64_t>{1});
  CHECK(mismatches->worst.index == std::vector<std::int64_t>{3});
  CHECK_FALSE(compare_bits(actual, actual));
}

}  // namespace cnnc
