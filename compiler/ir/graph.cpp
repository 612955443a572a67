#include "compiler/ir/graph.hpp"

#include <fmt/format.h>

#include "compiler/ir/liveness.hpp"
#include "compiler/support/checks.hpp"
#include "compiler/support/diagnostics.hpp"

namespace cnnc {

ValueId Graph::add_value(Value value) {
  auto id = static_cast<ValueId>(values.size());
  if (value.kind == ValueKind::input) inputs.push_back(id);
  if (value.kind == ValueKind::weight) weights.push_back(id);
  values.push_back(std::move(value));
  return id;
}

ValueId Graph::add_node(Node node, const std::vector<TensorType> &results) {
  CNNC_CHECK(!results.empty(), "a node without results");
  auto id = static_cast<NodeId>(nodes.size());
  node.results.clear();
  for (const TensorType &type : results) {
    Value value{
        .name = node.path, .type = type, .kind = ValueKind::result, .producer = id, .data = {}, .span = node.span};
    node.results.push_back(add_value(std::move(value)));
  }
  nodes.push_back(std::move(node));
  return nodes.back().results.front();
}

namespace {

const AttrValue &attr(const Attrs &attrs, std::string_view name) {
  auto found = attrs.find(name);
  CNNC_CHECK(found != attrs.end(), "no attribute " + std::string(name));
  return found->second.value;
}

template <class T>
const T &attr_of_type(const Attrs &attrs, std::string_view name) {
  const T *value = std::get_if<T>(&attr(attrs, name));
  CNNC_CHECK(value != nullptr, "attribute " + std::string(name) + " has another type than its operator's schema");
  return *value;
}

}  // namespace

std::int64_t int_attr(const Attrs &attrs, std::string_view name) { return attr_of_type<std::int64_t>(attrs, name); }

double real_attr(const Attrs &attrs, std::string_view name) {
  if (const auto *integer = std::get_if<std::int64_t>(&attr(attrs, name))) return static_cast<double>(*integer);
  return attr_of_type<double>(attrs, name);
}

bool bool_attr(const Attrs &attrs, std::string_view name) { return attr_of_type<bool>(attrs, name); }

const std::string &text_attr(const Attrs &attrs, std::string_view name) {
  return attr_of_type<std::string>(attrs, name);
}

const std::vector<std::int64_t> &ints_attr(const Attrs &attrs, std::string_view name) {
  return attr_of_type<std::vector<std::int64_t>>(attrs, name);
}

const std::vector<double> &reals_attr(const Attrs &attrs, std::string_view name) {
  return attr_of_type<std::vector<double>>(attrs, name);
}

const AttrTable &table_attr(const Attrs &attrs, std::string_view name) { return attr_of_type<AttrTable>(attrs, name); }

bool has_attr(const Attrs &attrs, std::string_view name) {
  auto found = attrs.find(name);
  return found != attrs.end() && !std::holds_alternative<std::monostate>(found->second.value);
}

namespace {

/// The shortest text that reads back as the same number, with a point or an exponent so that it is seen to be real.
std::string real_text(double value) {
  std::string text = fmt::format("{}", value);
  return text.find_first_of(".en") == std::string::npos ? text + ".0" : text;
}

std::string int_text(std::int64_t value) { return std::to_string(value); }

template <class T, class Text>
std::string list_text(const std::vector<T> &list, Text text) {
  std::string result = "[";
  for (std::size_t i = 0; i < list.size(); ++i) result += (i ? ", " : "") + text(list[i]);
  return result + "]";
}

struct AttrText {
  std::string operator()(std::monostate) const { return "none"; }
  std::string operator()(std::int64_t value) const { return int_text(value); }
  std::string operator()(double value) const { return real_text(value); }
  std::string operator()(bool value) const { return value ? "true" : "false"; }
  std::string operator()(const std::string &value) const { return '"' + printable(value) + '"'; }
  std::string operator()(const std::vector<std::int64_t> &list) const { return list_text(list, int_text); }
  std::string operator()(const std::vector<double> &list) const { return list_text(list, real_text); }
  std::string operator()(const AttrTable &table) const {
    auto entry = [](double value) { return fmt::format("{}", value); };
    return list_text(table, [&](const std::vector<double> &row) { return list_text(row, entry); });
  }
};

}  // namespace

std::string to_string(const AttrValue &value) { return std::visit(AttrText{}, value); }

namespace {

struct Liveness {
  std::vector<char> values;
  std::vector<char> nodes;
};

Liveness live_parts(const Graph &graph) {
  Liveness live{std::vector<char>(graph.values.size(), 0), std::vector<char>(graph.nodes.size(), 0)};
  for (const Output &output : graph.outputs) live.values[output.value] = 1;
  for (ValueId input : graph.inputs) live.values[input] = 1;
  for (std::size_t i = graph.nodes.size(); i-- > 0;) {  // operands come earlier, so one sweep from the end suffices
    const Node &node = graph.nodes[i];
    for (ValueId result : node.results) live.nodes[i] |= live.values[result];
    if (!live.nodes[i]) continue;
    for (ValueId operand : node.operands) live.values[operand] = 1;
    for (ValueId result : node.results) live.values[result] = 1;  // a node keeps all of its results
  }
  return live;
}

}  // namespace

std::vector<bool> live_nodes(const Graph &graph) {
  const Liveness live = live_parts(graph);
  return {live.nodes.begin(), live.nodes.end()};
}

std::vector<bool> depends_on_inputs(const Graph &graph) {
  std::vector<bool> depends(graph.values.size(), false);
  for (ValueId input : graph.inputs) depends[static_cast<std::size_t>(input)] = true;
  for (const Node &node : graph.nodes) {
    bool any = false;
    for (ValueId operand : node.operands) any = any || depends[static_cast<std::size_t>(operand)];
    for (ValueId result : node.results) depends[static_cast<std::size_t>(result)] = any;
  }
  return depends;
}

TensorType with_samples(TensorType type, std::int64_t samples) {
  if (samples > 1) type.shape.insert(type.shape.begin(), samples);
  return type;
}

Graph without_dead_code(const Graph &graph) {
  Liveness live = live_parts(graph);
  Graph result;
  result.name = graph.name;
  result.doc = graph.doc;
  result.batch = graph.batch;

  std::vector<NodeId> new_node(graph.nodes.size(), -1);
  NodeId node_count = 0;
  for (std::size_t i = 0; i < graph.nodes.size(); ++i)
    if (live.nodes[i]) new_node[i] = node_count++;

  std::vector<ValueId> new_value(graph.values.size(), -1);
  for (std::size_t i = 0; i < graph.values.size(); ++i) {
    if (!live.values[i]) continue;
    Value value = graph.values[i];
    if (value.producer >= 0) value.producer = new_node[value.producer];
    new_value[i] = static_cast<ValueId>(result.values.size());
    result.values.push_back(std::move(value));
  }
  auto renumber = [&](const std::vector<ValueId> &ids) {
    std::vector<ValueId> renumbered;
    for (ValueId id : ids)
      if (new_value[id] >= 0) renumbered.push_back(new_value[id]);
    return renumbered;
  };
  for (std::size_t i = 0; i < graph.nodes.size(); ++i) {
    if (!live.nodes[i]) continue;
    Node node = graph.nodes[i];
    node.operands = renumber(node.operands);
    node.results = renumber(node.results);
    result.nodes.push_back(std::move(node));
  }
  result.inputs = renumber(graph.inputs);
  result.weights = renumber(graph.weights);
  for (const Output &output : graph.outputs) result.outputs.push_back({output.name, new_value[output.value]});
  return result;
}

}  // namespace cnnc
