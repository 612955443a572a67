#include "compiler/frontend/arithmetic.hpp"

#include <fmt/format.h>

#include <cmath>

#include "compiler/support/checks.hpp"

namespace cnnc::net {

using ast::BinaryOp;

std::string describe(const Datum &datum) { return describe(datum, Graph{}); }

Outcome finite(double value, const std::string &what) {
  if (std::isfinite(value)) return Datum{value};
  return Fault{DiagnosticKind::outside_domain, what + " is no finite number"};
}

std::optional<std::int64_t> floor_quotient(std::int64_t a, std::int64_t b) {
  if (a == INT64_MIN && b == -1) return std::nullopt;
  std::int64_t quotient = a / b;
  if (a % b != 0 && (a < 0) != (b < 0)) --quotient;
  return quotient;
}

namespace {

/// Sign of a - b. Beyond 2^63 the float decides; below, its integral part is an integer and exact.
int compare_mixed(std::int64_t a, double b) {
  constexpr double two_63 = 9223372036854775808.0;
  if (b >= two_63) return -1;
  if (b < -two_63) return 1;
  const double whole = std::floor(b);
  const auto floored = static_cast<std::int64_t>(whole);
  if (a != floored) return a < floored ? -1 : 1;
  return b > whole ? -1 : 0;
}

std::string expression(BinaryOp op, const Datum &a, const Datum &b) {
  return fmt::format("{} {} {}", literal(a), ast::spelling(op), literal(b));
}

Fault wrong_operands(BinaryOp op, std::string_view wanted, const Datum &a, const Datum &b) {
  return {DiagnosticKind::wrong_value,
          fmt::format("'{}' takes {}, but found {} and {}", ast::spelling(op), wanted, describe(a), describe(b))};
}

Fault overflow(BinaryOp op, const Datum &a, const Datum &b) {
  return {DiagnosticKind::integer_overflow, expression(op, a, b) + " does not fit in 64 bits",
          "integers go from -2^63 to 2^63 - 1"};
}

Fault zero_divisor(BinaryOp op, const Datum &a, const Datum &b) {
  return {DiagnosticKind::division_by_zero, expression(op, a, b) + " divides by zero"};
}

std::int64_t integer(const Datum &datum) { return *datum.as<std::int64_t>(); }

Outcome integer_quotient(const Datum &a, const Datum &b) {
  const std::int64_t x = integer(a), y = integer(b);
  if (y == 0) return zero_divisor(BinaryOp::divide, a, b);
  const auto floored = floor_quotient(x, y);
  if (!floored) return overflow(BinaryOp::divide, a, b);
  if (x % y == 0) return Datum{*floored};
  return Fault{DiagnosticKind::division_inexact, fmt::format("{} is no integer", expression(BinaryOp::divide, a, b)),
               fmt::format("floor_div({0}, {1}) is {2}; {0}.0 / {1} divides as floats", x, y, *floored)};
}

Outcome integer_arithmetic(BinaryOp op, const Datum &a, const Datum &b) {
  const std::int64_t x = integer(a), y = integer(b);
  std::int64_t result = 0;
  bool overflowed = false;
  switch (op) {
    case BinaryOp::add:
      overflowed = __builtin_add_overflow(x, y, &result);
      break;
    case BinaryOp::subtract:
      overflowed = __builtin_sub_overflow(x, y, &result);
      break;
    case BinaryOp::multiply:
      overflowed = __builtin_mul_overflow(x, y, &result);
      break;
    case BinaryOp::divide:
      return integer_quotient(a, b);
    case BinaryOp::remainder: {
      if (y == 0) return zero_divisor(op, a, b);
      const std::int64_t rest = y == -1 ? 0 : x % y;  // INT64_MIN % -1 traps
      return Datum{rest != 0 && (rest < 0) != (y < 0) ? rest + y : rest};
    }
    case BinaryOp::logical_or:
    case BinaryOp::logical_and:
    case BinaryOp::equal:
    case BinaryOp::not_equal:
    case BinaryOp::less:
    case BinaryOp::less_equal:
    case BinaryOp::greater:
    case BinaryOp::greater_equal:
      CNNC_UNREACHABLE("no arithmetic");
  }
  if (overflowed) return overflow(op, a, b);
  return Datum{result};
}

Outcome float_arithmetic(BinaryOp op, const Datum &a, const Datum &b) {
  const double x = number(a), y = number(b);
  const std::string text = expression(op, a, b);
  switch (op) {
    case BinaryOp::add:
      return finite(x + y, text);
    case BinaryOp::subtract:
      return finite(x - y, text);
    case BinaryOp::multiply:
      return finite(x * y, text);
    case BinaryOp::divide:
      if (y == 0) return zero_divisor(op, a, b);
      return finite(x / y, text);
    case BinaryOp::remainder: {
      if (y == 0) return zero_divisor(op, a, b);
      const double rest = std::fmod(x, y);  // exact
      return finite(rest != 0 && (rest < 0) != (y < 0) ? rest + y : rest, text);
    }
    case BinaryOp::logical_or:
    case BinaryOp::logical_and:
    case BinaryOp::equal:
    case BinaryOp::not_equal:
    case BinaryOp::less:
    case BinaryOp::less_equal:
    case BinaryOp::greater:
    case BinaryOp::greater_equal:
      CNNC_UNREACHABLE("no arithmetic");
  }
  CNNC_UNREACHABLE("unknown operator");
}

Outcome joined(const Datum &a, const Datum &b) {
  std::vector<Datum> items = *a.items();
  items.insert(items.end(), b.items()->begin(), b.items()->end());
  return list_datum(std::move(items));
}

/// Nothing where the two are of kinds that cannot be compared.
std::optional<bool> equal(const Datum &a, const Datum &b) {
  if (a.is_number() && b.is_number()) return compare_numbers(a, b) == 0;
  if (a.as<bool>() && b.as<bool>()) return *a.as<bool>() == *b.as<bool>();
  if (a.text() && b.text()) return *a.text() == *b.text();
  if (!a.items() || !b.items()) return std::nullopt;
  if (a.items()->size() != b.items()->size()) return false;
  bool all = true;
  for (std::size_t i = 0; i < a.items()->size(); ++i) {
    const auto one = equal((*a.items())[i], (*b.items())[i]);
    if (!one) return std::nullopt;
    all = all && *one;
  }
  return all;
}

Outcome ordered(BinaryOp op, const Datum &a, const Datum &b) {
  if (!a.is_number() || !b.is_number()) return wrong_operands(op, "two numbers", a, b);
  const int sign = compare_numbers(a, b);
  if (op == BinaryOp::less) return Datum{sign < 0};
  if (op == BinaryOp::less_equal) return Datum{sign <= 0};
  if (op == BinaryOp::greater) return Datum{sign > 0};
  return Datum{sign >= 0};
}

Outcome arithmetic(BinaryOp op, const Datum &a, const Datum &b) {
  if (a.as<std::int64_t>() && b.as<std::int64_t>()) return integer_arithmetic(op, a, b);
  if (a.is_number() && b.is_number()) return float_arithmetic(op, a, b);
  if (op == BinaryOp::add && a.items() && b.items()) return joined(a, b);
  Fault fault = wrong_operands(op, op == BinaryOp::add ? "two numbers or two lists" : "two numbers", a, b);
  if (op == BinaryOp::add && (a.text() || b.text())) fault.hint = R"(texts are put together as "{a}{b}")";
  return fault;
}

}  // namespace

int compare_numbers(const Datum &a, const Datum &b) {
  const auto *i = a.as<std::int64_t>();
  const auto *j = b.as<std::int64_t>();
  if (i && j) return *i < *j ? -1 : *i > *j;
  if (i) return compare_mixed(*i, number(b));
  if (j) return -compare_mixed(*j, number(a));
  return number(a) < number(b) ? -1 : number(a) > number(b);
}

Outcome binary(BinaryOp op, const Datum &a, const Datum &b) {
  switch (op) {
    case BinaryOp::logical_or:
    case BinaryOp::logical_and:
      CNNC_UNREACHABLE("'and' and 'or' are evaluated where their operands are");
    case BinaryOp::equal:
    case BinaryOp::not_equal: {
      const auto same = equal(a, b);
      if (!same) return wrong_operands(op, "two values of one kind", a, b);
      return Datum{*same == (op == BinaryOp::equal)};
    }
    case BinaryOp::less:
    case BinaryOp::less_equal:
    case BinaryOp::greater:
    case BinaryOp::greater_equal:
      return ordered(op, a, b);
    case BinaryOp::add:
    case BinaryOp::subtract:
    case BinaryOp::multiply:
    case BinaryOp::divide:
    case BinaryOp::remainder:
      return arithmetic(op, a, b);
  }
  CNNC_UNREACHABLE("unknown operator");
}

Outcome unary(ast::UnaryOp op, const Datum &a) {
  const std::string found = describe(a);
  switch (op) {
    case ast::UnaryOp::negate:
      if (const auto *i = a.as<std::int64_t>()) {
        if (*i == INT64_MIN) return Fault{DiagnosticKind::integer_overflow, "2^63 does not fit in 64 bits", {}};
        return Datum{-*i};
      }
      if (const double *real = a.as<double>()) return Datum{-*real};
      return Fault{DiagnosticKind::wrong_value, "'-' takes a number or a tensor, but found " + found, {}};
    case ast::UnaryOp::logical_not:
      if (const bool *truth = a.as<bool>()) return Datum{!*truth};
      return Fault{DiagnosticKind::wrong_value, "'not' takes true or false, but found " + found, {}};
  }
  CNNC_UNREACHABLE("unknown operator");
}

Outcome element(const Datum &list, const Datum &index) {
  const std::vector<Datum> *items = list.items();
  if (!items)
    return Fault{
        DiagnosticKind::wrong_value, "only lists and tensors have elements, but this is " + describe(list), {}};
  const auto *i = index.as<std::int64_t>();
  if (!i) return Fault{DiagnosticKind::wrong_value, "an index is an integer, but this is " + describe(index), {}};
  if (items->empty())
    return Fault{DiagnosticKind::index_out_of_range, "the list is empty, so it has no element " + literal(index), {}};
  if (*i < 0 || *i >= static_cast<std::int64_t>(items->size()))
    return Fault{DiagnosticKind::index_out_of_range,
                 fmt::format("index {} lies outside the list, which has {} element{}", *i, items->size(),
                             items->size() == 1 ? "" : "s"),
                 fmt::format("the indices go from 0 to {}", items->size() - 1)};
  return (*items)[static_cast<std::size_t>(*i)];
}

}  // namespace cnnc::net
