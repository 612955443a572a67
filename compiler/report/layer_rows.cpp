#include "compiler/report/layer_rows.hpp"

#include <algorithm>
#include <map>
#include <set>

#include "compiler/frontend/check_report.hpp"
#include "compiler/lower/roll_calls.hpp"
#include "compiler/ops/ignored_weights.hpp"
#include "compiler/ops/op.hpp"

namespace cnnc {

namespace {

std::size_t at(std::int32_t id) { return static_cast<std::size_t>(id); }

/// The groups in which a layer of the source is computed. A layer that has vanished (a batch norm folded into weights,
/// a reshape) counts to the group of the layer that it follows, or else of one that uses it.
class LayerPlaces {
 public:
  explicit LayerPlaces(const ReportInput &input) : places_(input.graph.nodes.size()) {
    std::map<std::string, std::set<std::size_t>, std::less<>> by_path;
    for (std::size_t g = 0; g < input.plan.groups.size(); ++g)
      for (const NodeId id : input.plan.groups[g].nodes) by_path[input.plan.graph.nodes[at(id)].path].insert(g);
    const std::vector<Node> &nodes = input.graph.nodes;
    for (std::size_t n = 0; n < nodes.size(); ++n) {
      const auto found = by_path.find(nodes[n].path);
      if (found != by_path.end()) places_[n].assign(found->second.begin(), found->second.end());
    }
    for (std::size_t n = 0; n < nodes.size(); ++n)
      if (places_[n].empty()) take_from_producer(input.graph, n);
    for (std::size_t n = nodes.size(); n-- > 0;) give_to_producers(input.graph, n);
  }

  const std::vector<std::size_t> &operator[](std::size_t node) const { return places_[node]; }

 private:
  void take_from_producer(const Graph &graph, std::size_t node) {
    for (const ValueId operand : graph.nodes[node].operands) {
      const NodeId producer = graph.values[at(operand)].producer;
      if (producer < 0 || places_[at(producer)].empty()) continue;
      places_[node] = {places_[at(producer)].back()};
      return;
    }
  }

  void give_to_producers(const Graph &graph, std::size_t node) {
    if (places_[node].empty()) return;
    for (const ValueId operand : graph.nodes[node].operands) {
      const NodeId producer = graph.values[at(operand)].producer;
      if (producer >= 0 && places_[at(producer)].empty()) places_[at(producer)] = {places_[node].front()};
    }
  }

  std::vector<std::vector<std::size_t>> places_;
};

void append(std::string &list, std::string_view item) {
  if (!list.empty()) list += ", ";
  list += item;
}

/// "layer1.0.conv1, …bn1": what a path shares with the one before it is said once.
void append_path(std::string &list, std::string_view path, std::string_view before) {
  const std::size_t length = path.rfind('.') == std::string_view::npos ? 0 : path.rfind('.') + 1;
  if (length > 0 && before.substr(0, length) == path.substr(0, length) &&
      before.find('.', length) == std::string_view::npos)
    append(list, "…" + std::string(path.substr(length)));
  else
    append(list, path);
}

/// Names of the operators in a group that a composed layer has become.
std::string parts(const ReportInput &input, std::size_t group, const std::string &path) {
  std::string text;
  for (const NodeId id : input.plan.groups[group].nodes) {
    const Node &node = input.plan.graph.nodes[at(id)];
    if (node.path == path) append(text, node.op->name);
  }
  return text;
}

/// The layer's operator, as a part of what the group computes.
std::string operator_text(const ReportInput &input, std::size_t group, const Node &node) {
  const std::string name(node.op->name);
  if (node.op->decompose == nullptr) return name;
  const std::string inner = parts(input, group, node.path);
  return inner.empty() || inner == name ? name : name + " (" + inner + ")";
}

void describe(LayerRow &row, const ReportInput &input, std::size_t g) {
  const Group &group = input.plan.groups[g];
  const Kernel &kernel = input.program.kernels[at(input.program.calls[g].kernel)];
  row.result = input.plan.graph.values[at(group.result)].type;
  if (const std::vector<IndexBox> parts = stored_boxes(group); parts.size() == 1)
    for (std::size_t d = 0; d < parts[0].size(); ++d) row.result.shape[d] = parts[0][d].high - parts[0][d].low + 1;
  for (const Nest &nest : group.nests) row.macs += multiply_accumulates(nest);
  row.bytes = kernel.bytes;
  row.kernel = kernel.name;
  for (std::size_t i = 0; i < group.schedules.size(); ++i) {
    const std::string text = to_string(group.schedules[i], group.nests[i]);
    if (std::find(row.schedules.begin(), row.schedules.end(), text) == row.schedules.end())
      row.schedules.push_back(text);
  }
}

}  // namespace

std::vector<LayerRow> layer_rows(const ReportInput &input) {
  std::vector<LayerRow> rows(input.plan.groups.size());
  std::vector<std::int64_t> most(rows.size(), -1);  // multiply-accumulates of the layer that gives a row its kind
  std::vector<std::string> before(rows.size());     // the last path of each row
  const LayerPlaces places(input);
  const IgnoredElements ignored = ignored_elements(input.graph);
  std::set<ValueId> counted;
  for (std::size_t n = 0; n < input.graph.nodes.size(); ++n) {
    const Node &node = input.graph.nodes[n];
    const std::int64_t macs = multiply_accumulates(input.graph, node);
    for (std::size_t p = 0; p < places[n].size(); ++p) {
      LayerRow &row = rows[places[n][p]];
      append_path(row.layers, node.path, before[places[n][p]]);
      before[places[n][p]] = node.path;
      append(row.operators, operator_text(input, places[n][p], node));
      for (const ValueId id : node.operands) {
        const Value &value = input.graph.values[at(id)];
        if (value.kind != ValueKind::weight || value.given_in_source || !counted.insert(id).second) continue;
        row.parameters += parameter_count(ignored, value);
      }
      if (macs <= most[places[n][p]]) continue;
      row.kind = kind_of(node);
      most[places[n][p]] = macs;
    }
  }
  for (std::size_t g = 0; g < rows.size(); ++g) {
    describe(rows[g], input, g);
    if (rows[g].layers.empty()) rows[g].layers = input.plan.groups[g].name;
    if (rows[g].operators.empty()) rows[g].operators = "a copy";
  }
  for (const CallLoop &loop : roll_calls(input.program))
    for (std::size_t c = 0; c < loop.length * loop.times; ++c) {
      rows[loop.first + c].first_turn = loop.first + c % loop.length;
      rows[loop.first + c].turns = loop.times;
    }
  return rows;
}

const std::vector<std::string_view> &kind_names() {
  static const std::vector<std::string_view> names = [] {
    std::vector<std::string_view> found;
    for (const OpDef *op : all_operators())
      if (std::find(found.begin(), found.end(), op->family) == found.end()) found.push_back(op->family);
    return found;
  }();
  return names;
}

int kind_of(const Node &node) {
  const std::vector<std::string_view> &names = kind_names();
  return static_cast<int>(std::find(names.begin(), names.end(), node.op->family) - names.begin());
}

std::vector<std::int64_t> live_bytes(const Program &program) {
  std::vector<std::int64_t> live(program.calls.size(), 0);
  for (const Buffer &buffer : program.buffers) {
    if (buffer.kind != BufferKind::workspace) continue;
    for (int call = buffer.first_use; call <= buffer.last_use; ++call) live[at(call)] += byte_size(buffer);
  }
  return live;
}

std::int64_t least_workspace(const Program &program) {
  std::int64_t most = 0;
  for (const std::int64_t bytes : live_bytes(program)) most = std::max(most, bytes);
  return most;
}

}  // namespace cnnc
