#include "tests/random/network_text.hpp"

#include <fmt/format.h>

#include <map>

#include "compiler/ops/op.hpp"

namespace cnnc::test {

namespace {

const Value &value_of(const Graph &graph, ValueId id) { return graph.values[static_cast<std::size_t>(id)]; }

std::string name_of(const Graph &graph, ValueId id) {
  const Value &value = value_of(graph, id);
  return value.kind == ValueKind::input ? value.name : fmt::format("v{}", id);
}

/// The numbers from `at` on as nested lists, which a scalar is not.
std::string numbers(const Tensor &tensor, std::size_t dimension, std::size_t &at) {
  if (dimension == tensor.type.shape.size()) return fmt::format("{}", tensor.data[at++]);
  std::string text = "[";
  for (std::int64_t i = 0; i < tensor.type.shape[dimension]; ++i)
    text += (i > 0 ? ", " : "") + numbers(tensor, dimension + 1, at);
  return text + "]";
}

/// The layer whose weights the node uses: its own, or an earlier one's.
std::string weights_layer(const Graph &graph, const Node &node) {
  const std::size_t count = parameters_present(*node.op, node.attrs).size();
  if (count == 0) return node.path;
  const std::string &weight = value_of(graph, node.operands[node.operands.size() - 1]).name;
  return weight.substr(0, weight.find('.'));
}

std::string call_text(const Graph &graph, const Node &node) {
  const std::size_t data = node.operands.size() - parameters_present(*node.op, node.attrs).size();
  std::string text = std::string(node.op->name) + "(";
  std::vector<std::string_view> names;  // of optional operands, which are given by name
  for (const OperandSpec &operand : node.op->operands)
    if (operand.role == OperandRole::optional && bool_attr(node.attrs, operand.enabled_by))
      names.push_back(operand.name);
  for (std::size_t i = 0; i < data; ++i) {
    if (i > 0) text += ", ";
    if (i + names.size() >= data) text += std::string(names[i + names.size() - data]) + " = ";
    text += name_of(graph, node.operands[i]);
  }
  for (const AttrSpec &attribute : node.op->attributes) {
    const Attr &attr = node.attrs.at(std::string(attribute.name));
    if (attribute.kind == AttrKind::given || std::holds_alternative<std::monostate>(attr.value)) continue;
    std::string value = to_string(as_written(attribute, attr.value));
    const auto *word = std::get_if<std::string>(&attr.value);
    if (word != nullptr && dtype_named(*word)) value = *word;  // a word of the language, no string
    text += fmt::format(", {} = {}", attribute.name, value);
  }
  const std::string layer = weights_layer(graph, node);
  if (layer != node.path) text += ", share = " + layer;
  return text + ") as " + node.path;
}

}  // namespace

std::string network_text(const Graph &graph) {
  std::string text = "network " + graph.name + "(";
  for (std::size_t i = 0; i < graph.inputs.size(); ++i)
    text += fmt::format("{}{}: {}", i > 0 ? ", " : "", name_of(graph, graph.inputs[i]),
                        to_string(value_of(graph, graph.inputs[i]).type));
  text += ") -> (";
  for (std::size_t i = 0; i < graph.outputs.size(); ++i)
    text += fmt::format("{}{}: {}", i > 0 ? ", " : "", graph.outputs[i].name,
                        to_string(value_of(graph, graph.outputs[i].value).type));
  text += ") {\n";
  for (std::size_t id = 0; id < graph.values.size(); ++id) {
    if (graph.values[id].kind != ValueKind::constant) continue;
    std::size_t at = 0;
    text += fmt::format("  let v{} = tensor({})\n", id, numbers(graph.values[id].data.tensor(), 0, at));
  }
  for (const Node &node : graph.nodes) {
    text += "  let ";
    for (std::size_t i = 0; i < node.results.size(); ++i) text += (i > 0 ? ", " : "") + name_of(graph, node.results[i]);
    text += " = " + call_text(graph, node) + "\n";
  }
  text += "  return ";
  for (std::size_t i = 0; i < graph.outputs.size(); ++i)
    text += (i > 0 ? ", " : "") + name_of(graph, graph.outputs[i].value);
  return text + "\n}\n";
}

}  // namespace cnnc::test
