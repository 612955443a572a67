#include "tests/random/check_text.hpp"

#include <algorithm>
#include <exception>

#include "compiler/eval/compare.hpp"
#include "compiler/eval/eval_graph.hpp"
#include "compiler/frontend/net_check.hpp"
#include "compiler/frontend/parse.hpp"
#include "tests/random/network_text.hpp"

namespace cnnc::test {

namespace {

bool has_words(const Graph &graph) {
  auto is_weight = [&](ValueId id) { return graph.values[static_cast<std::size_t>(id)].kind == ValueKind::weight; };
  for (const Output &output : graph.outputs)
    if (is_weight(output.value)) return false;
  for (const Node &node : graph.nodes) {
    const std::size_t data = node.operands.size() - parameters_present(*node.op, node.attrs).size();
    for (std::size_t i = 0; i < data; ++i)
      if (is_weight(node.operands[i])) return false;
  }
  return true;
}

/// Gives the weights the numbers of those of the same name.
std::string bind(Graph &graph, const Graph &from) {
  for (ValueId id : graph.weights) {
    Value &weight = graph.values[static_cast<std::size_t>(id)];
    auto found = std::find_if(from.values.begin(), from.values.end(), [&](const Value &value) {
      return value.kind == ValueKind::weight && value.name == weight.name;
    });
    if (found == from.values.end() || found->type != weight.type)
      return "weight " + weight.name + " is none of the graph's";
    weight.data = found->data;
  }
  return "";
}

std::string compare_outputs(const Graph &actual, const RandomNetwork &expected) {
  const std::vector<Tensor> a = eval_graph(actual, expected.inputs);
  const std::vector<Tensor> b = eval_graph(expected.graph, expected.inputs);
  if (a.size() != b.size()) return "another number of outputs";
  for (std::size_t i = 0; i < a.size(); ++i) {
    if (a[i].type != b[i].type) return "another type of output " + std::to_string(i);
    if (auto mismatches = compare(a[i], b[i], {0, 0, "the same references of the same numbers"}))
      return "output " + std::to_string(i) + ": " + to_string(*mismatches);
  }
  return "";
}

}  // namespace

std::string text_fault(const RandomNetwork &network) {
  if (!has_words(network.graph)) return "";
  SourceMap sources;
  Diagnostics diagnostics;
  const FileId file = sources.add("random.net", network_text(network.graph));
  try {
    const SourceTree tree = lone_source(parse(sources, file, diagnostics), diagnostics);
    auto networks = check_networks(tree, sources, diagnostics);
    if (!networks) return "its text is refused: " + render(diagnostics.all().front(), sources, false);
    std::string fault = bind(networks->graphs[0], network.graph);
    if (fault.empty()) fault = compare_outputs(networks->graphs[0], network);
    return fault.empty() ? "" : "its text means something else: " + fault;
  } catch (const std::exception &error) {
    return std::string("its text: ") + error.what();
  }
}

}  // namespace cnnc::test
