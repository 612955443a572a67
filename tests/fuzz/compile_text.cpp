#include "tests/fuzz/compile_text.hpp"

#include <cmath>
#include <exception>

#include "compiler/frontend/net_check.hpp"
#include "compiler/frontend/parse.hpp"
#include "compiler/frontend/weights.hpp"
#include "compiler/ops/op.hpp"
#include "tests/random/check_network.hpp"
#include "tests/random/draw.hpp"

namespace cnnc::fuzz {

namespace {

constexpr double most_work = 3e5;
constexpr std::size_t most_nodes = 60;

std::int64_t count_of(const Graph &graph, ValueId id) {
  return element_count(graph.values[static_cast<std::size_t>(id)].type.shape);
}

/// Few multiplications and bytes, whatever the operators are.
bool is_small(const Graph &graph) {
  if (graph.nodes.size() > most_nodes) return false;
  double work = 0;
  for (const Node &node : graph.nodes) {
    double results = 0, operands = 1;
    for (ValueId id : node.results) results += static_cast<double>(count_of(graph, id));
    for (ValueId id : node.operands) operands += static_cast<double>(count_of(graph, id));
    work += node.operands.size() == 1 ? results + 20 * operands : results * operands / 4;
  }
  for (ValueId id : graph.inputs) work += static_cast<double>(count_of(graph, id));
  return work < most_work;
}

Tensor draw_input(const TensorType &type, test::Draw &draw) {
  Tensor tensor{type, std::vector<double>(static_cast<std::size_t>(element_count(type.shape)))};
  for (double &value : tensor.data)
    value = is_integer(type.dtype) ? static_cast<double>(draw.between(0, 4)) : rounded(draw.uniform(-1, 1), type.dtype);
  return tensor;
}

std::string check_graph(Graph graph, std::uint64_t seed) {
  test::Draw draw(seed);
  random_weights(graph, seed);
  std::vector<Tensor> inputs;
  for (ValueId id : graph.inputs) inputs.push_back(draw_input(graph.values[static_cast<std::size_t>(id)].type, draw));
  const std::vector<const Target *> targets{&all_targets()[draw.below(all_targets().size())]};
  const test::NetworkCheck check = test::check_network(graph, inputs, targets);
  return check.fault.empty() ? "" : check.fault + "\n" + to_string(graph);
}

bool lies_in(Span span, std::size_t size) { return !span.known() || (span.begin <= span.end && span.end <= size); }

std::string fault_of(const Diagnostics &diagnostics, const SourceMap &sources, std::size_t size) {
  for (const Diagnostic &diagnostic : diagnostics.all()) {
    if (!lies_in(diagnostic.span, size)) return "a fault outside of the text";
    if (render(diagnostic, sources, true).empty()) return "a fault without words";
  }
  return "";
}

}  // namespace

TextRun compile_text(const std::string &text, std::uint64_t seed) {
  TextRun run;
  SourceMap sources;
  Diagnostics diagnostics;
  try {
    const FileId file = sources.add("mutated.net", text);
    ast::File parsed = parse(sources, file, diagnostics);
    run.parsed = !diagnostics.has_errors();
    const SourceTree tree = lone_source(std::move(parsed), diagnostics);
    const auto networks = check_networks(tree, sources, diagnostics);
    run.fault = fault_of(diagnostics, sources, text.size());
    if (networks.has_value() == diagnostics.has_errors()) run.fault = "neither refused with a reason nor understood";
    if (!networks || !run.fault.empty()) return run;
    run.networks = static_cast<int>(networks->graphs.size());
    for (const Graph &graph : networks->graphs) {
      if (!is_small(graph) || !run.fault.empty()) continue;
      ++run.compared;
      run.fault = check_graph(graph, seed);
    }
  } catch (const std::exception &error) {
    run.fault = error.what();
  }
  return run;
}

}  // namespace cnnc::fuzz
