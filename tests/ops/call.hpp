// Calling shape rules and references in tests.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "compiler/ops/op.hpp"

namespace cnnc {

struct Called {
  bool ok = false;
  std::string message;  ///< of the fault, if there is one
  std::string hint;
  std::vector<TensorType> results;
  Attrs attrs;
  std::map<std::string, Shape, std::less<>> parameters;
};

using GivenAttrs = std::vector<std::pair<std::string, AttrValue>>;

/// Runs the shape rule of the operator, with operands called "a", "b", ….
inline Called call_typed(std::string_view name, std::vector<TensorType> operands, const GivenAttrs &attrs = {}) {
  const OpDef *op = find_operator(name);
  Diagnostics diagnostics;
  InferContext context{.op = op,
                       .label = std::string(name),
                       .call = {},
                       .operands = std::move(operands),
                       .operand_names = {"a", "b", "c"},
                       .operand_spans = {},
                       .attrs = {},
                       .diagnostics = &diagnostics,
                       .results = {},
                       .parameters = {}};
  for (const auto &[attr, value] : attrs) context.attrs[attr].value = value;
  add_defaults(*op, context.attrs);
  Called called;
  called.ok = op->infer(context);
  if (!diagnostics.all().empty()) {
    called.message = diagnostics.all().front().message;
    called.hint = diagnostics.all().front().hint_;
  }
  called.results = context.results;
  called.attrs = context.attrs;
  called.parameters = context.parameters;
  return called;
}

inline Called call(std::string_view name, const Shape &operand, const GivenAttrs &attrs = {}) {
  return call_typed(name, {{DType::f32, operand}}, attrs);
}

/// The numbers of the operator's results. Operands are data, then the parameters present.
inline std::vector<std::vector<double>> compute_all(std::string_view name, const std::vector<Tensor> &operands,
                                                    const GivenAttrs &attrs = {}) {
  Graph graph;
  std::vector<ValueId> ids;
  for (const Tensor &operand : operands) ids.push_back(add_constant(graph, operand));
  std::vector<Tensor> results;
  for (ValueId result : apply(graph, name, ids, attrs)) {
    const TensorType &type = graph.values[result].type;
    results.push_back({type, std::vector<double>(static_cast<std::size_t>(element_count(type.shape)), 0.0)});
  }
  const Node &node = graph.nodes.back();
  std::vector<const Tensor *> pointers;
  for (const Tensor &operand : operands) pointers.push_back(&operand);
  node.op->reference({.attrs = node.attrs, .operands = pointers, .results = results});
  std::vector<std::vector<double>> numbers;
  for (Tensor &result : results) numbers.push_back(std::move(result.data));
  return numbers;
}

/// Of the first result.
inline std::vector<double> compute(std::string_view name, const std::vector<Tensor> &operands,
                                   const GivenAttrs &attrs = {}) {
  return compute_all(name, operands, attrs)[0];
}

inline Tensor tensor(Shape shape, std::vector<double> data) {
  return {{DType::f32, std::move(shape)}, std::move(data)};
}

/// 1, 2, 3, …
inline Tensor counting(const Shape &shape) {
  Tensor result = tensor(shape, {});
  for (std::int64_t i = 1; i <= element_count(shape); ++i) result.data.push_back(static_cast<double>(i));
  return result;
}

}  // namespace cnnc
