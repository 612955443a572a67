// Lines of C++ with indentation.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace cnnc {

class CppWriter {
 public:
  /// One line; an empty one is never indented.
  void line(std::string_view text = {});
  /// A line that opens a brace, and what follows is indented until close().
  void open(std::string_view text);
  void close(std::string_view text = "}");
  /// Indents what follows until close(), after a line that opened a brace by itself.
  void indent() { ++depth_; }
  /// `head item, item, … tail`, on more lines where one would be too long.
  void list(std::string_view head, const std::vector<std::string> &items, std::string_view tail);
  /// `text` behind `mark` ("//", "///"), a line for each of its lines, made safe: see comment_line.
  void comment(std::string_view text, std::string_view mark = "//");

  std::string take() { return std::move(text_); }

 private:
  std::string text_;
  std::size_t depth_ = 0;
};

/// `text`, one line, as it may stand behind `//`: nothing in it ends the comment, goes on in the next line, or hides or
/// reorders what a reader sees.
std::string comment_line(std::string_view text);
/// `text` as a C string literal, with its quotes.
std::string string_literal(std::string_view text);
/// A C++ literal of exactly this value: "0.1f", "-1.0f", "__builtin_inff()".
std::string float_literal(float value);

}  // namespace cnnc
