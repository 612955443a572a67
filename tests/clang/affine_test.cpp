#include "compiler/clang/affine.hpp"

#include <doctest/doctest.h>

using namespace cnnc;

namespace {

const std::vector<Range> box = {{0, 9}, {2, 5}};
const Bound x = bound_variable(0);
const Bound y = bound_variable(1);

Bound sum(const Bound &a, const Bound &b) { return add(a, b).value(); }

}  // namespace

TEST_CASE("the range of an affine expression is taken at the corners") {
  const Range values = range(sum(multiply(x, 3).value(), multiply(y, -2).value()), box).value();
  CHECK(values.low == -10);
  CHECK(values.high == 23);
}

TEST_CASE("the least of two has the range of the smaller, the greatest that of the larger") {
  const Bound least = choose(Choice::least, sum(x, bound(8)), bound(12)).value();
  CHECK(range(least, box)->low == 8);
  CHECK(range(least, box)->high == 12);
  const Bound greatest = choose(Choice::greatest, sum(x, bound(8)), bound(12)).value();
  CHECK(range(greatest, box)->low == 12);
  CHECK(range(greatest, box)->high == 17);
}

TEST_CASE("a negative factor turns the least into the greatest") {
  const Bound negative = multiply(choose(Choice::least, x, y).value(), -1).value();
  CHECK(negative.choice == Choice::greatest);
  CHECK(range(negative, box)->low == -5);
  CHECK(range(negative, box)->high == 0);
}

TEST_CASE("what begin and end share cancels in the distance") {
  CHECK(greatest_distance(x, sum(x, bound(4)), box) == 4);
  CHECK(greatest_distance(multiply(x, 2).value(), sum(x, bound(4)), box) == 4);
}

TEST_CASE("choices at both ends bound the distance") {
  const Bound begin = choose(Choice::greatest, sum(x, bound(-2)), bound(0)).value();
  const Bound end = choose(Choice::least, sum(x, bound(3)), bound(10)).value();
  CHECK(greatest_distance(begin, end, box) == 5);
}

TEST_CASE("a least of a greatest, a sum of two choices and huge numbers have no value") {
  const Bound least = choose(Choice::least, x, y).value();
  const Bound greatest = choose(Choice::greatest, x, y).value();
  CHECK_FALSE(choose(Choice::least, greatest, x));
  CHECK_FALSE(add(least, greatest));
  CHECK_FALSE(multiply(bound(std::int64_t{1} << 40), std::int64_t{1} << 40));
  CHECK_FALSE(range(bound_variable(2), box));
}
