#include "compiler/frontend/functions.hpp"

#include <fmt/format.h>

#include <climits>
#include <cmath>

#include "compiler/support/exact_math.hpp"

namespace cnnc::net {

namespace {

using Arguments = std::span<const Datum>;

Fault wrong(std::string_view function, std::string_view takes, const Datum &found) {
  return {DiagnosticKind::wrong_value, fmt::format("'{}' takes {}, but found {}", function, takes, describe(found))};
}

Outcome length(Arguments arguments) {
  if (const auto *items = arguments[0].items()) return Datum{static_cast<std::int64_t>(items->size())};
  return wrong("len", "a list", arguments[0]);
}

/// The first of the least (sign < 0) or greatest (sign > 0).
Outcome extreme(std::string_view name, Arguments arguments, int sign) {
  const Datum *best = nullptr;
  for (const Datum &candidate : arguments) {
    if (!candidate.is_number()) return wrong(name, "numbers", candidate);
    if (!best || compare_numbers(candidate, *best) * sign > 0) best = &candidate;
  }
  return *best;
}

Outcome least(Arguments arguments) { return extreme("min", arguments, -1); }
Outcome greatest(Arguments arguments) { return extreme("max", arguments, 1); }

Outcome absolute(Arguments arguments) {
  if (const auto *i = arguments[0].as<std::int64_t>()) {
    if (*i == INT64_MIN) return Fault{DiagnosticKind::integer_overflow, "2^63 does not fit in 64 bits"};
    return Datum{*i < 0 ? -*i : *i};
  }
  if (const double *real = arguments[0].as<double>()) return Datum{std::fabs(*real)};
  return wrong("abs", "a number", arguments[0]);
}

Outcome rounded(std::string_view name, const Datum &argument, double (*round)(double)) {
  if (argument.as<std::int64_t>()) return argument;
  const double *real = argument.as<double>();
  if (!real) return wrong(name, "a number", argument);
  const double whole = round(*real);
  if (whole >= 9223372036854775808.0 || whole < -9223372036854775808.0)
    return Fault{DiagnosticKind::integer_overflow,
                 fmt::format("{}({}) does not fit in 64 bits", name, literal(argument))};
  return Datum{static_cast<std::int64_t>(whole)};
}

Outcome floor_of(Arguments arguments) { return rounded("floor", arguments[0], std::floor); }
Outcome ceil_of(Arguments arguments) { return rounded("ceil", arguments[0], std::ceil); }

Outcome floor_div(Arguments arguments) {
  const auto *a = arguments[0].as<std::int64_t>();
  const auto *b = arguments[1].as<std::int64_t>();
  if (!a || !b) return wrong("floor_div", "two integers", a ? arguments[1] : arguments[0]);
  if (*b == 0) return Fault{DiagnosticKind::division_by_zero, fmt::format("floor_div({}, 0) divides by zero", *a)};
  const auto quotient = floor_quotient(*a, *b);
  if (!quotient)
    return Fault{DiagnosticKind::integer_overflow, fmt::format("floor_div({}, {}) does not fit in 64 bits", *a, *b)};
  return Datum{*quotient};
}

Outcome real_function(std::string_view name, const Datum &argument, double (*function)(double)) {
  if (!argument.is_number()) return wrong(name, "a number", argument);
  return finite(function(number(argument)), fmt::format("{}({})", name, literal(argument)));
}

Outcome square_root(Arguments arguments) {
  return real_function("sqrt", arguments[0], [](double x) { return std::sqrt(x); });
}
Outcome exponential(Arguments arguments) { return real_function("exp", arguments[0], exact_exp); }
Outcome logarithm(Arguments arguments) { return real_function("log", arguments[0], exact_log); }
Outcome sine(Arguments arguments) { return real_function("sin", arguments[0], exact_sin); }
Outcome cosine(Arguments arguments) { return real_function("cos", arguments[0], exact_cos); }

/// base^exponent for exponent >= 0, by squaring. Nothing on overflow.
std::optional<std::int64_t> integer_power(std::int64_t base, std::int64_t exponent) {
  std::int64_t result = 1;
  for (; exponent > 0; exponent >>= 1) {
    if ((exponent & 1) != 0 && __builtin_mul_overflow(result, base, &result)) return std::nullopt;
    if (exponent > 1 && __builtin_mul_overflow(base, base, &base)) return std::nullopt;
  }
  return result;
}

Outcome power(Arguments arguments) {
  for (const Datum &argument : arguments)
    if (!argument.is_number()) return wrong("pow", "two numbers", argument);
  const std::string what = fmt::format("pow({}, {})", literal(arguments[0]), literal(arguments[1]));
  const auto *base = arguments[0].as<std::int64_t>();
  const auto *exponent = arguments[1].as<std::int64_t>();
  if (base && exponent && *exponent >= 0) {
    const auto result = integer_power(*base, *exponent);
    if (!result) return Fault{DiagnosticKind::integer_overflow, what + " does not fit in 64 bits"};
    return Datum{*result};
  }
  return finite(exact_pow(number(arguments[0]), number(arguments[1])), what);
}

constexpr Function functions[] = {
    {"len", 1, 1, "a list", length},
    {"min", 2, INT_MAX, "two or more numbers", least},
    {"max", 2, INT_MAX, "two or more numbers", greatest},
    {"abs", 1, 1, "a number", absolute},
    {"floor", 1, 1, "a number", floor_of},
    {"ceil", 1, 1, "a number", ceil_of},
    {"floor_div", 2, 2, "two integers", floor_div},
    {"sqrt", 1, 1, "a number", square_root},
    {"exp", 1, 1, "a number", exponential},
    {"log", 1, 1, "a number", logarithm},
    {"sin", 1, 1, "a number", sine},
    {"cos", 1, 1, "a number", cosine},
    {"pow", 2, 2, "two numbers", power},
};

}  // namespace

const Function *find_function(std::string_view name) {
  for (const Function &function : functions)
    if (function.name == name) return &function;
  return nullptr;
}

std::span<const Function> all_functions() { return functions; }

}  // namespace cnnc::net
