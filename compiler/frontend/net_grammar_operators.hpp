// The parsers of operators. One parser for a level of precedence reads its operand right into the node that will hold
// it, so that an expression without operators costs nothing on its way through the levels.
#pragma once

#include <cstdint>
#include <memory>
#include <utility>

#include "compiler/frontend/net_grammar_parsers.hpp"

namespace cnnc::grammar {

struct OperatorSpelling {
  TokenKind token;
  ast::BinaryOp op;
};

/// `operand op operand op …`, from left to right, with the operators of one level of precedence. The operand after an
/// operator must follow. Attribute: ast::Expr. With `chains` false a second operator is a fault.
template <std::size_t count, class Operand>
struct ChainParser : x3::parser<ChainParser<count, Operand>> {
  using attribute_type = ast::Expr;
  static bool const has_attribute = true;

  OperatorSpelling operators[count];
  Operand operand;
  bool chains = true;

  template <class C, class R>
  bool parse(TokenIt &first, const TokenIt &last, const C &context, R &rule, ast::Expr &result) const {
    const TokenIt begin = first;
    if (!operand.parse(first, last, context, rule, result)) return false;
    ParseState &state = state_of(context);
    for (int links = 0; const OperatorSpelling *found = match(state, first); ++links) {
      if (!chains && links == 1) fail_chained(state, first);
      ast::Binary binary;
      binary.op = found->op;
      binary.op_span = state.span(*first++);
      ast::Expr right;
      if (!operand.parse(first, last, context, rule, right)) fail_at(first, "an expression");
      binary.left = std::make_unique<ast::Expr>(std::move(result));
      binary.right = std::make_unique<ast::Expr>(std::move(right));
      result.node = std::move(binary);
      ExpressionParser<Operand>::finish(state, result, begin, first);
    }
    return true;
  }

  const OperatorSpelling *match(const ParseState &state, TokenIt first) const {
    for (const OperatorSpelling &candidate : operators)
      if (candidate.token == first->kind) {
        const bool new_line = first->kind == TokenKind::minus && first->begins_line && state.lines_matter;
        return new_line ? nullptr : &candidate;
      }
    return nullptr;
  }

  [[noreturn]] static void fail_chained(ParseState &state, TokenIt where) {
    fail_with(state, where,
              {DiagnosticKind::comparison_chained, state.span(*where), "comparisons cannot be chained",
               "join two comparisons by 'and'"});
  }
};

template <std::size_t count, class Operand>
constexpr auto chain(const OperatorSpelling (&operators)[count], const Operand &operand, bool chains = true) {
  ChainParser<count, Operand> parser{{}, {}, operand, chains};
  for (std::size_t i = 0; i < count; ++i) parser.operators[i] = operators[i];
  return parser;
}

/// `begin .. end`, or what stands in its place. Attribute: ast::Expr.
template <class Operand>
struct RangeParser : x3::parser<RangeParser<Operand>> {
  using attribute_type = ast::Expr;
  static bool const has_attribute = true;

  Operand operand;

  template <class C, class R>
  bool parse(TokenIt &first, const TokenIt &last, const C &context, R &rule, ast::Expr &result) const {
    const TokenIt begin = first;
    if (!operand.parse(first, last, context, rule, result)) return false;
    if (first->kind != TokenKind::dot_dot) return true;
    ++first;
    ast::Expr end;
    if (!operand.parse(first, last, context, rule, end)) fail_at(first, "an expression");
    auto from = std::make_unique<ast::Expr>(std::move(result));
    result.node = ast::Range{std::move(from), std::make_unique<ast::Expr>(std::move(end))};
    ExpressionParser<Operand>::finish(state_of(context), result, begin, first);
    return true;
  }
};

template <class Operand>
constexpr auto ranged(const Operand &operand) {
  return RangeParser<Operand>{{}, operand};
}

/// Any number of one prefix operator before an operand. Attribute: ast::Expr.
template <class Operand>
struct PrefixParser : x3::parser<PrefixParser<Operand>> {
  using attribute_type = ast::Expr;
  static bool const has_attribute = true;

  TokenKind token;
  ast::UnaryOp op;
  Operand operand;

  template <class C, class R>
  bool parse(TokenIt &first, const TokenIt &last, const C &context, R &rule, ast::Expr &result) const {
    const TokenIt begin = first;
    while (first->kind == token) ++first;
    const TokenIt operand_begin = first;
    if (op == ast::UnaryOp::negate && operand_begin != begin) state_of(context).signed_operand = operand_begin;
    if (!operand.parse(first, last, context, rule, result)) {
      if (operand_begin == begin) return false;
      fail_at(first, "an expression");
    }
    for (TokenIt sign = operand_begin; sign-- != begin;) {
      // The literal 2^63 has been read as the number that it is with its sign; not so one in parentheses.
      const bool signs_literal = sign + 1 == operand_begin && operand_begin->kind == TokenKind::integer;
      const auto *number = signs_literal ? result.as<ast::IntLiteral>() : nullptr;
      if (op != ast::UnaryOp::negate || !number || number->value != INT64_MIN) {
        ast::Unary unary{op, state_of(context).span(*sign), std::make_unique<ast::Expr>(std::move(result))};
        result.node = std::move(unary);
      }
      ExpressionParser<Operand>::finish(state_of(context), result, sign, first);
    }
    return true;
  }
};

template <class Operand>
constexpr auto prefixed(TokenKind token, ast::UnaryOp op, const Operand &operand) {
  return PrefixParser<Operand>{{}, token, op, operand};
}

/// `base[index].member…`. Attribute: ast::Expr.
template <class Base, class IndexSuffix, class MemberSuffix>
struct SuffixParser : x3::parser<SuffixParser<Base, IndexSuffix, MemberSuffix>> {
  using attribute_type = ast::Expr;
  static bool const has_attribute = true;

  Base base;
  IndexSuffix index_suffix;
  MemberSuffix member_suffix;

  template <class C, class R>
  bool parse(TokenIt &first, const TokenIt &last, const C &context, R &rule, ast::Expr &result) const {
    const TokenIt begin = first;
    if (!base.parse(first, last, context, rule, result)) return false;
    for (;;) {
      ast::Expr index;
      ast::Name name;
      if (index_suffix.parse(first, last, context, x3::unused, index)) {
        auto inner = std::make_unique<ast::Expr>(std::move(result));
        result.node = ast::Index{std::move(inner), std::make_unique<ast::Expr>(std::move(index))};
      } else if (member_suffix.parse(first, last, context, x3::unused, name)) {
        auto inner = std::make_unique<ast::Expr>(std::move(result));
        result.node = ast::Member{std::move(inner), std::move(name)};
      } else {
        break;
      }
      ExpressionParser<Base>::finish(state_of(context), result, begin, first);
    }
    if (auto fault = fault_after_operand(state_of(context), first))
      fail_with(state_of(context), first, std::move(*fault));
    return true;
  }
};

template <class Base, class IndexSuffix, class MemberSuffix>
constexpr auto suffixed(const Base &base, const IndexSuffix &index_suffix, const MemberSuffix &member_suffix) {
  return SuffixParser<Base, IndexSuffix, MemberSuffix>{{}, base, index_suffix, member_suffix};
}

}  // namespace cnnc::grammar
