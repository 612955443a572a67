// Running a shape rule where a fault is ours: in decompositions, tests and the graph's verifier.
#pragma once

#include "compiler/ops/op.hpp"

namespace cnnc {

struct ShapeRuleRun {
  Attrs attrs;  ///< normalised
  std::vector<TensorType> results;
  std::vector<std::string> faults;  ///< wrong operands or attributes; if there are any, the rest is not to be used
};

/// `operands` are the types of all operands, parameters too; `attrs` are as written and complete (add_defaults).
ShapeRuleRun run_shape_rule(const OpDef &op, const std::vector<TensorType> &operands, Attrs attrs);

}  // namespace cnnc
