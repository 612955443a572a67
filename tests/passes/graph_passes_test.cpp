// Passes from graph to graph: what they make of a network, and that it computes the same.
#include <doctest/doctest.h>

#include "compiler/passes/canonicalize.hpp"
#include "compiler/passes/decompose.hpp"
#include "compiler/passes/fold_batch_norm.hpp"
#include "compiler/passes/fold_constants.hpp"
#include "tests/passes/pass_text.hpp"

using namespace cnnc;
using namespace cnnc::passes;

TEST_CASE("canonicalize drops what no output needs") {
  Graph graph = graph_of(
      "network n(x: f32[4], _unused: f32[2]) -> (y: f32[4]) {\n"
      "  let _wasted = x |> dense(9) as wasted\n"
      "  return relu(x)\n"
      "}\n");
  Graph result = canonicalize(graph);
  CHECK(expression_of(result) == "y = relu(x)");
  CHECK(result.nodes.size() == 1);
  CHECK(result.weights.empty());
  CHECK(result.inputs.size() == 2);  // the caller's arguments stay
  check_exactly_same(graph, result);
}

TEST_CASE("canonicalize drops reshapes that change nothing and keeps those that do") {
  Graph graph = graph_of(
      "network n(x: f32[2, 3]) -> (y: f32[6]) {\n"
      "  return x |> reshape([2, 3]) |> flatten |> flatten\n"
      "}\n");
  CHECK(expression_of(graph) == "y = flatten(flatten(reshape(x)))");
  CHECK(expression_of(canonicalize(graph)) == "y = flatten(x)");
  check_exactly_same(graph, canonicalize(graph));
}

TEST_CASE("canonicalize keeps an output that is an input") {
  Graph graph = graph_of("network n(x: f32[3]) -> (y: f32[3]) { return flatten(x) }\n");
  CHECK(expression_of(canonicalize(graph)) == "y = x");
  check_exactly_same(graph, canonicalize(graph));
}

TEST_CASE("canonicalize makes products of whole powers and roots of halves") {
  auto power = [](const std::string &exponent) {
    Graph graph = graph_of("network n(x: f32[2, 3]) -> (y: f32[2, 3]) { return x |> pow(" + exponent + ") }\n");
    Graph result = canonicalize(graph);
    check_same(graph, result);
    return expression_of(result);
  };
  CHECK(power("1") == "y = x");
  CHECK(power("2") == "y = mul(x, x)");
  CHECK(power("3") == "y = mul(mul(x, x), x)");
  CHECK(power("-1") == "y = div(f32[], x)");
  CHECK(power("0.5") == "y = sqrt(x)");
  CHECK(power("2.5") == "y = pow(x, f32[])");
  CHECK(power("9") == "y = pow(x, f32[])");
}

TEST_CASE("canonicalize leaves its own result as it is") {
  Graph once =
      canonicalize(graph_of("network n(x: f32[2, 3]) -> (y: f32[6]) { return x |> flatten |> flatten |> relu }\n"));
  CHECK(to_string(canonicalize(once)) == to_string(once));
}

TEST_CASE("a batch norm is folded into weight and bias of the convolution before it") {
  Graph graph = graph_of(
      "network n(x: f32[2, 5, 5]) -> (y: f32[3, 3, 3]) { return x |> conv(3, kernel = 3) as c |> batch_norm as b }\n");
  Graph result = fold_constants(fold_batch_norm(graph));
  CHECK(expression_of(result) == "y = conv(x, f32[3, 2, 3, 3], f32[3])");
  check_same(graph, result);
}

TEST_CASE("a convolution without a bias gets one from the batch norm") {
  Graph graph = graph_of(
      "network n(x: f32[2, 5, 5]) -> (y: f32[3, 3, 3]) {\n"
      "  return x |> conv(3, kernel = 3, bias = false) as c |> batch_norm as b\n"
      "}\n");
  CHECK(expression_of(canonicalize(graph)) ==
        "y = batch_norm(conv(x, c.weight), b.weight, b.bias, b.running_mean, b.running_var)");
  Graph result = fold_constants(fold_batch_norm(graph));
  CHECK(expression_of(result) == "y = conv(x, f32[3, 2, 3, 3], f32[3])");
  check_same(graph, result);
}

TEST_CASE("a scale is folded as a batch norm is, with a bias and without") {
  for (const char *bias : {"true", "false"}) {
    Graph graph = graph_of(
        "network n(x: f32[2, 5, 5]) -> (y: f32[3, 3, 3]) { return x |> conv(3, kernel = 3) as c |> scale(bias = " +
        std::string(bias) + ") as s }\n");
    Graph result = fold_constants(fold_batch_norm(graph));
    CHECK(expression_of(result) == "y = conv(x, f32[3, 2, 3, 3], f32[3])");
    check_same(graph, result);
  }
}

TEST_CASE("a batch norm is folded into depthwise and into dense layers") {
  Graph depthwise = graph_of(
      "network n(x: f32[3, 5, 5]) -> (y: f32[3, 3, 3]) { return x |> depthwise(kernel = 3) as c |> batch_norm as b "
      "}\n");
  CHECK(expression_of(fold_constants(fold_batch_norm(depthwise))).rfind("y = depthwise(x, ", 0) == 0);
  check_same(depthwise, fold_batch_norm(depthwise));
  Graph dense = graph_of("network n(x: f32[5]) -> (y: f32[3]) { return x |> dense(3) as d |> batch_norm as b }\n");
  CHECK(expression_of(fold_constants(fold_batch_norm(dense))) == "y = dense(x, f32[3, 5], f32[3])");
  check_same(dense, fold_batch_norm(dense));
}

TEST_CASE("a batch norm behind rows of a dense layer is by row, and stays a product and a sum") {
  Graph graph =
      graph_of("network n(x: f32[2, 5]) -> (y: f32[2, 3]) { return x |> dense(3) as d |> batch_norm as b }\n");
  CHECK(expression_of(fold_constants(fold_batch_norm(graph))) ==
        "y = add(mul(dense(x, d.weight, d.bias), f32[2, 1]), f32[2, 1])");
  check_same(graph, fold_constants(fold_batch_norm(graph)));
}

TEST_CASE("a batch norm whose convolution has another use becomes a product and a sum") {
  Graph graph = graph_of(
      "network n(x: f32[2, 5, 5]) -> (y: f32[3, 3, 3], z: f32[3, 3, 3]) {\n"
      "  let c = x |> conv(3, kernel = 3) as c\n"
      "  return c |> batch_norm as b, c\n"
      "}\n");
  CHECK(expression_of(fold_constants(fold_batch_norm(graph))) ==
        "y = add(mul(conv(x, c.weight, c.bias), f32[3, 1, 1]), f32[3, 1, 1]); z = conv(x, c.weight, c.bias)");
  check_same(graph, fold_batch_norm(graph));
}

TEST_CASE("a batch norm with no linear layer before it becomes a product and a sum") {
  Graph graph = graph_of("network n(x: f32[2, 3]) -> (y: f32[2, 3]) { return x |> relu |> batch_norm as b }\n");
  CHECK(expression_of(fold_constants(fold_batch_norm(graph))) == "y = add(mul(relu(x), f32[2, 1]), f32[2, 1])");
  check_same(graph, fold_batch_norm(graph));
}

TEST_CASE("of two batch norms in a row the first is folded") {
  Graph graph = graph_of(
      "network n(x: f32[2, 5, 5]) -> (y: f32[3, 3, 3]) {\n"
      "  return x |> conv(3, kernel = 3) as c |> batch_norm as a |> batch_norm as b\n"
      "}\n");
  CHECK(expression_of(fold_constants(fold_batch_norm(graph))) ==
        "y = add(mul(conv(x, f32[3, 2, 3, 3], f32[3]), f32[3, 1, 1]), f32[3, 1, 1])");
  check_same(graph, fold_batch_norm(graph));
}

TEST_CASE("folding a batch norm does not need the weights' numbers") {
  Graph graph = graph_of(
      "network n(x: f32[2, 5, 5]) -> (y: f32[3, 3, 3]) { return x |> conv(3, kernel = 3) as c |> batch_norm as b }\n");
  for (ValueId id : graph.weights) graph.values[static_cast<std::size_t>(id)].data = {};
  CHECK(verify(fold_batch_norm(graph)).empty());
}

TEST_CASE("decompose leaves only operators that have nests") {
  Graph graph = graph_of("network n(x: f32[4]) -> (y: f32[4]) { return x |> softmax as s }\n");
  Graph result = decompose(graph);
  for (const Node &node : result.nodes) {
    CHECK((node.op->nest != nullptr));
    CHECK(node.path == "s");
  }
  CHECK(expression_of(result) == "y = div(exp(sub(x, max_over(x))), sum(exp(sub(x, max_over(x)))))");
  check_same(graph, result);
}

TEST_CASE("decompose leaves a graph without compound operators as it is") {
  Graph graph = graph_of("network n(x: f32[5]) -> (y: f32[3]) { return x |> dense(3) as d |> relu }\n");
  CHECK(to_string(decompose(graph)) == to_string(graph));
}

TEST_CASE("nodes on weights and constants become one constant") {
  Graph graph = graph_of("network n(x: f32[5]) -> (y: f32[3]) { return x |> dense(3) as d }\n");
  const ValueId weight = graph.nodes[0].operands[2];
  ValueId three = add_constant(graph, {{DType::f32, {3}}, {1, 2, 3}});
  ValueId bias = apply(graph, "exp", {apply(graph, "mul", {weight, three})[0]})[0];
  ValueId y = apply(graph, "add", {graph.outputs[0].value, bias})[0];
  graph.outputs[0].value = y;
  Graph result = fold_constants(graph);
  CHECK(expression_of(result) == "y = add(dense(x, d.weight, d.bias), f32[3])");
  check_same(graph, result);
}

TEST_CASE("a chain of nodes on constants is rounded once, at its end") {
  // In f32 1e8 + 1 - 1e8 would be 0.
  Graph graph = graph_of("network n(x: f32[1]) -> (y: f32[1]) { return x }\n");
  auto number = [&](double value) { return add_constant(graph, {{DType::f32, {1}}, {value}}); };
  ValueId sum = apply(graph, "sub", {apply(graph, "add", {number(1e8), number(1)})[0], number(1e8)})[0];
  graph.outputs[0].value = apply(graph, "mul", {graph.inputs[0], sum})[0];
  Graph result = fold_constants(graph);
  CHECK(expression_of(result) == "y = mul(x, f32[1])");
  const Node &product = result.nodes.at(0);
  CHECK(result.values[static_cast<std::size_t>(product.operands[1])].data.tensor().data == std::vector<double>{1});
}

TEST_CASE("what depends on an input is not folded, nor are weights without numbers") {
  Graph graph = graph_of("network n(x: f32[5]) -> (y: f32[3]) { return x |> dense(3) as d |> batch_norm as b }\n");
  Graph folded = fold_batch_norm(graph);
  for (ValueId id : folded.weights) folded.values[static_cast<std::size_t>(id)].data = {};
  CHECK(to_string(fold_constants(folded)) == to_string(folded));
}

TEST_CASE("a constant output stays an output") {
  Graph graph = graph_of("network n(x: f32[2]) -> (y: f32[2]) { return x }\n");
  ValueId two = add_constant(graph, {{DType::f32, {2}}, {2, 3}});
  graph.outputs[0].value = apply(graph, "mul", {two, two})[0];
  CHECK(expression_of(fold_constants(graph)) == "y = f32[2]");
  check_exactly_same(graph, fold_constants(graph));
}
