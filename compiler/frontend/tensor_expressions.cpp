// Tensors in expressions: arithmetic and members.
#include <fmt/format.h>

#include "compiler/frontend/call_operator.hpp"
#include "compiler/frontend/evaluate.hpp"
#include "compiler/support/checks.hpp"

namespace cnnc::net {

namespace {

/// The operator that computes `a op b` of tensors; empty if tensors have no such arithmetic.
std::string_view operator_of(ast::BinaryOp op) {
  switch (op) {
    case ast::BinaryOp::add:
      return "add";
    case ast::BinaryOp::subtract:
      return "sub";
    case ast::BinaryOp::multiply:
      return "mul";
    case ast::BinaryOp::divide:
      return "div";
    case ast::BinaryOp::remainder:
    case ast::BinaryOp::logical_or:
    case ast::BinaryOp::logical_and:
    case ast::BinaryOp::equal:
    case ast::BinaryOp::not_equal:
    case ast::BinaryOp::less:
    case ast::BinaryOp::less_equal:
    case ast::BinaryOp::greater:
    case ast::BinaryOp::greater_equal:
      return {};
  }
  CNNC_UNREACHABLE("unknown operator");
}

Datum no_tensor_arithmetic(Checker &checker, ast::BinaryOp op, Span op_span) {
  if (op == ast::BinaryOp::remainder)
    return checker.fault(DiagnosticKind::wrong_value, op_span, "there is no '%' of tensors", "tensors have + - * /");
  return checker.fault(
      DiagnosticKind::tensor_in_condition, op_span,
      fmt::format("'{}' compares compile-time values, but one of these is a tensor", ast::spelling(op)),
      "choices are made at compile time, when a tensor's numbers are not known");
}

/// The extent of the axis that `name` stands for in a tensor of that rank; -1 if it stands for none.
int axis_named(std::string_view name, std::size_t rank) {
  if (name == "channels") return rank >= 1 ? 0 : -1;
  if (name == "height") return rank == 3 ? 1 : -1;
  if (name == "width") return rank == 3 ? 2 : -1;
  return rank == 2 ? 1 : -1;  // length
}

std::string_view form_with(std::string_view name) {
  if (name == "channels") return "a tensor with axes";
  return name == "length" ? "[channels, length]" : "[channels, height, width]";
}

}  // namespace

Datum tensor_arithmetic(Checker &checker, ast::BinaryOp op, Span op_span, const ast::Expr &left, const Datum &a,
                        const ast::Expr &right, const Datum &b) {
  const std::string_view name = operator_of(op);
  if (name.empty()) return no_tensor_arithmetic(checker, op, op_span);
  const OpDef *def = find_operator(name);
  CNNC_CHECK(def != nullptr, "the operator table lacks arithmetic");
  for (const auto &[datum, expr] : {std::pair(&a, &left), std::pair(&b, &right)}) {
    if (datum->is_tensor() || datum->is_number()) continue;
    return checker.fault(DiagnosticKind::wrong_value, expr->span,
                         fmt::format("'{}' with a tensor takes a tensor or a number, but this is {}", ast::spelling(op),
                                     describe(*datum, checker.graph)),
                         datum->items() ? "tensor([...]) makes a tensor of a list" : "");
  }
  OperatorCall call{.op = def, .label = fmt::format("'{}'", ast::spelling(op)), .span = op_span};
  call.data.push_back(given_operand(checker, left, a));
  call.data.push_back(given_operand(checker, right, b));
  return add_operator(checker, std::move(call));
}

Datum negated_tensor(Checker &checker, Span op_span, const ast::Expr &operand, const Datum &a) {
  const OpDef *def = find_operator("neg");
  CNNC_CHECK(def != nullptr, "the operator table lacks arithmetic");
  OperatorCall call{.op = def, .label = "'-'", .span = op_span};
  call.data.push_back(given_operand(checker, operand, a));
  return add_operator(checker, std::move(call));
}

Datum tensor_element(Checker &checker, const ast::Expr &base, const Datum &tensor, const ast::Expr &index,
                     const Datum &at) {
  const Shape shape = checker.type_of(*tensor.as<TensorRef>()).shape;
  const auto *i = at.as<std::int64_t>();
  if (!i)
    return checker.fault(DiagnosticKind::wrong_value, index.span,
                         "an index is an integer, but this is " + describe(at, checker.graph));
  Given whole = given_operand(checker, base, tensor);
  const std::string who = whole.shown.empty() ? "the tensor" : quoted(whole.shown);
  const std::string type = to_string(checker.type_of(*tensor.as<TensorRef>()));
  if (shape.empty())
    return checker.fault(DiagnosticKind::wrong_value, base.span,
                         fmt::format("{} is {}, a scalar, and has no elements to choose from", who, type));
  if (*i < -shape[0] || *i >= shape[0])
    return checker.fault(DiagnosticKind::index_out_of_range, index.span,
                         fmt::format("index {} lies outside axis 0 of {}, which is {}", *i, who, type),
                         fmt::format("the indices go from {} to {}", -shape[0], shape[0] - 1));
  for (OpCall &part : element_calls(shape, *i < 0 ? *i + shape[0] : *i)) {
    OperatorCall call{.op = part.op, .label = "indexing", .span = index.span};
    call.data.push_back(whole);
    call.attrs = std::move(part.attrs);
    whole.value = add_operator(checker, std::move(call));
    if (whole.value.is_poison()) break;
  }
  return whole.value;
}

Datum tensor_at(Checker &checker, const ast::Expr &base, const Datum &x, const ast::Expr &index, const Datum &i) {
  OperatorCall call{.op = &run_time_element(), .label = "indexing", .span = index.span};
  call.data.push_back(given_operand(checker, base, x));
  call.data.push_back(given_operand(checker, index, i));
  return add_operator(checker, std::move(call));
}

Datum member(Checker &checker, const Datum &base, const ast::Name &name) {
  static constexpr std::string_view members[] = {"channels", "height", "width", "length", "shape", "rank"};
  if (base.is_poison()) return {};
  const auto *tensor = base.as<TensorRef>();
  if (!tensor)
    return checker.fault(DiagnosticKind::unknown_member, name.span,
                         fmt::format("only tensors have members, but this is {}", describe(base, checker.graph)),
                         base.items() ? "the number of its elements is len(...)" : "");
  const Shape &shape = checker.type_of(*tensor).shape;
  if (name.text == "shape") return int_list(shape);
  if (name.text == "rank") return {static_cast<std::int64_t>(shape.size())};
  if (std::find(std::begin(members), std::end(members), name.text) == std::end(members)) {
    std::string hint = nearest_hint(name.text, {std::begin(members), std::end(members)});
    if (hint.empty()) hint = "a tensor has channels, height, width, length, shape and rank";
    return checker.fault(DiagnosticKind::unknown_member, name.span, "a tensor has no member " + quoted(name.text),
                         hint);
  }
  const int axis = axis_named(name.text, shape.size());
  if (axis >= 0) return {shape[static_cast<std::size_t>(axis)]};
  return checker.fault(DiagnosticKind::unknown_member, name.span,
                       fmt::format("'{}' is a member of {}, but this is {}", name.text, form_with(name.text),
                                   describe(base, checker.graph)),
                       "shape[i] gives the extent of any axis");
}

}  // namespace cnnc::net
