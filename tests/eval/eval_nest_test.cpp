// The interpreter of nests agrees with each sentence of ir/nest.hpp.
#include "compiler/eval/eval_nest.hpp"

#include <doctest/doctest.h>

#include <limits>

#include "compiler/support/checks.hpp"

namespace cnnc {
namespace {

Index axis(AxisId id) { return Index::variable(id); }

Tensor tensor(Shape shape, std::vector<double> data) { return {{DType::f32, std::move(shape)}, std::move(data)}; }

/// Numbers 1, 2, … of this shape.
Tensor counting(const Shape &shape) {
  Tensor result{{DType::f32, shape}, {}};
  for (std::int64_t i = 0; i < element_count(shape); ++i) result.data.push_back(static_cast<double>(i + 1));
  return result;
}

std::vector<double> evaluated(const Nest &nest, const std::vector<Tensor> &operands) {
  Tensor output{{DType::f32, nest.output}, {}};
  output.data.assign(static_cast<std::size_t>(element_count(nest.output)), -99);
  std::vector<const Tensor *> pointers;
  for (const Tensor &operand : operands) pointers.push_back(&operand);
  eval_nest(nest, pointers, output);
  return output.data;
}

/// y[r] = combine over c of x[r, c], for 2 rows of 3.
Nest row_reduction(Combine combine) {
  Nest nest;
  nest.axes = {{"r", AxisKind::parallel, 2}, {"c", AxisKind::reduce, 3}};
  nest.operands = {{2, 3}};
  nest.reads = {{0, {axis(0), axis(1)}, {}}};
  nest.combine = combine;
  nest.body = read(0);
  nest.output = {2};
  nest.store = {axis(0)};
  return nest;
}

}  // namespace

TEST_CASE("a combine of none takes the body's value as it is") {
  Nest nest;
  nest.axes = {{"i", AxisKind::parallel, 3}};
  nest.operands = {{3}};
  nest.reads = {{0, {axis(0)}, {}}};
  nest.body = read(0) * constant(2);
  nest.output = {3};
  nest.store = {axis(0)};
  CHECK(evaluated(nest, {counting({3})}) == std::vector<double>{2, 4, 6});
}

TEST_CASE("a nest without axes is one point") {
  Nest nest;
  nest.operands = {{}};
  nest.reads = {{0, {}, {}}};
  nest.body = -read(0);
  CHECK(evaluated(nest, {tensor({}, {5})}) == std::vector<double>{-5});
}

TEST_CASE("a sum is taken over the reduce axes for every point of the parallel axes") {
  CHECK(evaluated(row_reduction(Combine::sum), {counting({2, 3})}) == std::vector<double>{6, 15});
}

TEST_CASE("a maximum starts at -infinity") {
  constexpr double infinity = std::numeric_limits<double>::infinity();
  Tensor x = tensor({2, 3}, {-5, -7, -6, -infinity, -infinity, -infinity});
  CHECK(evaluated(row_reduction(Combine::max), {x}) == std::vector<double>{-5, -infinity});
}

TEST_CASE("sums keep double precision") {
  Tensor x = tensor({2, 3}, {1, 1e-12, -1, 1e10, 1e-3, -1e10});
  std::vector<double> sums = evaluated(row_reduction(Combine::sum), {x});
  CHECK(sums[0] == 1 + 1e-12 - 1);
  CHECK(sums[1] == doctest::Approx(1e-3).epsilon(0.01));
}

TEST_CASE("the epilogue sees the combined value and its own reads") {
  Nest nest = row_reduction(Combine::sum);
  nest.operands.push_back({2});
  nest.reads.push_back({1, {axis(0)}, {}});
  nest.epilogue = max(accumulator() - read(1), constant(0));
  CHECK(evaluated(nest, {counting({2, 3}), tensor({2}, {10, 5})}) == std::vector<double>{0, 10});
}

TEST_CASE("the epilogue is applied at every point of the window axes, the pool epilogue to what is combined of them") {
  // x[4] in two windows of two: max over the window of -x, then times 10.
  Nest nest;
  nest.axes = {{"o", AxisKind::parallel, 2}, {"p", AxisKind::window, 2}};
  nest.operands = {{4}};
  nest.reads = {{0, {axis(0) * 2 + axis(1)}, {}}};
  nest.body = read(0);
  nest.epilogue = -accumulator();
  nest.pool_combine = Combine::max;
  nest.pool_epilogue = accumulator() * constant(10);
  nest.output = {2};
  nest.store = {axis(0)};
  CHECK(evaluated(nest, {counting({4})}) == std::vector<double>{-10, -30});
  nest.pool_combine = Combine::sum;
  nest.pool_epilogue = nullptr;
  CHECK(evaluated(nest, {counting({4})}) == std::vector<double>{-3, -7});
}

TEST_CASE("a window may hold a reduction") {
  // Sum over k of x[o + p + k], greatest over p.
  Nest nest;
  nest.axes = {{"o", AxisKind::parallel, 2}, {"p", AxisKind::window, 2}, {"k", AxisKind::reduce, 2}};
  nest.operands = {{4}};
  nest.reads = {{0, {axis(0) + axis(1) + axis(2)}, {}}};
  nest.combine = Combine::sum;
  nest.body = read(0);
  nest.pool_combine = Combine::max;
  nest.output = {2};
  nest.store = {axis(0)};
  CHECK(evaluated(nest, {tensor({4}, {9, 1, 2, 3})}) == std::vector<double>{10, 5});
}

TEST_CASE("a read outside its operand is the pad, in any dimension") {
  Nest nest;
  nest.axes = {{"i", AxisKind::parallel, 4}, {"j", AxisKind::parallel, 3}};
  nest.operands = {{2, 2}};
  nest.reads = {{0, {axis(0) - 1, axis(1) - 1}, 7.0}};
  nest.body = read(0);
  nest.output = {4, 3};
  nest.store = {axis(0), axis(1)};
  CHECK(evaluated(nest, {counting({2, 2})}) == std::vector<double>{7, 7, 7, 7, 1, 2, 7, 3, 4, 7, 7, 7});
}

TEST_CASE("a read outside its operand without a pad is a fault of ours") {
  Nest nest = row_reduction(Combine::sum);
  nest.reads[0].index[1] = axis(1) + 1;
  CHECK_THROWS_AS(evaluated(nest, {counting({2, 3})}), InternalError);
}

TEST_CASE("a store outside the output is a fault of ours") {
  Nest nest = row_reduction(Combine::sum);
  nest.store = {axis(0) * 2};
  CHECK_THROWS_AS(evaluated(nest, {counting({2, 3})}), InternalError);
}

TEST_CASE("operands and output have the nest's shapes") {
  CHECK_THROWS_AS(evaluated(row_reduction(Combine::sum), {counting({3, 2})}), InternalError);
  CHECK_THROWS_AS(evaluated(row_reduction(Combine::sum), {}), InternalError);
}

TEST_CASE("elements that a nest does not store keep their values, so nests fill an output together") {
  Nest nest = row_reduction(Combine::sum);
  nest.output = {4};
  nest.store = {axis(0) * 2 + 1};
  CHECK(evaluated(nest, {counting({2, 3})}) == std::vector<double>{-99, 6, -99, 15});
}

TEST_CASE("index maps may hold floor_div, mod, min and max") {
  Nest nest;
  nest.axes = {{"i", AxisKind::parallel, 6}};
  nest.operands = {{3, 2}, {4}};
  nest.reads = {{0, {mod(axis(0), 3), floor_div(axis(0), 3)}, {}}, {1, {max(min(axis(0) - 1, 3), 0)}, {}}};
  nest.body = read(0) * constant(10) + read(1);
  nest.output = {6};
  nest.store = {axis(0)};
  CHECK(evaluated(nest, {counting({3, 2}), counting({4})}) == std::vector<double>{11, 31, 52, 23, 44, 64});
}

}  // namespace cnnc
