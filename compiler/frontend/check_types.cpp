#include "compiler/frontend/check_types.hpp"

#include <fmt/format.h>

#include "compiler/frontend/evaluate.hpp"

namespace cnnc::net {

namespace {

/// -1 where a dimension is left open.
constexpr std::int64_t open = -1;

struct DeclaredType {
  DType dtype;
  Shape shape;
};

/// What other languages and libraries call the element types.
constexpr std::pair<std::string_view, std::string_view> foreign_types[] = {
    {"float32", "f32"}, {"float", "f32"},     {"int32", "i32"}, {"int", "i32"}, {"uint8", "u8"},  {"byte", "u8"},
    {"float16", "f16"}, {"bfloat16", "bf16"}, {"half", "f16"},  {"int8", "i8"}, {"double", "f32"}};

std::optional<DType> dtype_of(Checker &checker, const ast::Type &type) {
  const auto dtype = dtype_named(type.dtype.text);
  if (dtype) return dtype;
  std::string hint = nearest_hint(type.dtype.text, {"f32", "f16", "bf16", "i32", "u8", "i8"});
  if (hint.empty()) hint = "there are f32, f16, bf16, i32, u8 and i8";
  for (const auto &[foreign, ours] : foreign_types)
    if (foreign == type.dtype.text) hint = "did you mean " + quoted(ours) + "?";
  checker.fault(DiagnosticKind::unknown_dtype, type.dtype.span, "there is no element type " + quoted(type.dtype.text),
                hint);
  return std::nullopt;
}

std::optional<std::int64_t> extent_of(Checker &checker, const ast::Expr &expr) {
  Scope file_scope;
  const Datum value = evaluate_one(checker, file_scope, expr);
  if (value.is_poison()) return std::nullopt;
  const auto *extent = value.as<std::int64_t>();
  if (extent && *extent >= 1) return *extent;
  checker.fault(DiagnosticKind::dimension_invalid, expr.span,
                "a dimension is an integer of at least 1, but this is " + describe(value, checker.graph));
  return std::nullopt;
}

std::optional<DeclaredType> declared_type(Checker &checker, const ast::Type &type, bool may_be_open) {
  const auto dtype = dtype_of(checker, type);
  bool ok = dtype.has_value();
  if (type.dimensions.size() > max_rank) {
    checker.fault(DiagnosticKind::dimension_invalid, type.dimensions[max_rank].span,
                  fmt::format("a tensor has at most {} dimensions, and this has {}", max_rank, type.dimensions.size()));
    return std::nullopt;
  }
  Shape shape;
  std::int64_t elements = 1;
  for (const ast::Dimension &dimension : type.dimensions) {
    std::optional<std::int64_t> extent = open;
    if (dimension.value) {
      extent = extent_of(checker, *dimension.value);
    } else if (!may_be_open) {
      checker.fault(DiagnosticKind::dimension_invalid, dimension.span,
                    "the dimensions of an input are all given, but this is '_'");
      extent = std::nullopt;
    }
    ok = ok && extent.has_value();
    shape.push_back(extent.value_or(1));
    if (shape.back() != open && __builtin_mul_overflow(elements, shape.back(), &elements)) elements = INT64_MAX;
  }
  if (ok && elements > max_elements) {
    checker.fault(DiagnosticKind::tensor_too_large, type.span,
                  fmt::format("a tensor has at most {} elements, and this would have {}", max_elements,
                              elements == INT64_MAX ? "more than 2^63" : std::to_string(elements)));
    ok = false;
  }
  if (!ok) return std::nullopt;
  return DeclaredType{*dtype, std::move(shape)};
}

std::string to_text(const DeclaredType &type) {
  std::string text = std::string(name(type.dtype)) + "[";
  for (std::size_t i = 0; i < type.shape.size(); ++i)
    text += (i ? ", " : "") + (type.shape[i] == open ? "_" : std::to_string(type.shape[i]));
  return text + "]";
}

bool matches(const TensorType &type, const DeclaredType &declared) {
  if (type.dtype != declared.dtype || type.shape.size() != declared.shape.size()) return false;
  for (std::size_t i = 0; i < type.shape.size(); ++i)
    if (declared.shape[i] != open && declared.shape[i] != type.shape[i]) return false;
  return true;
}

std::optional<ValueId> check_output(Checker &checker, const ast::Output &output, const Returned &returned) {
  if (!output.type) return std::nullopt;  // `name: weights`, reported with the network's head
  const auto declared = declared_type(checker, *output.type, true);
  if (!declared || returned.value.is_poison()) return std::nullopt;
  const auto *tensor = returned.value.as<TensorRef>();
  if (tensor && matches(checker.type_of(*tensor), *declared)) return tensor->id;
  Diagnostic &fault = checker.report(DiagnosticKind::output_mismatch, returned.span,
                                     fmt::format("output {} is {}, but this is {}", quoted(output.name.text),
                                                 to_text(*declared), describe(returned.value, checker.graph)));
  fault.note(output.span, quoted(output.name.text) + " is declared here");
  const Shape *shape = tensor ? &checker.type_of(*tensor).shape : nullptr;
  if (shape && !declared->shape.empty() && declared->shape.front() == 1 &&
      Shape(declared->shape.begin() + 1, declared->shape.end()) == *shape)
    fault.hint("types have no batch dimension: a network describes one sample");
  if (!tensor && (returned.value.items() || returned.value.is_number())) fault.hint("tensor(...) makes a tensor of it");
  return std::nullopt;
}

}  // namespace

std::optional<TensorType> input_type(Checker &checker, const ast::Type &type) {
  auto declared = declared_type(checker, type, false);
  if (!declared) return std::nullopt;
  return TensorType{declared->dtype, std::move(declared->shape)};
}

std::optional<std::vector<ValueId>> check_outputs(Checker &checker, const ast::Network &network) {
  if (!checker.frame->returned) {
    for (const ast::Output &output : network.outputs)
      if (output.type) declared_type(checker, *output.type, true);
    return std::nullopt;
  }
  std::vector<Returned> returned = *checker.frame->returned;
  if (checker.frame->first_alone && network.outputs.size() == 1) returned.resize(1);
  if (returned.size() != network.outputs.size()) {
    bool poisoned = false;
    for (const Returned &one : returned) poisoned = poisoned || one.value.is_poison();
    if (poisoned && returned.size() == 1) return std::nullopt;  // it may have been as many as are wanted
    const auto count = [](std::size_t n, const char *what) {
      return fmt::format("{} {}{}", n, what, n == 1 ? "" : "s");
    };
    checker
        .report(DiagnosticKind::value_count, join(returned.front().span, returned.back().span),
                fmt::format("network {} has {}, but returns {}", quoted(network.name.text),
                            count(network.outputs.size(), "output"), count(returned.size(), "value")))
        .note(network.outputs.empty() ? network.name.span
                                      : join(network.outputs.front().span, network.outputs.back().span),
              "they are declared here");
    return std::nullopt;
  }
  std::vector<ValueId> values;
  for (std::size_t i = 0; i < returned.size(); ++i)
    if (const auto value = check_output(checker, network.outputs[i], returned[i])) values.push_back(*value);
  if (values.size() != returned.size()) return std::nullopt;
  return values;
}

}  // namespace cnnc::net
