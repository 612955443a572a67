// The record of an operator. One file per family holds its records; ops.def lists them; nothing else in the compiler
// names an operator. Adding one touches its family's file and one line of ops.def.
#pragma once

#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "compiler/ir/graph.hpp"
#include "compiler/ir/nest.hpp"
#include "compiler/support/diagnostics.hpp"

namespace cnnc {

enum class OperandRole : std::uint8_t {
  data,       ///< a tensor that the network computes; positional
  variadic,   ///< one or more of them (concat); only as the last data operand
  optional,   ///< one that may be absent; by name only, behind those above (never beside a variadic one)
  parameter,  ///< a weight named after the layer's path; by name only
};

struct OperandSpec {
  std::string_view name;
  OperandRole role = OperandRole::data;
  /// For a parameter that may be absent: the boolean attribute that switches it (usually its own name, "bias"). For an
  /// optional operand: the attribute of its own name, of kind `given`.
  std::string_view enabled_by = {};
  std::string_view doc = {};
  /// How random initialisation fills it: "he" (normal, variance 2 / fan-in), "zero", "one", "quarter".
  std::string_view init = "he";
};

enum class AttrKind : std::uint8_t {
  integer,
  real,  ///< takes an int too
  boolean,
  given,           ///< whether the optional operand of this name is there; set by the call, behind all others
  text,            ///< one of `choices`
  integers,        ///< a list of ints
  table,           ///< a list of lists of numbers, or a constant matrix; AttrTable
  reals,           ///< a number or a list of numbers; normalised to the list
  count_or_sizes,  ///< an int, or a list of ints
  spatial,         ///< an int for every spatial axis, or a list with one each; normalised to the list
  padding,  ///< an int, a list with one each, "same", "valid", "causal", or in full; normalised to all begins, all ends
};

struct AttrSpec {
  std::string_view name;
  AttrKind kind;
  /// How the default reads in the documentation: "1", "true", "kernel"; empty if the attribute is required.
  std::string_view default_text = {};
  /// Its value as text of the same form; "" for attributes whose default the shape rule derives ("kernel").
  std::string_view default_value = {};
  std::string_view doc = {};
  std::string_view choices = {};  ///< for `text`: "constant reflect edge"
};

/// What a shape rule sees, and where it puts its findings. It checks everything that can be wrong with a call, reports
/// in the user's words, normalises `attrs`, and sets `results` and `parameters`. Returns false if it reported an error.
///
/// Its caller has checked the call against the schema: the number of data operands, the names of attributes, that the
/// required ones are there, that each value has a form its AttrKind admits (an int or a list of ints for `spatial`;
/// these or a text for `padding`; one of `choices` for `text`), and has filled in defaults (add_defaults). What values
/// and which lengths are right is the rule's business.
struct InferContext {
  const OpDef *op;
  std::string label;                 ///< how messages name the layer: "conv 'conv1'", or "conv" without a name
  Span call;                         ///< the operator's name in the source
  std::vector<TensorType> operands;  ///< data only, with the optional ones that are given
  std::vector<std::string> operand_names;
  std::vector<Span> operand_spans;
  Attrs attrs;
  Diagnostics *diagnostics;

  std::vector<TensorType> results;
  std::map<std::string, Shape, std::less<>> parameters;  ///< of every parameter that is present

  /// The span of an attribute's value if the user gave it, else of the call.
  Span span_of(std::string_view attr) const;
  Diagnostic &error(DiagnosticKind kind, Span span, std::string message);
};

/// An index that was looked up and lies outside [0, limit).
struct IndexFault {
  std::int64_t index, limit;
};

/// What a reference implementation sees: operands as the node has them (data, then the parameters present).
struct ReferenceContext {
  const Attrs &attrs;
  std::vector<const Tensor *> operands;
  std::vector<Tensor> &results;                      ///< types are set, data has the right size and is zero
  std::optional<IndexFault> *index_fault = nullptr;  ///< set to the first one, which counts as 0
};

/// What a nest, or a decomposition, is made from.
struct NestContext {
  const Attrs &attrs;
  std::vector<TensorType> operands;  ///< data, then the parameters present
  std::vector<TensorType> results;
};

/// A small case for the generated checks. Data are drawn from a fixed generator, uniformly from [low, high).
struct Sample {
  std::string name;  ///< "odd_tail", "stride_2_same"
  std::vector<Shape> operands;
  std::vector<std::pair<std::string, AttrValue>> attrs;
  double low = -1;
  double high = 1;
  std::vector<DType> dtypes = {};  ///< of the operands; f32 where it ends
};

/// A per-channel affine map that an operator is equal to: y = x * scale + shift along axis 0.
struct ChannelAffine {
  ValueId scale;  ///< [channels]
  ValueId shift;  ///< [channels]
};

struct OpDef {
  std::string_view name;
  std::string_view family;  ///< heading in the documentation
  std::string_view doc;     ///< what it computes, with formula and source
  std::span<const OperandSpec> operands;
  std::span<const AttrSpec> attributes;
  std::string_view onnx;  ///< "Conv"; empty if there is none

  bool (*infer)(InferContext &);
  void (*reference)(const ReferenceContext &);

  // Exactly one of these two.
  std::vector<Nest> (*nest)(const NestContext &) = nullptr;
  /// Appends nodes that compute `node` from its operands (ids of `graph`); returns the values of its results. `node`
  /// must not be an element of `graph.nodes`, which grows. The caller hands on `node.span`.
  std::vector<ValueId> (*decompose)(Graph &graph, const Node &node) = nullptr;

  std::vector<Sample> (*samples)();

  // Facts that passes ask for, so that they need not know names.
  /// Appends nodes that compute `node` at less cost, for what its constant operands are; as `decompose`, but returns
  /// nothing where there is no such way.
  std::vector<ValueId> (*simplify)(Graph &graph, const Node &node) = nullptr;
  /// Result axis 0 is linear in axis 0 of parameter `weight` and shifted by parameter `bias`: what follows by channel
  /// can be folded into them. Of dense that holds for results of rank 1 only, for its units are the last axis: the
  /// nest's read of `weight` then has store[0] as its first index.
  bool channel_linear = false;
  /// The operator as y = x * scale + shift by channel, in terms of its parameters.
  ChannelAffine (*channel_affine)(Graph &graph, const Node &node) = nullptr;
  /// Where one value is wanted, a call gives the first of its results (the sequence of a recurrent layer).
  bool first_alone = false;
  /// By element of parameter `weight`, of that shape, whether the operator ignores it; empty if it ignores none.
  std::vector<bool> (*ignored_weights)(const Attrs &attrs, const Shape &weight) = nullptr;
  /// The result is the first data operand under another shape, in the same row-major order (flatten, reshape).
  bool is_reshape = false;
  /// Made by decompositions only: the language does not know its name.
  bool internal = false;
};

/// All operators, in the order of ops.def.
std::span<const OpDef *const> all_operators();
/// Null if there is none of that name.
const OpDef *find_operator(std::string_view name);
const AttrSpec *find_attribute(const OpDef &op, std::string_view name);
/// The default of an attribute as a value; monostate if the shape rule derives it or it is required.
AttrValue default_value(const AttrSpec &attribute);

/// Gives every attribute that is absent its default (monostate where the shape rule derives it).
void add_defaults(const OpDef &op, Attrs &attrs);
/// The number of data operands that a node with these attributes has, at least: a variadic one stands for more.
std::size_t data_count(const OpDef &op, const Attrs &attrs);
/// The parameters that a node with these attributes has, in the order of its operands after the data.
std::vector<const OperandSpec *> parameters_present(const OpDef &op, const Attrs &attrs);
/// A normalised value in the form in which the source may give it: padding [begins…, ends…] as [begin, end, begin,
/// end…]. A node's attributes, so written, go through its shape rule unchanged.
AttrValue as_written(const AttrSpec &attribute, const AttrValue &normalised);

/// Adds a node of the operator to a graph, running its shape rule; for decompositions and tests. A fault is internal.
std::vector<ValueId> apply(Graph &graph, std::string_view op, std::vector<ValueId> operands,
                           std::vector<std::pair<std::string, AttrValue>> attrs = {}, std::string path = {});
/// Adds a constant.
ValueId add_constant(Graph &graph, Tensor tensor, std::string name = {});

/// A call on one operand that is yet to be made.
struct OpCall {
  const OpDef *op;
  Attrs attrs;
};
/// What `x[i]` stands for, as calls each of which takes the result of the one before. `shape` is that of x; i in range.
std::vector<OpCall> element_calls(const Shape &shape, std::int64_t i);
/// The operator of `x[i]` with an i that is a tensor: operands x and i.
const OpDef &run_time_element();

/// The nests of a node whose operator has them.
std::vector<Nest> nests_of(const Graph &graph, const Node &node);
/// Multiply-accumulates of a nest: those of sums of products of two reads, else 0.
std::int64_t multiply_accumulates(const Nest &nest);
/// The faults of a graph, empty if it is well formed: order, types, schemas, and shapes as the rules give them.
std::vector<std::string> verify(const Graph &graph);

}  // namespace cnnc
