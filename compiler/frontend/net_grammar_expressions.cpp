#include <cstdint>

#include <fmt/format.h>

#include "compiler/frontend/net_grammar.hpp"
#include "compiler/frontend/net_grammar_operators.hpp"
#include "compiler/frontend/net_literals.hpp"

namespace cnnc::grammar {
namespace {

// -- Actions ----------------------------------------------------------------------------------------------------------

constexpr auto set_name = [](auto &context) {
  const Token &word = *x3::_attr(context);
  const ParseState &state = state_of(context);
  x3::_val(context) = {state.span(word), std::string(state.text_of(word))};
};

void note_number(ParseState &state, const Token &token, DiagnosticKind kind, const char *format) {
  state.faults.push_back({kind, state.span(token), fmt::format(fmt::runtime(format), printable(state.text_of(token)))});
}

constexpr auto set_integer = [](auto &context) {
  const TokenIt at = x3::_attr(context);
  ParseState &state = state_of(context);
  const auto value = read_integer(state.text_of(*at));
  // One that does not fit is no value: nothing follows from it.
  if (!value || (*value == INT64_MIN && at != state.signed_operand))
    note_number(state, *at, DiagnosticKind::number_out_of_range, "{} does not fit into 64 bits");
  else
    x3::_val(context).node = ast::IntLiteral{*value};
};

constexpr auto set_real = [](auto &context) {
  const TokenIt at = x3::_attr(context);
  ParseState &state = state_of(context);
  const auto value = read_real(state.text_of(*at));
  if (!value)
    note_number(state, *at, DiagnosticKind::number_out_of_range, "{} is beyond the largest float");
  else
    x3::_val(context).node = ast::FloatLiteral{*value};
};

constexpr auto malformed = [](auto &context) {
  note_number(state_of(context), *x3::_attr(context), DiagnosticKind::number_malformed, "'{}' is no number");
};

template <bool value>
constexpr auto set_bool = [](auto &context) { x3::_val(context).node = ast::BoolLiteral{value}; };

constexpr auto use_name = [](auto &context) { x3::_val(context).node = ast::NameUse{std::move(x3::_attr(context))}; };

constexpr auto set_text = [](auto &context) {
  x3::_val(context).text = unescape(state_of(context).text_of(*x3::_attr(context)));
};

constexpr auto quoted_path = [](auto &context) {
  x3::_val(context).quoted = true;
  x3::_val(context).parts = std::move(x3::_attr(context).parts);
};

constexpr auto no_parentheses = [](auto &context) { x3::_val(context).parenthesised = false; };

constexpr auto start_list = [](auto &context) { x3::_val(context).node = ast::ListLiteral{}; };

constexpr auto add_element = [](auto &context) {
  std::get<ast::ListLiteral>(x3::_val(context).node).elements.push_back(std::move(x3::_attr(context)));
};

/// The list of one element becomes what is made for each.
constexpr auto comprehend = [](auto &context) {
  ast::Expr &list = x3::_val(context);
  ast::Comprehension comprehension = std::move(x3::_attr(context));
  comprehension.element =
      std::make_unique<ast::Expr>(std::move(std::get<ast::ListLiteral>(list.node).elements.front()));
  list.node = std::move(comprehension);
};

constexpr auto choose = [](auto &context) {
  x3::_val(context).node = std::make_unique<ast::If>(std::move(x3::_attr(context)));
};

/// `(x |> a) |> b` is the pipeline `x |> a |> b`.
constexpr auto add_step = [](auto &context) {
  ast::Expr &expr = x3::_val(context);
  if (!expr.template as<ast::Pipeline>()) {
    ast::Pipeline pipeline;
    pipeline.input = std::make_unique<ast::Expr>(std::move(expr));
    expr.node = std::move(pipeline);
  }
  std::get<ast::Pipeline>(expr.node).steps.push_back(std::move(x3::_attr(context)));
};

}  // namespace

struct string_part_tag;
struct path_tag;
struct argument_tag;
struct call_tag;
struct step_tag;
struct comprehension_tag;
struct primary_tag;
struct index_tag;
struct member_tag;

// -- Names, strings, paths --------------------------------------------------------------------------------------------

const auto name_def = token<TokenKind::identifier>[set_name];

const x3::rule<string_part_tag, ast::StringPart> string_part{"text"};
const auto string_part_def =
    spanned[token<TokenKind::string_text>[set_text] | bracketed<TokenKind::insert_begin, TokenKind::insert_end>(
                                                          x3::eps > expression[box<&ast::StringPart::value>], "'}'")];

const auto string_def =
    (token<TokenKind::string_begin> >> *string_part[append<&ast::StringLiteral::parts>]) > token<TokenKind::string_end>;

const x3::rule<path_tag, ast::Path> path{"a path"};
const auto path_def = spanned[bare_path[append<&ast::Path::parts>] | string[quoted_path]] >> path_end;

// -- Calls ------------------------------------------------------------------------------------------------------------

const x3::rule<argument_tag, ast::Argument> argument{"an argument"};
const auto argument_def =
    spanned[((&(ContextualWord("share") >> token<TokenKind::assign>) >> name[put<&ast::Argument::name>] >>
              token<TokenKind::assign>) > path[put<&ast::Argument::path>]) |
            ((&(token<TokenKind::identifier> >> token<TokenKind::assign>) >> name[put<&ast::Argument::name>] >>
              token<TokenKind::assign>) > expression[box<&ast::Argument::value>]) |
            expression[box<&ast::Argument::value>]];

const auto arguments = bracketed<TokenKind::left_paren, TokenKind::right_paren>(
    separated<TokenKind::right_paren>(argument[append<&ast::Call::arguments>]), "',' or ')'");

const auto label = -(token<TokenKind::word_as> > path[put<&ast::Call::label>]);

const x3::rule<call_tag, ast::Call> call{"a call"};
const auto call_def = spanned[&(token<TokenKind::identifier> >> same_line >> token<TokenKind::left_paren>) >>
                              name[put<&ast::Call::callee>] >> arguments >> label];

const x3::rule<step_tag, ast::Call> step{"the name of an operator or block"};
const auto step_def =
    spanned[name[put<&ast::Call::callee>] >> ((same_line >> arguments) | x3::eps[no_parentheses]) >> label];

// -- Primaries --------------------------------------------------------------------------------------------------------

const x3::rule<comprehension_tag, ast::Comprehension> comprehension{"'for'"};
const auto comprehension_def = token<TokenKind::word_for> > name[put<&ast::Comprehension::variable>] >
                               token<TokenKind::word_in> > expression[box<&ast::Comprehension::list>];

const auto list = bracketed<TokenKind::left_bracket, TokenKind::right_bracket>(
    x3::eps[start_list] >>
        -(!token<TokenKind::right_bracket> >> (x3::eps > expression[add_element]) >>
          (comprehension[comprehend] |
           (*(comma >> !token<TokenKind::right_bracket> >> (x3::eps > expression[add_element])) >> -comma))),
    "',' or ']'");

const auto parenthesised =
    bracketed<TokenKind::left_paren, TokenKind::right_paren>(x3::eps > expression[become], "')'");

const x3::rule<primary_tag, ast::Expr> primary{"an expression"};
const auto primary_def =
    expression_of[call[put_node] | name[use_name] | token<TokenKind::integer>[set_integer] |
                  token<TokenKind::real>[set_real] | parenthesised | list | string[put_node] |
                  token<TokenKind::word_true>[set_bool<true>] | token<TokenKind::word_false>[set_bool<false>] |
                  if_chain[choose] | token<TokenKind::malformed_number>[malformed]];

// -- Operators --------------------------------------------------------------------------------------------------------

const x3::rule<index_tag, ast::Expr> index_suffix{"'['"};
const auto index_suffix_def = same_line >>
                              bracketed<TokenKind::left_bracket, TokenKind::right_bracket>(x3::eps > expression[become],
                                                                                           "']'");

const x3::rule<member_tag, ast::Name> member_suffix{"'.'"};
const auto member_suffix_def = token<TokenKind::dot> > name[become];

const auto suffixes = suffixed(primary, index_suffix, member_suffix);

const auto negation = prefixed(TokenKind::minus, ast::UnaryOp::negate, suffixes);

const auto product = chain({{TokenKind::star, ast::BinaryOp::multiply},
                            {TokenKind::slash, ast::BinaryOp::divide},
                            {TokenKind::percent, ast::BinaryOp::remainder}},
                           negation);

const auto sum = chain({{TokenKind::plus, ast::BinaryOp::add}, {TokenKind::minus, ast::BinaryOp::subtract}}, product);

const auto range = ranged(sum);

const auto comparison = chain({{TokenKind::equal, ast::BinaryOp::equal},
                               {TokenKind::not_equal, ast::BinaryOp::not_equal},
                               {TokenKind::less, ast::BinaryOp::less},
                               {TokenKind::less_equal, ast::BinaryOp::less_equal},
                               {TokenKind::greater, ast::BinaryOp::greater},
                               {TokenKind::greater_equal, ast::BinaryOp::greater_equal}},
                              range, false);

const auto inversion = prefixed(TokenKind::word_not, ast::UnaryOp::logical_not, comparison);

const auto conjunction = chain({{TokenKind::word_and, ast::BinaryOp::logical_and}}, inversion);

const auto disjunction = chain({{TokenKind::word_or, ast::BinaryOp::logical_or}}, conjunction);

const auto expression_def =
    expression_of[disjunction[become] >> *((token<TokenKind::pipe> > step[add_step]) >> step_end)];

BOOST_SPIRIT_DEFINE(name, string_part, string, path, argument, call, step, comprehension, primary, index_suffix,
                    member_suffix, expression)

BOOST_SPIRIT_INSTANTIATE(NameRule, TokenIt, Context)
BOOST_SPIRIT_INSTANTIATE(ExpressionRule, TokenIt, Context)
BOOST_SPIRIT_INSTANTIATE(StringRule, TokenIt, Context)

}  // namespace cnnc::grammar
