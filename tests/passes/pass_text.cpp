#include "tests/passes/pass_text.hpp"

#include <doctest/doctest.h>

#include "compiler/eval/compare.hpp"
#include "compiler/eval/eval_graph.hpp"
#include "compiler/eval/eval_plan.hpp"
#include "tests/frontend/check_helpers.hpp"

namespace cnnc::passes {

namespace {

/// Numbers that a rule gives, no two near one another alike: in [0.25, 1.25), of either sign unless they must not be.
struct Numbers {
  int state = 1;

  Tensor tensor(const TensorType &type, bool positive) {
    Tensor result{type, {}};
    for (std::int64_t i = 0; i < element_count(type.shape); ++i) {
      state = state * 197 % 1009;
      double value = static_cast<float>(0.25 + state / 1009.0);
      result.data.push_back(positive || state % 3 != 0 ? value : -value);
    }
    return result;
  }
};

bool ends_with(const std::string &text, const std::string &end) {
  return text.size() >= end.size() && text.compare(text.size() - end.size(), end.size(), end) == 0;
}

std::string text_of(const Graph &graph, ValueId id) {
  const Value &value = graph.values[static_cast<std::size_t>(id)];
  switch (value.kind) {
    case ValueKind::input:
    case ValueKind::weight:
      return value.name;
    case ValueKind::constant:
      return to_string(value.type);
    case ValueKind::result:
      break;
  }
  const Node &node = graph.nodes[static_cast<std::size_t>(value.producer)];
  std::string text;
  for (ValueId operand : node.operands) text += (text.empty() ? "" : ", ") + text_of(graph, operand);
  return std::string(node.op->name) + "(" + text + ")";
}

std::vector<Tensor> inputs_of(const Graph &graph) {
  Numbers numbers{.state = 71};
  std::vector<Tensor> inputs;
  for (ValueId id : graph.inputs)
    inputs.push_back(numbers.tensor(graph.values[static_cast<std::size_t>(id)].type, false));
  return inputs;
}

void check_tensors(const std::vector<Tensor> &actual, const std::vector<Tensor> &expected, const Tolerance &tolerance) {
  REQUIRE(actual.size() == expected.size());
  for (std::size_t i = 0; i < actual.size(); ++i) {
    REQUIRE(actual[i].type == expected[i].type);
    auto mismatches = compare(actual[i], expected[i], tolerance);
    CHECK_MESSAGE(!mismatches, (mismatches ? to_string(*mismatches) : ""));
  }
}

void check_faults(const std::vector<std::string> &faults) {
  for (const std::string &fault : faults) FAIL_CHECK(fault);
}

const Tolerance &rounding() {
  static const Tolerance tolerance{.absolute = 1e-5,
                                   .relative = 1e-6,
                                   .reason = "constants that a pass computes, or puts into nests, are rounded to f32"};
  return tolerance;
}

}  // namespace

Graph graph_of(const std::string &text) {
  Graph graph = check_helpers::graph_of(text);
  Numbers numbers;
  for (ValueId id : graph.weights) {
    Value &weight = graph.values[static_cast<std::size_t>(id)];
    weight.data = numbers.tensor(weight.type, ends_with(weight.name, "running_var"));
  }
  return graph;
}

std::string expression_of(const Graph &graph) {
  std::string text;
  for (const Output &output : graph.outputs)
    text += (text.empty() ? "" : "; ") + output.name + " = " + text_of(graph, output.value);
  return text;
}

std::string groups_of(const Plan &plan) {
  std::string text;
  for (const Group &group : plan.groups) {
    text += group.name + ":";
    for (NodeId id : group.nodes) {
      text += id == group.nodes.front() ? " " : ", ";
      text += plan.graph.nodes[static_cast<std::size_t>(id)].op->name;
    }
    text += "\n";
  }
  return text;
}

std::string nest_of(const Plan &plan, std::size_t group) {
  REQUIRE(group < plan.groups.size());
  REQUIRE(plan.groups[group].nests.size() == 1);
  return to_string(plan.groups[group].nests[0]);
}

void check_same(const Graph &before, const Graph &after) {
  check_faults(verify(after));
  check_tensors(eval_graph(after, inputs_of(before)), eval_graph(before, inputs_of(before)), rounding());
}

void check_exactly_same(const Graph &before, const Graph &after) {
  check_faults(verify(after));
  check_tensors(eval_graph(after, inputs_of(before)), eval_graph(before, inputs_of(before)),
                {.absolute = 0, .relative = 0, .reason = "nothing was computed anew"});
}

void check_same(const Graph &before, const Plan &after) {
  check_faults(verify(after));
  check_tensors(eval_plan(after, inputs_of(before)), eval_graph(before, inputs_of(before)), rounding());
}

Target fake_target(std::int64_t lanes, std::int64_t registers) {
  return {.name = "fake",
          .doc = "no machine",
          .lanes = lanes,
          .registers = registers,
          .fma = true,
          .memory_broadcast = false,
          .l1_bytes = 32 << 10,
          .l2_bytes = 256 << 10,
          .header = "",
          .isa = "",
          .cpu_features = ""};
}

}  // namespace cnnc::passes
