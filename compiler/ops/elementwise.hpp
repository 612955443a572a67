// What element-wise operators share: the row that describes one, and its expansion to an OpDef.
//
// An element-wise operator is a row: a function of one or two numbers in double (the reference) and the same as a
// scalar expression (the nest). Everything else follows: broadcasting as in NumPy, shapes, loops, samples.
#pragma once

#include "compiler/ops/op.hpp"

namespace cnnc {

struct ElementwiseRow {
  std::string_view name;
  std::string_view doc;
  std::string_view onnx;
  int operands;
  /// The value in double. `x` are the operands, `p` the attributes in the order of the schema; a text is the number of
  /// its choice.
  double (*value)(const double *x, const double *p);
  /// The same in f32, written independently.
  Scalar (*expression)(const Scalar *x, const double *p);
  /// The samples' data lie here.
  double low = -2;
  double high = 2;
  std::span<const AttrSpec> attributes = {};  ///< reals and texts
  /// Attributes of one more sample, where the defaults do not show everything; of all, where some are required.
  std::vector<std::pair<std::string, AttrValue>> (*sample_attributes)() = nullptr;
  /// What else the shape rule has to check; as OpDef::infer.
  bool (*check)(InferContext &) = nullptr;
  std::vector<ValueId> (*simplify)(Graph &, const Node &) = nullptr;  ///< as OpDef::simplify
};

// The fields of the OpDef, from a row.
bool infer_elementwise(const ElementwiseRow &row, InferContext &context);
void reference_elementwise(const ElementwiseRow &row, const ReferenceContext &context);
std::vector<Nest> nest_elementwise(const ElementwiseRow &row, const NestContext &context);
std::vector<Sample> samples_elementwise(const ElementwiseRow &row);

inline constexpr OperandSpec elementwise_operands[2][2] = {
    {{.name = "x", .doc = "of any shape"}, {}},
    {{.name = "a", .doc = "of any shape"}, {.name = "b", .doc = "of a shape that broadcasts with it"}},
};

/// The record of row `i` of `rows`, whose functions are bound to it at compile time.
template <const auto &rows, std::size_t i>
consteval OpDef elementwise() {
  constexpr const ElementwiseRow &row = rows[i];
  return {
      .name = row.name,
      .family = row.operands == 1 ? "Functions, element by element" : "Arithmetic, element by element",
      .doc = row.doc,
      .operands = std::span(elementwise_operands[row.operands - 1], row.operands),
      .attributes = row.attributes,
      .onnx = row.onnx,
      .infer = [](InferContext &context) { return infer_elementwise(rows[i], context); },
      .reference = [](const ReferenceContext &context) { reference_elementwise(rows[i], context); },
      .nest = [](const NestContext &context) { return nest_elementwise(rows[i], context); },
      .samples = [] { return samples_elementwise(rows[i]); },
      .simplify = row.simplify,
  };
}

}  // namespace cnnc
