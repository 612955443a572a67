#include <fmt/format.h>

#include <algorithm>

#include "compiler/frontend/call_operator.hpp"
#include "compiler/frontend/number_lists.hpp"

namespace cnnc::net {

namespace {

/// The numbers given for a parameter: of a list, a number, or a constant tensor.
std::optional<Tensor> given_numbers(Checker &checker, const OperatorCall &call, const Given &given) {
  const auto *tensor = given.value.as<TensorRef>();
  if (!tensor) return numbers_in(checker, given);
  const Value &value = checker.graph.values[static_cast<std::size_t>(tensor->id)];
  if (value.kind == ValueKind::constant) {
    const std::int64_t count = element_count(value.type.shape);
    const bool loaded = checker.loaded_values.contains(tensor->id);
    if (!(loaded ? checker.spend_loaded(count, given.span) : checker.spend_items(count, given.span)))
      return std::nullopt;
    return value.data.tensor();
  }
  checker.fault(DiagnosticKind::argument_kind, given.span,
                fmt::format("{}: '{}' is a tensor that the network computes; weights given in the source are numbers",
                            call.label, given.name->text),
                "give a list, or tensor([...])");
  return std::nullopt;
}

std::optional<LayerWeight> given_weight(Checker &checker, const OperatorCall &call, const std::string &name,
                                        const Shape &shape, const Given &given) {
  auto numbers = given_numbers(checker, call, given);
  if (!numbers) return std::nullopt;
  const Shape &found = numbers->type.shape;
  const auto wanted = element_count(shape);
  const bool fits =
      found == shape || (found.size() < shape.size() && static_cast<std::int64_t>(numbers->data.size()) == wanted);
  if (!fits) {
    checker.fault(
        DiagnosticKind::given_weight_mismatch, given.span,
        fmt::format("{}: '{}' has the shape {}, but this is {}", call.label, name, to_string(shape), to_string(found)),
        found.size() < shape.size()
            ? fmt::format("fewer dimensions are fine where the count matches: {} numbers", wanted)
            : "");
    return std::nullopt;
  }
  numbers->type.shape = shape;
  const TensorType type = numbers->type;
  if (!claim_weight_name(checker, call.path + "." + name, call.span)) return std::nullopt;
  return LayerWeight{name, checker.graph.add_value({.name = call.path + "." + name,
                                                    .type = type,
                                                    .kind = ValueKind::weight,
                                                    .producer = -1,
                                                    .data = std::move(*numbers),
                                                    .given_in_source = true,
                                                    .span = given.span})};
}

const LayerWeight *weight_named(const Layer &layer, const std::string &name) {
  for (const LayerWeight &weight : layer.weights)
    if (weight.parameter == name) return &weight;
  return nullptr;
}

/// "weight [6, 1, 5, 5], bias [6]"
std::string list_text(const std::map<std::string, Shape, std::less<>> &weights) {
  std::string text;
  for (const auto &[name, shape] : weights) text += (text.empty() ? "" : ", ") + name + " " + to_string(shape);
  return text.empty() ? "none" : text;
}

/// Reports a shared layer whose weights are not exactly those wanted.
bool shares_fit(Checker &checker, const OperatorCall &call, const std::map<std::string, Shape, std::less<>> &wanted) {
  const SharedWeights &shared = *call.shared;
  if (!shared.layer->usable) return false;  // its own fault was reported
  std::map<std::string, Shape, std::less<>> found;
  for (const LayerWeight &weight : shared.layer->weights)
    if (!call.weights.contains(weight.parameter))
      found.emplace(weight.parameter, checker.graph.values[static_cast<std::size_t>(weight.value)].type.shape);
  if (shared.layer->op == call.op && found == wanted) return true;
  Diagnostic &fault = shared.layer->op != call.op
                          ? checker.report(DiagnosticKind::share_mismatch, shared.span,
                                           fmt::format("{} cannot share with {}, which is {}", call.label,
                                                       quoted(shared.path), describe(*shared.layer)))
                          : checker.report(DiagnosticKind::share_mismatch, shared.span,
                                           fmt::format("{} needs {}, but {} has {}", call.label, list_text(wanted),
                                                       quoted(shared.path), list_text(found)));
  fault.note(shared.layer->span, quoted(shared.path) + " is here");
  return false;
}

}  // namespace

std::optional<std::vector<LayerWeight>> make_weights(Checker &checker, const OperatorCall &call,
                                                     const InferContext &inferred) {
  std::map<std::string, Shape, std::less<>> to_share = inferred.parameters;
  for (const auto &[name, given] : call.weights) {
    to_share.erase(name);
    if (inferred.parameters.contains(name)) continue;
    checker.fault(DiagnosticKind::given_weight_mismatch, given.span,
                  fmt::format("{} has no '{}' with these arguments, but it is given here", call.label, name));
    return std::nullopt;
  }
  if (call.shared && !shares_fit(checker, call, to_share)) return std::nullopt;

  std::vector<LayerWeight> weights;
  for (const OperandSpec *spec : parameters_present(*call.op, inferred.attrs)) {
    const std::string name(spec->name);
    const Shape &shape = inferred.parameters.find(name)->second;
    const auto given = call.weights.find(name);
    if (given != call.weights.end()) {
      auto weight = given_weight(checker, call, name, shape, given->second);
      if (!weight) return std::nullopt;
      weights.push_back(std::move(*weight));
    } else if (call.shared) {
      weights.push_back(*weight_named(*call.shared->layer, name));
    } else {
      if (!claim_weight_name(checker, call.path + "." + name, call.span)) return std::nullopt;
      weights.push_back({name, checker.graph.add_value({.name = call.path + "." + name,
                                                        .type = {DType::f32, shape},
                                                        .kind = ValueKind::weight,
                                                        .producer = -1,
                                                        .data = {},
                                                        .given_in_source = false,
                                                        .span = call.span})});
    }
  }
  return weights;
}

}  // namespace cnnc::net
