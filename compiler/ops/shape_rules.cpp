#include "compiler/ops/shape_rules.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cfloat>
#include <cmath>

namespace cnnc {

Span operand_span(const InferContext &context, std::size_t i) {
  return i < context.operand_spans.size() && context.operand_spans[i].known() ? context.operand_spans[i] : context.call;
}

std::string operand_text(const InferContext &context, std::size_t i) {
  const std::string &name = context.operand_names[i];
  std::string who = name.empty() ? (context.operands.size() > 1 ? fmt::format("operand {}", i + 1) : "its operand")
                                 : fmt::format("'{}'", name);
  return who + " is " + to_string(context.operands[i]);
}

bool check_floats(InferContext &context) {
  for (std::size_t i = 0; i < context.operands.size(); ++i) {
    if (context.operands[i].dtype == DType::f32) continue;
    const std::string &name = context.operand_names[i];
    context
        .error(DiagnosticKind::operand_dtype, operand_span(context, i),
               fmt::format("{} computes on f32, but {}", context.label, operand_text(context, i)))
        .hint(fmt::format("convert it first: {} |> cast(f32)", name.empty() ? "x" : name));
    return false;
  }
  return true;
}

bool check_image(InferContext &context) {
  std::size_t rank = context.operands[0].shape.size();
  if (rank == 2 || rank == 3) return true;
  context.error(DiagnosticKind::operand_rank, operand_span(context, 0),
                fmt::format("{} takes [channels, height, width] or [channels, length], but {}", context.label,
                            operand_text(context, 0)));
  return false;
}

bool check_least_rank(InferContext &context, std::size_t rank) {
  if (context.operands[0].shape.size() >= rank) return true;
  context.error(DiagnosticKind::operand_rank, operand_span(context, 0),
                fmt::format("{} takes a tensor with at least {} {}, but {}", context.label, rank,
                            rank == 1 ? "axis" : "axes", operand_text(context, 0)));
  return false;
}

bool check_integer(InferContext &context, std::string_view name, std::int64_t low, std::int64_t high) {
  std::int64_t value = int_attr(context.attrs, name);
  if (value >= low && value <= high) return true;
  context.error(DiagnosticKind::attribute_range, context.span_of(name),
                fmt::format("{}: {} must be {} {}, but is {}", context.label, name,
                            value < low ? "at least" : "at most", value < low ? low : high, value));
  return false;
}

bool check_real(InferContext &context, std::string_view name, std::optional<double> low, std::optional<double> high) {
  double value = real_attr(context.attrs, name);
  if (!(std::fabs(value) <= FLT_MAX)) {
    context.error(DiagnosticKind::attribute_range, context.span_of(name),
                  fmt::format("{}: {} must be a number that f32 can hold, but is {}", context.label, name, value));
    return false;
  }
  bool below = low && value < *low;
  if (!below && (!high || value <= *high)) return true;
  context.error(DiagnosticKind::attribute_range, context.span_of(name),
                fmt::format("{}: {} must be {} {}, but is {}", context.label, name, below ? "at least" : "at most",
                            below ? *low : *high, value));
  return false;
}

bool check_size(InferContext &context, const Shape &shape, std::string_view what) {
  if (checked_element_count(shape)) return true;
  context.error(DiagnosticKind::tensor_too_large, context.call,
                fmt::format("{}: {} would be {}, and a tensor has at most {} elements", context.label, what,
                            to_string(shape), max_elements));
  return false;
}

namespace {

/// The axis without sign, or -1 after a report.
std::int64_t checked_axis(InferContext &context, std::string_view name, std::int64_t axis, std::size_t rank) {
  auto extent = static_cast<std::int64_t>(rank);
  if (axis >= -extent && axis < extent) return axis < 0 ? axis + extent : axis;
  std::string range = rank == 0 ? "has no axes" : fmt::format("has axes {} to {}", -extent, extent - 1);
  context.error(
      DiagnosticKind::axis_out_of_range, context.span_of(name),
      fmt::format("{}: there is no axis {}: {}, which {}", context.label, axis, operand_text(context, 0), range));
  return -1;
}

/// The listed axes without signs and in their order; nothing after a report.
std::optional<std::vector<std::int64_t>> checked_axes(InferContext &context, std::string_view name, std::size_t rank) {
  std::vector<std::int64_t> axes;
  for (std::int64_t given : ints_attr(context.attrs, name)) {
    std::int64_t axis = checked_axis(context, name, given, rank);
    if (axis < 0) return std::nullopt;
    if (std::find(axes.begin(), axes.end(), axis) != axes.end()) {
      context.error(DiagnosticKind::axis_repeated, context.span_of(name),
                    fmt::format("{}: axis {} is named twice", context.label, axis));
      return std::nullopt;
    }
    axes.push_back(axis);
  }
  return axes;
}

}  // namespace

bool normalise_axis(InferContext &context, std::string_view name, std::size_t rank) {
  std::int64_t axis = checked_axis(context, name, int_attr(context.attrs, name), rank);
  context.attrs.find(name)->second.value = axis;
  return axis >= 0;
}

bool normalise_axes(InferContext &context, std::string_view name, std::size_t rank) {
  std::vector<std::int64_t> axes;
  if (has_attr(context.attrs, name)) {
    auto listed = checked_axes(context, name, rank);
    if (!listed) return false;
    axes = std::move(*listed);
  }
  if (axes.empty())
    for (std::size_t i = 0; i < rank; ++i) axes.push_back(static_cast<std::int64_t>(i));
  std::sort(axes.begin(), axes.end());
  context.attrs[std::string(name)].value = axes;
  return true;
}

bool normalise_order(InferContext &context, std::string_view name, std::size_t rank) {
  Attr &attr = context.attrs.find(name)->second;
  if (!has_attr(context.attrs, name)) {
    std::vector<std::int64_t> reversed;
    for (std::size_t i = rank; i-- > 0;) reversed.push_back(static_cast<std::int64_t>(i));
    attr.value = reversed;
  }
  auto axes = checked_axes(context, name, rank);
  if (!axes) return false;
  if (axes->size() != rank) {
    context.error(DiagnosticKind::attribute_length, context.span_of(name),
                  fmt::format("{}: {} must name every axis once, but has {} entr{}, and {}", context.label, name,
                              axes->size(), axes->size() == 1 ? "y" : "ies", operand_text(context, 0)));
    return false;
  }
  attr.value = std::move(*axes);
  return true;
}

}  // namespace cnnc
