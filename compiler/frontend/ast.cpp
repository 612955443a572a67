#include "compiler/frontend/ast.hpp"

#include "compiler/support/checks.hpp"

namespace cnnc::ast {

std::string_view spelling(BinaryOp op) {
  switch (op) {
    case BinaryOp::logical_or:
      return "or";
    case BinaryOp::logical_and:
      return "and";
    case BinaryOp::equal:
      return "==";
    case BinaryOp::not_equal:
      return "!=";
    case BinaryOp::less:
      return "<";
    case BinaryOp::less_equal:
      return "<=";
    case BinaryOp::greater:
      return ">";
    case BinaryOp::greater_equal:
      return ">=";
    case BinaryOp::add:
      return "+";
    case BinaryOp::subtract:
      return "-";
    case BinaryOp::multiply:
      return "*";
    case BinaryOp::divide:
      return "/";
    case BinaryOp::remainder:
      return "%";
  }
  CNNC_UNREACHABLE("unknown binary operator");
}

std::string_view spelling(UnaryOp op) {
  switch (op) {
    case UnaryOp::negate:
      return "-";
    case UnaryOp::logical_not:
      return "not";
  }
  CNNC_UNREACHABLE("unknown unary operator");
}

}  // namespace cnnc::ast
