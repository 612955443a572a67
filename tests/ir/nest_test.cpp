#include "compiler/ir/nest.hpp"

#include <doctest/doctest.h>

#include <limits>

#include "tests/ir/faults.hpp"

namespace cnnc {
namespace {

Index axis(AxisId id) { return Index::variable(id); }

/// conv 3x3 with padding 1, fused with an activation and a 2x2 max pool: 4 channels of 6x6 to 2 of 3x3.
Nest conv_relu_pool() {
  Nest nest;
  nest.axes = {{"oc", AxisKind::parallel, 2}, {"oh", AxisKind::parallel, 3}, {"ow", AxisKind::parallel, 3},
               {"ph", AxisKind::window, 2},   {"pw", AxisKind::window, 2},   {"ic", AxisKind::reduce, 4},
               {"kh", AxisKind::reduce, 3},   {"kw", AxisKind::reduce, 3}};
  nest.operands = {{4, 6, 6}, {2, 4, 3, 3}, {2}};
  Index row = axis(1) * 2 + axis(3) + axis(6) - 1;
  Index column = axis(2) * 2 + axis(4) + axis(7) - 1;
  nest.reads = {{0, {axis(5), row, column}, 0.0}, {1, {axis(0), axis(5), axis(6), axis(7)}, {}}, {2, {axis(0)}, {}}};
  nest.combine = Combine::sum;
  nest.body = read(0) * read(1);
  nest.epilogue = max(accumulator() + read(2), constant(0));
  nest.pool_combine = Combine::max;
  nest.output = {2, 3, 3};
  nest.store = {axis(0), axis(1), axis(2)};
  return nest;
}

/// Copies [rows, columns]; for the rules of stores.
Nest copy(std::int64_t rows, std::int64_t columns) {
  Nest nest;
  nest.axes = {{"r", AxisKind::parallel, rows}, {"c", AxisKind::parallel, columns}};
  nest.operands = {{rows, columns}};
  nest.reads = {{0, {axis(0), axis(1)}, {}}};
  nest.body = read(0);
  nest.output = {rows, columns};
  nest.store = {axis(0), axis(1)};
  return nest;
}

}  // namespace

TEST_CASE("a nest is dumped one line per axis, read and stage") {
  CHECK(to_string(conv_relu_pool()) ==
        "parallel oc < 2\n"
        "parallel oh < 3\n"
        "parallel ow < 3\n"
        "window   ph < 2\n"
        "window   pw < 2\n"
        "reduce   ic < 4\n"
        "reduce   kh < 3\n"
        "reduce   kw < 3\n"
        "r0 = operand 0 [4, 6, 6] at [ic, 2*oh + ph + kh - 1, 2*ow + pw + kw - 1], outside 0\n"
        "r1 = operand 1 [2, 4, 3, 3] at [oc, ic, kh, kw]\n"
        "r2 = operand 2 [2] at [oc]\n"
        "body (r0 * r1)\n"
        "sum over ic, kh, kw\n"
        "epilogue max((acc + r2), 0)\n"
        "max over ph, pw\n"
        "store [2, 3, 3] at [oc, oh, ow]\n");
}

TEST_CASE("a sum starts at +0 and a max at -infinity") {
  CHECK(identity(Combine::sum) == 0);
  CHECK(identity(Combine::max) == -std::numeric_limits<double>::infinity());
}

TEST_CASE("the body is evaluated at every point of all axes") { CHECK(body_count(conv_relu_pool()) == 18 * 4 * 36); }

TEST_CASE("a nest that keeps every promise has no faults") {
  CHECK(verify(conv_relu_pool()) == Faults{});
  CHECK(verify(copy(3, 5)) == Faults{});
}

TEST_CASE("a read that can leave its operand needs a pad") {
  Nest nest = conv_relu_pool();
  nest.reads[0].pad.reset();
  CHECK(verify(nest) ==
        Faults{"r0, index 1, without a pad: 2*oh + ph + kh - 1 runs over [-1, 6], which is not inside [0, 6)",
               "r0, index 2, without a pad: 2*ow + pw + kw - 1 runs over [-1, 6], which is not inside [0, 6)"});
}

TEST_CASE("a read that intervals cannot bound is tried point by point") {
  Nest nest = copy(3, 5);
  nest.reads[0].index[1] = mod(axis(1) * 3, 5) - mod(axis(1), 2);  // 0, 2, 1, 3, 2
  CHECK(verify(nest) == Faults{});
  nest.reads[0].index[1] = mod(axis(1) * 3, 5) - mod(axis(1), 2) * 4;
  CHECK(verify(nest) ==
        Faults{"r0, index 1, without a pad: -4*mod(c, 2) + mod(3*c, 5) is -1 at c = 1, not inside [0, 5)"});
}

TEST_CASE("an axis has at least one point") {
  CHECK(verify(copy(0, 5)) ==
        Faults{"axis r: extent 0 is below 1", "operand 0: [0, 5] is no shape", "output: [0, 5] is no shape"});
}

TEST_CASE("a read names an operand and has an index for each of its dimensions") {
  Nest nest = copy(3, 5);
  nest.reads[0].index.pop_back();
  CHECK(verify(nest) == Faults{"r0: 1 indices into [3, 5]"});
  nest.reads[0].operand = 1;
  CHECK(verify(nest) == Faults{"r0: operand 1 of 1"});
}

TEST_CASE("an index is over axes of the nest") {
  Nest nest = copy(3, 5);
  nest.reads[0].index[0] = axis(7);
  nest.store[1] = axis(2);
  CHECK(verify(nest) == Faults{"r0, index 0: variable 7 is not an axis", "store, index 1: variable 2 is not an axis"});
}

TEST_CASE("reduce axes need a combine") {
  Nest nest = conv_relu_pool();
  nest.combine = Combine::none;
  CHECK(verify(nest) == Faults{"there are reduce axes but no combine"});
}

TEST_CASE("window axes and their combine go together") {
  Nest nest = conv_relu_pool();
  nest.pool_combine = Combine::none;
  CHECK(verify(nest) == Faults{"there are window axes but no pool combine"});
  nest = copy(3, 5);
  nest.pool_combine = Combine::max;
  nest.pool_epilogue = accumulator();
  CHECK(verify(nest) == Faults{"pool combine max without window axes", "a pool epilogue without window axes"});
}

TEST_CASE("there is a body") {
  Nest nest = copy(3, 5);
  nest.body = nullptr;
  CHECK(verify(nest) == Faults{"body: an operand is missing"});
}

TEST_CASE("an operation has all its operands") {
  Nest nest = copy(3, 5);
  nest.body = binary(ScalarOp::add, read(0), nullptr);
  CHECK(verify(nest) == Faults{"body: an operand is missing"});
}

TEST_CASE("a stage reads what there is") {
  Nest nest = copy(3, 5);
  nest.body = read(1);
  CHECK(verify(nest) == Faults{"body: there is no read 1"});
}

TEST_CASE("the body has no accumulator") {
  Nest nest = copy(3, 5);
  nest.body = read(0) + accumulator();
  CHECK(verify(nest) == Faults{"body: the accumulator does not exist yet"});
}

TEST_CASE("constants and pads are f32") {
  Nest nest = copy(3, 5);
  ScalarNode node{ScalarOp::constant, 0.1, 0, {}, {}, {}};
  nest.body = read(0) * std::make_shared<const ScalarNode>(node);
  nest.reads[0].pad = 0.1;
  CHECK(verify(nest) == Faults{"r0: the pad 0.1 is no f32", "body: the constant 0.1 is no f32"});
  nest.body = read(0) * constant(0.1);
  nest.reads[0].pad = -std::numeric_limits<double>::infinity();
  CHECK(verify(nest) == Faults{});
}

TEST_CASE("the epilogue reads nothing that depends on reduce axes") {
  Nest nest = conv_relu_pool();
  nest.epilogue = accumulator() + read(1);
  CHECK(verify(nest) == Faults{"epilogue: r1 depends on the reduce axis ic",
                               "epilogue: r1 depends on the reduce axis kh",
                               "epilogue: r1 depends on the reduce axis kw"});
}

TEST_CASE("the pool epilogue reads nothing that depends on window axes") {
  Nest nest = conv_relu_pool();
  nest.reads.push_back({2, {axis(3)}, {}});
  nest.epilogue = accumulator() + read(3);
  CHECK(verify(nest) == Faults{});
  nest.pool_epilogue = accumulator() + read(3);
  CHECK(verify(nest) == Faults{"pool epilogue: r3 depends on the window axis ph"});
}

TEST_CASE("a store is over parallel axes, with an index for each dimension") {
  Nest nest = conv_relu_pool();
  nest.store[0] = axis(3);
  CHECK(verify(nest) == Faults{"store, index 0: depends on the window axis ph"});
  nest.store.pop_back();
  CHECK(verify(nest) == Faults{"store: 2 indices into [2, 3, 3]"});
}

TEST_CASE("a store lies inside the output") {
  Nest nest = copy(3, 5);
  nest.store[1] = axis(1) + 1;
  CHECK(verify(nest) == Faults{"store, index 1: c + 1 runs over [1, 5], which is not inside [0, 5)"});
}

TEST_CASE("distinct points store to distinct elements") {
  Nest nest = copy(3, 5);
  nest.store[0] = 0;
  CHECK(verify(nest) == Faults{"store: two points store to element 0 of [3, 5]"});
  nest.output = {1, 5};
  CHECK(verify(nest) == Faults{"store: 15 points for 5 elements, so two of them share one"});
}

TEST_CASE("a store of one phase of a strided map is one-to-one") {
  Nest nest = copy(3, 5);
  nest.output = {7, 30};
  nest.store = {axis(0) * 2 + 1, axis(1) * -3 + 20};
  CHECK(verify(nest) == Faults{});
}

TEST_CASE("a large store under floor_div and mod is shown one-to-one by splitting the axis") {
  Nest nest = copy(4096, 1024);
  nest.output = {32, 1024, 128};
  nest.store = {floor_div(axis(0), 128), axis(1), mod(axis(0), 128)};
  CHECK(verify(nest) == Faults{});
  nest.store = {floor_div(axis(0), 128), axis(1), mod(axis(0) + axis(1), 128)};
  CHECK(verify(nest) == Faults{"store: not shown that distinct points store to distinct elements"});
}

TEST_CASE("a small store under floor_div and mod is tried point by point") {
  Nest nest = copy(5, 6);
  nest.store = {axis(0), mod(axis(1) * 5, 6)};
  CHECK(verify(nest) == Faults{});
  nest.store = {axis(0), mod(axis(1) * 4, 6)};
  CHECK(verify(nest) == Faults{"store: two points store to element 0 of [5, 6]"});
}

}  // namespace cnnc
