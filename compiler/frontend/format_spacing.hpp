// Which words stand together, and between which a line may end.
#pragma once

#include "compiler/frontend/format_pieces.hpp"

namespace cnnc::format {

bool opens(TokenKind kind);   ///< a bracket or brace
bool closes(TokenKind kind);  ///< likewise

/// Whether a blank stands between piece `i` and the one before it, on one line.
bool needs_blank(const std::vector<Piece> &pieces, std::size_t i);

/// Whether a line end that the author put before piece `i` stays.
bool may_break_before(const std::vector<Piece> &pieces, std::size_t i);

/// Breaks that only lines without any other get: after `=` and after an opening bracket.
constexpr int last_resort = 8;

/// How loosely piece `i` hangs on the one before it: where a line is too long, it is broken at the lowest of these
/// numbers. Negative where no line may be broken: a break never makes a new statement of the rest.
int looseness_of_break(const std::vector<Piece> &pieces, std::size_t i);

}  // namespace cnnc::format
