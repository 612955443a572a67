// The verifier of graphs: every promise of ir/graph.hpp, and of the operators' schemas and shape rules.
#include <fmt/format.h>

#include "compiler/ops/op.hpp"
#include "compiler/ops/run_shape_rule.hpp"

namespace cnnc {

namespace {

class GraphVerifier {
 public:
  explicit GraphVerifier(const Graph &graph) : graph_(graph), defined_(graph.values.size(), 0) {}

  std::vector<std::string> run() {
    check_sources();
    for (std::size_t i = 0; i < graph_.nodes.size(); ++i) check_node(static_cast<NodeId>(i));
    for (const Output &output : graph_.outputs)
      if (!is_defined(output.value))
        fault(fmt::format("output {} is %{}, which nothing defines", output.name, output.value));
    for (std::size_t id = 0; id < graph_.values.size(); ++id)
      if (!defined_[id]) fault(fmt::format("%{} is neither an input, weight or constant nor the result of a node", id));
    return std::move(faults_);
  }

 private:
  void fault(std::string what) { faults_.push_back(std::move(what)); }
  bool is_value(ValueId id) const { return id >= 0 && static_cast<std::size_t>(id) < graph_.values.size(); }
  bool is_defined(ValueId id) const { return is_value(id) && defined_[id]; }

  void check_list(const std::vector<ValueId> &list, ValueKind kind, const char *what) {
    for (ValueId id : list) {
      if (!is_value(id) || graph_.values[id].kind != kind)
        fault(fmt::format("%{} is listed as {} and is none", id, what));
      else if (defined_[id]++)
        fault(fmt::format("%{} is listed twice as {}", id, what));
    }
  }

  void check_sources() {
    check_list(graph_.inputs, ValueKind::input, "input");
    check_list(graph_.weights, ValueKind::weight, "weight");
    for (std::size_t id = 0; id < graph_.values.size(); ++id) {
      const Value &value = graph_.values[id];
      if (!checked_element_count(value.type.shape))
        fault(fmt::format("%{} has the impossible shape {}", id, to_string(value.type.shape)));
      if (value.kind == ValueKind::constant) {
        defined_[id] = 1;
        if (!value.data) fault(fmt::format("constant %{} has no numbers", id));
      }
      if (value.kind != ValueKind::result && value.producer != -1) fault(fmt::format("%{} has a producer", id));
      if (value.data) check_data(static_cast<ValueId>(id), value);
    }
  }

  void check_data(ValueId id, const Value &value) {
    if (value.kind != ValueKind::weight && value.kind != ValueKind::constant)
      fault(fmt::format("%{} is no weight or constant and has numbers", id));
    if (value.data.type().shape != value.type.shape || value.data.type().dtype != value.type.dtype)
      fault(fmt::format("%{} is {} and its numbers are {}", id, to_string(value.type), to_string(value.data.type())));
    auto count = checked_element_count(value.type.shape);
    if (count && static_cast<std::int64_t>(value.data.size()) != *count)
      fault(fmt::format("%{} has {} numbers instead of {}", id, value.data.size(), *count));
  }

  void check_node(NodeId id) {
    const Node &node = graph_.nodes[id];
    if (node.op == nullptr) return fault(fmt::format("node {} has no operator", id));
    std::string label = fmt::format("node {} ({}{}{})", id, node.op->name, node.path.empty() ? "" : " as ", node.path);
    std::vector<TensorType> operands;
    for (ValueId operand : node.operands) {
      if (!is_defined(operand)) return fault(fmt::format("{}: operand %{} is not defined before it", label, operand));
      operands.push_back(graph_.values[operand].type);
    }
    check_results(id, node, label);
    check_rule(node, operands, label);
  }

  void check_results(NodeId id, const Node &node, const std::string &label) {
    for (ValueId result : node.results) {
      if (!is_value(result) || graph_.values[result].kind != ValueKind::result || graph_.values[result].producer != id)
        fault(fmt::format("{}: %{} is not its result", label, result));
      else if (defined_[result]++)
        fault(fmt::format("{}: %{} is defined twice", label, result));
    }
  }

  void check_rule(const Node &node, const std::vector<TensorType> &operands, const std::string &label) {
    Attrs attrs;
    for (const auto &[name, attr] : node.attrs) {
      const AttrSpec *attribute = find_attribute(*node.op, name);
      attrs[name].value = attribute ? as_written(*attribute, attr.value) : attr.value;
    }
    ShapeRuleRun run = run_shape_rule(*node.op, operands, std::move(attrs));
    for (const std::string &what : run.faults) fault(label + ": " + what);
    if (!run.faults.empty()) return;
    for (const auto &[name, attr] : run.attrs)
      if (attr.value != node.attrs.at(name).value)
        fault(fmt::format("{}: attribute {} is {} and should be {}", label, name, to_string(node.attrs.at(name).value),
                          to_string(attr.value)));
    bool same = run.results.size() == node.results.size();
    for (std::size_t i = 0; same && i < run.results.size(); ++i) {
      same = is_value(node.results[i]);
      if (same && run.results[i] != graph_.values[node.results[i]].type)
        fault(fmt::format("{}: its result is {} and should be {}", label,
                          to_string(graph_.values[node.results[i]].type), to_string(run.results[i])));
    }
    if (!same) fault(fmt::format("{}: it should have {} results", label, run.results.size()));
  }

  const Graph &graph_;
  std::vector<int> defined_;
  std::vector<std::string> faults_;
};

}  // namespace

std::vector<std::string> verify(const Graph &graph) { return GraphVerifier(graph).run(); }

}  // namespace cnnc
