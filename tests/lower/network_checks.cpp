// The whole middle end on small networks, where groups are fused, values blocked by channels and buffers shared.
#include <doctest/doctest.h>

#include "compiler/eval/eval_graph.hpp"
#include "compiler/ops/run_shape_rule.hpp"
#include "tests/lower/middle_end.hpp"

using namespace cnnc;
using namespace cnnc::test;

namespace {

/// A network under construction, with numbers that a rule gives: no two weights are alike.
struct SmallNetwork {
  Graph graph;
  std::vector<Tensor> inputs;
  int numbers = 0;

  explicit SmallNetwork(std::string name) { graph.name = std::move(name); }

  Tensor tensor(const Shape &shape, double low, double high) {
    Tensor result{{DType::f32, shape}, {}};
    for (std::int64_t i = 0; i < element_count(shape); ++i) {
      numbers = (numbers * 197 + 71) % 1009;  // full period: 1009 is a prime, 197 one of its primitive roots
      result.data.push_back(static_cast<float>(low + (high - low) * numbers / 1009));
    }
    return result;
  }

  ValueId input(const Shape &shape) {
    ValueId id = graph.add_value({.name = "x" + std::to_string(inputs.size()),
                                  .type = {DType::f32, shape},
                                  .kind = ValueKind::input,
                                  .data = {},
                                  .span = {}});
    inputs.push_back(tensor(shape, -1, 1));
    return id;
  }

  /// The layer's result; its weights are made to fit.
  ValueId layer(const std::string &path, std::string_view op, std::vector<ValueId> operands,
                std::vector<std::pair<std::string, AttrValue>> attrs = {}) {
    Diagnostics diagnostics;
    InferContext context{.op = find_operator(op),
                         .label = path,
                         .call = {},
                         .operands = {},
                         .operand_names = std::vector<std::string>(operands.size()),
                         .operand_spans = std::vector<Span>(operands.size()),
                         .attrs = {},
                         .diagnostics = &diagnostics,
                         .results = {},
                         .parameters = {}};
    for (ValueId id : operands) context.operands.push_back(graph.values[static_cast<std::size_t>(id)].type);
    for (const auto &[name, value] : attrs) context.attrs[name].value = value;
    add_defaults(*context.op, context.attrs);
    bool fits = context.op->infer(context);
    REQUIRE_MESSAGE(fits, diagnostics.all().front().message);
    for (const OperandSpec *parameter : parameters_present(*context.op, context.attrs)) {
      bool around_one = parameter->init == "one";
      const Shape &shape = context.parameters.at(std::string(parameter->name));
      operands.push_back(graph.add_value({.name = path + "." + std::string(parameter->name),
                                          .type = {DType::f32, shape},
                                          .kind = ValueKind::weight,
                                          .data = tensor(shape, around_one ? 0.5 : -0.5, around_one ? 1.5 : 0.5),
                                          .span = {}}));
    }
    return graph.add_node(
        {.op = context.op, .path = path, .operands = operands, .results = {}, .attrs = context.attrs, .span = {}},
        context.results);
  }

  void output(ValueId value) { graph.outputs.push_back({"y" + std::to_string(graph.outputs.size()), value}); }
};

using Ints = std::vector<std::int64_t>;

/// LeNet-5 with odd extents: convolution, activation and pooling in one group, then dense layers.
SmallNetwork lenet() {
  SmallNetwork net("lenet");
  ValueId x = net.input({1, 22, 20});
  x = net.layer("conv1", "conv", {x}, {{"channels", 6}, {"kernel", 5}, {"pad", 2}});
  x = net.layer("", "tanh", {x});
  x = net.layer("", "max_pool", {x}, {{"kernel", 2}, {"stride", 2}});
  x = net.layer("conv2", "conv", {x}, {{"channels", 19}, {"kernel", 3}});
  x = net.layer("", "relu", {x});
  x = net.layer("", "avg_pool", {x}, {{"kernel", 2}, {"stride", 2}});
  x = net.layer("", "flatten", {x});
  x = net.layer("fc1", "dense", {x}, {{"units", 37}});
  x = net.layer("", "sigmoid", {x});
  x = net.layer("fc2", "dense", {x}, {{"units", 10}});
  net.output(net.layer("", "softmax", {x}));
  return net;
}

/// Channels that fill no whole number of vectors, blocked between layers: depthwise, pooling and a residual.
SmallNetwork separable() {
  SmallNetwork net("separable");
  ValueId x = net.input({3, 15, 13});
  x = net.layer("stem", "conv", {x}, {{"channels", 21}, {"kernel", 3}, {"stride", 2}, {"pad", 1}});
  x = net.layer("", "relu", {x});
  ValueId skip = x;
  x = net.layer("depthwise", "depthwise", {x}, {{"kernel", 3}, {"pad", 1}});
  x = net.layer("norm", "batch_norm", {x});
  x = net.layer("", "relu", {x});
  x = net.layer("pointwise", "conv", {x}, {{"channels", 21}, {"kernel", 1}});
  x = net.layer("", "add", {x, skip});
  x = net.layer("", "max_pool", {x}, {{"kernel", 3}, {"stride", 2}, {"pad", 1}});
  x = net.layer("head", "conv", {x}, {{"channels", 5}, {"kernel", 3}, {"pad", 1}});
  net.output(net.layer("", "global_avg_pool", {x}));
  return net;
}

/// Branches that meet in a concat, one value with many users, two outputs.
SmallNetwork branches() {
  SmallNetwork net("branches");
  ValueId x = net.input({4, 9, 9});
  ValueId a = net.layer("a", "conv", {x}, {{"channels", 7}, {"kernel", 1}});
  ValueId b = net.layer("b", "conv", {x}, {{"channels", 18}, {"kernel", 3}, {"pad", 1}});
  b = net.layer("", "leaky_relu", {b});
  ValueId c = net.layer("", "max_pool", {x}, {{"kernel", 3}, {"stride", 1}, {"pad", 1}});
  ValueId all = net.layer("", "concat", {a, b, c});
  ValueId next = net.layer("next", "conv", {all}, {{"channels", 16}, {"kernel", 3}});
  net.output(net.layer("", "add", {next, next}));
  net.output(net.layer("", "exp", {a}));
  return net;
}

/// Padding and reshapes, folded into what reads them where that can be.
SmallNetwork reshapes() {
  SmallNetwork net("reshapes");
  ValueId x = net.input({2, 5, 6});
  x = net.layer("", "pad", {x}, {{"amount", Ints{2, 1, 1, 2}}, {"mode", std::string("reflect")}});
  x = net.layer("conv", "conv", {x}, {{"channels", 8}, {"kernel", 3}});
  x = net.layer("", "reshape", {x}, {{"dims", Ints{16, 3, 7, 1}}});
  x = net.layer("", "neg", {x});
  ValueId rows = net.layer("", "mean", {x}, {{"axes", Ints{1, 3}}});
  net.output(net.layer("", "log_softmax", {rows}));
  return net;
}

void check_network(const SmallNetwork &net) {
  CAPTURE(net.graph.name);
  REQUIRE(text_of(verify(net.graph)) == "");
  std::vector<Tensor> expected = eval_graph(net.graph, net.inputs);
  for (const Target &target : all_targets()) {
    CAPTURE(target.name);
    check_program(net.graph, net.inputs, expected, target);
  }
}

}  // namespace

TEST_CASE("a network of convolutions, pooling and dense layers computes its reference on every target") {
  check_network(lenet());
}

TEST_CASE("a separable network with a residual computes its reference on every target") { check_network(separable()); }

TEST_CASE("a network of branches with two outputs computes its reference on every target") {
  check_network(branches());
}

TEST_CASE("a network of reshapes and padding computes its reference on every target") { check_network(reshapes()); }
