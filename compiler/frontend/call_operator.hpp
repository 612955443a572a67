// Calls of operators: arguments bound to the operator's schema, weights made, the node added.
#pragma once

#include <map>
#include <vector>

#include "compiler/frontend/call.hpp"

namespace cnnc::net {

/// The weights of an earlier layer that a layer is to use.
struct SharedWeights {
  const Layer *layer = nullptr;
  std::string path;
  Span span;  ///< of the path after `share =`
};

/// An operator with its arguments, not yet checked against its shape rule.
struct OperatorCall {
  const OpDef *op = nullptr;
  std::string label = {};  ///< how messages name it
  Span span = {};          ///< of the operator's name
  std::vector<Given> data = {};
  Attrs attrs = {};
  std::map<std::string, Given, std::less<>> weights = {};  ///< parameters given in the source
  std::string path = {};                                   ///< empty: it takes its number
  std::optional<SharedWeights> shared = {};
  bool faulty = false;  ///< a fault was reported, or an argument is Poison: no node comes of it
};

Datum call_operator(Checker &checker, const OpDef &op, const CallContext &context);
/// Binds the arguments to the operator's operands, attributes and parameters; reports what does not fit.
OperatorCall bind_operator(Checker &checker, const OpDef &op, const Arguments &arguments, Span callee);
/// Runs the shape rule and adds the node; its result, or Several.
Datum add_operator(Checker &checker, OperatorCall call);

/// The value of an attribute in the form that its kind admits; nothing, and reported, if it has another.
std::optional<AttrValue> attribute_value(Checker &checker, const OpDef &op, const AttrSpec &attribute,
                                         const Given &given);
/// The weights of a layer, in the order of its parameters: given, shared or new. Nothing if a fault was reported.
std::optional<std::vector<LayerWeight>> make_weights(Checker &checker, const OperatorCall &call,
                                                     const InferContext &inferred);

}  // namespace cnnc::net
