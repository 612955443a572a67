#include "compiler/frontend/check_report.hpp"
#include "compiler/ops/ignored_weights.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <set>

#include "compiler/ops/op.hpp"
#include "compiler/support/files.hpp"

namespace cnnc {

namespace {

/// Counts beyond 64 bits stop there: no machine will ever do as many.
std::int64_t saturating_sum(std::int64_t a, std::int64_t b) {
  std::int64_t sum = 0;
  return __builtin_add_overflow(a, b, &sum) ? INT64_MAX : sum;
}

const Value &value_of(const Graph &graph, ValueId id) { return graph.values[static_cast<std::size_t>(id)]; }

/// A graph that holds nothing but the operands of a node, and the node over them.
Graph alone(const Graph &graph, Node node) {
  Graph scratch;
  for (ValueId &operand : node.operands)
    operand = scratch.add_value({.name = {},
                                 .type = value_of(graph, operand).type,
                                 .kind = ValueKind::input,
                                 .producer = -1,
                                 .data = {},
                                 .given_in_source = false,
                                 .span = {}});
  std::vector<TensorType> results;
  for (ValueId result : node.results) results.push_back(value_of(graph, result).type);
  scratch.add_node(std::move(node), results);
  return scratch;
}

// -- The table --------------------------------------------------------------------------------------------------------

constexpr std::size_t columns = 6;
using Row = std::array<std::string, columns>;  // line, layer, operator, shape, parameters, multiply-accumulates
constexpr bool to_the_right[columns] = {true, false, false, false, true, true};
constexpr std::size_t usual_width = 80;

std::string count_text(std::int64_t count) { return count == 0 ? "" : grouped(count); }

std::string table_text(const std::vector<Row> &rows) {
  std::array<std::size_t, columns> widths{};
  for (const Row &row : rows)
    for (std::size_t i = 0; i < columns; ++i) widths[i] = std::max(widths[i], row[i].size());
  std::size_t total = 0;
  for (const std::size_t width : widths) total += width + 2;
  const std::string gap = total <= usual_width ? "  " : " ";
  std::string text;
  for (const Row &row : rows) {
    std::string line;
    for (std::size_t i = 0; i < columns; ++i) {
      if (i > 0 || total <= usual_width) line += gap;
      line += to_the_right[i] ? fmt::format("{:>{}}", row[i], widths[i]) : fmt::format("{:<{}}", row[i], widths[i]);
    }
    line.erase(line.find_last_not_of(' ') + 1);
    text += line + "\n";
  }
  return text;
}

/// "12", or "blocks.net:12" in another file than the first.
std::string line_text(Span span, const SourceMap &sources) {
  if (!span.known()) return "";
  const SourceFile &file = sources.file(span.file);
  const std::string line = std::to_string(file.line_column(span.begin).line);
  return span.file == 0 ? line : printable(file_name_of(file.path())) + ":" + line;
}

/// The parameters of a node's weights that no earlier node uses.
std::int64_t new_parameters(const Graph &graph, const Node &node, const IgnoredElements &ignored,
                            std::set<ValueId> &seen) {
  std::int64_t sum = 0;
  for (ValueId id : node.operands) {
    const Value &value = value_of(graph, id);
    if (value.kind == ValueKind::weight && !value.free_parameter && !value.given_in_source && seen.insert(id).second)
      sum = saturating_sum(sum, parameter_count(ignored, value));
  }
  return sum;
}

// -- JSON -------------------------------------------------------------------------------------------------------------

using Json = nlohmann::ordered_json;

Json tensor_json(const std::string &tensor_name, const TensorType &type) {
  return {{"name", tensor_name}, {"dtype", std::string(name(type.dtype))}, {"shape", type.shape}};
}

Json network_json(const Graph &graph) {
  Json inputs = Json::array(), outputs = Json::array(), weights = Json::array();
  for (ValueId id : graph.inputs) inputs.push_back(tensor_json(value_of(graph, id).name, value_of(graph, id).type));
  for (const Output &output : graph.outputs)
    outputs.push_back(tensor_json(output.name, value_of(graph, output.value).type));
  for (ValueId id : graph.weights)
    if (!value_of(graph, id).given_in_source)
      weights.push_back(tensor_json(value_of(graph, id).name, value_of(graph, id).type));
  Json json;
  json["name"] = graph.name;
  json["inputs"] = std::move(inputs);
  json["outputs"] = std::move(outputs);
  json["weights"] = std::move(weights);
  json["macs"] = total_multiply_accumulates(graph);
  json["parameters"] = free_parameters(graph);
  return json;
}

}  // namespace

std::int64_t multiply_accumulates(const Graph &graph, const Node &node) {
  std::int64_t sum = 0;
  if (node.op->nest) {
    for (const Nest &nest : nests_of(graph, node)) sum = saturating_sum(sum, multiply_accumulates(nest));
    return sum;
  }
  Graph scratch = alone(graph, node);
  const Node composed = scratch.nodes.front();  // a copy: decomposing appends to the nodes
  node.op->decompose(scratch, composed);
  for (std::size_t i = 1; i < scratch.nodes.size(); ++i)
    sum = saturating_sum(sum, multiply_accumulates(scratch, scratch.nodes[i]));
  return sum;
}

std::int64_t free_parameters(const Graph &graph) {
  const IgnoredElements ignored = ignored_elements(graph);
  std::int64_t sum = 0;
  for (ValueId id : graph.weights)
    if (!value_of(graph, id).given_in_source) sum = saturating_sum(sum, parameter_count(ignored, value_of(graph, id)));
  return sum;
}

std::int64_t total_multiply_accumulates(const Graph &graph) {
  std::int64_t sum = 0;
  for (const Node &node : graph.nodes) sum = saturating_sum(sum, multiply_accumulates(graph, node));
  return sum;
}

std::string grouped(std::int64_t count) {
  std::string digits = std::to_string(count);
  for (std::size_t i = digits.size(); i > 3;) digits.insert(i -= 3, " ");
  return digits;
}

std::string check_text(const Graph &graph, const SourceMap &sources) {
  std::vector<Row> rows = {{"line", "layer", "operator", "shape", "parameters", "MACs"}};
  const auto add_value = [&](const Value &value, const char *what, std::int64_t parameters) {
    rows.push_back(
        {line_text(value.span, sources), value.name, what, to_string(value.type), count_text(parameters), ""});
  };
  for (ValueId id : graph.inputs) add_value(value_of(graph, id), "input", 0);
  const IgnoredElements ignored = ignored_elements(graph);
  std::set<ValueId> seen;
  const auto add_free_parameters = [&](const std::vector<ValueId> &ids) {
    for (ValueId id : ids)
      if (value_of(graph, id).free_parameter && seen.insert(id).second)
        add_value(value_of(graph, id), "parameter", element_count(value_of(graph, id).type.shape));
  };
  for (const Node &node : graph.nodes) {
    add_free_parameters(node.operands);
    std::string types;
    for (ValueId id : node.results) types += (types.empty() ? "" : ", ") + to_string(value_of(graph, id).type);
    rows.push_back({line_text(node.span, sources), node.path, std::string(node.op->name), types,
                    count_text(new_parameters(graph, node, ignored, seen)),
                    count_text(multiply_accumulates(graph, node))});
  }
  add_free_parameters(graph.weights);
  for (const Output &output : graph.outputs)
    rows.push_back({"", output.name, "output", to_string(value_of(graph, output.value).type), "", ""});
  rows.push_back({"", "total", "", "", grouped(free_parameters(graph)), grouped(total_multiply_accumulates(graph))});
  return "network " + graph.name + "\n" + table_text(rows);
}

std::string check_json(const Networks &networks) {
  Json json;
  json["networks"] = Json::array();
  for (const Graph &graph : networks.graphs) json["networks"].push_back(network_json(graph));
  return json.dump(2) + "\n";
}

}  // namespace cnnc
