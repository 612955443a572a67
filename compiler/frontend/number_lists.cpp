#include "compiler/frontend/number_lists.hpp"

#include <fmt/format.h>

#include <cmath>

namespace cnnc::net {

namespace {

/// The extents that the first elements suggest.
Shape leading_shape(const Datum &datum) {
  Shape shape;
  const Datum *at = &datum;
  while (const auto *items = at->items()) {
    shape.push_back(static_cast<std::int64_t>(items->size()));
    if (items->empty()) break;
    at = &items->front();
  }
  return shape;
}

class Flattener {
 public:
  Flattener(Checker &checker, Span span, Tensor &tensor) : checker_(checker), span_(span), tensor_(tensor) {}

  bool append(const Datum &datum, std::size_t axis) {
    const Shape &shape = tensor_.type.shape;
    const auto *items = datum.items();
    if (axis == shape.size()) {
      if (items) return ragged("a list", "a number");
      if (!datum.is_number()) return not_a_number(datum);
      const auto value = as_f32(checker_, datum, span_);
      if (value) tensor_.data.push_back(*value);
      return value.has_value();
    }
    if (!items && datum.is_number()) return ragged("a number", "a list");
    if (!items) return not_a_number(datum);
    const auto count = static_cast<std::int64_t>(items->size());
    if (count != shape[axis])
      return ragged(fmt::format("a list of {}", count), fmt::format("a list of {}", shape[axis]));
    for (const Datum &item : *items)
      if (!append(item, axis + 1)) return false;
    return true;
  }

 private:
  bool ragged(const std::string &found, const std::string &expected) {
    checker_.fault(DiagnosticKind::list_not_rectangular, span_,
                   fmt::format("this list is not rectangular: {} stands in it where {} belongs", found, expected));
    return false;
  }

  bool not_a_number(const Datum &datum) {
    checker_.fault(DiagnosticKind::list_not_rectangular, span_,
                   fmt::format("a list of numbers is wanted, but {} stands in it", describe(datum, checker_.graph)));
    return false;
  }

  Checker &checker_;
  Span span_;
  Tensor &tensor_;
};

}  // namespace

std::optional<double> as_f32(Checker &checker, const Datum &datum, Span span) {
  constexpr double rounds_to_infinity = 0x1.ffffffp127;  // midway between the greatest float and 2^128
  const double value = number(datum);
  if (std::fabs(value) < rounds_to_infinity) return static_cast<double>(static_cast<float>(value));
  checker.fault(DiagnosticKind::outside_domain, span, literal(datum) + " is too large for f32", "f32 reaches 3.4e38");
  return std::nullopt;
}

std::optional<Tensor> numbers_in(Checker &checker, const Given &given) {
  if (!given.value.items() && !given.value.is_number()) {
    checker.fault(DiagnosticKind::argument_kind, given.span,
                  "a list of numbers is wanted, but this is " + describe(given.value, checker.graph));
    return std::nullopt;
  }
  Tensor tensor{.type = {DType::f32, leading_shape(given.value)}, .data = {}};
  for (std::int64_t extent : tensor.type.shape) {
    if (extent != 0) continue;
    checker.fault(DiagnosticKind::list_not_rectangular, given.span, "an empty list makes no tensor");
    return std::nullopt;
  }
  std::int64_t count = 1;
  for (std::int64_t extent : tensor.type.shape)
    if (__builtin_mul_overflow(count, extent, &count)) count = INT64_MAX;
  if (!checker.spend_items(count, given.span)) return std::nullopt;
  if (!Flattener(checker, given.span, tensor).append(given.value, 0)) return std::nullopt;
  return tensor;
}

}  // namespace cnnc::net
