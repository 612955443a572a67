// Arithmetic on values known at compile time. Integers have 64 bits and never wrap, floats never become infinite or
// NaN: where the exact meaning cannot be kept there is a Fault. Bit for bit the same on every machine.
#pragma once

#include <optional>
#include <string>
#include <variant>

#include "compiler/frontend/ast.hpp"
#include "compiler/frontend/datum.hpp"
#include "compiler/support/diagnostics.hpp"

namespace cnnc::net {

/// What is wrong, for whoever knows the place to report.
struct Fault {
  DiagnosticKind kind;
  std::string message;
  std::string hint = {};
};

using Outcome = std::variant<Datum, Fault>;

/// `a op b`, for every operator but `and` and `or` (which may leave b unevaluated). Neither is a tensor, Several or
/// Poison. `/` of two integers is exact or a Fault; `%` has the divisor's sign; + also joins lists.
Outcome binary(ast::BinaryOp op, const Datum &a, const Datum &b);
Outcome unary(ast::UnaryOp op, const Datum &a);
/// Element of a list; negative indices are faults.
Outcome element(const Datum &list, const Datum &index);

/// A finite float, or the fault that `what` has no finite value.
Outcome finite(double value, const std::string &what);
/// Sign of a - b, exact for every pair of an integer and a float.
int compare_numbers(const Datum &a, const Datum &b);
/// ⌊a / b⌋ of integers; b != 0. Nothing on overflow.
std::optional<std::int64_t> floor_quotient(std::int64_t a, std::int64_t b);
/// "the integer 3": describe() for what is no tensor.
std::string describe(const Datum &datum);

}  // namespace cnnc::net
