#include "tests/random/error_estimate.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "tests/random/draw.hpp"

namespace cnnc::test {

namespace {

/// A few roundings to f32, each of half a unit in the last place.
constexpr double unit = 0x1p-22;
constexpr int smooth_probes = 3;
constexpr double huge = 1e12;
/// Jumps are looked for with signs all alike, which finds every one of a monotone function, and so often at random.
constexpr int jump_probes = 10;

std::vector<Tensor> evaluate(const Graph &graph, const Node &node, const std::vector<const Tensor *> &operands,
                             std::optional<IndexFault> *fault) {
  std::vector<Tensor> results;
  for (ValueId id : node.results) {
    const TensorType &type = graph.values[static_cast<std::size_t>(id)].type;
    results.push_back({type, std::vector<double>(static_cast<std::size_t>(element_count(type.shape)), 0.0)});
  }
  node.op->reference({.attrs = node.attrs, .operands = operands, .results = results, .index_fault = fault});
  return results;
}

/// The greatest size; infinite if there is a NaN, of which maxima and their kin promise nothing.
double greatest(const Tensor &tensor) {
  double most = 0;
  for (double value : tensor.data)
    most = std::max(most, std::isnan(value) ? std::numeric_limits<double>::infinity() : std::fabs(value));
  return most;
}

/// True of min, max and their kin, which give one of their operands or a constant, or its negative.
bool chooses(const Scalar &scalar) {
  switch (scalar->op) {
    case ScalarOp::constant:
    case ScalarOp::read:
    case ScalarOp::accumulator:
      return true;
    case ScalarOp::neg:
    case ScalarOp::abs:
      return chooses(scalar->a);
    case ScalarOp::min:
    case ScalarOp::max:
      return chooses(scalar->a) && chooses(scalar->b);
    case ScalarOp::select:
      return chooses(scalar->a) && chooses(scalar->b) && chooses(scalar->c);
    default:
      return false;
  }
}

/// The node rounds nothing: its nests only choose among numbers.
bool only_moves(const Graph &graph, const Node &node) {
  if (node.op->nest == nullptr) return false;
  for (const Nest &nest : nests_of(graph, node))
    if (nest.combine == Combine::sum || nest.pool_combine == Combine::sum || !chooses(nest.body) ||
        (nest.epilogue && !chooses(nest.epilogue)) || (nest.pool_epilogue && !chooses(nest.pool_epilogue)))
      return false;
  return true;
}

class NodeEstimate {
 public:
  NodeEstimate(const Graph &graph, const Node &node, const std::vector<const EstimatedValue *> &operands,
               std::uint64_t seed, std::optional<IndexFault> &fault)
      : graph_(graph), node_(node), operands_(operands), draw_(seed) {
    std::vector<const Tensor *> values;
    for (const EstimatedValue *operand : operands) values.push_back(&operand->value);
    base_ = evaluate(graph, node, values, &fault);
    moves_ = only_moves(graph, node);
    for (const Tensor *value : values)
      if (value->type.dtype == DType::f32) inside_ = std::max(inside_, greatest(*value));
  }

  std::vector<EstimatedValue> run() {
    for (const Tensor &result : base_) results_.push_back(exact(result));
    for (int i = 0; i < smooth_probes; ++i) probe(1, 0);
    if (moves_) probe(1, 1), probe(1, -1);  // one of two equal numbers goes up, or goes down
    for (EstimatedValue &result : results_) add_rounding(result);
    find_jumps();
    return std::move(results_);
  }

 private:
  /// Widens the errors to the difference that moved operands make: by `factor` times their errors, with signs all
  /// alike if `sign` is not 0.
  void probe(double factor, int sign) {
    std::vector<Tensor> moved;
    for (const EstimatedValue *operand : operands_) moved.push_back(move(*operand, factor, sign));
    std::vector<const Tensor *> pointers;
    for (const Tensor &tensor : moved) pointers.push_back(&tensor);
    std::vector<Tensor> other = evaluate(graph_, node_, pointers, nullptr);
    for (std::size_t r = 0; r < base_.size(); ++r)
      for (std::size_t i = 0; i < base_[r].data.size(); ++i) {
        double difference = std::fabs(other[r].data[i] - base_[r].data[i]);
        if (other[r].data[i] == base_[r].data[i]) difference = 0;  // infinities
        if (std::isnan(difference)) difference = std::numeric_limits<double>::infinity();
        results_[r].error[i] = std::max(results_[r].error[i], difference);
      }
  }

  Tensor move(const EstimatedValue &operand, double factor, int sign) {
    Tensor moved = operand.value;
    // Others are exact, for they are not computed from what is not settled. But what is made of a u8 on the way to an
    // f32, such as 0.004 of it, is rounded, and may be divided by something small.
    const bool converted = moved.type.dtype == DType::u8 && base_[0].type.dtype == DType::f32;
    if (moved.type.dtype != DType::f32 && !converted) return moved;
    for (std::size_t i = 0; i < moved.data.size(); ++i) {
      const double size = operand.error[i] + (moves_ ? 0 : unit / 2 * std::fabs(moved.data[i]));
      moved.data[i] += (sign != 0 ? sign : draw_.chance(50) ? 1 : -1) * factor * size;
    }
    return moved;
  }

  void add_rounding(EstimatedValue &result) {
    if (result.value.type.dtype != DType::f32) return;
    if (!std::isfinite(inside_)) std::fill(result.error.begin(), result.error.end(), inside_);
    if (moves_) {  // but for a constant that is no float, such as a bound of clip
      for (std::size_t i = 0; i < result.error.size(); ++i)
        if (rounded(result.value.data[i], DType::f32) != result.value.data[i] && result.error[i] == 0)
          result.error[i] = unit * std::fabs(result.value.data[i]);
      return;
    }
    // What is computed on the way, such as a product, may overflow in f32.
    if (std::max(inside_, greatest(result.value)) > huge)
      std::fill(result.error.begin(), result.error.end(), std::numeric_limits<double>::infinity());
    for (std::size_t i = 0; i < result.error.size(); ++i)
      result.error[i] += unit * std::max(1.0, inside_) + unit * std::fabs(result.value.data[i]);
  }

  void find_jumps() {
    const bool from_floats = std::any_of(operands_.begin(), operands_.end(), [](const EstimatedValue *operand) {
      return operand->value.type.dtype == DType::f32;
    });
    const bool jumps = from_floats && std::any_of(base_.begin(), base_.end(),
                                                  [](const Tensor &result) { return result.type.dtype != DType::f32; });
    if (!jumps) return;
    for (int i = 0; i < jump_probes; ++i) probe(error_factor, i == 0 ? 1 : i == 1 ? -1 : 0);
    for (EstimatedValue &result : results_)
      for (double error : result.error) result.settled = result.settled && error == 0;
  }

  const Graph &graph_;
  const Node &node_;
  const std::vector<const EstimatedValue *> &operands_;
  Draw draw_;
  std::vector<Tensor> base_;
  std::vector<EstimatedValue> results_;
  bool moves_ = false;
  double inside_ = 0;  ///< the greatest operand
};

}  // namespace

EstimatedValue exact(const Tensor &tensor) { return {tensor, std::vector<double>(tensor.data.size(), 0.0)}; }

std::vector<EstimatedValue> estimate_node(const Graph &graph, const Node &node,
                                          const std::vector<const EstimatedValue *> &operands, std::uint64_t seed,
                                          std::optional<IndexFault> &fault) {
  return NodeEstimate(graph, node, operands, seed, fault).run();
}

EstimatedRun estimate_graph(const Graph &graph, const std::vector<Tensor> &inputs) {
  EstimatedRun run;
  std::vector<EstimatedValue> values(graph.values.size());
  for (std::size_t i = 0; i < inputs.size(); ++i) values[static_cast<std::size_t>(graph.inputs[i])] = exact(inputs[i]);
  for (std::size_t id = 0; id < graph.values.size(); ++id)
    if (graph.values[id].data) values[id] = exact(graph.values[id].data.tensor());
  for (const Node &node : graph.nodes) {
    std::vector<const EstimatedValue *> operands;
    for (ValueId id : node.operands) {
      operands.push_back(&values[static_cast<std::size_t>(id)]);
      run.comparable = run.comparable && operands.back()->settled;
    }
    // The seed is the node's own, so that a node keeps its estimate when others leave the graph.
    std::vector<EstimatedValue> results =
        estimate_node(graph, node, operands, static_cast<std::uint64_t>(node.results[0]) + 1, run.fault);
    for (std::size_t i = 0; i < results.size(); ++i)
      values[static_cast<std::size_t>(node.results[i])] = std::move(results[i]);
  }
  for (const Output &output : graph.outputs) run.outputs.push_back(values[static_cast<std::size_t>(output.value)]);
  return run;
}

}  // namespace cnnc::test
