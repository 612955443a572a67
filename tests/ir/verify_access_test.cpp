// The proof that every access of a kernel lies in its parameter, on one access at a time.
#include <doctest/doctest.h>

#include <chrono>

#include "tests/ir/faults.hpp"
#include "tests/ir/small_kernel.hpp"

namespace cnnc {

using namespace test;

namespace {

/// Three loop variables, a parameter x to read and one to write.
struct Case : SmallKernel {
  ParameterId x, y;
  IndexVar i, j, l;

  explicit Case(std::int64_t elements)
      : x(in("x", elements)), y(out("y", 1)), i(loop_variable("i")), j(loop_variable("j")), l(loop_variable("l")) {}

  Stmt read(Index at, std::int32_t lanes = 1, std::int64_t count = -1, std::int64_t stride = 1) {
    return store(y, 0, load(x, std::move(at), lanes, count, stride), 1);
  }
  Faults faults(Stmt stmt) { return verify(with({std::move(stmt)})); }
};

}  // namespace

TEST_CASE("an access may touch the first and the last element, and no other beyond") {
  Case k(10);
  CHECK(k.faults(loop(k.i, 0, 10, {k.read(v(k.i))})) == Faults{});
  CHECK(k.faults(loop(k.i, 0, 11, {k.read(v(k.i))})) == Faults{"load x[i]: may touch element 10 of x, which has 10"});
  CHECK(k.faults(loop(k.i, 0, 10, {k.read(v(k.i) - 1)})) == Faults{"load x[i - 1]: may touch element -1 of x"});
}

TEST_CASE("stores are proved like loads") {
  Case k(10);
  CHECK(k.faults(loop(k.i, 0, 2, {store(k.y, v(k.i), k.constant(1))})) ==
        Faults{"store y[i]: may touch element 1 of y, which has 1"});
}

TEST_CASE("all lanes of a vector count, and those behind `count` do not") {
  Case k(20);
  CHECK(k.faults(k.read(12, 8)) == Faults{});
  CHECK(k.faults(k.read(13, 8)) == Faults{"load x[13 : 8]: may touch element 20 of x, which has 20"});
  CHECK(k.faults(k.read(13, 8, 7)) == Faults{});
}

TEST_CASE("a stride reaches in its direction") {
  Case k(20);
  CHECK(k.faults(k.read(5, 8, 8, 2)) == Faults{});
  CHECK(k.faults(k.read(6, 8, 8, 2)) == Faults{"load x[6 : 8 step 2]: may touch element 20 of x, which has 20"});
  CHECK(k.faults(k.read(7, 8, 8, -1)) == Faults{});
  CHECK(k.faults(k.read(6, 8, 8, -1)) == Faults{"load x[6 : 8 step -1]: may touch element -1 of x"});
}

TEST_CASE("the last value of a loop is rounded down to its step") {
  Case k(24);
  CHECK(k.faults(loop(k.i, 0, 20, {k.read(v(k.i), 8)}, 8)) == Faults{});
  CHECK(k.faults(loop(k.i, 2, 19, {k.read(v(k.i) + 5)}, 8)) == Faults{});
  CHECK(k.faults(loop(k.i, 2, 19, {k.read(v(k.i) + 6)}, 8)) ==
        Faults{"load x[i + 6]: may touch element 24 of x, which has 24"});
}

TEST_CASE("inner loops may depend on outer ones") {
  Case k(64);
  Stmt tiles = loop(k.i, 0, 64, {loop(k.j, v(k.i), v(k.i) + 16, {k.read(v(k.j), 4)}, 4)}, 16);
  CHECK(k.faults(tiles) == Faults{});
  Stmt triangle = loop(k.i, 0, 64, {loop(k.j, 0, v(k.i) + 1, {k.read(v(k.i) - v(k.j))})});
  CHECK(k.faults(triangle) == Faults{});
  Stmt beyond = loop(k.i, 0, 64, {loop(k.j, 0, v(k.i) + 2, {k.read(v(k.i) - v(k.j))})});
  CHECK(k.faults(beyond) == Faults{"load x[i - j]: may touch element -1 of x"});
}

TEST_CASE("what never runs touches nothing") {
  Case k(1);
  CHECK(k.faults(loop(k.i, 3, 3, {k.read(77)})) == Faults{});
  CHECK(k.faults(loop(k.i, 0, 3, {guard(5, v(k.i), 9, {k.read(77)})})) == Faults{});
}

TEST_CASE("a guard bounds its subject inside an access") {
  Case k(28 * 28);
  Index row = v(k.i) * 2 + v(k.j) - 2;
  Index at = row * 28 + v(k.l);
  auto loops = [&](Stmt body) { return loop(k.i, 0, 14, {loop(k.j, 0, 5, {loop(k.l, 0, 28, {std::move(body)})})}); };
  CHECK(k.faults(loops(guard(0, row, 27, {k.read(at)}))) == Faults{});
  CHECK(k.faults(loops(guard(0, row, 28, {k.read(at)}))) ==
        Faults{"load x[56*i + 28*j + l - 56]: may touch element 811 of x, which has 784"});
  CHECK(k.faults(loops(k.read(at))).size() == 2);
}

TEST_CASE("two guards bound the row and the column of one access") {
  Case k(6 * 6);
  Index row = v(k.i) + v(k.j) - 1;
  Index column = v(k.l) * 2 + v(k.j) - 1;
  Stmt body = guard(0, row, 5, {guard(0, column, 5, {k.read(row * 6 + column)})});
  CHECK(k.faults(loop(k.i, 0, 6, {loop(k.j, 0, 3, {loop(k.l, 0, 3, {body})})})) == Faults{});
}

TEST_CASE("a guard on a loop variable cuts the loop's range") {
  Case k(20);
  Stmt body = guard(0, v(k.i), 12, {k.read(v(k.i), 8)});
  CHECK(k.faults(loop(k.i, 0, 100, {body})) == Faults{});
  Stmt wider = guard(-5, v(k.i), 12, {k.read(v(k.i), 8)});
  CHECK(k.faults(loop(k.i, 0, 100, {wider})) == Faults{});
}

TEST_CASE("a guard does not reach behind its body") {
  Case k(20);
  Stmt row = loop(k.i, 0, 100, {guard(0, v(k.i), 12, {}), k.read(v(k.i), 8)});
  CHECK(k.faults(row) == Faults{"load x[i : 8]: may touch element 106 of x, which has 20"});
}

TEST_CASE("floor_div, mod, min and max are bounded by intervals") {
  Case k(12);
  CHECK(k.faults(loop(k.i, 0, 24, {k.read(floor_div(v(k.i), 2))})) == Faults{});
  CHECK(k.faults(loop(k.i, 0, 99, {k.read(mod(v(k.i), 12))})) == Faults{});
  CHECK(k.faults(loop(k.i, 0, 99, {k.read(min(v(k.i), 11))})) == Faults{});
  CHECK(k.faults(loop(k.i, 0, 12, {k.read(max(v(k.i) - 3, 0))})) == Faults{});
  CHECK(k.faults(loop(k.i, 0, 26, {k.read(floor_div(v(k.i), 2))})) ==
        Faults{"load x[floor_div(i, 2)]: may touch element 12 of x, which has 12"});
  CHECK(k.faults(loop(k.i, 24, 30, {k.read(mod(v(k.i), 12) + 6)})) == Faults{});
  CHECK(k.faults(loop(k.i, 0, 3, {k.read(floor_div(v(k.i) - 1, 2))})) ==
        Faults{"load x[floor_div(i + 1, 2) - 1]: may touch element -1 of x"});
}

TEST_CASE("reflection stays inside: the lesser of two is at most half their sum, the greater at least") {
  Case k(5);
  Index size = max(v(k.i) - 4, v(k.i) * -1 + 4);  // |i - 4|
  Index reflected = min(size, size * -1 + 8);     // 4 - | |i - 4| - 4 |
  CHECK(k.faults(loop(k.i, 0, 13, {k.read(reflected)})) == Faults{});
  CHECK(k.faults(loop(k.i, 0, 14, {k.read(reflected)})) ==
        Faults{"load x[min(max(i - 4, -i + 4), -max(i - 4, -i + 4) + 8)]: may touch element -1 of x"});
}

TEST_CASE("a guard bounds a subject under floor_div too") {
  Case k(12);
  Index row = floor_div(v(k.i) + v(k.j), 3);
  Stmt body = guard(0, row, 3, {k.read(row * 3 + v(k.l))});
  CHECK(k.faults(loop(k.i, 0, 99, {loop(k.j, 0, 9, {loop(k.l, 0, 3, {body})})})) == Faults{});
}

TEST_CASE("of a guarded subject only the numbers that it can be count") {
  Case k(12);
  auto faults = [&](std::int64_t high, std::int64_t shift) {
    return k.faults(loop(k.i, 0, 9, {guard(0, v(k.i) * 4 - 3, high, {k.read(v(k.i) * 12 - shift)})}));
  };
  CHECK(faults(4, 11) == Faults{});
  CHECK(faults(4, 1) == Faults{});
  CHECK(faults(5, 1) == Faults{"load x[12*i - 1]: may touch element 23 of x, which has 12"});
  CHECK(faults(4, 13) == Faults{"load x[12*i - 13]: may touch element -1 of x"});
}

TEST_CASE("a guard bounds the quotient of what it is made of") {
  Case k(24);
  Index sum = v(k.j) + v(k.l);
  Index at = v(k.i) * 12 + floor_div(sum, 4) * 12 + mod(sum, 4) * 3 - 12;
  auto faults = [&](std::int64_t low, std::int64_t high) {
    Stmt body = guard(low, v(k.i) * 4 + sum - 4, high, {k.read(at)});
    return k.faults(loop(k.i, 0, 3, {loop(k.j, 0, 4, {loop(k.l, 0, 3, {body})})}));
  };
  CHECK(faults(0, 7) == Faults{});
  CHECK(faults(-1, 7).size() == 1);
  CHECK(faults(0, 8).size() == 1);
}

TEST_CASE("an access that 64 bits cannot hold is a fault of its own") {
  Case k(12);
  Index huge = v(k.i) * (std::int64_t{1} << 40);
  CHECK(k.faults(loop(k.i, 0, std::int64_t{1} << 40, {k.read(huge)})) ==
        Faults{"load x[1099511627776*i]: index arithmetic may exceed 64 bits"});
}

TEST_CASE("an expression is proved wherever it is used") {
  Case k(10);
  ExprId element = k.load(k.x, v(k.i));
  Stmt use = store(k.y, 0, element);
  CHECK(verify(k.with({loop(k.i, 0, 10, {use}), loop(k.i, 0, 11, {use})})) ==
        Faults{"load x[i]: may touch element 10 of x, which has 10"});
}

TEST_CASE("twenty thousand guarded accesses are proved in well under a second") {
  Case k(64 * 64);
  std::vector<Stmt> body;
  Index row = v(k.i) * 2 + v(k.j) - 2;
  Index column = v(k.l) * 2 - 2;
  for (int n = 0; n < 20000; ++n) {
    Index here = column + n % 5;
    body.push_back(guard(0, here, 63, {k.read(row * 64 + here)}));
  }
  Stmt loops = loop(k.i, 0, 32, {loop(k.j, 0, 5, {guard(0, row, 63, {loop(k.l, 0, 33, std::move(body))})})});
  auto start = std::chrono::steady_clock::now();
  CHECK(k.faults(std::move(loops)) == Faults{});
  std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - start;
  MESSAGE("proved in ", seconds.count(), " s");
  CHECK(seconds.count() < 5);  // generous: a loaded machine, a build without optimisation
}

}  // namespace cnnc
