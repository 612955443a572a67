// Where the elements of values lie, and in which order weights are packed.
#include <doctest/doctest.h>

#include <algorithm>

#include "compiler/passes/decompose.hpp"
#include "compiler/passes/fuse.hpp"
#include "compiler/passes/gather_constants.hpp"
#include "compiler/schedule/assign_layouts.hpp"
#include "compiler/schedule/pack_weights.hpp"
#include "tests/passes/pass_text.hpp"

using namespace cnnc;
using namespace cnnc::passes;

namespace {

Plan assigned(const Graph &graph, const Target &target) {
  return assign_layouts(gather_constants(fuse(decompose(graph), target)), target);
}

const Group &group_named(const Plan &plan, const std::string &name) {
  auto found =
      std::find_if(plan.groups.begin(), plan.groups.end(), [&](const Group &group) { return group.name == name; });
  REQUIRE(found != plan.groups.end());
  return *found;
}

Graph two_convolutions() {
  return graph_of(
      "network n(x: f32[3, 12, 12]) -> (y: f32[_, _, _]) {\n"
      "  return x |> conv(32, kernel = 3) as a |> relu |> conv(5, kernel = 3) as b\n"
      "}\n");
}

}  // namespace

TEST_CASE("inputs and outputs are row-major, as the caller has them") {
  Graph graph = two_convolutions();
  Plan plan = assigned(graph, fake_target(8, 16));
  check_same(graph, plan);
  CHECK(group_named(plan, "a").operands[0].layout == row_major({3, 12, 12}));
  CHECK(group_named(plan, "b").layout == row_major({5, 8, 8}));
}

TEST_CASE("a value between convolutions is blocked by channels of the vector width") {
  for (std::int64_t lanes : {4, 8, 16}) {
    Plan plan = assigned(two_convolutions(), fake_target(lanes, 32));
    CHECK(group_named(plan, "a").layout == channel_blocked({32, 10, 10}, lanes));
    CHECK(group_named(plan, "b").operands[0].layout == group_named(plan, "a").layout);
  }
}

TEST_CASE("a vector between dense layers is padded to whole vectors of the target") {
  Graph graph =
      graph_of("network n(x: f32[9]) -> (y: f32[3]) { return x |> dense(10) as a |> relu |> dense(3) as b }\n");
  Plan plan = assigned(graph, fake_target(8, 16));
  check_same(graph, plan);
  CHECK(element_count(group_named(plan, "a").layout) == 16);
  CHECK(element_count(group_named(plan, "b").layout) == 3);
}

TEST_CASE("an image of one channel is not blocked") {
  Plan plan = assigned(graph_of("network n(x: f32[1, 9, 9]) -> (y: f32[_, _, _]) {\n"
                                "  return x |> conv(1, kernel = 3) as a |> relu |> conv(4, kernel = 3) as b\n"
                                "}\n"),
                       fake_target(8, 16));
  CHECK(group_named(plan, "a").layout == row_major({1, 7, 7}));
}

TEST_CASE("every group gets a schedule for each of its nests, concatenations too") {
  Graph graph = graph_of(
      "network n(x: f32[3, 6, 6]) -> (y: f32[_, _, _]) {\n"
      "  return concat(x |> conv(5, kernel = 1) as a, x |> conv(9, kernel = 1) as b) |> conv(2, kernel = 3) as c\n"
      "}\n");
  Plan plan = assigned(graph, fake_target(8, 16));
  check_same(graph, plan);
  CHECK(group_named(plan, "concat1").nests.size() == 2);
  for (const Group &group : plan.groups) {
    REQUIRE(group.schedules.size() == group.nests.size());
    for (std::size_t i = 0; i < group.nests.size(); ++i) CHECK(verify(group.schedules[i], group.nests[i]).empty());
  }
}

TEST_CASE("packed weights are the same weights: a plan reads them back through their layout") {
  for (std::int64_t lanes : {4, 8, 16}) {
    Graph graph = two_convolutions();
    Plan plan = pack_weights(assigned(graph, fake_target(lanes, 16)));
    check_same(graph, plan);
    for (const Group &group : plan.groups)
      for (const GroupOperand &operand : group.operands)
        if (operand.packed) CHECK(static_cast<std::int64_t>(operand.packed->size()) == element_count(operand.layout));
  }
}

TEST_CASE("weights of a dense layer are packed term by term, the units of a vector side by side, padded with zeros") {
  Graph graph = graph_of("network n(x: f32[2]) -> (y: f32[3]) { return x |> dense(3, bias = false) as d }\n");
  const ValueId weight = graph.weights[0];
  graph.values[static_cast<std::size_t>(weight)].data = Tensor{{DType::f32, {3, 2}}, {11, 12, 21, 22, 31, 32}};
  Plan plan = assigned(graph, fake_target(4, 16));
  const Group &before = plan.groups.at(0);
  CHECK(to_string(before.schedules[0], before.nests[0]).rfind("u: vector of 4; k: unroll 2", 0) == 0);
  Plan packed = pack_weights(plan);
  CHECK(*packed.groups[0].operands.at(1).packed == std::vector<float>{11, 21, 31, 0, 12, 22, 32, 0});
  check_same(graph, packed);
}
