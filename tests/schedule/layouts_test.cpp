// Where the elements of values lie, and in which order weights are packed.
#include <doctest/doctest.h>

#include <algorithm>

#include "compiler/ir/weights_image.hpp"
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

/// A constant as it lies in memory.
std::vector<float> in_memory(const GroupOperand &operand) {
  WeightsImage image;
  image.add({operand.numbers, operand.layout});
  return image.floats();
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

TEST_CASE("packed weights are the same weights, in another order") {
  for (std::int64_t lanes : {4, 8, 16}) {
    Graph graph = two_convolutions();
    const Plan before = assigned(graph, fake_target(lanes, 16)), plan = pack_weights(before);
    check_same(graph, plan);
    for (std::size_t g = 0; g < plan.groups.size(); ++g)
      for (std::size_t i = 0; i < plan.groups[g].operands.size(); ++i) {
        const GroupOperand &operand = plan.groups[g].operands[i];
        if (!operand.numbers) continue;
        CHECK(operand.numbers == before.groups[g].operands[i].numbers);
        std::vector<float> numbers = *operand.numbers, stored = in_memory(operand);
        CHECK(std::ssize(stored) >= element_count(operand.layout));
        std::erase(stored, 0.0F);
        std::sort(numbers.begin(), numbers.end());
        std::sort(stored.begin(), stored.end());
        CHECK(stored == numbers);
      }
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
  std::vector<float> stored = in_memory(packed.groups[0].operands.at(1));
  stored.resize(8);
  CHECK(stored == std::vector<float>{11, 21, 31, 0, 12, 22, 32, 0});
  check_same(graph, packed);
}

TEST_CASE("the weights of a large dense layer lie in one order for every target, after a convolution too") {
  const Graph graph = graph_of(
      "network n(x: f32[3, 10, 10]) -> (y: f32[1051]) {\n"
      "  return x |> conv(16, kernel = 3) as c |> relu |> flatten |> dense(1040) as large |> relu |> dense(1051) as d\n"
      "}\n");
  std::vector<std::pair<Layout, Layout>> layouts;
  for (const Target &target : all_targets()) {
    const Plan plan = pack_weights(assigned(graph, target));
    check_same(graph, plan);
    layouts.emplace_back(group_named(plan, "large").operands.at(1).layout,
                         group_named(plan, "d").operands.at(1).layout);
  }
  CHECK(layouts.size() > 1);
  for (const auto &pair : layouts) CHECK(pair == layouts[0]);
}

TEST_CASE("a layout does not tell how a loop was cut where that is its order") {
  Graph graph = graph_of("network n(x: f32[64]) -> (y: f32[8]) { return x |> dense(8, bias = false) as d }\n");
  const Plan plan = pack_weights(assigned(graph, fake_target(8, 16)));
  CHECK(to_string(plan.groups[0].schedules[0], plan.groups[0].nests[0]).find("k: unroll") != std::string::npos);
  CHECK(plan.groups[0].operands.at(1).layout == Layout{{8, 64}, {{1, 64, 1}, {0, 8, 1}}});
}
