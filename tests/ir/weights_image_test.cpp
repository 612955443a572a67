#include "compiler/ir/weights_image.hpp"

#include <doctest/doctest.h>

#include <numeric>

#include "compiler/support/checks.hpp"

using namespace cnnc;

namespace {

SharedFloats counted(std::int64_t count) {
  std::vector<float> numbers(static_cast<std::size_t>(count));
  std::iota(numbers.begin(), numbers.end(), 1.0F);
  return std::make_shared<const std::vector<float>>(std::move(numbers));
}

std::vector<float> first(std::size_t count, std::vector<float> numbers) {
  numbers.resize(count);
  return numbers;
}

}  // namespace

TEST_CASE("constants lie at multiples of 64 bytes, each in its layout, zeros between them") {
  WeightsImage image;
  CHECK(image.empty());
  // Five rows by four, padded to eight: [ceil(5/4), 3, 4].
  CHECK(image.add({counted(15), {{5, 3}, {{0, 2, 4}, {1, 3, 1}, {0, 4, 1}}}}) == 0);
  CHECK(image.add({counted(2), row_major({2})}) == 128);
  CHECK(image.size() == 48);
  std::vector<float> expected{1, 4, 7, 10, 2, 5, 8, 11, 3, 6, 9, 12, 13, 0, 0, 0, 14, 0, 0, 0, 15, 0, 0, 0};
  expected.resize(48, 0.0F);
  expected[32] = 1;
  expected[33] = 2;
  CHECK(image.floats() == expected);
}

TEST_CASE("a constant without dimensions is one number") {
  WeightsImage image;
  image.add({counted(1), row_major({})});
  CHECK(image.floats() == first(16, {1}));
}

TEST_CASE("an image is read in pieces of whole cache lines, whatever the lengths of rows") {
  for (std::int64_t rows : {1, 3, 100}) {
    const std::int64_t row = 50001;
    WeightsImage image;
    image.add({counted(3), row_major({3})});
    image.add({counted(rows * row), row_major({rows, row})});
    std::int64_t read = 0, pieces = 0;
    bool whole = true, right = true;
    image.read([&](std::span<const float> piece) {
      whole = whole && read % 16 == 0;
      for (float number : piece) {
        const std::int64_t i = read++;
        const std::int64_t wanted = i < 16 ? (i < 3 ? i + 1 : 0) : i - 16 < rows * row ? i - 15 : 0;
        right = right && number == static_cast<float>(wanted);
      }
      ++pieces;
    });
    CHECK(whole);
    CHECK(right);
    CHECK(read == image.size());
    CHECK(pieces >= read / 50000);
  }
}

TEST_CASE("what lies at a place is the constant that was added there, or a row of numbers") {
  WeightsImage image;
  const SharedFloats numbers = counted(6);
  const Layout layout{{3, 2}, {{1, 2, 1}, {0, 3, 1}}};
  image.add({counted(1), row_major({1})});
  image.add({numbers, layout});
  CHECK(image.at(64, 6).numbers == numbers);
  CHECK(image.at(64, 6).layout == layout);
  CHECK(*image.at(68, 3).numbers == std::vector<float>{3, 5, 2});
  CHECK(image.at(68, 3).layout == row_major({3}));
  CHECK_THROWS_AS(image.at(64, 100), InternalError);
}

TEST_CASE("constants have the same bits if their numbers and their layouts are the same") {
  const PackedConstant a{counted(4), row_major({4})};
  CHECK(same_bits(a, {a.numbers, a.layout}));
  CHECK(same_bits(a, {counted(4), a.layout}));
  CHECK_FALSE(same_bits(a, {a.numbers, row_major({2, 2})}));
  const PackedConstant plus{std::make_shared<const std::vector<float>>(1, 0.0F), row_major({1})};
  CHECK_FALSE(same_bits(plus, {std::make_shared<const std::vector<float>>(1, -0.0F), row_major({1})}));
}

TEST_CASE("a packing is by digits, and has its numbers") {
  WeightsImage image;
  CHECK_THROWS_AS(image.add({counted(6), {{6}, {{0, 2, 2}, {0, 2, 1}}}}), InternalError);
  CHECK_THROWS_AS(image.add({counted(5), row_major({6})}), InternalError);
}
