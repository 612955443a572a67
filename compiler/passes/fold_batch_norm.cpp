#include "compiler/passes/fold_batch_norm.hpp"

#include <algorithm>

#include "compiler/ops/op.hpp"
#include "compiler/passes/graph_rewriter.hpp"
#include "compiler/support/checks.hpp"

namespace cnnc {

namespace {

/// Position of a parameter among the operands of a node, -1 if it is absent.
int parameter_position(const Node &node, std::string_view name) {
  std::vector<const OperandSpec *> present = parameters_present(*node.op, node.attrs);
  std::size_t data = node.operands.size() - present.size();
  for (std::size_t i = 0; i < present.size(); ++i)
    if (present[i]->name == name) return static_cast<int>(data + i);
  return -1;
}

/// The linear node whose result the affine map alone uses, and whose output channel is axis 0 of both.
const Node *linear_before(const Graph &graph, const Node &affine, const std::vector<int> &uses) {
  const Value &x = graph.values[static_cast<std::size_t>(affine.operands[0])];
  if (x.producer < 0 || uses[static_cast<std::size_t>(affine.operands[0])] != 1) return nullptr;
  const Node &node = graph.nodes[static_cast<std::size_t>(x.producer)];
  if (!node.op->channel_linear) return nullptr;
  // The weight's first index is where the result is stored along axis 0 (not so for a dense layer over rows).
  const Nest nest = nests_of(graph, node)[0];
  int weight = parameter_position(node, "weight");
  for (const Read &read : nest.reads)
    if (read.operand == weight) return read.index[0] == nest.store[0] ? &node : nullptr;
  return nullptr;
}

ValueId by_channel(Graph &graph, ValueId vector, std::size_t rank) {
  Shape shape(rank, 1);
  shape[0] = graph.values[static_cast<std::size_t>(vector)].type.shape[0];
  if (rank == 1) return vector;
  return apply(graph, "reshape", {vector}, {{"dims", AttrValue(shape)}})[0];
}

ValueId fold_into(Graph &graph, Node linear, const TensorType &type, const ChannelAffine &map) {
  auto weight = static_cast<std::size_t>(parameter_position(linear, "weight"));
  int bias = parameter_position(linear, "bias");
  std::size_t rank = graph.values[static_cast<std::size_t>(linear.operands[weight])].type.shape.size();
  linear.operands[weight] = apply(graph, "mul", {linear.operands[weight], by_channel(graph, map.scale, rank)})[0];
  if (bias >= 0) {
    ValueId &old = linear.operands[static_cast<std::size_t>(bias)];
    old = apply(graph, "add", {apply(graph, "mul", {old, map.scale})[0], map.shift})[0];
  } else {
    linear.attrs.find("bias")->second.value = true;
    linear.operands.push_back(map.shift);
  }
  return graph.add_node(std::move(linear), {type});
}

}  // namespace

Graph fold_batch_norm(const Graph &graph) {
  GraphRewriter rewriter(graph);
  std::vector<int> uses = use_counts(graph);
  for (const Node &node : graph.nodes) {
    if (!node.op->channel_affine) {
      rewriter.keep(node);
      continue;
    }
    Graph &to = rewriter.graph();
    Node moved = rewriter.moved(node);
    ChannelAffine map = node.op->channel_affine(to, moved);
    const Node *linear = linear_before(graph, node, uses);
    ValueId result = -1;
    if (linear != nullptr) {
      result =
          fold_into(to, rewriter.moved(*linear), graph.values[static_cast<std::size_t>(node.results[0])].type, map);
    } else {
      std::size_t rank = to.values[static_cast<std::size_t>(moved.operands[0])].type.shape.size();
      ValueId product = apply(to, "mul", {moved.operands[0], by_channel(to, map.scale, rank)})[0];
      result = apply(to, "add", {product, by_channel(to, map.shift, rank)}, {}, node.path)[0];
    }
    rewriter.replace(node.results[0], result);
  }
  return rewriter.finish();
}

}  // namespace cnnc
