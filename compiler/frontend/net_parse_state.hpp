// What the rules of the grammar share while they read one text, and how they tell of faults.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "compiler/frontend/ast.hpp"
#include "compiler/frontend/fault.hpp"
#include "compiler/frontend/net_tokens.hpp"

namespace cnnc {

using TokenIt = const Token *;

struct ParseState {
  FileId file = no_file;
  std::string_view text;
  const TokenText *scanned = nullptr;
  std::vector<Fault> faults;

  /// Whether a line that begins with `(`, `[` or `-` starts anew: in a body, outside brackets.
  bool lines_matter = false;
  int bodies = 0;   ///< braces around the current place
  int nesting = 0;  ///< brackets and prefix operators around the current place
  /// What stands right behind the last minus that is a sign, not a subtraction: there 2^63 is in place.
  TokenIt signed_operand = nullptr;

  /// Set with the throw of an expectation failure, taken by the recovery: what to say in place of "expected …".
  std::optional<Fault> pending;
  /// The bracket that misses its partner, if that is what failed.
  TokenIt open_bracket = nullptr;
  bool given_up = false;   ///< nothing more is reported, and recovery goes to the end
  bool end_noted = false;  ///< that the text ends too early has been said

  TokenIt first() const { return scanned->tokens.data(); }
  TokenIt last() const { return first() + scanned->tokens.size() - 1; }  ///< the `end`
  std::string_view text_of(const Token &token) const { return text.substr(token.begin, token.end - token.begin); }
  Span span(const Token &token) const { return {file, token.begin, token.end}; }
  /// From the first byte of `begin` to the last of the token before `end`; empty if there is none between.
  Span span(TokenIt begin, TokenIt end) const { return {file, begin->begin, end > begin ? end[-1].end : begin->begin}; }
};

/// A token as messages call it: "'let'", "'conv1'", "a string", "the end of the file".
std::string describe(const ParseState &state, const Token &token);

/// The token that begins at this byte; the next one if none does.
TokenIt token_at(const ParseState &state, std::uint32_t offset);

/// Notes that `expected` was not found at `where`, or what is pending, unless it has been noted in another way. `start`
/// is where the item or statement began that failed.
void note_failure(ParseState &state, TokenIt start, TokenIt where, const std::string &expected);

// -- Faults that have a message of their own --------------------------------------------------------------------------

/// If `as` follows something that is no call.
std::optional<Fault> fault_after_operand(const ParseState &state, TokenIt where);
/// If `=` follows an expression that stands where a statement could.
std::optional<Fault> fault_after_value(const ParseState &state, TokenIt where);
/// If what follows a step of a pipeline belongs to none.
std::optional<Fault> fault_after_step(const ParseState &state, TokenIt where);
/// The end of the path without quotes that begins at `first`; `first` if there is none.
TokenIt end_of_bare_path(TokenIt first);
/// If more of a path follows one that is complete: `layer."{i}"`, `"layer".0`.
std::optional<Fault> fault_after_path(const ParseState &state, TokenIt where);
std::optional<Fault> fault_of_bare_path(const ParseState &state, TokenIt first, TokenIt end);

// -- Recovery ---------------------------------------------------------------------------------------------------------

/// Where to go on after a fault at `where` in a statement that began at `start`: at the next statement of its body, at
/// the body's `}`, or at the end.
TokenIt next_statement(const ParseState &state, TokenIt start, TokenIt where);
/// After a fault in the head of a network or block: at the `{` of its body; null if none is in sight.
TokenIt next_body(const ParseState &state, TokenIt where);
/// After any other fault outside bodies: at the next item, or at the end.
TokenIt next_item(const ParseState &state, TokenIt start, TokenIt where);

/// Whether a network, block or import begins here. Its word in the place of a name (`let block = 3`) begins none.
bool begins_item(TokenIt at);
/// Whether an item begins here because the `}` before it was forgotten. It was not if braces after it close every body
/// that is open: then the item itself is out of place.
bool ends_bodies(const ParseState &state, TokenIt at);
/// Whether a line that begins with it starts anew.
bool starts_anew(TokenKind kind);

}  // namespace cnnc
