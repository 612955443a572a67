// Which operators run as one kernel, and which must not: each rule of composition and each refusal.
#include "compiler/passes/fuse.hpp"

#include <doctest/doctest.h>

#include "compiler/passes/decompose.hpp"
#include "tests/passes/pass_text.hpp"

using namespace cnnc;
using namespace cnnc::passes;

namespace {

/// The plan for `body`, which uses x: f32[2, 8, 8] and returns any f32[_, _, _]; it computes what the graph does.
Plan fused(const std::string &body, std::int64_t registers = 32) {
  Graph graph = graph_of("network n(x: f32[2, 8, 8]) -> (y: f32[_, _, _]) {\n" + body + "\n}\n");
  Plan plan = fuse(decompose(graph), fake_target(8, registers));
  check_same(graph, plan);
  return plan;
}

std::string groups(const std::string &body, std::int64_t registers = 32) { return groups_of(fused(body, registers)); }

/// The same for a whole network.
std::string groups_of_network(const std::string &text) {
  Graph graph = graph_of(text);
  Plan plan = fuse(decompose(graph), fake_target(8, 32));
  check_same(graph, plan);
  return groups_of(plan);
}

}  // namespace

// -- Element-wise operators into their producer -----------------------------------------------------------------------

TEST_CASE("element-wise operators run in the epilogue of the convolution before them") {
  Plan plan = fused("return x |> conv(3, kernel = 3) as c |> relu |> tanh");
  CHECK(groups_of(plan) == "c: conv, relu, tanh\n");
  CHECK(nest_of(plan, 0).find("epilogue tanh(max(0, (acc + r2)))") != std::string::npos);
}

TEST_CASE("an element-wise operator with a second operand reads it in the epilogue") {
  Plan plan = fused("return (x |> conv(2, kernel = 3, pad = 1) as c) + x");
  CHECK(groups_of(plan) == "c: conv, add\n");
  CHECK(nest_of(plan, 0).find("at [oc, oh, ow]\n") != std::string::npos);
}

TEST_CASE("a chain of element-wise operators is one kernel") {
  CHECK(groups("return x |> relu |> tanh |> exp") == "relu1: relu, tanh, exp\n");
}

TEST_CASE("a value with two users in one kernel is computed once there") {
  Plan plan = fused("let c = x |> conv(2, kernel = 3, pad = 1) as c\n return (c |> relu) + (c |> tanh)");
  CHECK(groups_of(plan) == "c: conv, tanh, relu, add\n");
  CHECK(nest_of(plan, 0).find("epilogue (max(0, (acc + r2)) + tanh((acc + r2)))") != std::string::npos);
}

TEST_CASE("a value with users in two kernels is stored, in a kernel of its own") {
  CHECK(groups("let c = x |> conv(2, kernel = 3, pad = 1) as c\n"
               "return (c |> relu |> conv(2, kernel = 3) as a) + (c |> conv(2, kernel = 3) as b)") ==
        "c: conv\nrelu1: relu\nb: conv\na: conv, add\n");
}

TEST_CASE("an operator whose both operands are one value uses it once and takes it in") {
  CHECK(groups("let a = x |> conv(2, kernel = 3) as c\n return a * a") == "c: conv, mul\n");
}

TEST_CASE("a value that is an output is stored, so what follows reads it") {
  CHECK(groups_of_network("network n(x: f32[4]) -> (y: f32[4], z: f32[4]) {\n"
                          "  let a = x |> exp\n"
                          "  return a, relu(a)\n"
                          "}\n") == "exp1: exp\nrelu1: relu\n");
}

TEST_CASE("what is broadcast is not taken in, for it would be computed once for every element") {
  CHECK(groups("return x + (x |> global_avg_pool)") == "global_avg_pool1: global_avg_pool\nadd1: add\n");
}

TEST_CASE("a part of a value is no element-wise operator on it, even where it begins with its first element") {
  CHECK(groups("return x |> conv(5, kernel = 1) as c |> slice(axis = 0, stop = 2)") == "c: conv\nslice1: slice\n");
}

TEST_CASE("of two producers of an element-wise operator one is taken in") {
  CHECK(groups("return (x |> conv(2, kernel = 3) as a) + (x |> conv(2, kernel = 3) as b)") ==
        "b: conv\na: conv, add\n");
}

// -- Copies into what reads them --------------------------------------------------------------------------------------

TEST_CASE("padding with zeros is read through by the convolution behind it") {
  Plan plan = fused("return x |> pad(1) |> conv(3, kernel = 3) as c");
  CHECK(groups_of(plan) == "c: pad, conv\n");
  CHECK(nest_of(plan, 0).find("at [ic, oh + kh - 1, ow + kw - 1], outside 0") != std::string::npos);
}

TEST_CASE("padding is added to that of the convolution behind it") {
  CHECK(groups("return x |> pad(1) |> conv(3, kernel = 3, pad = 1) as c") == "c: pad, conv\n");
}

TEST_CASE("padding with another value than zero is stored before a convolution") {
  CHECK(groups("return x |> pad(1, value = 2) |> conv(3, kernel = 3) as c") == "pad1: pad\nc: conv\n");
}

TEST_CASE("padding with zeros is stored before a maximum, which takes what lies outside for less than anything") {
  CHECK(groups("return x |> pad(1) |> max_pool(3, stride = 1)") == "pad1: pad\nmax_pool1: max_pool\n");
}

TEST_CASE("padding before an element-wise operator is read through") {
  Plan plan = fused("return x |> pad(1) |> exp");
  CHECK(groups_of(plan) == "pad1: pad, exp\n");
}

TEST_CASE("reflecting padding is an index map and needs no value for what lies outside") {
  CHECK(groups("return x |> pad(1, mode = \"reflect\") |> exp") == "pad1: pad, exp\n");
}

TEST_CASE("reflecting padding is stored before a convolution that pads with zeros") {
  CHECK(groups("return x |> pad(1, mode = \"reflect\") |> conv(3, kernel = 3, pad = 1) as c") ==
        "pad1: pad\nc: conv\n");
}

TEST_CASE("two paddings in one element-wise operator: one is stored") {
  CHECK(groups("return (x |> pad(1)) + (x |> exp |> pad(1))") == "exp1: exp\npad2: pad\npad1: pad, add\n");
}

TEST_CASE("a copy with several users is read through by each of them") {
  CHECK(groups(
            "let p = x |> pad(1)\n return (p |> conv(2, kernel = 3) as a |> relu) * (p |> conv(2, kernel = 3) as b)") ==
        "b: pad, conv\na: pad, conv, relu, mul\n");
}

TEST_CASE("an index is looked up through what only moves it") {
  const std::string first =
      "network n(x: f32[5, 3], i: i32[4]) -> (y: f32[_]) { return x[(i |> slice(start = 2))[1]] }";
  CHECK(groups_of_network(first) == "slice1: slice, slice, reshape, element_at\n");
}

TEST_CASE("flatten before a dense layer splits its sum into the digits of the image") {
  Graph graph = graph_of(
      "network n(x: f32[2, 3, 4]) -> (y: f32[5]) {\n"
      "  return x |> relu |> flatten |> dense(5) as d\n"
      "}\n");
  Plan plan = fuse(graph, fake_target(8, 32));
  check_same(graph, plan);
  CHECK(groups_of(plan) == "relu1: relu\nd: flatten, dense\n");
  std::string nest = nest_of(plan, 1);
  CHECK(nest.find("at [k0, k1, k2]") != std::string::npos);
  CHECK(nest.find("at [u, 12*k0 + 4*k1 + k2]") != std::string::npos);
}

TEST_CASE("a reshape that cuts across the digits is read through by floor_div and mod, or stored") {
  Graph graph = graph_of(
      "network n(x: f32[4, 6]) -> (y: f32[5]) {\n"
      "  return x |> reshape([3, 8]) |> exp |> reshape([24]) |> dense(5) as d\n"
      "}\n");
  check_same(graph, fuse(graph, fake_target(8, 32)));
}

TEST_CASE("a concat is a kernel of several parts, into which nothing is taken; what follows runs in each of them") {
  CHECK(groups("return concat(x |> relu, x |> pad(1) |> conv(3, kernel = 3) as c) |> tanh") ==
        "relu1: relu\nc: pad, conv\nconcat1: concat, tanh\n");
}

TEST_CASE("what follows a transposed convolution runs in each of its phases") {
  Plan plan = fused("return (x |> conv_transpose(2, kernel = 3, stride = 2) as c |> relu) + 0.5");
  CHECK(groups_of(plan) == "c: conv_transpose, relu, add\n");
  REQUIRE(plan.groups[0].nests.size() == 4);
  for (const Nest &nest : plan.groups[0].nests)
    CHECK(to_string(nest).find("epilogue (max(0, (acc + r0)) + r3)") != std::string::npos);
}

TEST_CASE("what only moves data is read through") {
  CHECK(groups("let a, _b = split(x, 2)\n return a |> transpose([0, 2, 1]) |> relu") ==
        "split1: slice, transpose, relu\n");
  CHECK(groups("return x |> upsample |> conv(3, kernel = 1) as c") == "c: resize_nearest, conv\n");
  CHECK(groups_of_network("network n(x: f32[4, 6]) -> (y: f32[5]) { return x[1] |> dropout |> dense(5) as d }") ==
        "d: slice, reshape, dropout, dense\n");
}

TEST_CASE("what follows a convolution with sparse connections runs in each of its parts") {
  Plan conv = fused("return x |> conv(3, kernel = 3, connections = [[1, 0], [0, 1], [1, 1]]) as c |> relu");
  CHECK(groups_of(conv) == "c: conv, relu\n");
  CHECK(conv.groups[0].nests.size() == 3);
}

// -- Pooling windows into their producer ------------------------------------------------------------------------------

TEST_CASE("disjoint windows are pooled in the registers of the convolution") {
  Plan plan = fused("return x |> conv(3, kernel = 3) as c |> relu |> max_pool(2)");
  CHECK(groups_of(plan) == "c: conv, relu, max_pool\n");
  std::string nest = nest_of(plan, 0);
  CHECK(nest.find("window   kh < 2\n") != std::string::npos);
  CHECK(nest.find("reduce   kh_in < 3\n") != std::string::npos);
}

TEST_CASE("what follows the pooling is part of the kernel too") {
  CHECK(groups("return x |> conv(3, kernel = 3) as c |> relu |> avg_pool(2) |> tanh") ==
        "c: conv, relu, sum_pool, tanh\n");
}

TEST_CASE("windows that overlap are not pooled in registers: their points would be computed twice") {
  CHECK(groups("return x |> conv(3, kernel = 3) as c |> max_pool(3, stride = 2)") == "c: conv\nmax_pool1: max_pool\n");
}

TEST_CASE("windows that leave points out are pooled in registers") {
  CHECK(groups("return x |> conv(3, kernel = 3) as c |> max_pool(2, stride = 3)") == "c: conv, max_pool\n");
}

TEST_CASE("padded windows are not pooled in registers") {
  CHECK(groups("return x |> conv(3, kernel = 3) as c |> max_pool(2, pad = 1)") == "c: conv\nmax_pool1: max_pool\n");
}

TEST_CASE("windows are pooled in registers up to half of the registers") {
  std::string body = "return x |> conv(3, kernel = 3) as c |> max_pool(3)";
  CHECK(groups(body, 18) == "c: conv, max_pool\n");
  CHECK(groups(body, 17) == "c: conv\nmax_pool1: max_pool\n");
}

TEST_CASE("a pooling is not fused with an element-wise operator before it, which reduces nothing") {
  CHECK(groups("return x |> exp |> max_pool(2)") == "exp1: exp\nmax_pool1: max_pool\n");
}

TEST_CASE("a pooling of a pooling is two kernels") {
  CHECK(groups("return x |> conv(3, kernel = 3, pad = 1) as c |> max_pool(2) |> max_pool(2)") ==
        "c: conv, max_pool\nmax_pool2: max_pool\n");
}

TEST_CASE("two convolutions in a row are two kernels") {
  CHECK(groups("return x |> conv(3, kernel = 3) as a |> conv(3, kernel = 3) as b") == "a: conv\nb: conv\n");
}

// -- Outputs ----------------------------------------------------------------------------------------------------------

TEST_CASE("an output that is an input is copied") {
  CHECK(groups_of_network("network n(x: f32[4]) -> (y: f32[4]) { return x }\n") == "copy:\n");
}

TEST_CASE("a value that is two outputs is computed once and copied") {
  CHECK(groups_of_network("network n(x: f32[4]) -> (y: f32[4], z: f32[4]) {\n"
                          "  let a = x |> exp\n"
                          "  return a, a\n"
                          "}\n") == "exp1: exp\ncopy:\n");
}

TEST_CASE("kernels are named after their first layer with weights, and names are distinct") {
  CHECK(groups_of_network("network n(x: f32[4]) -> (y: f32[4]) {\n"
                          "  return x |> exp |> softmax as s |> dense(4) as d |> relu\n"
                          "}\n") == "exp1: exp\ns: max_over\ns_2: sub, exp\ns_3: sum\ns_4: div\nd: dense, relu\n");
}
