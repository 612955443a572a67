// The interpreter of kernels agrees with each sentence of ir/kernel.hpp.
#include "compiler/eval/eval_kernel.hpp"

#include <doctest/doctest.h>

#include <chrono>
#include <cmath>
#include <functional>
#include <limits>

#include "compiler/eval/compare.hpp"
#include "compiler/support/checks.hpp"
#include "cnnc/simd/reference.hpp"
#include "tests/ir/small_kernel.hpp"

namespace cnnc {

using namespace test;

namespace {

constexpr float infinity = std::numeric_limits<float>::infinity();
constexpr float nan = std::numeric_limits<float>::quiet_NaN();
using Floats = std::vector<float>;

/// y, after a kernel of parameters x and y.
Floats run(const Kernel &kernel, Floats x, std::size_t elements) {
  Floats y(elements, -99);
  eval_kernel(kernel, {x, y});
  return y;
}

/// y = operation on the columns of x: `operands` times `lanes` numbers, the first operand first.
Floats apply(ExprKind kind, std::int32_t lanes, Floats x, bool fused = true) {
  SmallKernel k;
  ParameterId from = k.in("x", static_cast<std::int64_t>(x.size()));
  ParameterId to = k.out("y", lanes);
  ExprId operands[3] = {-1, -1, -1};
  for (int i = 0; i < arity(kind); ++i) operands[i] = k.load(from, i * lanes, lanes);
  k.kernel.fused = fused;
  ExprId value = k.apply(kind, operands[0], operands[1], operands[2]);
  return run(k.with({store(to, 0, value, lanes)}), std::move(x), static_cast<std::size_t>(lanes));
}

bool same(const Floats &actual, const Floats &expected) { return !compare_bits(actual, expected); }

std::string message_of(const std::function<void()> &action) {
  try {
    action();
  } catch (const InternalError &error) {
    std::string text = error.what();
    return text.substr(text.find(": ") + 2);  // without file and line
  }
  return "no error";
}

}  // namespace

// Arithmetic.

TEST_CASE("arithmetic is IEEE binary32, lane by lane, on any number of lanes") {
  for (std::int32_t lanes : {1, 3, 4, 8, 16, 19}) {
    Floats x;
    for (int i = 0; i < 2 * lanes; ++i) x.push_back(0.1F * static_cast<float>(i + 1));
    Floats sum, difference, product, quotient;
    for (int i = 0; i < lanes; ++i) {
      float a = x[static_cast<std::size_t>(i)];
      float b = x[static_cast<std::size_t>(i + lanes)];
      sum.push_back(a + b);
      difference.push_back(a - b);
      product.push_back(a * b);
      quotient.push_back(a / b);
    }
    CHECK(same(apply(ExprKind::add, lanes, x), sum));
    CHECK(same(apply(ExprKind::sub, lanes, x), difference));
    CHECK(same(apply(ExprKind::mul, lanes, x), product));
    CHECK(same(apply(ExprKind::div, lanes, x), quotient));
  }
}

TEST_CASE("fma rounds once, multiplication and addition round each") {
  const float a = 1 + 0x1p-12F;
  const float square = 1 + 0x1p-11F;  // a * a rounded; 2^-24 is lost
  CHECK(same(apply(ExprKind::fma, 1, {a, a, -square}), {0x1p-24F}));
  SmallKernel k;
  ParameterId x = k.in("x", 2);
  ParameterId y = k.out("y", 1);
  ExprId product = k.apply(ExprKind::mul, k.load(x, 0), k.load(x, 0));
  CHECK(same(run(k.with({store(y, 0, k.apply(ExprKind::add, product, k.load(x, 1)))}), {a, -square}, 1), {0}));
}

TEST_CASE("fma is fused on every number of lanes") {
  for (std::int32_t lanes : {1, 4, 8, 16}) {
    auto n = static_cast<std::size_t>(lanes);
    Floats x(3 * n, 1 + 0x1p-12F);
    for (std::size_t i = 0; i < n; ++i) x[2 * n + i] = -(1 + 0x1p-11F);
    CHECK(same(apply(ExprKind::fma, lanes, x), Floats(n, 0x1p-24F)));
  }
}

TEST_CASE("min and max give the second operand where one is NaN or both are equal") {
  for (std::int32_t lanes : {1, 8}) {
    auto both = [&](ExprKind kind, float a, float b) {
      Floats x(static_cast<std::size_t>(lanes), a);
      x.resize(2 * x.size(), b);
      return apply(kind, lanes, x).back();
    };
    auto bits = [&](float a, float b) { return same({a}, {b}); };
    CHECK(bits(both(ExprKind::min, nan, 1), 1));
    CHECK(bits(both(ExprKind::min, 1, nan), nan));
    CHECK(bits(both(ExprKind::max, nan, 1), 1));
    CHECK(bits(both(ExprKind::max, 1, nan), nan));
    CHECK(bits(both(ExprKind::min, 0.0F, -0.0F), -0.0F));
    CHECK(bits(both(ExprKind::min, -0.0F, 0.0F), 0.0F));
    CHECK(bits(both(ExprKind::max, 0.0F, -0.0F), -0.0F));
    CHECK(bits(both(ExprKind::max, -0.0F, 0.0F), 0.0F));
    CHECK(bits(both(ExprKind::min, 2, 1), 1));
    CHECK(bits(both(ExprKind::max, 2, 1), 2));
  }
}

TEST_CASE("select takes b where a is above 0 and c where it is 0, below, or NaN") {
  CHECK(same(apply(ExprKind::select, 4, {1, 0, -1, nan, 10, 11, 12, 13, 20, 21, 22, 23}), {10, 21, 22, 23}));
}

TEST_CASE("neg and abs change the sign alone") {
  CHECK(same(apply(ExprKind::neg, 4, {1, 0.0F, -infinity, nan}), {-1, -0.0F, infinity, nan}));
  CHECK(same(apply(ExprKind::abs, 4, {-1, -0.0F, -infinity, nan}), {1, 0, infinity, nan}));
}

TEST_CASE("sqrt is rounded once, and NaN below 0") {
  CHECK(same(apply(ExprKind::sqrt, 4, {2, 0x1p-149F, -0.0F, -1}), {0x1.6a09e6p0F, std::sqrt(0x1p-149F), -0.0F, nan}));
}

TEST_CASE("overflow gives infinities and no traps, small results are subnormal") {
  const float most = std::numeric_limits<float>::max();
  CHECK(same(apply(ExprKind::add, 4, {most, -most, infinity, 1, most, -most, -infinity, 1}),
             {infinity, -infinity, nan, 2}));
  CHECK(same(apply(ExprKind::mul, 2, {0x1p-100F, most, 0x1p-49F, 2}), {0x1p-149F, infinity}));
  CHECK(same(apply(ExprKind::div, 3, {1, -1, 0, 0, 0, 0}), {infinity, -infinity, nan}));
}

TEST_CASE("exp, log and their kin are the runtime's, fused or not as the kernel says, on every number of lanes") {
  struct Row {
    ExprKind kind;
    float (*fused)(float);
    float (*unfused)(float);
  };
  namespace f = reference::fused;
  namespace u = reference::unfused;
  const Row rows[] = {
      {ExprKind::exp, f::exp<float>, u::exp<float>},      {ExprKind::log, f::log<float>, u::log<float>},
      {ExprKind::tanh, f::tanh<float>, u::tanh<float>},   {ExprKind::sigmoid, f::sigmoid<float>, u::sigmoid<float>},
      {ExprKind::erf, f::erf<float>, u::erf<float>},      {ExprKind::expm1, f::expm1<float>, u::expm1<float>},
      {ExprKind::log1p, f::log1p<float>, u::log1p<float>}};
  const Floats x = {-3.7F, -0.3F, 0, 0.001F, 0.45F, 1, 2.9F, 17.3F, 88.7F, -infinity, infinity, nan};
  for (const Row &row : rows)
    for (std::int32_t lanes : {1, 4, 8, 12}) {
      Floats part(x.begin(), x.begin() + lanes);
      Floats fused, unfused;
      for (float value : part) fused.push_back(row.fused(value)), unfused.push_back(row.unfused(value));
      CHECK(same(apply(row.kind, lanes, part, true), fused));
      CHECK(same(apply(row.kind, lanes, part, false), unfused));
    }
}

TEST_CASE("pow is the runtime's, fused or not as the kernel says") {
  const Floats x = {2.5F, 0.3F, -2, 17.3F};
  const Floats y = {-3.7F, 0.45F, 3, 29.1F};
  Floats both, fused, unfused;
  for (std::size_t i = 0; i < x.size(); ++i) {
    fused.push_back(reference::fused::pow(x[i], y[i]));
    unfused.push_back(reference::unfused::pow(x[i], y[i]));
  }
  both = x;
  both.insert(both.end(), y.begin(), y.end());
  CHECK(same(apply(ExprKind::pow, 4, both, true), fused));
  CHECK(same(apply(ExprKind::pow, 4, both, false), unfused));
}

// Memory.

TEST_CASE("a load reads count elements, stride apart, and 0 into the other lanes") {
  SmallKernel k;
  ParameterId x = k.in("x", 10);
  ParameterId y = k.out("y", 12);
  const Kernel &kernel = k.with(
      {store(y, 0, k.load(x, 2, 4), 4), store(y, 4, k.load(x, 1, 4, 3, 3), 4), store(y, 8, k.load(x, 9, 4, 2, -9), 4)});
  CHECK(run(kernel, {0, 1, 2, 3, 4, 5, 6, 7, 8, 9}, 12) == Floats{2, 3, 4, 5, 1, 4, 7, 0, 9, 0, 0, 0});
}

TEST_CASE("lanes behind count touch no memory") {
  SmallKernel k;
  ParameterId x = k.in("x", 2);
  ParameterId y = k.out("y", 3);
  const Kernel &kernel = k.with({store(y, 1, k.load(x, 0, 8, 2), 2)});
  CHECK(run(kernel, {5, 6}, 3) == Floats{-99, 5, 6});
}

TEST_CASE("a store writes count lanes, stride apart") {
  SmallKernel k;
  ParameterId x = k.in("x", 4);
  ParameterId y = k.out("y", 7);
  CHECK(run(k.with({store(y, 1, k.load(x, 0, 4), 3, 2)}), {1, 2, 3, 4}, 7) == Floats{-99, 1, -99, 2, -99, 3, -99});
  CHECK(run(k.with({store(y, 6, k.load(x, 0, 4), 3, -1)}), {1, 2, 3, 4}, 7) == Floats{-99, -99, -99, -99, 3, 2, 1});
}

TEST_CASE("a splat spreads one lane, of a load or of anything else") {
  SmallKernel k;
  ParameterId x = k.in("x", 2);
  ParameterId y = k.out("y", 9);
  ExprId one = k.load(x, 1);
  const Kernel &kernel =
      k.with({store(y, 0, k.splat(one, 3), 3), store(y, 3, k.splat(k.apply(ExprKind::neg, one), 3), 3),
              store(y, 6, k.splat(k.constant(4), 3), 3)});
  CHECK(run(kernel, {5, 6}, 9) == Floats{6, 6, 6, -6, -6, -6, 4, 4, 4});
}

TEST_CASE("what was stored can be loaded") {
  SmallKernel k;
  k.in("x", 1);
  ParameterId y = k.out("y", 2);
  CHECK(run(k.with({store(y, 0, k.constant(3)), store(y, 1, k.load(y, 0))}), {0}, 2) == Floats{3, 3});
}

TEST_CASE("an access that leaves its parameter is told with kernel, parameter, element and loop variables") {
  SmallKernel k;
  ParameterId x = k.in("x", 10);
  ParameterId y = k.out("y", 4);
  IndexVar i = k.loop_variable("i");
  Stmt row = store(y, 0, k.load(x, v(i) * 4, 4), 4);
  k.with({loop(i, 0, 3, {row})});
  CHECK(message_of([&] { run(k.kernel, Floats(10), 4); }) ==
        "kernel k: load x[4*i : 4] touches element 11 of x, which has 10, i = 2");
  k.with({store(y, -1, k.constant(0))});
  CHECK(message_of([&] { run(k.kernel, Floats(10), 4); }) ==
        "kernel k: store y[-1] touches element -1 of y, which has 4");
}

TEST_CASE("parameters do not overlap and have their elements") {
  SmallKernel k;
  k.in("x", 4);
  k.out("y", 4);
  Floats memory(6);
  std::span<float> all(memory);
  CHECK(message_of([&] { eval_kernel(k.kernel, {all.first(4), all.last(4)}); }) ==
        "kernel k: parameters x and y overlap");
  CHECK(message_of([&] { eval_kernel(k.kernel, {all.first(4), all.last(2)}); }) ==
        "kernel k: 2 elements for parameter y, which has 4");
  CHECK_THROWS_AS(eval_kernel(k.kernel, {all.first(4)}), InternalError);
}

TEST_CASE("a parameter that is only read is not stored to") {
  SmallKernel k;
  ParameterId x = k.in("x", 4);
  CHECK(message_of([&] { compile_kernel(k.with({store(x, 0, k.constant(1))})); }) ==
        "kernel k: x is stored to, but only read");
}

// Statements.

TEST_CASE("a loop runs begin, begin + step, and so on while below end") {
  SmallKernel k;
  k.in("x", 1);
  ParameterId y = k.out("y", 8);
  IndexVar i = k.loop_variable("i");
  Stmt mark = store(y, v(i), k.constant(1));
  CHECK(run(k.with({loop(i, 1, 7, {mark}, 3)}), {0}, 8) == Floats{-99, 1, -99, -99, 1, -99, -99, -99});
  CHECK(run(k.with({loop(i, 1, 8, {mark}, 3)}), {0}, 8) == Floats{-99, 1, -99, -99, 1, -99, -99, 1});
  CHECK(run(k.with({loop(i, 3, 3, {mark})}), {0}, 8) == Floats(8, -99));
  CHECK(run(k.with({loop(i, 3, 1, {mark})}), {0}, 8) == Floats(8, -99));
}

TEST_CASE("bounds of inner loops follow the outer variables") {
  SmallKernel k;
  k.in("x", 1);
  ParameterId y = k.out("y", 9);
  IndexVar i = k.loop_variable("i");
  IndexVar j = k.loop_variable("j");
  Stmt triangle = loop(i, 0, 3, {loop(j, v(i), 3, {store(y, v(i) * 3 + v(j), k.constant(1))})});
  CHECK(run(k.with({triangle}), {0}, 9) == Floats{1, 1, 1, -99, 1, 1, -99, -99, 1});
}

TEST_CASE("one loop variable may serve loops that follow each other") {
  SmallKernel k;
  k.in("x", 1);
  ParameterId y = k.out("y", 4);
  IndexVar i = k.loop_variable("i");
  const Kernel &kernel =
      k.with({loop(i, 0, 2, {store(y, v(i), k.constant(1))}), loop(i, 2, 4, {store(y, v(i), k.constant(2))})});
  CHECK(run(kernel, {0}, 4) == Floats{1, 1, 2, 2});
}

TEST_CASE("a guard runs its body if low <= subject <= high") {
  SmallKernel k;
  k.in("x", 1);
  ParameterId y = k.out("y", 6);
  IndexVar i = k.loop_variable("i");
  Stmt body = guard(1, v(i) - 1, 3, {store(y, v(i), k.constant(1))});
  CHECK(run(k.with({loop(i, 0, 6, {body})}), {0}, 6) == Floats{-99, -99, 1, 1, 1, -99});
}

TEST_CASE("statements run in order, fences and comments do nothing") {
  SmallKernel k;
  k.in("x", 1);
  ParameterId y = k.out("y", 1);
  Stmt fence;
  fence.kind = StmtKind::fence;
  CHECK(run(k.with({store(y, 0, k.constant(1)), fence, Stmt{}, store(y, 0, k.constant(2))}), {0}, 1) == Floats{2});
}

TEST_CASE("variables keep their values, and a let takes a new one in every trip") {
  SmallKernel k;
  ParameterId x = k.in("x", 4);
  ParameterId y = k.out("y", 4);
  IndexVar i = k.loop_variable("i");
  ValueVar sum = k.variable("sum", 1, false);
  ValueVar element = k.variable("element", 1, true);
  const Kernel &kernel =
      k.with({assign(sum, k.constant(10)),
              loop(i, 0, 4,
                   {let(element, k.load(x, v(i))), assign(sum, k.apply(ExprKind::add, k.use(sum), k.use(element))),
                    store(y, v(i), k.use(sum))})});
  CHECK(run(kernel, {1, 2, 3, 4}, 4) == Floats{11, 13, 16, 20});
}

TEST_CASE("an expression that is used twice has one value in a statement and a new one in the next") {
  SmallKernel k;
  k.in("x", 1);
  ParameterId y = k.out("y", 1);
  ExprId old = k.load(y, 0);
  ExprId twice = k.apply(ExprKind::add, old, old);
  CHECK(run(k.with({store(y, 0, k.constant(3)), store(y, 0, twice), store(y, 0, twice)}), {0}, 1) == Floats{12});
}

TEST_CASE("a variable that was not assigned is not read") {
  SmallKernel k;
  ParameterId y = k.out("y", 1);
  IndexVar i = k.loop_variable("i");
  ValueVar a = k.variable("a", 1, false);
  Stmt use = store(y, 0, k.use(a));
  CHECK(message_of([&] { compile_kernel(k.with({use})); }) ==
        "kernel k: a is read before it is assigned, or out of its scope");
  CHECK(message_of([&] { compile_kernel(k.with({loop(i, 0, 1, {assign(a, k.constant(1))}), use})); }) ==
        "kernel k: a is read before it is assigned, or out of its scope");
}

TEST_CASE("whole kernels run at a hundred million lanes a second or so") {
  SmallKernel k;
  ParameterId x = k.in("x", 4096);
  ParameterId y = k.out("y", 16);
  IndexVar i = k.loop_variable("i");
  IndexVar j = k.loop_variable("j");
  ValueVar sum = k.variable("sum", 16, false);
  ExprId product = k.apply(ExprKind::fma, k.load(x, v(j), 16), k.splat(k.load(x, v(i)), 16), k.use(sum));
  k.with({assign(sum, k.constant(0, 16)), loop(i, 0, 1000, {loop(j, 0, 4096, {assign(sum, product)}, 16)}),
          store(y, 0, k.use(sum), 16)});
  auto start = std::chrono::steady_clock::now();
  CHECK(run(k.kernel, Floats(4096, 0.5F), 16) == Floats(16, 64000));
  std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - start;
  MESSAGE("million fused multiply-add lanes a second: ", 4.096 / seconds.count());
}

}  // namespace cnnc
