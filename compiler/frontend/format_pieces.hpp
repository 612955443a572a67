// What the formatter lays out: the words of a text with their comments, and what the syntax tree knows about them.
#pragma once

#include <string_view>
#include <vector>

#include "compiler/frontend/ast.hpp"
#include "compiler/frontend/net_tokens.hpp"

namespace cnnc::format {

struct Comment {
  std::string_view text;      ///< without blanks at its end
  bool own_line = false;      ///< nothing but blanks stands before it on its line
  bool blank_before = false;  ///< an empty line above it
};

constexpr int none = -1;

/// A token, or what is written as one: a whole string, a whole path.
struct Piece {
  TokenKind kind = TokenKind::end;
  std::string_view text;
  std::uint32_t begin = 0;
  std::vector<Comment> comments;  ///< between the piece before and this one
  bool newline = false;           ///< the text has a line end right before it
  bool blank = false;             ///< and an empty line
  std::size_t column = 0;         ///< in the text, in characters from 0

  bool in_brackets = false;  ///< the innermost open pair around it is of brackets, not braces
  bool begins_item = false;
  bool is_sign = false;  ///< a minus with one operand
  int in_body = none;    ///< a statement, or the value of a branch, that begins here: its body
  int body = none;       ///< `{` or `}` of this body
  int pipeline = none;   ///< `|>` of this pipeline
  int labelled = none;   ///< `as`: the piece of the callee that it names
};

struct BodyInfo {
  int owner = none;    ///< the piece with which begins what the body belongs to: an item, `if` or `for`
  int sibling = none;  ///< the next body of the same `if`, after the last the first; of others itself
  int parts = 0;       ///< statements, and a value
  /// Between its braces the text has neither a line end nor a comment, and it and all bodies inside have at most one
  /// part.
  bool one_line = false;
};

struct PipelineInfo {
  int input = none;  ///< the first piece of what is piped in
  int first = none;  ///< the first `|>`
  /// Later steps stand below the first `|>`, not further in than the line of what is piped: where that is how the text
  /// has it, or leaves it open.
  bool aligned = true;
};

struct Pieces {
  std::vector<Piece> pieces;  ///< the last is the end of the text
  std::vector<BodyInfo> bodies;
  std::vector<PipelineInfo> pipelines;
};

/// `scanned` and `file` are those of `text`, without faults.
Pieces pieces_of(std::string_view text, const TokenText &scanned, const ast::File &file);

/// The comments of a text in their order, for the comparison of two texts.
std::vector<std::string_view> comments_of(const Pieces &pieces);

}  // namespace cnnc::format
