// Graph: operators on logical tensors. No layout, no tile, no address, no instruction set.
//
// Meaning. Nodes are in an order in which every operand is an input, a weight, a constant or the result of an earlier
// node. Each node applies its operator to its operands and gives one value per result. Values are immutable.
// Weights are values without a producer whose numbers may be absent (`check` needs none); constants always have theirs.
#pragma once

#include <map>
#include <string>
#include <variant>
#include <vector>

#include "compiler/ir/tensor.hpp"
#include "compiler/ir/types.hpp"
#include "compiler/support/source.hpp"

namespace cnnc {

struct OpDef;

using ValueId = std::int32_t;
using NodeId = std::int32_t;

/// Rows of numbers, of any lengths.
using AttrTable = std::vector<std::vector<double>>;
/// A compile-time value of an attribute. Lists are of ints or of floats.
using AttrValue = std::variant<std::monostate, std::int64_t, double, bool, std::string, std::vector<std::int64_t>,
                               std::vector<double>, AttrTable>;

struct Attr {
  AttrValue value;
  Span span;  ///< where the user gave it; unknown for a default
};

using Attrs = std::map<std::string, Attr, std::less<>>;

enum class ValueKind : std::uint8_t { input, weight, constant, result };

struct Value {
  std::string name;  ///< input's and weight's full name; for results a name for people, not unique
  TensorType type;
  ValueKind kind = ValueKind::result;
  NodeId producer = -1;          ///< results only
  SharedTensor data;             ///< constants; weights once they are loaded or given in the source
  bool batched = false;          ///< its shape begins with the samples of a run (see passes/batch_samples)
  bool given_in_source = false;  ///< a weight whose numbers stand in the source: not in the weights file
  bool free_parameter = false;   ///< a weight that is no layer's
  Span span;
};

struct Node {
  const OpDef *op = nullptr;
  std::string path;               ///< of the layer: "conv1", "layer1.0.conv1"
  std::vector<ValueId> operands;  ///< data first, then the optional ones given and the parameters present, in the order
                                  ///< of the OpDef's operands
  std::vector<ValueId> results;
  Attrs attrs;  ///< every attribute of the operator, normalised by its shape rule
  Span span;
};

struct Output {
  std::string name;
  ValueId value;
};

struct Graph {
  std::string name;
  std::string doc;  ///< the text of `///` above the network
  /// Samples that a run computes. More than one: its inputs, and the outputs that depend on one, have them in front of
  /// the shapes that stand here, which are those of one sample.
  std::int64_t batch = 1;
  std::vector<Value> values;
  std::vector<Node> nodes;
  std::vector<ValueId> inputs;
  std::vector<ValueId> weights;  ///< in order of use
  std::vector<Output> outputs;

  ValueId add_value(Value value);
  /// Appends a node whose result types are known; returns its first result.
  ValueId add_node(Node node, const std::vector<TensorType> &results);
};

// Access to attributes that the operator's schema guarantees.
std::int64_t int_attr(const Attrs &attrs, std::string_view name);
double real_attr(const Attrs &attrs, std::string_view name);  ///< takes an int too
bool bool_attr(const Attrs &attrs, std::string_view name);
const std::string &text_attr(const Attrs &attrs, std::string_view name);
const std::vector<std::int64_t> &ints_attr(const Attrs &attrs, std::string_view name);
const std::vector<double> &reals_attr(const Attrs &attrs, std::string_view name);
const AttrTable &table_attr(const Attrs &attrs, std::string_view name);
bool has_attr(const Attrs &attrs, std::string_view name);  ///< present and not monostate
std::string to_string(const AttrValue &value);

/// One line per value and node: "%5: f32[6, 28, 28] = conv(%0, conv1.weight, conv1.bias, kernel = [5, 5], …) as conv1".
/// Defined in compiler/ops, whose records have the operators' names.
std::string to_string(const Graph &graph);
/// By value: whether an input has a part in it.
std::vector<bool> depends_on_inputs(const Graph &graph);
/// The type with the samples of a run in front, if there are more than one.
TensorType with_samples(TensorType type, std::int64_t samples);
/// Removes nodes and constants that no output needs; keeps inputs and the order. Weights no longer used leave the list.
Graph without_dead_code(const Graph &graph);

}  // namespace cnnc
