#include "compiler/frontend/format_layout.hpp"

#include <algorithm>
#include <optional>

#include "compiler/frontend/format.hpp"
#include "compiler/frontend/format_spacing.hpp"

namespace cnnc::format {

namespace {

constexpr int body_indent = 2, continuation_indent = 4;

std::size_t columns_of(std::string_view text) {
  std::size_t columns = 0;
  for (const char c : text) columns += (static_cast<unsigned char>(c) & 0xC0U) != 0x80U ? 1 : 0;
  return columns;
}

std::string blanks(std::size_t count) { return std::string(count, ' '); }

struct Placed {
  int column = 0;
  int line_indent = 0;       ///< of its line
  int depth = 0;             ///< of brackets and braces around it
  bool in_brackets = false;  ///< any of these is a bracket
};

/// An open bracket or body.
struct Group {
  bool is_body = false;
  bool broken = false;       ///< brackets that end their line: what closes them begins one
  bool in_brackets = false;  ///< it or one around it is no body
  int indent = 0;            ///< of the lines within
  int close_indent = 0;      ///< of a line that its end begins
};

struct Line {
  std::string text;
  std::string comment;       ///< at its end
  int pipeline = none;       ///< whose step begins it
  std::string_view callee;   ///< of that step
  std::size_t label_at = 0;  ///< where ` as` stands, if it names that step, else 0
  bool whole = false;        ///< it leaves no bracket open
};

class Layout {
 public:
  explicit Layout(Pieces all) : all_(std::move(all)), pieces_(all_.pieces) {
    placed_.resize(pieces_.size());
    forced_.resize(pieces_.size(), false);
  }

  std::string run() {
    const std::size_t last = pieces_.size() - 1;  // the end of the text
    for (std::size_t i = 0; i < last;) {
      put_comments(i);
      if (pieces_[i].blank && may_follow_blank(i)) lines_.emplace_back();
      i = put_line(i);
    }
    put_comments(last);
    align_labels();
    std::string text;
    for (Line &line : lines_) {
      text += line.text;
      if (!line.comment.empty()) text += (line.text.empty() ? "" : "  ") + line.comment;
      text += '\n';
    }
    return text;
  }

 private:
  const BodyInfo &body(int id) const { return all_.bodies[static_cast<std::size_t>(id)]; }
  const Placed &placed(int piece) const { return placed_[static_cast<std::size_t>(piece)]; }

  // -- Where lines begin ----------------------------------------------------------------------------------------------

  bool begins_line(std::size_t i) const {
    const Piece &piece = pieces_[i];
    if (!piece.comments.empty() || forced_[i] || piece.begins_item || piece.kind == TokenKind::end) return true;
    if (piece.in_body != none) return !body(piece.in_body).one_line;
    if (closes(piece.kind) && piece.body == none) return !groups_.empty() && groups_.back().broken;
    if (piece.body != none && piece.kind == TokenKind::right_brace)
      return !body(piece.body).one_line && body(piece.body).parts > 0;
    return piece.newline && may_break_before(pieces_, i);
  }

  int indent_of(std::size_t i) const {
    const Piece &piece = pieces_[i];
    if (piece.begins_item || piece.kind == TokenKind::end) return 0;
    if (groups_.empty()) return piece.pipeline == none ? continuation_indent : pipe_indent(piece);
    const Group &group = groups_.back();
    if (piece.in_body != none) return group.indent;
    if (closes(piece.kind)) return group.close_indent;
    if (piece.pipeline != none) return pipe_indent(piece);
    if (piece.labelled != none) return placed(piece.labelled).column + body_indent;
    if (!group.is_body) return group.indent;
    return piece.kind == TokenKind::word_else ? group.indent : group.indent + continuation_indent;
  }

  /// Below the first step; that one, if it begins a line, further in than the line of what is piped.
  int pipe_indent(const Piece &piece) const {
    const PipelineInfo &pipeline = all_.pipelines[static_cast<std::size_t>(piece.pipeline)];
    const bool first = &piece == &pieces_[static_cast<std::size_t>(pipeline.first)];
    if (!first && pipeline.aligned) return placed(pipeline.first).column;
    int indent = placed(pipeline.input).line_indent;
    if (!groups_.empty() && !groups_.back().is_body) indent = std::max(indent, groups_.back().indent);
    return indent + body_indent;
  }

  /// A blank line is kept above a statement, an item and an element of a list.
  bool may_follow_blank(std::size_t i) const {
    if (i == 0) return !pieces_[0].comments.empty();
    const Piece &piece = pieces_[i], &before = pieces_[i - 1];
    const bool after_comment = !piece.comments.empty() && piece.comments.back().own_line;
    if ((opens(before.kind) && !after_comment) || closes(piece.kind)) return false;
    return piece.begins_item || piece.in_body != none || before.kind == TokenKind::comma;
  }

  void put_comments(std::size_t i) {
    const Piece &piece = pieces_[i];
    const bool after_opening = i == 0 || opens(pieces_[i - 1].kind);
    const bool closing = closes(piece.kind);
    const int indent = closing && !groups_.empty() ? groups_.back().indent : indent_of(i);
    bool first = true;
    for (const Comment &comment : piece.comments) {
      if (!comment.own_line && !lines_.empty()) {
        lines_.back().comment = comment.text;
      } else {
        if (comment.blank_before && !(first && after_opening)) lines_.emplace_back();
        lines_.emplace_back();
        lines_.back().text = blanks(static_cast<std::size_t>(indent)) + std::string(comment.text);
      }
      first = false;
    }
  }

  // -- One line -------------------------------------------------------------------------------------------------------

  /// Lays out the line that begins with piece `first`; the piece after its last.
  std::size_t put_line(std::size_t first) {
    const std::vector<Group> at_start = groups_;
    while (true) {
      groups_ = at_start;
      Line line;
      const int indent = indent_of(first);
      line.text = blanks(static_cast<std::size_t>(indent));
      std::size_t columns = line.text.size();
      std::size_t i = first;
      bool again = false;
      for (; !again && (i == first || !begins_line(i)); ++i) {
        if (i > first && needs_blank(pieces_, i)) {
          line.text += ' ';
          ++columns;
        }
        if (pieces_[first].pipeline != none && pieces_[i].labelled == static_cast<int>(first) + 1)
          line.label_at = line.text.size();
        place(i, static_cast<int>(columns), indent);
        line.text += pieces_[i].text;
        columns += columns_of(pieces_[i].text);
        again = columns > format_width && shorten(first, i);
      }
      if (again) continue;
      line.pipeline = pieces_[first].pipeline;
      if (line.pipeline != none) line.callee = pieces_[first + 1].text;
      line.whole = groups_.size() == at_start.size();
      lines_.push_back(std::move(line));
      return i;
    }
  }

  void place(std::size_t i, int column, int line_indent) {
    const Piece &piece = pieces_[i];
    if (closes(piece.kind) && !groups_.empty()) groups_.pop_back();
    const bool in_brackets = !groups_.empty() && groups_.back().in_brackets;
    placed_[i] = {column, line_indent, static_cast<int>(groups_.size()), in_brackets};
    if (!opens(piece.kind)) return;
    if (piece.body != none) {
      const int outer = placed(body(piece.body).owner).line_indent;
      groups_.push_back({true, false, in_brackets, outer + body_indent, outer});
    } else if (!closes(pieces_[i + 1].kind) && begins_line(i + 1)) {
      groups_.push_back({false, true, true, line_indent + body_indent, line_indent});
    } else {
      groups_.push_back({false, false, true, column + 1, line_indent});
    }
  }

  // -- Lines that are too long ----------------------------------------------------------------------------------------

  /// Breaks the line from `first` on, of which piece `last` goes too far, at one more place. False if it cannot.
  bool shorten(std::size_t first, std::size_t last) {
    for (std::size_t i = first; i <= last; ++i) {
      const Piece &piece = pieces_[i];
      if (piece.body == none || piece.kind != TokenKind::left_brace || !is_expandable(piece.body)) continue;
      expand(piece.body);
      return true;
    }
    std::optional<std::size_t> best;
    std::pair<int, int> best_rank;  // outer breaks first, then looser ones; those of last resort after all others
    for (std::size_t i = first + 1; i <= last; ++i) {
      const int looseness = looseness_of_break(pieces_, i);
      if (looseness < 0 || forced_[i]) continue;
      const std::pair<int, int> rank((looseness >= last_resort ? ast::max_nesting : 0) + placed_[i].depth, looseness);
      if (best && rank > best_rank) continue;
      best = i;
      best_rank = rank;
    }
    if (best) forced_[*best] = true;
    return best.has_value();
  }

  /// A one-line body whose lines can be set apart: not one in the middle of a list of arguments.
  bool is_expandable(int id) const {
    const BodyInfo &info = body(id);
    if (!info.one_line || info.parts == 0) return false;
    return !placed(info.owner).in_brackets;
  }

  void expand(int id) {
    int at = id;
    do {
      BodyInfo &info = all_.bodies[static_cast<std::size_t>(at)];
      if (info.parts > 0) info.one_line = false;
      at = info.sibling;
    } while (at != id);
  }

  // -- Labels below one another ---------------------------------------------------------------------------------------

  bool continues_run(const Line &line, const Line &above) const {
    return line.label_at > 0 && line.whole && above.label_at > 0 && above.whole && line.pipeline == above.pipeline &&
           line.callee == above.callee;
  }

  /// In lines below one another that begin with steps of one operator, the names stand in one column.
  void align_labels() {
    for (std::size_t first = 0, end = 0; first < lines_.size(); first = end) {
      end = first + 1;
      while (end < lines_.size() && continues_run(lines_[end], lines_[end - 1])) ++end;
      std::size_t column = 0;
      bool fits = true;
      const auto label_column = [](const Line &line) {
        return columns_of(std::string_view(line.text).substr(0, line.label_at));
      };
      for (std::size_t i = first; i < end; ++i) column = std::max(column, label_column(lines_[i]));
      for (std::size_t i = first; i < end; ++i)
        fits = fits && columns_of(lines_[i].text) + column - label_column(lines_[i]) <= format_width;
      for (std::size_t i = first; fits && end > first + 1 && i < end; ++i)
        lines_[i].text.insert(lines_[i].label_at, column - label_column(lines_[i]), ' ');
    }
  }

  Pieces all_;
  const std::vector<Piece> &pieces_;
  std::vector<Placed> placed_;
  std::vector<bool> forced_;  ///< a line begins here because it would be too long
  std::vector<Group> groups_;
  std::vector<Line> lines_;
};

}  // namespace

std::string lay_out(Pieces pieces) { return Layout(std::move(pieces)).run(); }

}  // namespace cnnc::format
