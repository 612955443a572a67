#include "compiler/frontend/format_pieces.hpp"

#include <algorithm>
#include <map>

#include "compiler/frontend/net_parse_state.hpp"
#include "compiler/support/checks.hpp"

namespace cnnc::format {

namespace {

std::string_view without_blanks_at_end(std::string_view text) {
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t' || text.back() == '\r')) text.remove_suffix(1);
  return text;
}

/// Splits what stands between two pieces into comments, and counts line ends.
void read_gap(std::string_view gap, bool at_start, Piece &piece) {
  int newlines = at_start ? 1 : 0;
  for (std::size_t at = 0; at < gap.size();) {
    if (gap[at] == '\n') ++newlines;
    if (gap.substr(at, 2) != "//") {
      ++at;
      continue;
    }
    const std::size_t end = std::min(gap.find('\n', at), gap.size());
    piece.comments.push_back({without_blanks_at_end(gap.substr(at, end - at)), newlines > 0, newlines > 1});
    newlines = 0;
    at = end;
  }
  piece.newline = newlines > 0;
  piece.blank = newlines > 1;
}

/// Where paths end, by where they begin: they are copied as they stand.
using Atoms = std::map<std::uint32_t, std::uint32_t>;

std::size_t characters_in(std::string_view text) {
  std::size_t count = 0;
  for (const char c : text) count += (static_cast<unsigned char>(c) & 0xC0U) != 0x80U ? 1 : 0;
  return count;
}

std::vector<Piece> split(std::string_view text, const TokenText &scanned, const Atoms &paths) {
  std::vector<Piece> pieces;
  std::vector<TokenKind> open;  // brackets and braces around the current place
  std::size_t column = 0;
  std::uint32_t last_begin = 0, end = 0;
  for (std::size_t i = 0; i < scanned.tokens.size(); ++i) {
    const Token &token = scanned.tokens[i];
    if (token.begin < end) continue;  // within a path or string
    Piece piece;
    piece.kind = token.kind;
    piece.begin = token.begin;
    std::size_t gap = pieces.empty() ? 0 : end;
    if (gap == 0 && text.starts_with("\xEF\xBB\xBF")) gap = 3;  // the byte order mark is dropped
    read_gap(text.substr(gap, token.begin - gap), pieces.empty(), piece);
    const std::string_view skipped = text.substr(last_begin, token.begin - last_begin);
    const std::size_t line = skipped.rfind('\n');
    column = line == std::string_view::npos ? column + characters_in(skipped) : characters_in(skipped.substr(line + 1));
    last_begin = token.begin;
    piece.column = column;
    end = token.end;
    const auto path = paths.find(token.begin);
    if (path != paths.end()) {
      end = path->second;
      piece.kind = TokenKind::identifier;
    } else if (token.kind == TokenKind::string_begin) {
      std::size_t last = i;
      for (int depth = 1; depth > 0;) {
        ++last;
        if (scanned.tokens[last].kind == TokenKind::string_begin) ++depth;
        if (scanned.tokens[last].kind == TokenKind::string_end) --depth;
      }
      end = scanned.tokens[last].end;
    }
    piece.text = text.substr(token.begin, end - token.begin);
    const bool closing = piece.kind == TokenKind::right_paren || piece.kind == TokenKind::right_bracket;
    piece.in_brackets = !open.empty() && open.back() != TokenKind::left_brace;
    if ((closing || piece.kind == TokenKind::right_brace) && !open.empty()) open.pop_back();
    if (piece.kind == TokenKind::left_paren || piece.kind == TokenKind::left_bracket ||
        piece.kind == TokenKind::left_brace)
      open.push_back(piece.kind);
    pieces.push_back(std::move(piece));
  }
  return pieces;
}

/// Walks over a syntax tree and notes what the layout wants to know. A tree's height is bounded, so it may recurse.
class Marker {
 public:
  explicit Marker(Pieces &result) : result_(result) {}

  void file(const ast::File &file) {
    for (const ast::Item &item : file.items) {
      const int piece = at(item.span.begin);
      result_.pieces[static_cast<std::size_t>(piece)].begins_item = true;
      if (const auto *network = item.as<ast::Network>()) {
        for (const ast::Input &input : network->inputs) type(input.type);
        for (const ast::Output &output : network->outputs)
          if (output.type) type(*output.type);
        body(network->body, piece);
      }
      if (const auto *block = item.as<ast::Block>()) {
        for (const ast::Parameter &parameter : block->parameters) expr(parameter.value);
        body(block->body, piece);
      }
      if (const auto *constant = item.as<ast::Constant>()) expr(constant->value);
    }
  }

 private:
  /// The first piece that begins at this byte or behind it.
  int index_of(std::uint32_t offset) const {
    const auto found = std::lower_bound(result_.pieces.begin(), result_.pieces.end(), offset,
                                        [](const Piece &piece, std::uint32_t begin) { return piece.begin < begin; });
    CNNC_CHECK(found != result_.pieces.end(), "a node of the tree beyond the end of the text");
    return static_cast<int>(found - result_.pieces.begin());
  }
  /// The piece that begins at this byte.
  int at(std::uint32_t offset) const {
    const int found = index_of(offset);
    CNNC_CHECK(result_.pieces[static_cast<std::size_t>(found)].begin == offset, "a node that begins at no word");
    return found;
  }
  Piece &piece_at(std::uint32_t offset) { return result_.pieces[static_cast<std::size_t>(at(offset))]; }

  void type(const ast::Type &type) {
    for (const ast::Dimension &dimension : type.dimensions) expr(dimension.value);
  }

  /// Marks a body; its number.
  int body(const ast::Body &body, int owner) {
    const int id = static_cast<int>(result_.bodies.size());
    BodyInfo info{owner, id, static_cast<int>(body.statements.size()) + (body.value ? 1 : 0), true};
    const int open = at(body.span.begin), close = at(body.span.end - 1);
    for (int i = open + 1; i <= close; ++i) {
      const Piece &piece = result_.pieces[static_cast<std::size_t>(i)];
      if (piece.newline || !piece.comments.empty()) {
        info.one_line = false;
        break;
      }
    }
    info.one_line = info.one_line && info.parts <= 1;
    result_.bodies.push_back(info);
    result_.pieces[static_cast<std::size_t>(open)].body = id;
    result_.pieces[static_cast<std::size_t>(close)].body = id;
    int next = open + 1;
    for (const ast::Statement &statement : body.statements) {
      piece_at(statement.span.begin).in_body = id;
      this->statement(statement);
      next = index_of(statement.span.end);
    }
    if (body.value) {
      result_.pieces[static_cast<std::size_t>(next)].in_body = id;  // its span leaves parentheses out
      expr(*body.value);
    }
    // A body with lines of its own inside has them, too.
    for (std::size_t inner = static_cast<std::size_t>(id) + 1; inner < result_.bodies.size(); ++inner)
      if (!result_.bodies[inner].one_line) result_.bodies[static_cast<std::size_t>(id)].one_line = false;
    return id;
  }

  void choice(const ast::If &choice) {
    const int owner = at(choice.span.begin);
    std::vector<int> bodies;
    for (const ast::Branch &branch : choice.branches) {
      expr(branch.condition);
      bodies.push_back(body(branch.body, owner));
    }
    if (choice.otherwise) bodies.push_back(body(*choice.otherwise, owner));
    for (std::size_t i = 0; i < bodies.size(); ++i)
      result_.bodies[static_cast<std::size_t>(bodies[i])].sibling = bodies[(i + 1) % bodies.size()];
  }

  void statement(const ast::Statement &statement) {
    if (const auto *binding = statement.as<ast::Binding>()) expr(binding->value);
    if (const auto *assignment = statement.as<ast::Assignment>()) expr(assignment->value);
    if (const auto *result = statement.as<ast::Return>())
      for (const ast::Expr &value : result->values) expr(value);
    if (const auto *branches = statement.as<ast::If>()) choice(*branches);
    if (const auto *loop = statement.as<ast::For>()) {
      expr(loop->over);
      body(loop->body, at(statement.span.begin));
    }
  }

  void call(const ast::Call &call) {
    for (const ast::Argument &argument : call.arguments)
      if (argument.value) expr(*argument.value);
    if (!call.label) return;
    const int path = at(call.label->span.begin);
    result_.pieces[static_cast<std::size_t>(path - 1)].labelled = at(call.callee.span.begin);
  }

  void pipeline(const ast::Pipeline &pipeline) {
    const int id = static_cast<int>(result_.pipelines.size());
    result_.pipelines.push_back({at(pipeline.input->span.begin), none});
    bool open = true;
    for (const ast::Call &step : pipeline.steps) {
      const int pipe = at(step.callee.span.begin) - 1;
      result_.pieces[static_cast<std::size_t>(pipe)].pipeline = id;
      PipelineInfo &info = result_.pipelines[static_cast<std::size_t>(id)];
      if (info.first == none) {
        info.first = pipe;
      } else if (open && result_.pieces[static_cast<std::size_t>(pipe)].newline) {
        info.aligned = result_.pieces[static_cast<std::size_t>(pipe)].column ==
                       result_.pieces[static_cast<std::size_t>(info.first)].column;
        open = false;  // the first step that begins a line decides for all
      }
    }
    expr(*pipeline.input);
    for (const ast::Call &step : pipeline.steps) call(step);
  }

  void expr(const ast::ExprPtr &node) {
    if (node) expr(*node);
  }

  void expr(const ast::Expr &node) {
    // Strings are copied as they stand, so nothing within them is marked.
    if (const auto *list = node.as<ast::ListLiteral>())
      for (const ast::Expr &element : list->elements) expr(element);
    if (const auto *list = node.as<ast::Comprehension>()) {
      expr(list->element);
      expr(list->list);
    }
    if (const auto *unary = node.as<ast::Unary>()) {
      piece_at(unary->op_span.begin).is_sign = unary->op == ast::UnaryOp::negate;
      expr(unary->operand);
    }
    if (const auto *binary = node.as<ast::Binary>()) {
      expr(binary->left);
      expr(binary->right);
    }
    if (const auto *range = node.as<ast::Range>()) {
      expr(range->begin);
      expr(range->end);
    }
    if (const auto *index = node.as<ast::Index>()) {
      expr(index->base);
      expr(index->index);
    }
    if (const auto *member = node.as<ast::Member>()) expr(member->base);
    if (const auto *step = node.as<ast::Call>()) call(*step);
    if (const auto *steps = node.as<ast::Pipeline>()) pipeline(*steps);
    if (const auto *branches = node.as<std::unique_ptr<ast::If>>()) choice(**branches);
  }

  Pieces &result_;
};

/// Bare paths, after `as` and `share =`. (A variable called share may be assigned a name: that is copied as well.)
Atoms paths_in(const TokenText &scanned, std::string_view text) {
  Atoms paths;
  const std::vector<Token> &tokens = scanned.tokens;
  for (std::size_t i = 0; i + 2 < tokens.size(); ++i) {
    const bool share = tokens[i + 1].kind == TokenKind::assign &&
                       text.substr(tokens[i].begin, tokens[i].end - tokens[i].begin) == "share";
    if (tokens[i].kind != TokenKind::word_as && !share) continue;
    const Token *first = &tokens[i + (share ? 2 : 1)];
    const Token *end = end_of_bare_path(first);
    if (end != first) paths.emplace(first->begin, end[-1].end);
  }
  return paths;
}

}  // namespace

Pieces pieces_of(std::string_view text, const TokenText &scanned, const ast::File &file) {
  Pieces result;
  result.pieces = split(text, scanned, paths_in(scanned, text));
  Marker(result).file(file);
  return result;
}

std::vector<std::string_view> comments_of(const Pieces &pieces) {
  std::vector<std::string_view> comments;
  for (const Piece &piece : pieces.pieces)
    for (const Comment &comment : piece.comments) comments.push_back(comment.text);
  return comments;
}

}  // namespace cnnc::format
