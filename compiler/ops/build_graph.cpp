// Building graphs out of the operator table: apply, add_constant.
#include "compiler/ops/op.hpp"
#include "compiler/ops/run_shape_rule.hpp"
#include "compiler/support/checks.hpp"

namespace cnnc {

ValueId add_constant(Graph &graph, Tensor tensor, std::string name) {
  TensorType type = tensor.type;
  return graph.add_value({.name = std::move(name),
                          .type = std::move(type),
                          .kind = ValueKind::constant,
                          .data = std::move(tensor),
                          .span = {}});
}

std::vector<ValueId> apply(Graph &graph, std::string_view op_name, std::vector<ValueId> operands,
                           std::vector<std::pair<std::string, AttrValue>> attrs, std::string path) {
  const OpDef *op = find_operator(op_name);
  CNNC_CHECK(op != nullptr, "no operator " + std::string(op_name));
  Attrs complete;
  for (auto &[name, value] : attrs) {
    CNNC_CHECK(find_attribute(*op, name) != nullptr, std::string(op_name) + " has no attribute " + name);
    complete.insert_or_assign(name, Attr{std::move(value), {}});
  }
  add_defaults(*op, complete);

  std::vector<TensorType> types;
  for (ValueId operand : operands) types.push_back(graph.values[operand].type);
  ShapeRuleRun run = run_shape_rule(*op, types, std::move(complete));
  CNNC_CHECK(run.faults.empty(), run.faults.front());

  Node node{.op = op,
            .path = std::move(path),
            .operands = std::move(operands),
            .results = {},
            .attrs = run.attrs,
            .span = {}};
  graph.add_node(std::move(node), run.results);
  return graph.nodes.back().results;
}

}  // namespace cnnc
