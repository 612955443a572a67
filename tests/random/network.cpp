#include "tests/random/network.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <set>

#include "tests/random/draw.hpp"
#include "tests/random/draw_attributes.hpp"
#include "tests/random/error_estimate.hpp"

namespace cnnc::test {

namespace {

constexpr std::int64_t most_elements = 2500;  // of one node's results
constexpr std::int64_t most_weights = 5000;   // of one node
constexpr std::int64_t most_work = 400000;    // elements of the results times weights, or operands
constexpr double greatest_number = 1e5;

/// A call that is being put together.
struct Call {
  const OpDef *op = nullptr;
  std::vector<ValueId> operands;
  std::vector<TensorType> types;
  Attrs attrs;
};

class NetworkBuilder {
 public:
  explicit NetworkBuilder(std::uint64_t seed) : draw_(seed), seed_(seed) {
    for (const OpDef *op : all_operators())
      if (!op->internal) operators_.push_back(op);
  }

  RandomNetwork build() {
    network_.graph.name = "random_" + std::to_string(seed_);
    const std::int64_t count = draw_.chance(60) ? draw_.between(1, 5) : draw_.between(3, 12);
    for (int tries = 0; std::ssize(graph().nodes) < count && (tries < 60 || graph().nodes.empty()); ++tries) add_node();
    add_outputs();
    return std::move(network_);
  }

 private:
  Graph &graph() { return network_.graph; }
  const TensorType &type(ValueId id) { return graph().values[static_cast<std::size_t>(id)].type; }

  // -- Values

  double draw_number(const TensorType &type, double low, double high) {
    if (type.dtype == DType::i32) return to_integer(std::floor(draw_.uniform(low, high)), type.dtype);
    if (is_integer(type.dtype))
      return static_cast<double>(draw_.between(-128, 127) & (lowest(type.dtype) < 0 ? -1 : 255));
    return rounded(draw_.uniform(low, high), type.dtype);
  }

  Tensor draw_tensor(const TensorType &type, double low, double high) {
    Tensor tensor{type, std::vector<double>(static_cast<std::size_t>(element_count(type.shape)))};
    if (type.dtype == DType::i32) {  // indices, in range, near it, or anything
      const int kind = static_cast<int>(draw_.below(10));
      low = kind < 6 ? 0 : kind < 9 ? -1 : -3e9;
      high = kind < 3 ? 1.5 : kind < 6 ? 4 : kind < 9 ? 9 : 3e9;
    }
    const bool coarse = draw_.chance(10);  // equal numbers, zeros
    for (double &value : tensor.data) {
      value = draw_number(type, low, high);
      if (coarse && !is_integer(type.dtype)) value = std::floor(2 * value) / 2;
    }
    return tensor;
  }

  ValueId fresh(const TensorType &type, double low, double high) {
    Tensor tensor = draw_tensor(type, low, high);
    const bool constant = type.dtype == DType::f32 && draw_.chance(15);  // as the language has them
    Value value{.name = {}, .type = type, .kind = ValueKind::input, .data = {}, .span = {}};
    if (constant) {
      value.kind = ValueKind::constant;
      value.data = tensor;
    } else {
      value.name = "x" + std::to_string(network_.inputs.size());
      network_.inputs.push_back(tensor);
    }
    estimates_.push_back(exact(tensor));
    return graph().add_value(std::move(value));
  }

  DType draw_dtype() {
    return draw_.of({DType::f32, DType::f32, DType::f32, DType::f32, DType::f32, DType::f32, DType::f32, DType::f32,
                     DType::f32, DType::f32, DType::i32, DType::i32, DType::u8, DType::f16, DType::bf16, DType::i8});
  }

  /// A value that may be an operand: one of the last mostly, so that chains grow.
  ValueId old_value() {
    for (int tries = 0; tries < 8 && !estimates_.empty(); ++tries) {
      const std::size_t count = estimates_.size();
      const std::size_t id =
          draw_.chance(60) ? count - 1 - draw_.below(std::min<std::size_t>(count, 3)) : draw_.below(count);
      const bool weight = graph().values[id].kind == ValueKind::weight;
      if (estimates_[id].settled && (!weight || draw_.chance(5))) return static_cast<ValueId>(id);
    }
    return fresh({draw_dtype(), draw_shape(draw_)}, -1, 1);
  }

  // -- Calls

  /// Operands of the call beside the first: of its shape, broadcast to it, or made of its extents.
  ValueId further_operand(const Call &call) {
    const TensorType &first = call.types[0];
    std::vector<ValueId> alike;
    for (std::size_t id = 0; id < estimates_.size(); ++id)
      if (graph().values[id].type == first && estimates_[id].settled) alike.push_back(static_cast<ValueId>(id));
    if (!alike.empty() && draw_.chance(50)) return draw_.of(alike);
    if (draw_.chance(25)) return old_value();
    TensorType type = first;
    if (draw_.chance(50)) {
      if (draw_.chance(40))
        type.shape.erase(type.shape.begin(),
                         type.shape.begin() + static_cast<std::ptrdiff_t>(draw_.below(type.shape.size() + 1)));
      for (std::int64_t &extent : type.shape)
        if (draw_.chance(30)) extent = draw_.chance(50) ? 1 : draw_extent(draw_);
    }
    if (draw_.chance(10)) draw_.shuffle(type.shape);
    return fresh(type, draw_.chance(20) ? 0.5 : -1, draw_.chance(20) ? 2 : 1);
  }

  void add_operand(Call &call, ValueId id) {
    call.operands.push_back(id);
    call.types.push_back(type(id));
  }

  Call call_by_schema(const OpDef &op) {
    Call call{.op = &op, .operands = {}, .types = {}, .attrs = {}};
    std::size_t count = 0;
    for (const OperandSpec &operand : op.operands) {
      if (operand.role == OperandRole::parameter) continue;
      const bool given = operand.role != OperandRole::optional || draw_.chance(50);
      if (operand.role == OperandRole::optional) call.attrs[std::string(operand.enabled_by)].value = given;
      if (given) count += operand.role == OperandRole::variadic ? 1 + draw_.below(3) : 1;
    }
    for (std::size_t i = 0; i < count; ++i) add_operand(call, i == 0 ? old_value() : further_operand(call));
    for (const AttrSpec &attribute : op.attributes) {
      if (attribute.kind == AttrKind::given || (!attribute.default_text.empty() && draw_.chance(45))) continue;
      call.attrs[std::string(attribute.name)].value = draw_attribute(draw_, attribute, call.types);
    }
    return call;
  }

  /// A sample of the operator with other extents: each is exchanged for another one wherever it stands.
  Call call_by_sample(const OpDef &op) {
    const std::vector<Sample> samples = op.samples();
    const Sample &sample = draw_.of(samples);
    Call call{.op = &op, .operands = {}, .types = {}, .attrs = {}};
    std::map<std::int64_t, std::int64_t> exchange;
    for (std::size_t i = 0; i < sample.operands.size(); ++i) {
      const DType dtype = i < sample.dtypes.size() ? sample.dtypes[i] : DType::f32;
      add_operand(call, fitting_operand({dtype, sample.operands[i]}, sample, exchange));
    }
    for (const auto &[name, value] : sample.attrs) call.attrs[name].value = exchanged(value, exchange);
    for (const AttrSpec &attribute : op.attributes)
      if (attribute.kind != AttrKind::given && draw_.chance(15))
        call.attrs[std::string(attribute.name)].value = draw_attribute(draw_, attribute, call.types);
    return call;
  }

  ValueId fitting_operand(const TensorType &wanted, const Sample &sample,
                          std::map<std::int64_t, std::int64_t> &exchange) {
    for (int tries = 0; tries < 4; ++tries) {
      const ValueId id = old_value();
      if (type(id).dtype != wanted.dtype || type(id).shape.size() != wanted.shape.size()) continue;
      std::map<std::int64_t, std::int64_t> more = exchange;
      bool fits = true;
      for (std::size_t i = 0; i < wanted.shape.size(); ++i)
        fits = fits && more.try_emplace(wanted.shape[i], type(id).shape[i]).first->second == type(id).shape[i];
      if (!fits) continue;
      exchange = std::move(more);
      return id;
    }
    TensorType type = wanted;
    for (std::int64_t &extent : type.shape) {
      const std::int64_t other = draw_.chance(40) ? draw_extent(draw_) : extent;
      extent = exchange.try_emplace(extent, other).first->second;
    }
    if (!checked_element_count(type.shape) || element_count(type.shape) > most_elements) type.shape = wanted.shape;
    return fresh(type, sample.low, sample.high);
  }

  AttrValue exchanged(AttrValue value, const std::map<std::int64_t, std::int64_t> &exchange) {
    auto other = [&](std::int64_t &number) {
      auto found = exchange.find(number);
      if (found != exchange.end() && draw_.chance(60)) number = found->second;
    };
    if (auto *number = std::get_if<std::int64_t>(&value)) other(*number);
    if (auto *list = std::get_if<std::vector<std::int64_t>>(&value))
      for (std::int64_t &number : *list) other(number);
    return value;
  }

  // -- Nodes

  /// One more node, unless what was drawn is refused.
  void add_node() {
    const OpDef &op = *draw_.of(operators_);
    for (int tries = 0; tries < 12; ++tries) {
      const std::size_t values = graph().values.size(), inputs = network_.inputs.size();
      Call call = draw_.chance(45) ? call_by_sample(op) : call_by_schema(op);
      if (add_call(call)) return;
      graph().values.erase(graph().values.begin() + static_cast<std::ptrdiff_t>(values), graph().values.end());
      std::erase_if(graph().inputs, [&](ValueId id) { return static_cast<std::size_t>(id) >= values; });
      std::erase_if(graph().weights, [&](ValueId id) { return static_cast<std::size_t>(id) >= values; });
      network_.inputs.resize(inputs);
      estimates_.resize(values);
    }
  }

  bool add_call(Call &call) {
    Diagnostics diagnostics;
    InferContext context{.op = call.op,
                         .label = std::string(call.op->name),
                         .call = {},
                         .operands = call.types,
                         .operand_names = std::vector<std::string>(call.types.size()),
                         .operand_spans = std::vector<Span>(call.types.size()),
                         .attrs = call.attrs,
                         .diagnostics = &diagnostics,
                         .results = {},
                         .parameters = {}};
    add_defaults(*call.op, context.attrs);
    if (!call.op->infer(context) || diagnostics.has_errors() || !is_small(context)) return false;
    const std::string path = "layer" + std::to_string(graph().nodes.size());
    add_parameters(call, context, path);
    Node node{
        .op = call.op, .path = path, .operands = call.operands, .results = {}, .attrs = context.attrs, .span = {}};
    graph().add_node(node, context.results);
    if (keep_results()) return true;
    graph().nodes.pop_back();
    return false;
  }

  static bool is_small(const InferContext &context) {
    std::int64_t results = 0, weights = 0, operands = 0;
    for (const TensorType &result : context.results) {
      if (!checked_element_count(result.shape)) return false;
      results += element_count(result.shape);
    }
    for (const TensorType &operand : context.operands) operands += element_count(operand.shape);
    for (const auto &[name, shape] : context.parameters) weights += element_count(shape);
    return results <= most_elements && weights <= most_weights && results * weights <= most_work &&
           (context.operands.size() < 2 || results * operands <= 4 * most_work);
  }

  /// Weights of its own, or those of an earlier layer that they fit.
  void add_parameters(Call &call, const InferContext &context, const std::string &path) {
    const std::vector<const OperandSpec *> parameters = parameters_present(*call.op, context.attrs);
    const Node *shared = parameters.empty() || !draw_.chance(40) ? nullptr : sharing_layer(call, context, parameters);
    for (std::size_t i = 0; i < parameters.size(); ++i) {
      if (shared != nullptr) {
        call.operands.push_back(shared->operands[shared->operands.size() - parameters.size() + i]);
        continue;
      }
      const bool around_one = parameters[i]->init == "one";
      const TensorType type{DType::f32, context.parameters.at(std::string(parameters[i]->name))};
      Tensor tensor = draw_tensor(type, around_one ? 0.5 : -1, around_one ? 1.5 : 1);
      estimates_.push_back(exact(tensor));
      call.operands.push_back(graph().add_value({.name = path + "." + std::string(parameters[i]->name),
                                                 .type = type,
                                                 .kind = ValueKind::weight,
                                                 .data = std::move(tensor),
                                                 .span = {}}));
    }
  }

  const Node *sharing_layer(const Call &call, const InferContext &context,
                            const std::vector<const OperandSpec *> &parameters) {
    for (const Node &node : graph().nodes) {
      if (node.op != call.op || parameters_present(*node.op, node.attrs) != parameters) continue;
      bool same = true;
      for (std::size_t i = 0; i < parameters.size(); ++i)
        same = same && type(node.operands[node.operands.size() - parameters.size() + i]).shape ==
                           context.parameters.at(std::string(parameters[i]->name));
      if (same) return &node;
    }
    return nullptr;
  }

  /// Evaluates the last node; false if its numbers are none that f32 can be compared on.
  bool keep_results() {
    const Node &node = graph().nodes.back();
    std::vector<const EstimatedValue *> operands;
    for (ValueId id : node.operands) operands.push_back(&estimates_[static_cast<std::size_t>(id)]);
    std::optional<IndexFault> fault;
    std::vector<EstimatedValue> results =
        estimate_node(graph(), node, operands, static_cast<std::uint64_t>(node.results[0]) + 1, fault);
    if (!std::all_of(results.begin(), results.end(), well_conditioned)) return false;
    if (fault && draw_.chance(60)) return false;  // now and then is enough
    for (EstimatedValue &result : results) estimates_.push_back(std::move(result));
    return true;
  }

  static bool well_conditioned(const EstimatedValue &estimate) {
    double most = 0, error = 0;
    for (std::size_t i = 0; i < estimate.error.size(); ++i) {
      if (!std::isfinite(estimate.value.data[i]) || !std::isfinite(estimate.error[i])) return false;
      most = std::max(most, std::fabs(estimate.value.data[i]));
      error = std::max(error, estimate.error[i]);
    }
    if (estimate.value.type.dtype != DType::f32) return true;
    return most <= greatest_number && error <= 1e-4 * std::max(0.01, most);
  }

  // -- Outputs

  /// Everything that nothing uses, and some more.
  void add_outputs() {
    std::vector<char> used(graph().values.size(), 0);
    for (const Node &node : graph().nodes)
      for (ValueId id : node.operands) used[static_cast<std::size_t>(id)] = 1;
    for (std::size_t id = 0; id < used.size(); ++id) {
      const bool result = graph().values[id].kind == ValueKind::result;
      if (result ? !used[id] || draw_.chance(15) : draw_.chance(2)) add_output(static_cast<ValueId>(id));
    }
    if (draw_.chance(3)) add_output(graph().outputs[draw_.below(graph().outputs.size())].value);
  }

  void add_output(ValueId id) { graph().outputs.push_back({"y" + std::to_string(graph().outputs.size()), id}); }

  Draw draw_;
  std::uint64_t seed_;
  std::vector<const OpDef *> operators_;
  RandomNetwork network_;
  std::vector<EstimatedValue> estimates_;  ///< of all values
};

}  // namespace

RandomNetwork random_network(std::uint64_t seed) { return NetworkBuilder(seed).build(); }

}  // namespace cnnc::test
