// The text form of a Graph: one line per value that has no producer, then one per node, in order.
#include <fmt/format.h>

#include "compiler/ops/op.hpp"

namespace cnnc {

namespace {

/// A constant's numbers up to this count are shown; more would drown the graph.
constexpr std::size_t shown_numbers = 4;

const char *name(ValueKind kind) {
  switch (kind) {
    case ValueKind::input:
      return "input";
    case ValueKind::weight:
      return "weight";
    case ValueKind::constant:
      return "constant";
    case ValueKind::result:
      return "result";
  }
  return "";
}

/// How a value is named where it is used: a weight by its name, everything else by its number.
std::string reference(const Graph &graph, ValueId id) {
  const Value &value = graph.values[id];
  if (value.kind == ValueKind::weight) return printable(value.name);
  return fmt::format("%{}", id);
}

std::string numbers(const SharedTensor &shared) {
  if (shared.size() > shown_numbers) return "…";
  const Tensor tensor = shared.tensor();
  std::string text;
  for (std::size_t i = 0; i < tensor.data.size(); ++i)
    text += fmt::format("{}{}", i ? ", " : "", static_cast<float>(tensor.data[i]));
  return tensor.type.shape.empty() ? text : "[" + text + "]";
}

std::string source_line(const Graph &graph, ValueId id) {
  const Value &value = graph.values[id];
  std::string line = fmt::format("  %{}: {} = {}", id, to_string(value.type), name(value.kind));
  if (!value.name.empty()) line += " " + printable(value.name);
  if (value.kind == ValueKind::constant && value.data) line += " " + numbers(value.data);
  if (value.kind == ValueKind::weight && value.given_in_source) line += " given in the source";
  return line + "\n";
}

std::string node_line(const Graph &graph, const Node &node) {
  std::string line = "  ";
  for (std::size_t i = 0; i < node.results.size(); ++i)
    line += fmt::format("{}%{}: {}", i ? ", " : "", node.results[i], to_string(graph.values[node.results[i]].type));
  line += fmt::format(" = {}(", node.op ? node.op->name : "?");
  const char *separator = "";
  for (ValueId operand : node.operands) {
    line += separator + reference(graph, operand);
    separator = ", ";
  }
  for (const auto &[attribute, value] : node.attrs) {
    if (!has_attr(node.attrs, attribute)) continue;  // not given, and without a value of its own
    line += separator + attribute + " = " + to_string(value.value);
    separator = ", ";
  }
  line += ")";
  if (!node.path.empty()) line += " as " + printable(node.path);
  return line + "\n";
}

}  // namespace

std::string to_string(const Graph &graph) {
  std::string text = fmt::format("graph {} {{\n", printable(graph.name));
  for (std::size_t id = 0; id < graph.values.size(); ++id)
    if (graph.values[id].kind != ValueKind::result) text += source_line(graph, static_cast<ValueId>(id));
  for (const Node &node : graph.nodes) text += node_line(graph, node);
  text += "  return";
  const char *separator = " ";
  for (const Output &output : graph.outputs) {
    text += fmt::format("{}{} = {}", separator, printable(output.name), reference(graph, output.value));
    separator = ", ";
  }
  return text + "\n}\n";
}

}  // namespace cnnc
