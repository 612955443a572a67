#include "tests/op_checks/cases.hpp"

#include <cmath>
#include <cstdint>
#include <limits>

#include "compiler/eval/eval_nest.hpp"
#include "compiler/support/checks.hpp"

namespace cnnc {

namespace {

/// SplitMix64, G. Steele, D. Lea and C. Flood, Fast splittable pseudorandom number generators, 2014.
class Generator {
 public:
  explicit Generator(const std::string &seed) {
    for (char c : seed) state_ = (state_ ^ static_cast<unsigned char>(c)) * 0x100000001b3U;
  }

  /// A float in [low, high).
  double uniform(double low, double high) {
    std::uint64_t x = state_ += 0x9e3779b97f4a7c15U;
    x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9U;
    x = (x ^ (x >> 27)) * 0x94d049bb133111ebU;
    double unit = static_cast<double>((x ^ (x >> 31)) >> 41) * 0x1p-23;
    return static_cast<float>(low + (high - low) * unit);
  }

 private:
  std::uint64_t state_ = 0xcbf29ce484222325U;
};

Tensor random_tensor(Generator &generator, const Shape &shape, double low, double high, DType dtype = DType::f32) {
  Tensor tensor{{dtype, shape}, std::vector<double>(static_cast<std::size_t>(element_count(shape)))};
  for (double &value : tensor.data) {
    value = generator.uniform(low, high);
    value = is_integer(dtype) ? to_integer(std::floor(value), dtype) : rounded(value, dtype);
  }
  return tensor;
}

/// Around what initialisation gives it: 1 for scales and variances, 0 for everything else.
Tensor random_parameter(Generator &generator, const OperandSpec &parameter, const Shape &shape) {
  bool around_one = parameter.init == "one";
  return random_tensor(generator, shape, around_one ? 0.5 : -1, around_one ? 1.5 : 1);
}

OpCase make_case(const OpDef &op, const Sample &sample) {
  OpCase result{.name = std::string(op.name) + "_" + sample.name, .op = &op, .graph = {}, .inputs = {}};
  Generator generator(result.name);
  Graph &graph = result.graph;
  graph.name = result.name;

  Diagnostics diagnostics;
  InferContext context{.op = &op,
                       .label = std::string(op.name),
                       .call = {},
                       .operands = {},
                       .operand_names = {},
                       .operand_spans = {},
                       .attrs = {},
                       .diagnostics = &diagnostics,
                       .results = {},
                       .parameters = {}};
  std::vector<ValueId> operands;
  for (const Shape &shape : sample.operands) {
    const std::size_t number = operands.size();
    const DType dtype = number < sample.dtypes.size() ? sample.dtypes[number] : DType::f32;
    context.operands.push_back({dtype, shape});
    context.operand_names.push_back("x" + std::to_string(operands.size()));
    context.operand_spans.emplace_back();
    operands.push_back(graph.add_value({.name = context.operand_names.back(),
                                        .type = context.operands.back(),
                                        .kind = ValueKind::input,
                                        .data = {},
                                        .span = {}}));
    result.inputs.push_back(random_tensor(generator, shape, sample.low, sample.high, dtype));
  }
  for (const auto &[name, value] : sample.attrs) context.attrs[name].value = value;
  add_defaults(op, context.attrs);
  CNNC_CHECK(op.infer(context), result.name + ": " + diagnostics.all().front().message);

  for (const OperandSpec *parameter : parameters_present(op, context.attrs)) {
    Tensor data = random_parameter(generator, *parameter, context.parameters.at(std::string(parameter->name)));
    operands.push_back(graph.add_value({.name = "layer." + std::string(parameter->name),
                                        .type = data.type,
                                        .kind = ValueKind::weight,
                                        .data = data,
                                        .span = {}}));
  }
  graph.add_node({.op = &op, .path = "layer", .operands = operands, .results = {}, .attrs = context.attrs, .span = {}},
                 context.results);
  for (ValueId id : graph.nodes.back().results)
    graph.outputs.push_back({"y" + std::to_string(graph.outputs.size()), id});
  return result;
}

/// Values of a graph's ids while nodes are appended to it.
struct NestEvaluation {
  Graph graph;
  std::vector<Tensor> values;

  void run(const Node &node) {
    if (node.op->nest == nullptr) return run_decomposed(node);
    std::vector<const Tensor *> operands;
    for (ValueId operand : node.operands) operands.push_back(&values.at(operand));
    const TensorType &type = graph.values[node.results[0]].type;
    Tensor result{type, std::vector<double>(static_cast<std::size_t>(element_count(type.shape)),
                                            std::numeric_limits<double>::quiet_NaN())};
    for (const Nest &nest : nests_of(graph, node)) eval_nest(nest, operands, result);
    values.resize(graph.values.size());
    values[node.results[0]] = std::move(result);
  }

  void run_decomposed(const Node &node) {
    std::size_t first = graph.nodes.size();
    std::vector<ValueId> results = node.op->decompose(graph, node);
    values.resize(graph.values.size());
    for (std::size_t id = 0; id < graph.values.size(); ++id)
      if (graph.values[id].kind == ValueKind::constant) values[id] = graph.values[id].data.tensor();
    for (std::size_t i = first; i < graph.nodes.size(); ++i) run(Node(graph.nodes[i]));
    for (std::size_t i = 0; i < results.size(); ++i) values[node.results[i]] = values[results[i]];
  }
};

}  // namespace

void for_each_case(const std::function<void(const OpCase &)> &check) {
  for (const OpDef *op : all_operators())
    for (const Sample &sample : op->samples()) check(make_case(*op, sample));
}

std::vector<Tensor> eval_graph_by_nests(const Graph &graph, const std::vector<Tensor> &inputs) {
  NestEvaluation evaluation{graph, std::vector<Tensor>(graph.values.size())};
  for (std::size_t i = 0; i < inputs.size(); ++i) evaluation.values[graph.inputs[i]] = inputs[i];
  for (std::size_t id = 0; id < graph.values.size(); ++id)
    if (graph.values[id].data) evaluation.values[id] = graph.values[id].data.tensor();
  for (const Node &node : graph.nodes) evaluation.run(node);
  std::vector<Tensor> outputs;
  for (const Output &output : graph.outputs) outputs.push_back(evaluation.values[output.value]);
  return outputs;
}

const Tolerance &nest_tolerance() {
  static const Tolerance tolerance{
      .absolute = 1e-12,
      .relative = 0x1p-22,
      .reason =
          "both are evaluated in double, sums in another order (1e-12 of terms around 1); a nest's constants, such "
          "as 1 / count, eps and slope, are rounded to f32 (2^-24 each)"};
  return tolerance;
}

}  // namespace cnnc
