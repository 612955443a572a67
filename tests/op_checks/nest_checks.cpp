// Checks 1 and 3 for every operator and sample: the shape rule gives the shapes of the reference; nests, or what an
// operator decomposes into, give its numbers; and what a record claims about its operator is true.
#include <doctest/doctest.h>

#include <cmath>

#include "compiler/eval/eval_graph.hpp"
#include "tests/op_checks/cases.hpp"

using namespace cnnc;

namespace {

std::string text_of(const std::vector<std::string> &faults) {
  std::string text;
  for (const std::string &fault : faults) text += fault + "\n";
  return text;
}

void check_agreement(const std::vector<Tensor> &actual, const std::vector<Tensor> &expected) {
  REQUIRE(actual.size() == expected.size());
  for (std::size_t i = 0; i < actual.size(); ++i) {
    REQUIRE(actual[i].type == expected[i].type);
    auto mismatches = compare(actual[i], expected[i], nest_tolerance());
    CHECK_MESSAGE(!mismatches, (mismatches ? to_string(*mismatches) : ""));
  }
}

}  // namespace

TEST_CASE("every operator has samples, and their graphs verify") {
  for (const OpDef *op : all_operators()) CHECK_MESSAGE(!op->samples().empty(), op->name);
  for_each_case([](const OpCase &c) {
    CAPTURE(c.name);
    CHECK(text_of(verify(c.graph)) == "");
  });
}

TEST_CASE("references give finite numbers of the inferred shapes") {
  for_each_case([](const OpCase &c) {
    CAPTURE(c.name);
    std::vector<Tensor> results = eval_graph(c.graph, c.inputs);
    REQUIRE(results.size() == c.graph.outputs.size());
    for (std::size_t i = 0; i < results.size(); ++i) {
      CHECK(results[i].type == c.graph.values[c.graph.outputs[i].value].type);
      CHECK(static_cast<std::int64_t>(results[i].data.size()) == element_count(results[i].type.shape));
      for (double value : results[i].data) REQUIRE(std::isfinite(value));
    }
  });
}

TEST_CASE("nests keep their promises") {
  for_each_case([](const OpCase &c) {
    CAPTURE(c.name);
    if (c.op->nest == nullptr) return;
    for (const Nest &nest : nests_of(c.graph, c.graph.nodes[0])) {
      CAPTURE(to_string(nest));
      CHECK(text_of(verify(nest)) == "");
    }
  });
}

TEST_CASE("nests and decompositions give the numbers of the reference") {
  for_each_case([](const OpCase &c) {
    CAPTURE(c.name);
    check_agreement(eval_graph_by_nests(c.graph, c.inputs), eval_graph(c.graph, c.inputs));
  });
}

TEST_CASE("decompositions are graphs that verify and whose references agree") {
  for_each_case([](const OpCase &c) {
    CAPTURE(c.name);
    CHECK((c.op->nest == nullptr) != (c.op->decompose == nullptr));
    if (c.op->decompose == nullptr) return;
    Graph graph = c.graph;
    Node node = graph.nodes[0];
    std::vector<ValueId> results = node.op->decompose(graph, node);
    REQUIRE(results.size() == graph.outputs.size());
    for (std::size_t i = 0; i < results.size(); ++i) graph.outputs[i].value = results[i];
    graph = without_dead_code(graph);
    CAPTURE(to_string(graph));
    CHECK(text_of(verify(graph)) == "");
    check_agreement(eval_graph(graph, c.inputs), eval_graph(c.graph, c.inputs));
  });
}

TEST_CASE("operators marked as reshapes keep their elements in order") {
  for_each_case([](const OpCase &c) {
    CAPTURE(c.name);
    if (c.op->is_reshape) CHECK(eval_graph(c.graph, c.inputs)[0].data == c.inputs[0].data);
  });
}

TEST_CASE("operators with a channel affine are equal to it") {
  for_each_case([](const OpCase &c) {
    CAPTURE(c.name);
    if (c.op->channel_affine == nullptr) return;
    Graph graph = c.graph;
    Node node = graph.nodes[0];
    ChannelAffine affine = node.op->channel_affine(graph, node);
    graph.outputs = {{"scale", affine.scale}, {"shift", affine.shift}};
    CHECK(text_of(verify(graph)) == "");
    std::vector<Tensor> parts = eval_graph(graph, c.inputs);
    Tensor result = c.inputs[0];
    std::size_t channel_size = result.data.size() / parts[0].data.size();
    for (std::size_t i = 0; i < result.data.size(); ++i) {
      std::size_t channel = i / channel_size;
      result.data[i] = result.data[i] * parts[0].data[channel] + parts[1].data[channel];
    }
    check_agreement({result}, eval_graph(c.graph, c.inputs));
  });
}

TEST_CASE("operators marked as linear by channel scale with their weight and shift with their bias") {
  for_each_case([](const OpCase &c) {
    CAPTURE(c.name);
    if (!c.op->channel_linear) return;
    Nest nest = nests_of(c.graph, c.graph.nodes[0]).front();
    if (nest.reads.at(1).index.at(0) != nest.store.at(0)) return;  // dense over rows: its units are the last axis
    Graph graph = c.graph;
    std::vector<Tensor> expected = eval_graph(c.graph, c.inputs);
    // Powers of two, by which weights of f32 are scaled without rounding.
    auto scale = [](std::size_t channel) { return std::ldexp(1.0, static_cast<int>(channel % 5) - 1); };
    auto scale_channels = [&](Tensor &tensor) {
      std::size_t channel_size = tensor.data.size() / static_cast<std::size_t>(tensor.type.shape[0]);
      for (std::size_t i = 0; i < tensor.data.size(); ++i) tensor.data[i] *= scale(i / channel_size);
    };
    for (ValueId weight : graph.weights) {
      Tensor scaled = graph.values[weight].data.tensor();
      scale_channels(scaled);
      graph.values[weight].data = scaled;
    }
    scale_channels(expected[0]);
    check_agreement(eval_graph(graph, c.inputs), expected);
  });
}
