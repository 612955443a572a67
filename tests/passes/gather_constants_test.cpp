// Constants in the shape of the axes by which they are read.
#include "compiler/passes/gather_constants.hpp"

#include <doctest/doctest.h>

#include "compiler/passes/fuse.hpp"
#include "tests/passes/pass_text.hpp"

using namespace cnnc;
using namespace cnnc::passes;

namespace {

Plan gathered(const Graph &graph) {
  Plan plan = gather_constants(fuse(graph, fake_target(8, 32)));
  check_same(graph, plan);
  return plan;
}

/// [[5, 7]] with `amount` elements before and behind.
ValueId padded_constant(Graph &graph, std::vector<std::int64_t> amount, std::string mode) {
  ValueId k = add_constant(graph, {{DType::f32, {1, 2}}, {5, 7}});
  return apply(graph, "pad", {k}, {{"amount", std::move(amount)}, {"mode", std::move(mode)}})[0];
}

/// The one packed operand of a group.
std::vector<float> constant_of(const Group &group) {
  std::vector<float> result;
  for (const GroupOperand &operand : group.operands)
    if (operand.numbers) {
      REQUIRE(result.empty());
      result = *operand.numbers;
    }
  return result;
}

}  // namespace

TEST_CASE("a weight that is read by a split axis gets a dimension for each part") {
  Plan plan = gathered(graph_of(
      "network n(x: f32[2, 3, 4]) -> (y: f32[5]) { return x |> relu |> flatten |> dense(5, bias = false) as d }\n"));
  std::string nest = nest_of(plan, 1);
  CHECK(nest.find("[5, 2, 3, 4] at [u, k0, k1, k2]") != std::string::npos);
  const GroupOperand &weight = plan.groups[1].operands.at(1);
  REQUIRE(weight.numbers != nullptr);
  CHECK(weight.numbers->size() == 5 * 24);
  CHECK(weight.layout == row_major({5, 2, 3, 4}));
}

TEST_CASE("a weight that is read by its axes as they are keeps shape and order") {
  Graph graph = graph_of("network n(x: f32[4]) -> (y: f32[3]) { return x |> dense(3) as d }\n");
  Plan plan = gathered(graph);
  const std::vector<double> numbers = graph.values[static_cast<std::size_t>(graph.weights[0])].data.tensor().data;
  CHECK(*plan.groups[0].operands.at(1).numbers == std::vector<float>(numbers.begin(), numbers.end()));
}

TEST_CASE("a constant of which every part of a kernel reads its own piece is cut into these") {
  Plan plan =
      gathered(graph_of("network n(a: f32[3], b: f32[2]) -> (y: f32[5]) {\n"
                        "  return concat(a, b) * tensor([1, 2, 3, 4, 5])\n}\n"));
  REQUIRE(plan.groups.size() == 1);
  CHECK(*plan.groups[0].operands.at(1).numbers == std::vector<float>{1, 2, 3});
  CHECK(*plan.groups[0].operands.at(3).numbers == std::vector<float>{4, 5});
}

TEST_CASE("of a weight that is read in part only that is kept, its beginning too") {
  Graph graph = graph_of(
      "network n(x: f32[2, 3]) -> (y: f32[2, 3]) {\n"
      "  return x |> conv(2, kernel = 1, bias = false, connections = [[1, 0], [0, 1]]) as c\n"
      "}\n");
  Plan plan = gathered(graph);
  const std::vector<double> numbers = graph.values[static_cast<std::size_t>(graph.weights[0])].data.tensor().data;
  CHECK(*plan.groups[0].operands.at(1).numbers == std::vector<float>{static_cast<float>(numbers[0])});
  CHECK(*plan.groups[0].operands.at(2).numbers == std::vector<float>{static_cast<float>(numbers[3])});
}

TEST_CASE("each read of a constant has an operand of its own") {
  Graph graph = graph_of("network n(x: f32[3, 2]) -> (y: f32[3, 2]) { return x }\n");
  ValueId k = add_constant(graph, {{DType::f32, {3, 1}}, {1, 2, 3}});
  ValueId product = apply(graph, "mul", {graph.inputs[0], k})[0];
  graph.outputs[0].value = apply(graph, "add", {product, k})[0];
  Plan plan = gathered(graph);
  CHECK(groups_of(plan) == "mul: mul, add\n");
  CHECK(plan.groups[0].operands.size() == 3);
  // One dimension for each axis that the read mentions: not the second, of extent 1.
  CAPTURE(nest_of(plan, 0));
  CHECK((plan.groups[0].nests[0].operands == std::vector<Shape>{{3, 2}, {3}, {3}}));
}

TEST_CASE("the padding of a constant is evaluated away") {
  Graph graph = graph_of("network n(x: f32[1, 4]) -> (y: f32[1, 4]) { return x }\n");
  graph.outputs[0].value = apply(graph, "add", {graph.inputs[0], padded_constant(graph, {1, 1}, "constant")})[0];
  Plan plan = gathered(graph);
  CHECK(groups_of(plan) == "pad: pad, add\n");
  CHECK(constant_of(plan.groups[0]) == std::vector<float>{0, 5, 7, 0});
  CHECK(nest_of(plan, 0).find("outside") == std::string::npos);
}

TEST_CASE("a constant that would grow beyond four times its size stays as it is") {
  auto kept = [](std::int64_t length) {
    std::string type = "f32[1, " + std::to_string(length) + "]";
    Graph graph = graph_of("network n(x: " + type + ") -> (y: " + type + ") { return x }\n");
    graph.outputs[0].value = apply(graph, "add", {graph.inputs[0], padded_constant(graph, {0, length - 2}, "edge")})[0];
    return constant_of(gathered(graph).groups.at(0));
  };
  CHECK(kept(8) == std::vector<float>{5, 7, 7, 7, 7, 7, 7, 7});
  CHECK(kept(9) == std::vector<float>{5, 7});
}
