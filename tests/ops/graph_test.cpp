#include <doctest/doctest.h>

#include "compiler/support/checks.hpp"
#include "tests/ops/call.hpp"

using namespace cnnc;

namespace {

struct Small {
  Graph graph;
  ValueId image, weight, conv, relu;
};

/// image -> conv (without bias) -> relu, and a product beside it that nobody uses.
Small small_graph() {
  Small s;
  s.graph.name = "small";
  s.image = s.graph.add_value(
      {.name = "image", .type = {DType::f32, {1, 4, 4}}, .kind = ValueKind::input, .data = {}, .span = {}});
  ValueId unused = s.graph.add_value(
      {.name = "unused", .type = {DType::f32, {4}}, .kind = ValueKind::weight, .data = {}, .span = {}});
  s.weight = s.graph.add_value(
      {.name = "c1.weight", .type = {DType::f32, {2, 1, 3, 3}}, .kind = ValueKind::weight, .data = {}, .span = {}});
  apply(s.graph, "mul", {s.image, unused});
  s.conv = apply(s.graph, "conv", {s.image, s.weight}, {{"channels", 2}, {"kernel", 3}, {"bias", false}}, "c1")[0];
  s.relu = apply(s.graph, "relu", {s.conv})[0];
  s.graph.outputs = {{"y", s.relu}};
  return s;
}

bool mentions(const std::vector<std::string> &faults, std::string_view text) {
  for (const std::string &fault : faults)
    if (fault.find(text) != std::string::npos) return true;
  return false;
}

}  // namespace

TEST_CASE("a graph reads as one line for each value and node") {
  CHECK(to_string(small_graph().graph) == R"(graph small {
  %0: f32[1, 4, 4] = input image
  %1: f32[4] = weight unused
  %2: f32[2, 1, 3, 3] = weight c1.weight
  %3: f32[1, 4, 4] = mul(%0, unused)
  %4: f32[2, 2, 2] = conv(%0, c1.weight, bias = false, channels = 2, dilation = [1, 1], groups = 1, )"
                                          R"(kernel = [3, 3], pad = [0, 0, 0, 0], stride = [1, 1]) as c1
  %5: f32[2, 2, 2] = relu(%4)
  return y = %5
}
)");
}

TEST_CASE("attributes read as they are written") {
  CHECK(to_string(AttrValue{std::int64_t{-3}}) == "-3");
  CHECK(to_string(AttrValue{1.0}) == "1.0");
  CHECK(to_string(AttrValue{1e-5}) == "1e-05");
  CHECK(to_string(AttrValue{true}) == "true");
  CHECK(to_string(AttrValue{std::string("same")}) == "\"same\"");
  CHECK(to_string(AttrValue{std::vector<std::int64_t>{1, 2}}) == "[1, 2]");
  CHECK(to_string(AttrValue{std::vector<double>{0.5}}) == "[0.5]");
  CHECK(to_string(AttrValue{}) == "none");
}

TEST_CASE("dead nodes, constants and weights go, inputs stay, and what remains verifies") {
  Small s = small_graph();
  add_constant(s.graph, tensor({}, {3}), "three");
  CHECK(verify(s.graph).empty());
  Graph live = without_dead_code(s.graph);
  CHECK(verify(live).empty());
  CHECK(to_string(live) == R"(graph small {
  %0: f32[1, 4, 4] = input image
  %1: f32[2, 1, 3, 3] = weight c1.weight
  %2: f32[2, 2, 2] = conv(%0, c1.weight, bias = false, channels = 2, dilation = [1, 1], groups = 1, )"
                           R"(kernel = [3, 3], pad = [0, 0, 0, 0], stride = [1, 1]) as c1
  %3: f32[2, 2, 2] = relu(%2)
  return y = %3
}
)");
  CHECK(live.nodes[0].results == std::vector<ValueId>{2});
  CHECK(live.values[2].producer == 0);
  s.graph.outputs = {{"y", s.image}};
  CHECK(without_dead_code(s.graph).nodes.empty());
}

TEST_CASE("the verifier finds a node that uses what comes later") {
  Graph graph = small_graph().graph;
  std::swap(graph.nodes[1], graph.nodes[2]);
  CHECK(mentions(verify(graph), "is not defined before it"));
}

TEST_CASE("the verifier finds types that the shape rule does not give") {
  Small s = small_graph();
  s.graph.values[s.conv].type.shape = {2, 3, 3};
  CHECK(mentions(verify(s.graph), "its result is f32[2, 3, 3] and should be f32[2, 2, 2]"));
}

TEST_CASE("the verifier finds weights of a wrong shape") {
  Small s = small_graph();
  s.graph.values[s.weight].type.shape = {2, 1, 3, 5};
  CHECK(mentions(verify(s.graph), "weight is f32[2, 1, 3, 5] and not [2, 1, 3, 3]"));
}

TEST_CASE("the verifier finds attributes that the schema does not have, lacks or would write otherwise") {
  Small s = small_graph();
  Graph graph = s.graph;
  graph.nodes[1].attrs["colour"].value = std::int64_t{1};
  CHECK(mentions(verify(graph), "there is no attribute colour"));
  graph = s.graph;
  graph.nodes[1].attrs.erase("stride");
  CHECK(mentions(verify(graph), "attribute stride is absent"));
  graph = s.graph;
  graph.nodes[1].attrs["stride"].value = true;
  CHECK(mentions(verify(graph), "attribute stride is true"));
  graph = s.graph;
  graph.nodes[1].attrs["stride"].value = std::int64_t{1};
  CHECK(mentions(verify(graph), "attribute stride is 1 and should be [1, 1]"));
}

TEST_CASE("the verifier finds numbers of another type, doubled results and outputs from nowhere") {
  Small s = small_graph();
  Graph graph = s.graph;
  graph.values[s.weight].data = tensor({2, 1, 3, 3}, {1, 2});
  CHECK(mentions(verify(graph), "has 2 numbers instead of 18"));
  graph = s.graph;
  graph.nodes[2].results = graph.nodes[1].results;
  CHECK(mentions(verify(graph), "is not its result"));
  graph = s.graph;
  graph.outputs[0].value = 99;
  CHECK(mentions(verify(graph), "output y is %99"));
  graph = s.graph;
  graph.weights.push_back(s.weight);
  CHECK(mentions(verify(graph), "listed twice"));
}

TEST_CASE("apply refuses what a shape rule refuses, as a fault of ours") {
  Small s = small_graph();
  CHECK_THROWS_AS(apply(s.graph, "conv", {s.image, s.weight}, {{"channels", 2}, {"kernel", 9}, {"bias", false}}),
                  InternalError);
  CHECK_THROWS_AS(apply(s.graph, "conv", {s.image, s.weight}, {{"channels", 2}}), InternalError);
  CHECK_THROWS_AS(apply(s.graph, "relu", {s.image, s.image}), InternalError);
  CHECK_THROWS_AS(apply(s.graph, "no_such", {s.image}), InternalError);
}

TEST_CASE("multiply-accumulates are those of sums of products") {
  Small s = small_graph();
  CHECK(multiply_accumulates(nests_of(s.graph, s.graph.nodes[1])[0]) == 2 * 2 * 2 * 9);
  CHECK(multiply_accumulates(nests_of(s.graph, s.graph.nodes[2])[0]) == 0);
}
