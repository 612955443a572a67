// Calls: what the callee's name stands for decides who goes on.
#pragma once

#include <vector>

#include "compiler/frontend/ast.hpp"
#include "compiler/frontend/checker.hpp"

namespace cnnc::net {

/// An argument, evaluated.
struct Given {
  const ast::Name *name = nullptr;  ///< null for a positional one
  Datum value;
  Span span;
  std::string shown;  ///< how messages name it: a variable's or layer's name; empty if it has none
};

struct Arguments {
  std::vector<Given> positional;  ///< what is piped in comes first
  std::vector<Given> named;
  const ast::Path *share = nullptr;
  bool faulty = false;  ///< a fault of the list itself was reported

  bool any_poison() const;
  bool any_tensor() const;
};

/// A call that is to be made.
struct CallContext {
  Scope &scope;  ///< of the caller: for the parts of paths
  const ast::Call &call;
  Arguments arguments;
};

/// `piped` is the value at the left of `|>`, or null.
Datum evaluate_call(Checker &checker, Scope &scope, const ast::Call &call, const Given *piped);
Datum evaluate_pipeline(Checker &checker, Scope &scope, const ast::Pipeline &pipeline);
/// An evaluated expression as an argument or operand.
Given given_operand(Checker &checker, const ast::Expr &expr, Datum value);

/// Reports named arguments that are given twice; the later ones are dropped.
void drop_doubled(Checker &checker, Arguments &arguments);
/// Reports `as` and `share` on a call that makes no layer.
void refuse_paths(Checker &checker, const CallContext &context, const std::string &what);

}  // namespace cnnc::net
