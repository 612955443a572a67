#include "compiler/frontend/net_parse_state.hpp"

#include <algorithm>
#include <cstdint>
#include <iterator>
#include <utility>

#include <fmt/format.h>

namespace cnnc {

std::string describe(const ParseState &state, const Token &token) {
  if (token.kind == TokenKind::end) return "the end of the file";
  if (token.kind == TokenKind::string_begin) return "a string";
  if (token.kind == TokenKind::string_text) return "text";
  if (token.kind == TokenKind::string_end) return "the end of the string";
  return "'" + printable(state.text_of(token)) + "'";
}

TokenIt token_at(const ParseState &state, std::uint32_t offset) {
  return std::lower_bound(state.first(), state.last(), offset,
                          [](const Token &token, std::uint32_t at) { return token.begin < at; });
}

bool begins_item(TokenIt at) {
  const bool named = at->kind == TokenKind::word_network || at->kind == TokenKind::word_block;
  if (!named && at->kind != TokenKind::word_import) return false;
  const TokenKind next = at[1].kind;  // there is one: an `end` at least
  if (at->begins_line) return next != TokenKind::assign;
  return next == (named ? TokenKind::identifier : TokenKind::string_begin);
}

bool ends_bodies(const ParseState &state, TokenIt at) {
  if (!begins_item(at)) return false;
  // One such look ahead for every body that is open at a fault, and faults are max_faults at most: time stays linear.
  int open = state.bodies;
  for (; open > 0 && at->kind != TokenKind::end; ++at) {
    if (at->kind == TokenKind::left_brace) ++open;
    if (at->kind == TokenKind::right_brace) --open;
  }
  return open > 0;
}

// -- What failed ------------------------------------------------------------------------------------------------------

namespace {

void add(ParseState &state, Fault fault) {
  state.faults.push_back(std::move(fault));
  if (state.faults.size() > max_faults) state.given_up = true;
}

constexpr const char *no_methods = "operators are called by their own name alone: write 'f(x)' or 'x |> f'";

/// Whether `.name` stands right before.
bool ends_member(const ParseState &state, TokenIt where) {
  return where - state.first() > 1 && where[-1].kind == TokenKind::identifier && where[-2].kind == TokenKind::dot;
}

/// The parenthesis that is open at `where`; null if there is none near.
TokenIt open_parenthesis(const ParseState &state, TokenIt where) {
  constexpr int farthest = 100;
  int depth = 0;
  for (int steps = 0; where > state.first() && steps < farthest; ++steps) {
    --where;
    if (where->kind == TokenKind::right_paren) ++depth;
    if (where->kind == TokenKind::left_paren && depth-- == 0) return where;
  }
  return nullptr;
}

/// What was probably meant, where `expected` was missing before `where` in what began at `start`; empty if there is no
/// telling.
std::string hint_for(const ParseState &state, TokenIt start, TokenIt where, const std::string &expected) {
  const TokenKind found = where->kind;
  const TokenKind before = where > state.first() ? where[-1].kind : TokenKind::end;
  if (expected == "a name" && is_keyword(found) && !where->begins_line)
    return describe(state, *where) + " is a keyword, which cannot be a name";
  if (expected == "a name" && before == TokenKind::dot && where - state.first() > 1 &&
      where[-2].kind == TokenKind::integer)
    return "a float has a digit on both sides of its dot";
  if (expected == "an expression" && found == TokenKind::dot) return "a float has a digit on both sides of its dot";
  if (expected == "an expression" && found == TokenKind::assign && where[-1].end == where->begin)
    return "there is no assignment with an operator: write 'x = x + 1'";
  const bool in_head = start->kind == TokenKind::word_network || start->kind == TokenKind::word_block;
  if (expected == "'{'" && found == TokenKind::assign && !in_head) return "to compare, write '=='";
  if (expected == "'{'" && (found == TokenKind::colon || found == TokenKind::assign))
    return "a body stands in braces: { ... }";
  if (expected == "'{'" && found == TokenKind::word_else) return "write 'if condition { a } else { b }'";
  if (expected == "an expression" && found == TokenKind::star && before == TokenKind::star)
    return "a power is written 'pow(a, b)'";
  if (expected == "a statement" && found == TokenKind::arrow) return "a pipe is written '|>'";
  if (expected == "a statement" && found == TokenKind::left_paren && ends_member(state, where)) return no_methods;
  if (expected == "')'" && found == TokenKind::comma) {
    const TokenIt bracket = open_parenthesis(state, where);
    if (bracket && ends_member(state, bracket)) return no_methods;
    return "a list is written in brackets: [3, 3]";
  }
  if (expected == "'='" && found == TokenKind::colon) return "a value's type follows from its expression";
  if (expected == "a statement" && begins_item(where))
    return "networks, blocks and imports stand side by side, not in the body of another";
  if (expected == "a statement" && found == TokenKind::word_else) return "'else' follows the '}' of an 'if'";
  if (expected == "the name of an operator or block") return "write 'x |> relu' or 'x |> conv(8, kernel = 3)'";
  if (expected == "a string" && found == TokenKind::identifier)
    return "the path of a file stands in quotes: import \"layers.net\"";
  if (found == TokenKind::word_let || found == TokenKind::word_var)
    if (expected.find("'import'") != std::string::npos) return "outside of networks and blocks, 'const' holds values";
  return "";
}

Fault unclosed(const ParseState &state, TokenIt bracket, TokenIt where) {
  Fault fault{DiagnosticKind::bracket_unclosed, state.span(*bracket),
              fmt::format("'{}' is never closed", state.text_of(*bracket))};
  if (where->kind != TokenKind::end)
    fault.note = Note{state.span(*where), fmt::format("{} cannot stand inside", describe(state, *where))};
  return fault;
}

}  // namespace

void note_failure(ParseState &state, TokenIt start, TokenIt where, const std::string &expected) {
  if (state.pending) {
    add(state, std::move(*state.pending));
    state.pending.reset();
    state.open_bracket = nullptr;
    return;
  }
  const bool at_end = where->kind == TokenKind::end;
  const TokenIt bracket = std::exchange(state.open_bracket, nullptr);
  if (state.given_up || where->kind == TokenKind::error || (at_end && state.end_noted)) return;
  state.end_noted = state.end_noted || at_end;
  if (bracket && (at_end || begins_item(where))) return add(state, unclosed(state, bracket, where));
  Fault fault{DiagnosticKind::syntax, state.span(*where), ""};
  if (where->begins_line && where > start) {
    // What is missing is missing at the end of the line above, wherever the next word stands.
    fault.span = {state.file, where[-1].end, where[-1].end};
    fault.message = fmt::format("expected {} after {}", expected, describe(state, where[-1]));
  } else {
    const bool behind = expected == "a statement" && !where->begins_line && where[-1].kind != TokenKind::left_brace;
    fault.message = fmt::format("expected {}, found {}", behind ? "an operator or a new statement" : expected,
                                describe(state, *where));
  }
  fault.hint = hint_for(state, start, where, expected);
  if (bracket) fault.note = Note{state.span(*bracket), fmt::format("this '{}' is still open", state.text_of(*bracket))};
  add(state, std::move(fault));
}

bool starts_anew(TokenKind kind) {
  return kind == TokenKind::left_paren || kind == TokenKind::left_bracket || kind == TokenKind::minus;
}

std::optional<Fault> fault_after_operand(const ParseState &state, TokenIt where) {
  if (where->kind != TokenKind::word_as) return std::nullopt;
  return Fault{DiagnosticKind::label_misplaced, state.span(*where),
               "'as' stands right after a call or a step of a pipeline", "name the call itself: 'relu(x) as r'"};
}

std::optional<Fault> fault_after_value(const ParseState &state, TokenIt where) {
  if (where->kind != TokenKind::assign) return std::nullopt;
  return Fault{DiagnosticKind::syntax, state.span(*where), "nothing can be assigned to this expression",
               "only whole variables can be assigned"};
}

std::optional<Fault> fault_after_step(const ParseState &state, TokenIt where) {
  constexpr TokenKind operators[] = {
      TokenKind::left_paren, TokenKind::left_bracket,  TokenKind::dot,     TokenKind::dot_dot,
      TokenKind::equal,      TokenKind::not_equal,     TokenKind::less,    TokenKind::less_equal,
      TokenKind::greater,    TokenKind::greater_equal, TokenKind::plus,    TokenKind::minus,
      TokenKind::star,       TokenKind::slash,         TokenKind::percent, TokenKind::word_and,
      TokenKind::word_or,
  };
  if (where->kind == TokenKind::word_as) return fault_after_operand(state, where);
  if (std::find(std::begin(operators), std::end(operators), where->kind) == std::end(operators)) return std::nullopt;
  if (where->begins_line && state.lines_matter && starts_anew(where->kind)) return std::nullopt;
  return Fault{DiagnosticKind::pipe_needs_parentheses, state.span(*where),
               fmt::format("{} cannot follow a step of a pipeline", describe(state, *where)),
               where->kind == TokenKind::dot ? "an operator stands here by its own name alone: 'x |> relu'"
                                             : "put the pipeline in parentheses: '(x |> relu) + y'"};
}

namespace {

bool is_segment(TokenKind kind) {
  return kind == TokenKind::identifier || kind == TokenKind::integer || kind == TokenKind::real ||
         kind == TokenKind::malformed_number || is_keyword(kind);
}

bool is_path(std::string_view text) {
  bool in_segment = false;
  for (char c : text) {
    const bool word = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
    if (!word && (c != '.' || !in_segment)) return false;
    in_segment = word;
  }
  return in_segment;
}

}  // namespace

TokenIt end_of_bare_path(TokenIt first) {
  // A keyword on a new line is no path, but the next statement.
  if (!is_segment(first->kind) || (is_keyword(first->kind) && first->begins_line)) return first;
  TokenIt end = first + 1;
  while (end->begin == end[-1].end && (end->kind == TokenKind::dot || is_segment(end->kind))) ++end;
  return end;
}

std::optional<Fault> fault_of_bare_path(const ParseState &state, TokenIt first, TokenIt end) {
  const Span span = state.span(first, end);
  const std::string_view text = state.text.substr(span.begin, span.end - span.begin);
  if (is_path(text)) return std::nullopt;
  return Fault{DiagnosticKind::path_unreadable, span, fmt::format("'{}' is no path", printable(text)),
               "a path has segments of letters, digits and '_' with dots between them; with {…} it stands in quotes"};
}

std::optional<Fault> fault_after_path(const ParseState &state, TokenIt where) {
  const bool adjacent = where > state.first() && where[-1].end == where->begin;
  if (!adjacent || (where->kind != TokenKind::dot && where->kind != TokenKind::string_begin)) return std::nullopt;
  return Fault{DiagnosticKind::path_unreadable, state.span(*where), "a path is either bare or in quotes, not both",
               "put all of it in quotes: as \"layer.{i}.conv\""};
}

// -- Recovery ---------------------------------------------------------------------------------------------------------

namespace {

bool begins_statement(TokenKind kind) {
  return kind == TokenKind::word_let || kind == TokenKind::word_var || kind == TokenKind::word_const ||
         kind == TokenKind::word_return;
}

/// Words that begin a statement on a new line, but stand within expressions as well. `at` is not the first token.
bool may_begin_statement(TokenIt at) {
  if (!at->begins_line) return false;
  if (at->kind == TokenKind::word_if || at->kind == TokenKind::word_for) return true;
  if (at->kind != TokenKind::identifier) return false;
  if (at[1].kind == TokenKind::assign || at[1].kind == TokenKind::comma) return true;
  constexpr TokenKind complete[] = {
      TokenKind::identifier, TokenKind::integer,     TokenKind::real,          TokenKind::malformed_number,
      TokenKind::string_end, TokenKind::right_paren, TokenKind::right_bracket, TokenKind::right_brace,
      TokenKind::word_true,  TokenKind::word_false,
  };
  return std::find(std::begin(complete), std::end(complete), at[-1].kind) != std::end(complete);
}

}  // namespace

TokenIt next_statement(const ParseState &state, TokenIt start, TokenIt where) {
  if (state.given_up) return state.last();
  int braces = 0, brackets = 0;
  for (TokenIt at = start;; ++at) {
    if (at->kind == TokenKind::end) return at;
    if (at >= where && at > start) {
      if (begins_item(at)) return at;
      if (braces <= 0 && begins_statement(at->kind)) return at;
      if (braces <= 0 && brackets <= 0 && may_begin_statement(at)) return at;
    }
    if (at->kind == TokenKind::left_brace) ++braces;
    if (at->kind == TokenKind::left_paren || at->kind == TokenKind::left_bracket) ++brackets;
    if (at->kind == TokenKind::right_paren || at->kind == TokenKind::right_bracket) --brackets;
    if (at->kind == TokenKind::right_brace) {
      if (at >= where && braces <= 0) return at;
      --braces;
    }
  }
}

TokenIt next_body(const ParseState &state, TokenIt where) {
  if (state.given_up) return nullptr;
  for (TokenIt at = where;; ++at) {
    if (at->kind == TokenKind::left_brace) return at;
    if (at->kind == TokenKind::end || at->kind == TokenKind::right_brace || begins_item(at) ||
        begins_statement(at->kind))
      return nullptr;
  }
}

TokenIt next_item(const ParseState &state, TokenIt start, TokenIt where) {
  if (state.given_up) return state.last();
  int braces = 0;
  for (TokenIt at = where == start ? where + 1 : where;; ++at) {
    if (at->kind == TokenKind::end || begins_item(at)) return at;
    if (at->kind == TokenKind::word_const && at->begins_line && braces <= 0) return at;
    if (at->kind == TokenKind::left_brace) ++braces;
    if (at->kind == TokenKind::right_brace) --braces;
  }
}

}  // namespace cnnc
