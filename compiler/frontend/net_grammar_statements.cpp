#include <utility>

#include <fmt/format.h>

#include "compiler/frontend/net_grammar.hpp"

namespace cnnc::grammar {
namespace {

// -- Bodies -----------------------------------------------------------------------------------------------------------

bool is_error(const Piece &piece) { return !piece.value && piece.statement.as<ast::ErrorStatement>(); }

/// Where a piece begins, unless recovery skipped it.
const Token *start_of(const ParseState &state, const Piece &piece) {
  return is_error(piece) ? nullptr : token_at(state, (piece.value ? piece.value->span : piece.statement.span).begin);
}

/// Piece `i` is an expression where a statement belongs. On one line with a neighbour, something is missing between
/// them; and if the piece before it was a fault, that may be all that is wrong.
void note_unused(ParseState &state, const std::vector<Piece> &pieces, std::size_t i, bool in_branch) {
  if (i > 0 && is_error(pieces[i - 1])) return;
  const Token *here = start_of(state, pieces[i]);
  const Token *next = i + 1 < pieces.size() ? start_of(state, pieces[i + 1]) : nullptr;
  const Token *missing_before = next && !next->begins_line ? next : i > 0 && !here->begins_line ? here : nullptr;
  if (missing_before) {
    state.faults.push_back({DiagnosticKind::syntax, state.span(*missing_before),
                            "expected an operator or a new statement, found " + describe(state, *missing_before)});
    return;
  }
  Fault fault{DiagnosticKind::expression_unused, pieces[i].value->span, "an expression alone is no statement"};
  if (i > 0 && starts_anew(here->kind))
    fault.hint = fmt::format(
        "a line that begins with {} starts anew; end the line above with an operator, or put all in parentheses",
        describe(state, *here));
  else if (in_branch)
    fault.hint = "the value of a branch stands last in it";
  else
    fault.hint = "bind it with 'let', or 'return' it";
  state.faults.push_back(std::move(fault));
}

/// In a branch, an `if` that stands last is its value.
void take_last_if(ParseState &state, ast::Body &body) {
  if (body.statements.empty()) return;
  ast::Statement &last = body.statements.back();
  auto *choice = std::get_if<ast::If>(&last.node);
  if (!choice) return;
  auto value = std::make_unique<ast::Expr>();
  value->span = last.span;
  value->node = std::make_unique<ast::If>(std::move(*choice));
  value->height = ast::tree_height(value->node);
  body.statements.pop_back();
  body.value = std::move(value);
  if (body.value->height > ast::max_tree_height) fail_nested(state, state.last(), ast::max_tree_height);
}

ast::Body complete(ParseState &state, Pieces pieces, bool is_branch) {
  ast::Body body;
  body.span = pieces.span;
  for (std::size_t i = 0; i < pieces.pieces.size(); ++i) {
    Piece &piece = pieces.pieces[i];
    if (!piece.value) {
      body.statements.push_back(std::move(piece.statement));
    } else if (is_branch && i + 1 == pieces.pieces.size()) {
      body.value = std::move(piece.value);
    } else {
      note_unused(state, pieces.pieces, i, is_branch);
      body.statements.emplace_back().span = piece.value->span;
    }
  }
  if (is_branch && !body.value) take_last_if(state, body);
  return body;
}

template <bool is_branch>
constexpr auto complete_body =
    [](auto &context) { x3::_val(context) = complete(state_of(context), std::move(x3::_attr(context)), is_branch); };

template <ast::BindingKind kind>
constexpr auto set_kind = [](auto &context) {
  x3::_val(context).kind = kind;
  x3::_val(context).keyword = state_of(context).span(*x3::_attr(context));
};

}  // namespace

// -- Statements -------------------------------------------------------------------------------------------------------

struct binding_tag;
struct assignment_tag;
struct return_tag;
struct for_tag;
struct branch_tag;
struct branch_body_tag;
struct statement_tag;
struct piece_tag;
struct pieces_tag;

/// Goes on at the next statement, so that one fault hides no other.
struct recovered_piece_tag {
  template <class C>
  x3::error_handler_result on_error(TokenIt &first, const TokenIt &, const x3::expectation_failure<TokenIt> &failure,
                                    const C &context) const {
    ParseState &state = state_of(context);
    note_failure(state, first, failure.where(), failure.which());
    const TokenIt start = first;
    first = next_statement(state, start, failure.where());
    return x3::error_handler_result::accept;
  }
};

const x3::rule<binding_tag, ast::Binding> binding{"'let'"};
const auto binding_def =
    (token<TokenKind::word_let>[set_kind<ast::BindingKind::let>] |
     token<TokenKind::word_var>[set_kind<ast::BindingKind::var>] |
     token<TokenKind::word_const>[set_kind<ast::BindingKind::constant>]) > name[append<&ast::Binding::names>] >
    *(comma > name[append<&ast::Binding::names>]) > token<TokenKind::assign> > expression[box<&ast::Binding::value>];

const x3::rule<assignment_tag, ast::Assignment> assignment{"an assignment"};
const auto assignment_def = (&(token<TokenKind::identifier> >> (token<TokenKind::assign> | comma)) >>
                             name[append<&ast::Assignment::targets>]) >
                            *(comma > name[append<&ast::Assignment::targets>]) > token<TokenKind::assign> >
                            expression[box<&ast::Assignment::value>];

const x3::rule<return_tag, ast::Return> return_values{"'return'"};
const auto return_values_def = token<TokenKind::word_return>[put_span<&ast::Return::keyword>] >
                               expression[append<&ast::Return::values>] >
                               *(comma > expression[append<&ast::Return::values>]);

const x3::rule<for_tag, ast::For> loop{"'for'"};
const auto loop_def = token<TokenKind::word_for>[put_span<&ast::For::keyword>] > name[put<&ast::For::variable>] >
                      token<TokenKind::word_in> > expression[box<&ast::For::over>] > body[put<&ast::For::body>];

const x3::rule<branch_body_tag, ast::Body> branch_body{"'{'"};

const x3::rule<branch_tag, ast::Branch> branch{"'if'"};
const auto branch_def = token<TokenKind::word_if>[put_span<&ast::Branch::keyword>] >
                        nested[expression[box<&ast::Branch::condition>]] > branch_body[put<&ast::Branch::body>];

const auto if_chain_def =
    spanned[branch[append<&ast::If::branches>] >>
            *(token<TokenKind::word_else> >> &token<TokenKind::word_if> >> branch[append<&ast::If::branches>]) >>
            -(token<TokenKind::word_else> > branch_body[put<&ast::If::otherwise>])];

const x3::rule<statement_tag, ast::Statement> statement{"a statement"};
const auto statement_def =
    spanned[binding[put_node] | assignment[put_node] | return_values[put_node] | loop[put_node] | if_chain[put_node]];

const x3::rule<piece_tag, Piece> piece{"a statement"};
const auto piece_def = statement[put<&Piece::statement>] | (expression[box<&Piece::value>] >> value_end);

const x3::rule<recovered_piece_tag, Piece> recovered_piece{"a statement"};
const auto recovered_piece_def = x3::eps > piece[become];

/// What ends a body, or cannot stand in one: a `}` was forgotten.
const auto body_end = token<TokenKind::right_brace> | token<TokenKind::end> | item_start;

const x3::rule<pieces_tag, Pieces> pieces{"'{'"};
const auto pieces_def = spanned[bracketed<TokenKind::left_brace, TokenKind::right_brace>(
    *(!body_end >> recovered_piece[append<&Pieces::pieces>]), "a statement or '}'")];

const auto body_def = pieces[complete_body<false>];
const auto branch_body_def = pieces[complete_body<true>];

BOOST_SPIRIT_DEFINE(binding, assignment, return_values, loop, branch, branch_body, if_chain, statement, piece,
                    recovered_piece, pieces, body)

BOOST_SPIRIT_INSTANTIATE(BodyRule, TokenIt, Context)
BOOST_SPIRIT_INSTANTIATE(IfRule, TokenIt, Context)

}  // namespace cnnc::grammar
