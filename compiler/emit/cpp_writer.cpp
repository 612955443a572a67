#include "compiler/emit/cpp_writer.hpp"

#include <charconv>
#include <cmath>

#include "compiler/support/utf8.hpp"

namespace cnnc {

namespace {

constexpr std::size_t columns = 120;

/// The last octal digit.
char digit_of(int value) { return static_cast<char>('0' + (value & 7)); }

}  // namespace

void CppWriter::line(std::string_view text) {
  if (!text.empty()) text_.append(2 * depth_, ' ').append(text);
  text_ += '\n';
}

void CppWriter::open(std::string_view text) {
  line(text);
  ++depth_;
}

void CppWriter::close(std::string_view text) {
  --depth_;
  line(text);
}

void CppWriter::list(std::string_view head, const std::vector<std::string> &items, std::string_view tail) {
  std::string row(head);
  for (std::size_t i = 0; i < items.size(); ++i) {
    std::string item = items[i] + (i + 1 < items.size() ? "," : std::string(tail));
    if (i != 0 && 2 * depth_ + row.size() + 1 + item.size() > columns) {
      line(row);
      row = "    ";
    } else if (i != 0) {
      row += ' ';
    }
    row += item;
  }
  line(items.empty() ? row.append(tail) : row);
}

void CppWriter::comment(std::string_view text, std::string_view mark) {
  while (true) {
    std::size_t end = text.find('\n');
    std::string shown = comment_line(text.substr(0, end));
    line(shown.empty() ? std::string(mark) : std::string(mark) + " " + shown);
    if (end == std::string_view::npos) return;
    text.remove_prefix(end + 1);
  }
}

std::string comment_line(std::string_view text) {
  std::string safe;
  for (std::size_t at = 0; at < text.size();) {
    Character character = character_at(text, at);
    std::string next = character.value == '\t' ? " " : shown(text, character, at);
    // A trigraph could spell a backslash; `*/` matters where the text is copied into another comment.
    bool joins = !safe.empty() && ((next == "?" && safe.back() == '?') || (next == "/" && safe.back() == '*') ||
                                   (next == "*" && safe.back() == '/'));
    safe += joins ? " " + next : next;
    at += character.length;
  }
  // A backslash at the end, with or without blanks behind it, would take the next line into the comment.
  while (!safe.empty() && safe.back() == ' ') safe.pop_back();
  if (!safe.empty() && safe.back() == '\\') safe += '.';
  return safe;
}

std::string string_literal(std::string_view text) {
  std::string literal = "\"";
  for (unsigned char c : text) {
    bool plain = c >= ' ' && c < 0x7f && c != '"' && c != '\\' && c != '?';
    if (plain)
      literal += static_cast<char>(c);
    else  // three octal digits: what follows cannot be taken for a fourth
      for (char digit : {'\\', digit_of(c >> 6), digit_of(c >> 3), digit_of(c)}) literal += digit;
  }
  return literal + '"';
}

std::string float_literal(float value) {
  if (std::isnan(value)) return "__builtin_nanf(\"\")";
  if (std::isinf(value)) return value < 0 ? "-__builtin_inff()" : "__builtin_inff()";
  char digits[64];
  auto [end, error] = std::to_chars(digits, digits + sizeof digits, value);
  std::string text(digits, end);
  if (text.find_first_of(".e") == std::string::npos) text += ".0";
  return text + "f";
}

}  // namespace cnnc
