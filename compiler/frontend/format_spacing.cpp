#include "compiler/frontend/format_spacing.hpp"

#include "compiler/frontend/net_parse_state.hpp"

namespace cnnc::format {

namespace {

/// How loosely a binary operator binds, from 3 on; -1 for all other words.
int operator_looseness(const Piece &piece) {
  if (piece.is_sign) return -1;
  if (piece.kind == TokenKind::word_or || piece.kind == TokenKind::word_and) return 3;
  if (piece.kind == TokenKind::equal || piece.kind == TokenKind::not_equal || piece.kind == TokenKind::less ||
      piece.kind == TokenKind::less_equal || piece.kind == TokenKind::greater || piece.kind == TokenKind::greater_equal)
    return 4;
  if (piece.kind == TokenKind::plus || piece.kind == TokenKind::minus) return 5;
  if (piece.kind == TokenKind::star || piece.kind == TokenKind::slash || piece.kind == TokenKind::percent) return 6;
  return -1;
}

bool opens_brackets(TokenKind kind) { return kind == TokenKind::left_paren || kind == TokenKind::left_bracket; }

bool closes_brackets(TokenKind kind) { return kind == TokenKind::right_paren || kind == TokenKind::right_bracket; }

/// After these, `(` and `[` are calls and indices.
bool ends_operand(TokenKind kind) {
  return kind == TokenKind::identifier || kind == TokenKind::string_begin || closes_brackets(kind);
}

}  // namespace

bool opens(TokenKind kind) { return opens_brackets(kind) || kind == TokenKind::left_brace; }

bool closes(TokenKind kind) { return closes_brackets(kind) || kind == TokenKind::right_brace; }

bool needs_blank(const std::vector<Piece> &pieces, std::size_t i) {
  const Piece &before = pieces[i - 1], &piece = pieces[i];
  if (before.is_sign || opens_brackets(before.kind) || closes_brackets(piece.kind)) return false;
  if (before.kind == TokenKind::left_brace) return piece.kind != TokenKind::right_brace;
  if (opens_brackets(piece.kind)) return !ends_operand(before.kind);
  for (const TokenKind kind : {TokenKind::dot, TokenKind::dot_dot})
    if (before.kind == kind || piece.kind == kind) return false;
  return piece.kind != TokenKind::comma && piece.kind != TokenKind::colon;
}

bool may_break_before(const std::vector<Piece> &pieces, std::size_t i) {
  if (i == 0) return false;
  const Piece &before = pieces[i - 1], &piece = pieces[i];
  if (closes(piece.kind)) return false;  // the layout decides by what follows the opening bracket
  if (before.kind == TokenKind::comma || opens_brackets(before.kind)) return true;
  if (piece.kind == TokenKind::pipe || piece.kind == TokenKind::arrow || piece.labelled != none) return true;
  if (before.kind == TokenKind::assign) return !piece.in_brackets;
  if (piece.kind == TokenKind::word_for) return piece.in_brackets;
  return operator_looseness(before) >= 0 || operator_looseness(piece) >= 0;
}

int looseness_of_break(const std::vector<Piece> &pieces, std::size_t i) {
  const Piece &before = pieces[i - 1], &piece = pieces[i];
  if (!piece.in_brackets && starts_anew(piece.kind)) return -1;
  if (before.kind == TokenKind::comma) return 0;
  if (piece.kind == TokenKind::pipe) return 1;
  if (piece.kind == TokenKind::arrow) return 2;
  if (piece.kind == TokenKind::word_for && piece.in_brackets) return 3;
  if (operator_looseness(before) >= 0) return operator_looseness(before);
  if (piece.labelled != none) return 7;
  if (before.kind == TokenKind::assign && !piece.in_brackets) return last_resort;
  if (opens_brackets(before.kind) && !closes_brackets(piece.kind)) return last_resort + 1;
  return -1;
}

}  // namespace cnnc::format
