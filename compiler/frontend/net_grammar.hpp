// The grammar of the network language: its rules, by the names that users know them by.
//
// Precedence, from loose to tight: |> · or · and · not · comparison · .. · + - · * / % · unary - · index, member.
// Everything is decided by the next two or three tokens: no rule is tried twice over the same text, so parsing takes
// linear time. Recursion passes brackets (or `nested`) in every cycle, which bound it.
//
// Only the net_grammar_*.cpp files include this header, and Spirit with it.
#pragma once

#include "compiler/frontend/net_grammar_parsers.hpp"

namespace cnnc::grammar {

/// A statement, or an expression that stands where one could: whether it may is known when its body is complete.
struct Piece {
  ast::Statement statement;
  ast::ExprPtr value;
};

struct Pieces {
  Span span;
  std::vector<Piece> pieces;
};

// -- Expressions (net_grammar_expressions.cpp) ------------------------------------------------------------------------

struct name_tag;
struct expression_tag;
struct string_tag;

using NameRule = x3::rule<name_tag, ast::Name>;
using ExpressionRule = x3::rule<expression_tag, ast::Expr>;
using StringRule = x3::rule<string_tag, ast::StringLiteral>;

constexpr NameRule name{"a name"};
constexpr ExpressionRule expression{"an expression"};
constexpr StringRule string{"a string"};

BOOST_SPIRIT_DECLARE(NameRule, ExpressionRule, StringRule)

// -- Statements (net_grammar_statements.cpp) --------------------------------------------------------------------------

struct body_tag;
struct if_tag;

using BodyRule = x3::rule<body_tag, ast::Body>;
using IfRule = x3::rule<if_tag, ast::If>;

/// Of networks, blocks and `for`: has no value.
constexpr BodyRule body{"'{'"};
constexpr IfRule if_chain{"'if'"};

BOOST_SPIRIT_DECLARE(BodyRule, IfRule)

// -- Items (net_grammar_items.cpp) ------------------------------------------------------------------------------------

struct file_tag;

using FileRule = x3::rule<file_tag, ast::File>;

constexpr FileRule file{"a file"};

// -- Common pieces ----------------------------------------------------------------------------------------------------

constexpr auto comma = token<TokenKind::comma>;

/// Any number of `element`, with commas between them and perhaps one at the end, up to `close`.
template <TokenKind close, class Element>
constexpr auto separated(const Element &element) {
  return -(!token<close> >> (x3::eps > element) >> *(comma >> !token<close> >> (x3::eps > element)) >> -comma);
}

}  // namespace cnnc::grammar
