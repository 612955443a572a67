#include "compiler/frontend/net_tokens.hpp"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "compiler/support/utf8.hpp"

namespace cnnc {
namespace {

struct Spelling {
  TokenKind kind;
  std::string_view text;
};

constexpr Spelling spellings[] = {
#define CNNC_TOKEN(name, spelling) {TokenKind::name, spelling},
#include "compiler/frontend/net_tokens.def"
#undef CNNC_TOKEN
};

constexpr auto first_keyword = static_cast<std::size_t>(TokenKind::word_let);
constexpr auto first_spelled = static_cast<std::size_t>(TokenKind::left_paren);

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }
bool is_word(char c) { return is_letter(c) || is_digit(c); }
bool is_ascii(char c) { return static_cast<unsigned char>(c) < 0x80; }
bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\r'; }

/// What other languages write, and what is meant here. A replacement `error` only drops the character.
struct Habit {
  std::string_view text;
  TokenKind replacement;
  std::string_view hint;
};

constexpr Habit habits[] = {
    {"&&", TokenKind::word_and, "write 'and'"},
    {"||", TokenKind::word_or, "write 'or'"},
    {"!", TokenKind::word_not, "write 'not'"},
    {";", TokenKind::error, "statements end without a ';'"},
    {"#", TokenKind::error, "comments begin with '//'"},
    {"|", TokenKind::pipe, "a pipe is written '|>'"},
    {"'", TokenKind::error, "strings stand in double quotes"},
    {"\u2018", TokenKind::error, "strings stand in plain double quotes"},
    {"\u2019", TokenKind::error, "strings stand in plain double quotes"},
    {"\u201C", TokenKind::error, "strings stand in plain double quotes"},
    {"\u201D", TokenKind::error, "strings stand in plain double quotes"},
    {"\u2212", TokenKind::minus, "write '-'"},
    {"\u2013", TokenKind::minus, "write '-'"},
    {"\u00D7", TokenKind::star, "write '*'"},
    {"\u00B7", TokenKind::star, "write '*'"},
    {"\u2192", TokenKind::arrow, "write '->'"},
    {"\u2264", TokenKind::less_equal, "write '<='"},
    {"\u2265", TokenKind::greater_equal, "write '>='"},
    {"\u2260", TokenKind::not_equal, "write '!='"},
};

class Scanner {
 public:
  Scanner(std::string_view text, FileId file, std::vector<Fault> &faults) : text_(text), file_(file), faults_(faults) {}

  TokenText run() {
    check_encoding();
    if (text_.starts_with("\xEF\xBB\xBF")) at_ = 3;  // a byte order mark
    while (at_ < text_.size() && faults_.size() <= max_faults) {
      if (in_string_) {
        string_piece();
      } else {
        code();
      }
    }
    if (!strings_.empty()) unterminated();
    begins_line_ = true;
    add(TokenKind::end, text_.size(), text_.size());
    return std::move(result_);
  }

 private:
  struct OpenString {
    std::size_t quote;
    std::size_t token;  // index of the opening quote
    int braces = 0;     // open in the insert that is being read
  };

  Span span(std::size_t begin, std::size_t end) const {
    return {file_, static_cast<std::uint32_t>(begin), static_cast<std::uint32_t>(end)};
  }

  void fault(DiagnosticKind kind, std::size_t begin, std::size_t end, std::string message, std::string hint = {}) {
    faults_.push_back({kind, span(begin, end), std::move(message), std::move(hint)});
  }

  void add(TokenKind kind, std::size_t begin, std::size_t end) {
    Token token;
    token.kind = kind;
    token.begins_line = begins_line_;
    token.doc = doc_;
    token.begin = static_cast<std::uint32_t>(begin);
    token.end = static_cast<std::uint32_t>(end);
    result_.tokens.push_back(token);
    begins_line_ = false;
    doc_ = -1;
  }

  /// Adds the token from at_ to `end` and goes on behind it.
  void take(TokenKind kind, std::size_t end) {
    add(kind, at_, end);
    at_ = end;
  }

  /// One message for all bytes that are no text: they come in crowds.
  void check_encoding() {
    bool nul_noted = false;
    for (std::size_t i = 0; i < text_.size();) {
      if (is_ascii(text_[i])) {
        if (text_[i] == '\0' && !nul_noted) {
          fault(DiagnosticKind::character_unknown, i, i + 1, "the text holds a NUL byte",
                "a .net file is plain text in UTF-8");
          nul_noted = true;
        }
        ++i;
        continue;
      }
      const Character character = character_at(text_, i);
      if (!character.valid) {
        fault(DiagnosticKind::invalid_utf8, i, i + 1,
              fmt::format("the byte {:X} is not UTF-8 here", static_cast<unsigned char>(text_[i])),
              "save the file as UTF-8");
        return;
      }
      i += character.length;
    }
  }

  // -- Code -----------------------------------------------------------------------------------------------------------

  void code() {
    const char c = text_[at_];
    if (c == '\n') {
      newline();
    } else if (is_blank(c)) {
      ++at_;
    } else if (text_.substr(at_, 2) == "//") {
      comment();
    } else if (is_letter(c)) {
      word();
    } else if (is_digit(c)) {
      number();
    } else if (c == '"') {
      strings_.push_back({at_, result_.tokens.size()});
      take(TokenKind::string_begin, at_ + 1);
      in_string_ = true;
    } else if (!insert_end(c)) {
      sign();
    }
  }

  void newline() {
    if (!strings_.empty()) unterminated();
    ++at_;
    ++line_;
    begins_line_ = true;
  }

  /// Keeps count of the braces in an insert; true if `c` ended it.
  bool insert_end(char c) {
    if (strings_.empty()) return false;
    if (c == '{') ++strings_.back().braces;
    if (c != '}' || strings_.back().braces-- > 0) return false;
    take(TokenKind::insert_end, at_ + 1);
    in_string_ = true;
    return true;
  }

  void comment() {
    const std::size_t end = std::min(text_.find('\n', at_), text_.size());
    const std::string_view line = text_.substr(at_, end - at_);
    if (line.starts_with("///") && !line.starts_with("////") && begins_line_) document(line.substr(3));
    at_ = end;
  }

  /// A `///` line, without the slashes. Lines right below one another are one text.
  void document(std::string_view line) {
    if (line.starts_with(" ")) line.remove_prefix(1);
    while (!line.empty() && is_blank(line.back())) line.remove_suffix(1);
    if (doc_ >= 0 && line_ == doc_line_ + 1) {
      result_.docs.back() += '\n';
      result_.docs.back() += line;
    } else {
      doc_ = static_cast<std::int32_t>(result_.docs.size());
      result_.docs.emplace_back(line);
    }
    doc_line_ = line_;
  }

  void word() {
    std::size_t end = at_;
    while (end < text_.size() && is_word(text_[end])) ++end;
    // Letters beyond ASCII: one fault for the whole word, which is then taken as the name that it was meant to be.
    if (end < text_.size() && !is_ascii(text_[end]) && !habit_at(end)) return foreign_word(at_);
    const std::string_view word = text_.substr(at_, end - at_);
    TokenKind kind = TokenKind::identifier;
    for (std::size_t i = first_keyword - first_spelled; i < std::size(spellings); ++i)
      if (spellings[i].text == word) kind = spellings[i].kind;
    take(kind, end);
  }

  void foreign_word(std::size_t begin) {
    std::size_t end = begin, first = text_.size();
    bool valid = true;
    while (end < text_.size() && (is_word(text_[end]) || (!is_ascii(text_[end]) && !habit_at(end)))) {
      const Character character = character_at(text_, end);
      if (character.length > 1) first = std::min(first, end);
      valid = valid && character.valid;
      end += character.length;
    }
    if (valid) {
      const Character character = character_at(text_, first);
      fault(DiagnosticKind::character_unknown, first, first + character.length,
            fmt::format("the character '{}' cannot stand in a name", shown(text_, character, first)),
            "names consist of the letters a to z, A to Z, digits and '_'");
    }
    take(valid && is_letter(text_[begin]) ? TokenKind::identifier : TokenKind::error, end);
  }

  /// `12`, `0.5`, `1e-5`, `2.5e3`; a dot has a digit on both sides, so that `0..4` is a range.
  void number() {
    std::size_t end = at_;
    auto digits = [&] {
      while (end < text_.size() && is_digit(text_[end])) ++end;
    };
    auto digit_at = [&](std::size_t i) { return i < text_.size() && is_digit(text_[i]); };
    TokenKind kind = TokenKind::integer;
    digits();
    if (end < text_.size() && text_[end] == '.' && digit_at(end + 1)) {
      kind = TokenKind::real;
      ++end;
      digits();
    }
    if (end < text_.size() && (text_[end] == 'e' || text_[end] == 'E')) {
      const bool sign = end + 1 < text_.size() && (text_[end + 1] == '+' || text_[end + 1] == '-');
      if (digit_at(end + 1 + (sign ? 1 : 0))) {
        kind = TokenKind::real;
        end += sign ? 2 : 1;
        digits();
      }
    }
    if (end < text_.size() && is_word(text_[end])) {
      kind = TokenKind::malformed_number;
      while (end < text_.size() && is_word(text_[end])) ++end;
    }
    take(kind, end);
  }

  void sign() {
    std::size_t best = std::size(spellings);
    for (std::size_t i = 0; i < first_keyword - first_spelled; ++i)
      if (text_.substr(at_).starts_with(spellings[i].text) &&
          (best == std::size(spellings) || spellings[i].text.size() > spellings[best].text.size()))
        best = i;
    if (best < std::size(spellings)) return take(spellings[best].kind, at_ + spellings[best].text.size());
    unknown();
  }

  const Habit *habit_at(std::size_t at) const {
    for (const Habit &habit : habits)
      if (text_.substr(at).starts_with(habit.text)) return &habit;
    return nullptr;
  }

  void unknown() {
    const Character character = character_at(text_, at_);
    if (const Habit *habit = habit_at(at_)) {
      fault(DiagnosticKind::character_unknown, at_, at_ + habit->text.size(),
            fmt::format("'{}' has no meaning here", habit->text), std::string(habit->hint));
      if (habit->text == ";") {
        at_ += habit->text.size();
      } else if (habit->text == "#") {
        at_ = std::min(text_.find('\n', at_), text_.size());
      } else {
        take(habit->replacement, at_ + habit->text.size());
      }
    } else if (character.value == 0x00A0 && character.valid) {
      fault(DiagnosticKind::character_unknown, at_, at_ + character.length, "a no-break space has no meaning here",
            "use a plain blank");
      at_ += character.length;
    } else if (!is_ascii(text_[at_])) {
      foreign_word(at_);
    } else {
      // A NUL has its own message.
      if (character.value != 0)
        fault(DiagnosticKind::character_unknown, at_, at_ + 1,
              fmt::format("'{}' has no meaning here", shown(text_, character, at_)));
      take(TokenKind::error, at_ + 1);
    }
  }

  // -- Strings --------------------------------------------------------------------------------------------------------

  void string_piece() {
    std::size_t end = at_;
    while (end < text_.size() && text_[end] != '"' && text_[end] != '{' && text_[end] != '\n')
      end += text_[end] == '\\' ? escape(end) : 1;
    end = std::min(end, text_.size());
    if (end > at_) take(TokenKind::string_text, end);
    if (end == text_.size()) return;
    if (text_[end] == '\n') return unterminated();
    in_string_ = false;
    if (text_[end] == '{') {
      strings_.back().braces = 0;
      return take(TokenKind::insert_begin, end + 1);
    }
    strings_.pop_back();
    take(TokenKind::string_end, end + 1);
  }

  /// Checks the escape at `at`; returns its length.
  std::size_t escape(std::size_t at) {
    if (at + 1 >= text_.size() || text_[at + 1] == '\n' || text_[at + 1] == '\r') return 1;
    const Character character = character_at(text_, at + 1);
    if (std::string_view("nt\"\\{}").find(text_[at + 1]) == std::string_view::npos && character.valid)
      fault(DiagnosticKind::escape_unknown, at, at + 1 + character.length,
            fmt::format("strings know no escape '\\{}'", shown(text_, character, at + 1)),
            R"(there are \n, \t, \", \\, \{ and \})");
    return 1 + character.length;
  }

  /// The line, or the text, ends within a string.
  void unterminated() {
    std::size_t end = at_;
    while (end > strings_.front().quote + 1 && is_blank(text_[end - 1])) --end;
    fault(DiagnosticKind::string_unterminated, strings_.front().quote, end, "this string does not end in its line",
          "it ends with '\"'");
    if (in_string_ && strings_.size() == 1) {
      take(TokenKind::string_end, at_);  // as if the quote were there
    } else {
      // Something in `{…}` was cut off: what has been read of it makes no sense.
      result_.tokens.resize(strings_.front().token);
      add(TokenKind::error, strings_.front().quote, at_);
    }
    strings_.clear();
    in_string_ = false;
  }

  std::string_view text_;
  FileId file_;
  std::vector<Fault> &faults_;
  TokenText result_;
  std::size_t at_ = 0;
  std::int64_t line_ = 0, doc_line_ = -1;
  std::int32_t doc_ = -1;
  bool begins_line_ = true;
  bool in_string_ = false;
  std::vector<OpenString> strings_;  // those that are open: one can stand in the insert of another
};

}  // namespace

std::string_view spelling(TokenKind kind) {
  const auto index = static_cast<std::size_t>(kind);
  return index < first_spelled ? std::string_view() : spellings[index - first_spelled].text;
}

bool is_keyword(TokenKind kind) { return static_cast<std::size_t>(kind) >= first_keyword; }

TokenText scan(std::string_view text, FileId file, std::vector<Fault> &faults) {
  return Scanner(text, file, faults).run();
}

}  // namespace cnnc
