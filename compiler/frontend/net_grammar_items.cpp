#include <utility>

#include "compiler/frontend/net_grammar.hpp"
#include "compiler/frontend/net_read_file.hpp"
#include "compiler/support/checks.hpp"

namespace cnnc::grammar {
namespace {

constexpr auto set_type = [](auto &context) { x3::_val(context) = std::move(x3::_attr(context)); };

constexpr auto set_import = [](auto &context) {
  ast::Import &import = x3::_val(context);
  ParseState &state = state_of(context);
  for (ast::StringPart &part : x3::_attr(context).parts) {
    if (part.value) {
      state.faults.push_back({DiagnosticKind::syntax, part.span, "the path of an import cannot hold '{…}'"});
      import.faulty = true;
    }
    import.path += part.text;
  }
};

/// An item whose head was skipped is an error, though its body has been read for its faults.
constexpr auto set_network = [](auto &context) {
  ast::Network &network = x3::_attr(context);
  if (!network.name.text.empty()) x3::_val(context).node = std::move(network);
};

constexpr auto set_block = [](auto &context) {
  ast::Block &block = x3::_attr(context);
  if (!block.name.text.empty()) x3::_val(context).node = std::move(block);
};

/// Sets span and documentation of an item.
template <class Subject>
struct ItemParser : x3::unary_parser<Subject, ItemParser<Subject>> {
  using x3::unary_parser<Subject, ItemParser<Subject>>::unary_parser;
  static bool const is_pass_through_unary = true;

  template <class C, class R, class A>
  bool parse(TokenIt &first, const TokenIt &last, const C &context, R &item, A &attribute) const {
    const ParseState &state = state_of(context);
    const TokenIt begin = first;
    if (!this->subject.parse(first, last, context, item, attribute)) return false;
    item.span = state.span(begin, first);
    if (begin->doc >= 0) item.doc = state.scanned->docs[static_cast<std::size_t>(begin->doc)];
    return true;
  }
};

constexpr DirectiveOf<ItemParser> item_of{};

}  // namespace

struct dimension_tag;
struct type_tag;
struct input_tag;
struct output_type_tag;
struct output_tag;
struct network_head_tag;
struct network_tag;
struct parameter_tag;
struct block_head_tag;
struct block_tag;
struct constant_tag;
struct import_tag;
struct item_tag;

/// The body of a network or block whose head is wrong is still read.
struct recovered_head {
  template <class C>
  x3::error_handler_result on_error(TokenIt &first, const TokenIt &, const x3::expectation_failure<TokenIt> &failure,
                                    const C &context) const {
    ParseState &state = state_of(context);
    const TokenIt brace = next_body(state, failure.where());
    if (!brace) return x3::error_handler_result::rethrow;
    note_failure(state, first, failure.where(), failure.which());
    first = brace;
    return x3::error_handler_result::accept;
  }
};
struct recovered_network_head_tag : recovered_head {};
struct recovered_block_head_tag : recovered_head {};

struct recovered_item_tag {
  template <class C>
  x3::error_handler_result on_error(TokenIt &first, const TokenIt &, const x3::expectation_failure<TokenIt> &failure,
                                    const C &context) const {
    ParseState &state = state_of(context);
    note_failure(state, first, failure.where(), failure.which());
    const TokenIt start = first;
    first = next_item(state, start, failure.where());
    return x3::error_handler_result::accept;
  }
};

// -- Types ------------------------------------------------------------------------------------------------------------

const x3::rule<dimension_tag, ast::Dimension> dimension{"a dimension"};
const auto dimension_def = spanned[(ContextualWord("_") >> &(comma | token<TokenKind::right_bracket>)) |
                                   expression[box<&ast::Dimension::value>]];

const x3::rule<type_tag, ast::Type> type{"a type"};
const auto type_def =
    spanned[name[put<&ast::Type::dtype>] >
            bracketed<TokenKind::left_bracket, TokenKind::right_bracket>(
                separated<TokenKind::right_bracket>(dimension[append<&ast::Type::dimensions>]), "',' or ']'")];

// -- Networks ---------------------------------------------------------------------------------------------------------

const x3::rule<input_tag, ast::Input> input{"an input"};
const auto input_def = spanned[name[put<&ast::Input::name>] > token<TokenKind::colon> > type[put<&ast::Input::type>]];

const x3::rule<output_type_tag, std::optional<ast::Type>> output_type{"a type"};
const auto output_type_def = (ContextualWord("weights") >> !token<TokenKind::left_bracket>) | type[set_type];

const x3::rule<output_tag, ast::Output> output{"an output"};
const auto output_def =
    spanned[name[put<&ast::Output::name>] > token<TokenKind::colon> > output_type[put<&ast::Output::type>]];

const x3::rule<network_head_tag, ast::Network> network_head{"'network'"};
const auto network_head_def =
    token<TokenKind::word_network> > name[put<&ast::Network::name>] >
    bracketed<TokenKind::left_paren, TokenKind::right_paren>(
        separated<TokenKind::right_paren>(input[append<&ast::Network::inputs>]),
        "',' or ')'") > token<TokenKind::arrow> >
    bracketed<TokenKind::left_paren, TokenKind::right_paren>(
        (x3::eps > output[append<&ast::Network::outputs>]) >>
            *(comma >> !token<TokenKind::right_paren> >> (x3::eps > output[append<&ast::Network::outputs>])) >> -comma,
        "',' or ')'") > -ContextualWord("train")[put_span<&ast::Network::train>] > &token<TokenKind::left_brace>;

const x3::rule<recovered_network_head_tag, ast::Network> recovered_network_head{"'network'"};
const auto recovered_network_head_def = network_head[become];

const x3::rule<network_tag, ast::Network> network{"'network'"};
const auto network_def = recovered_network_head[become] > body[put<&ast::Network::body>];

// -- Blocks, constants, imports ---------------------------------------------------------------------------------------

const x3::rule<parameter_tag, ast::Parameter> parameter{"a parameter"};
const auto parameter_def =
    spanned[name[put<&ast::Parameter::name>] >> -(token<TokenKind::assign> > expression[box<&ast::Parameter::value>])];

const x3::rule<block_head_tag, ast::Block> block_head{"'block'"};
const auto block_head_def = token<TokenKind::word_block> > name[put<&ast::Block::name>] >
                            bracketed<TokenKind::left_paren, TokenKind::right_paren>(
                                separated<TokenKind::right_paren>(parameter[append<&ast::Block::parameters>]),
                                "',' or ')'") > &token<TokenKind::left_brace>;

const x3::rule<recovered_block_head_tag, ast::Block> recovered_block_head{"'block'"};
const auto recovered_block_head_def = block_head[become];

const x3::rule<block_tag, ast::Block> block{"'block'"};
const auto block_def = recovered_block_head[become] > body[put<&ast::Block::body>];

const x3::rule<constant_tag, ast::Constant> constant{"'const'"};
const auto constant_def = token<TokenKind::word_const> > name[put<&ast::Constant::name>] > token<TokenKind::assign> >
                          expression[box<&ast::Constant::value>];

const x3::rule<import_tag, ast::Import> import{"'import'"};
const auto import_def = token<TokenKind::word_import> > spanned_as<&ast::Import::path_span>(string[set_import]);

// -- The file ---------------------------------------------------------------------------------------------------------

const x3::rule<item_tag, ast::Item> item{"'network', 'block', 'const' or 'import'"};
const auto item_def = item_of[network[set_network] | block[set_block] | constant[put_node] | import[put_node]];

const x3::rule<recovered_item_tag, ast::Item> recovered_item{"an item"};
const auto recovered_item_def = x3::eps > item[become];

const auto file_def = *(!token<TokenKind::end> >> recovered_item[append<&ast::File::items>]);

BOOST_SPIRIT_DEFINE(dimension, type, input, output_type, output, network_head, recovered_network_head, network,
                    parameter, block_head, recovered_block_head, block, constant, import, item, recovered_item, file)

}  // namespace cnnc::grammar

namespace cnnc {

namespace x3 = boost::spirit::x3;

void read_file(ParseState &state, ast::File &result) {
  TokenIt first = state.first();
  const TokenIt last = state.last() + 1;
  const grammar::Context context = x3::make_context<grammar::state_tag>(state);
  const bool read = grammar::file.parse(first, last, context, x3::unused, result);
  CNNC_CHECK(read && first == state.last(), "the grammar left text unread");
}

}  // namespace cnnc
