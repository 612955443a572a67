// The parsers over tokens of which the grammar consists, as Spirit X3 components. They exist because spans, the rule of
// lines, bracket matching and the bound on nesting are the same everywhere.
//
// Rules hold their node as attribute and fill it by actions (`put`, `append`): every node is moved once, into its
// place.
#pragma once

#include <memory>
#include <string>
#include <type_traits>
#include <utility>

#include <boost/spirit/home/x3.hpp>

#include "compiler/frontend/net_parse_state.hpp"
#include "compiler/frontend/tree_height.hpp"
#include "compiler/support/checks.hpp"

namespace cnnc::grammar {

namespace x3 = boost::spirit::x3;

struct state_tag;
using Context = x3::context<state_tag, ParseState>;

template <class C>
ParseState &state_of(const C &context) {
  return x3::get<state_tag>(context);
}

[[noreturn]] inline void fail_at(TokenIt where, const std::string &expected) {
  throw x3::expectation_failure<TokenIt>(where, expected);
}

/// Leaves the statement with a message of its own.
[[noreturn]] inline void fail_with(ParseState &state, TokenIt where, Fault fault) {
  state.pending = std::move(fault);
  fail_at(where, "");
}

[[noreturn]] inline void fail_nested(ParseState &state, TokenIt where, int limit) {
  state.given_up = true;
  fail_with(state, where,
            {DiagnosticKind::nested_too_deeply, state.span(*where),
             "this nests more than " + std::to_string(limit) + " deep", "give parts of it names with 'let'"});
}

/// Sets an attribute, if it is wanted.
template <class T, class A>
void give(T &&value, A &attribute) {
  if constexpr (!std::is_same_v<std::remove_const_t<A>, x3::unused_type>) attribute = std::forward<T>(value);
}

// -- Tokens -----------------------------------------------------------------------------------------------------------

/// One token of a kind; its attribute is where it is.
template <TokenKind kind>
struct TokenParser : x3::parser<TokenParser<kind>> {
  using attribute_type = TokenIt;
  static bool const has_attribute = true;

  template <class C, class R, class A>
  bool parse(TokenIt &first, const TokenIt &, const C &, R &, A &attribute) const {
    if (first->kind != kind) return false;
    give(first, attribute);
    ++first;
    return true;
  }
};

template <TokenKind kind>
constexpr TokenParser<kind> token{};

/// Matches nothing, where the line rule lets an expression go on.
struct SameLine : x3::parser<SameLine> {
  using attribute_type = x3::unused_type;
  static bool const has_attribute = false;

  template <class C, class R, class A>
  bool parse(TokenIt &first, const TokenIt &, const C &context, R &, A &) const {
    return !(first->begins_line && state_of(context).lines_matter);
  }
};

constexpr SameLine same_line{};

/// Matches nothing, where a network, block or import begins after a forgotten `}`.
struct ItemStart : x3::parser<ItemStart> {
  using attribute_type = x3::unused_type;
  static bool const has_attribute = false;

  template <class C, class R, class A>
  bool parse(TokenIt &first, const TokenIt &, const C &context, R &, A &) const {
    return ends_bodies(state_of(context), first);
  }
};

constexpr ItemStart item_start{};

// -- Nesting ----------------------------------------------------------------------------------------------------------

/// Bounds recursion: every cycle of rules passes through one of these.
class Nesting {
 public:
  Nesting(ParseState &state, TokenIt where) : state_(state) {
    if (state.nesting >= ast::max_nesting) fail_nested(state, where, ast::max_nesting);
    ++state.nesting;
  }
  ~Nesting() { --state_.nesting; }
  Nesting(const Nesting &) = delete;
  Nesting &operator=(const Nesting &) = delete;

 private:
  ParseState &state_;
};

template <class Subject>
struct NestedParser : x3::unary_parser<Subject, NestedParser<Subject>> {
  using x3::unary_parser<Subject, NestedParser<Subject>>::unary_parser;
  static bool const is_pass_through_unary = true;

  template <class C, class R, class A>
  bool parse(TokenIt &first, const TokenIt &last, const C &context, R &rule, A &attribute) const {
    Nesting nesting(state_of(context), first);
    return this->subject.parse(first, last, context, rule, attribute);
  }
};

/// `open subject close`. Once `open` is there, the rest must follow. Within braces lines matter, within others not.
template <TokenKind open, TokenKind close, class Subject>
struct BracketParser : x3::unary_parser<Subject, BracketParser<open, close, Subject>> {
  const char *expected;  ///< what may follow the subject, as messages say it: "',' or ')'"

  constexpr BracketParser(const Subject &subject, const char *what)
      : x3::unary_parser<Subject, BracketParser>(subject), expected(what) {}
  static bool const is_pass_through_unary = true;

  template <class C, class R, class A>
  bool parse(TokenIt &first, const TokenIt &last, const C &context, R &rule, A &attribute) const {
    if (first->kind != open) return false;
    ParseState &state = state_of(context);
    Nesting nesting(state, first);
    LineRule lines(state);
    const TokenIt bracket = first++;
    if (!this->subject.parse(first, last, context, rule, attribute)) fail_at(first, expected);
    if (first->kind == close) {
      ++first;
      return true;
    }
    state.open_bracket = bracket;
    // A body that never ends is noted and kept as it is: what it holds is worth checking.
    if (open != TokenKind::left_brace || !(first->kind == TokenKind::end || ends_bodies(state, first)))
      fail_at(first, expected);
    note_failure(state, bracket, first, expected);
    return true;
  }

 private:
  struct LineRule {
    explicit LineRule(ParseState &s) : state(s), before(s.lines_matter) {
      state.lines_matter = open == TokenKind::left_brace;
      state.bodies += open == TokenKind::left_brace;
    }
    ~LineRule() {
      state.lines_matter = before;
      state.bodies -= open == TokenKind::left_brace;
    }
    LineRule(const LineRule &) = delete;
    LineRule &operator=(const LineRule &) = delete;
    ParseState &state;
    bool before;
  };
};

/// Sets the span of the rule's node to what the subject took.
template <class Subject>
struct SpannedParser : x3::unary_parser<Subject, SpannedParser<Subject>> {
  using x3::unary_parser<Subject, SpannedParser<Subject>>::unary_parser;
  static bool const is_pass_through_unary = true;

  template <class C, class R, class A>
  bool parse(TokenIt &first, const TokenIt &last, const C &context, R &rule, A &attribute) const {
    const TokenIt begin = first;
    if (!this->subject.parse(first, last, context, rule, attribute)) return false;
    rule.span = state_of(context).span(begin, first);
    return true;
  }
};

/// Sets that member of the rule's node.
template <auto member, class Subject>
struct SpannedAsParser : x3::unary_parser<Subject, SpannedAsParser<member, Subject>> {
  using x3::unary_parser<Subject, SpannedAsParser<member, Subject>>::unary_parser;
  static bool const is_pass_through_unary = true;

  template <class C, class R, class A>
  bool parse(TokenIt &first, const TokenIt &last, const C &context, R &rule, A &attribute) const {
    const TokenIt begin = first;
    if (!this->subject.parse(first, last, context, rule, attribute)) return false;
    rule.*member = state_of(context).span(begin, first);
    return true;
  }
};

/// As `spanned`, and sets and bounds the height of an expression.
template <class Subject>
struct ExpressionParser : x3::unary_parser<Subject, ExpressionParser<Subject>> {
  using x3::unary_parser<Subject, ExpressionParser<Subject>>::unary_parser;
  static bool const is_pass_through_unary = true;

  template <class C, class R, class A>
  bool parse(TokenIt &first, const TokenIt &last, const C &context, R &rule, A &attribute) const {
    const TokenIt begin = first;
    if (!this->subject.parse(first, last, context, rule, attribute)) return false;
    finish(state_of(context), rule, begin, first);
    return true;
  }

  static void finish(ParseState &state, ast::Expr &expr, TokenIt begin, TokenIt end) {
    expr.span = state.span(begin, end);
    expr.height = ast::tree_height(expr.node);
    if (expr.height > ast::max_tree_height) fail_nested(state, begin, ast::max_tree_height);
  }
};

template <template <class> class Parser>
struct DirectiveOf {
  template <class Subject>
  constexpr auto operator[](const Subject &subject) const {
    return Parser<typename x3::extension::as_parser<Subject>::value_type>(x3::as_parser(subject));
  }
};

constexpr DirectiveOf<NestedParser> nested{};
constexpr DirectiveOf<SpannedParser> spanned{};
constexpr DirectiveOf<ExpressionParser> expression_of{};

template <auto member, class Subject>
constexpr auto spanned_as(const Subject &subject) {
  return SpannedAsParser<member, Subject>(subject);
}

template <TokenKind open, TokenKind close, class Subject>
constexpr auto bracketed(const Subject &subject, const char *expected) {
  using Parser = typename x3::extension::as_parser<Subject>::value_type;
  return BracketParser<open, close, Parser>(x3::as_parser(subject), expected);
}

// -- Checks, paths, words ---------------------------------------------------------------------------------------------

/// Matches nothing, unless `check` finds a fault in what follows.
template <std::optional<Fault> (*check)(const ParseState &, TokenIt)>
struct CheckParser : x3::parser<CheckParser<check>> {
  using attribute_type = x3::unused_type;
  static bool const has_attribute = false;

  template <class C, class R, class A>
  bool parse(TokenIt &first, const TokenIt &, const C &context, R &, A &) const {
    if (auto fault = check(state_of(context), first)) fail_with(state_of(context), first, std::move(*fault));
    return true;
  }
};

constexpr CheckParser<fault_after_step> step_end{};
constexpr CheckParser<fault_after_path> path_end{};
constexpr CheckParser<fault_after_value> value_end{};

/// A path without quotes: words and numbers joined by dots, without blanks. Attribute: ast::StringPart.
struct BarePathParser : x3::parser<BarePathParser> {
  using attribute_type = ast::StringPart;
  static bool const has_attribute = true;

  template <class C, class R, class A>
  bool parse(TokenIt &first, const TokenIt &, const C &context, R &, A &attribute) const {
    ParseState &state = state_of(context);
    const TokenIt end = end_of_bare_path(first);
    if (end == first) return false;
    if (auto fault = fault_of_bare_path(state, first, end)) fail_with(state, first, std::move(*fault));
    const Span span = state.span(first, end);
    give(ast::StringPart{span, std::string(state.text.substr(span.begin, span.end - span.begin)), nullptr}, attribute);
    first = end;
    return true;
  }
};

constexpr BarePathParser bare_path{};

/// A name that has a meaning of its own here, and is no keyword: `train`, `weights`, `share`, `_`.
struct ContextualWord : x3::parser<ContextualWord> {
  using attribute_type = TokenIt;
  static bool const has_attribute = true;
  const char *word;

  constexpr explicit ContextualWord(const char *text) : word(text) {}

  template <class C, class R, class A>
  bool parse(TokenIt &first, const TokenIt &, const C &context, R &, A &attribute) const {
    if (first->kind != TokenKind::identifier || state_of(context).text_of(*first) != word) return false;
    give(first, attribute);
    ++first;
    return true;
  }
};

// -- Actions ----------------------------------------------------------------------------------------------------------

/// Moves what was parsed into a member of the rule's node; `box` first puts it on the heap, `append` onto a list.
template <auto member>
constexpr auto put = [](auto &context) { x3::_val(context).*member = std::move(x3::_attr(context)); };

template <auto member>
constexpr auto box =
    [](auto &context) { x3::_val(context).*member = std::make_unique<ast::Expr>(std::move(x3::_attr(context))); };

template <auto member>
constexpr auto append = [](auto &context) { (x3::_val(context).*member).push_back(std::move(x3::_attr(context))); };

/// The span of a token into a member.
template <auto member>
constexpr auto put_span =
    [](auto &context) { x3::_val(context).*member = state_of(context).span(*x3::_attr(context)); };

/// What was parsed becomes the rule's node itself, or its variant `node`.
constexpr auto become = [](auto &context) { x3::_val(context) = std::move(x3::_attr(context)); };
constexpr auto put_node = [](auto &context) { x3::_val(context).node = std::move(x3::_attr(context)); };

}  // namespace cnnc::grammar

namespace boost::spirit::x3 {

// What "expected …" calls them.
template <cnnc::TokenKind kind>
struct get_info<cnnc::grammar::TokenParser<kind>> {
  using result_type = std::string;
  std::string operator()(const cnnc::grammar::TokenParser<kind> &) const {
    return "'" + std::string(cnnc::spelling(kind)) + "'";
  }
};

template <cnnc::TokenKind open, cnnc::TokenKind close, class Subject>
struct get_info<cnnc::grammar::BracketParser<open, close, Subject>> {
  using result_type = std::string;
  std::string operator()(const cnnc::grammar::BracketParser<open, close, Subject> &) const {
    return "'" + std::string(cnnc::spelling(open)) + "'";
  }
};

template <>
struct get_info<cnnc::grammar::ContextualWord> {
  using result_type = std::string;
  std::string operator()(const cnnc::grammar::ContextualWord &parser) const {
    return "'" + std::string(parser.word) + "'";
  }
};

template <class Subject>
struct get_info<and_predicate<Subject>> {
  using result_type = std::string;
  std::string operator()(const and_predicate<Subject> &parser) const { return what(parser.subject); }
};

// These are never missing: they match nothing, too.
template <class Subject>
struct get_info<kleene<Subject>> {
  using result_type = std::string;
  std::string operator()(const kleene<Subject> &) const { CNNC_UNREACHABLE("any number of something was missing"); }
};

template <class Subject>
struct get_info<optional<Subject>> {
  using result_type = std::string;
  std::string operator()(const optional<Subject> &) const { CNNC_UNREACHABLE("what may be missing was missing"); }
};

/// In place of Spirit's own last resort, which is the mangled name of the C++ type: actions and directives are called
/// what their subject is called, and what has no name at all cannot stand right of a `>`.
template <class Parser>
  requires(!traits::is_rule<Parser>::value)
struct get_info<Parser, void> {
  using result_type = std::string;
  std::string operator()(const Parser &parser) const {
    static_assert(Parser::is_pass_through_unary, "right of '>' stands what a message can name: give it a get_info");
    return what(parser.subject);
  }
};

}  // namespace boost::spirit::x3
