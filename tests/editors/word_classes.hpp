// What the compiler takes each character of a text for, as far as editors colour it.
#pragma once

#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include "compiler/frontend/net_tokens.hpp"

namespace cnnc::editors {

enum class Word : char { other = '.', keyword = 'k', number = 'n', string = 's', comment = 'c', any = '?' };

inline std::string read_text(const std::filesystem::path &path) {
  std::ifstream file(path, std::ios::binary);
  std::stringstream text;
  text << file.rdbuf();
  return text.str();
}

/// The networks of the project whose words editors must call right.
inline std::vector<std::filesystem::path> network_files() {
  std::set<std::filesystem::path> files;
  for (const char *folder : {"examples", "tests/fuzz/corpus", "tests/golden"})
    if (const auto root = std::filesystem::path(CNNC_SOURCE_DIR) / folder; std::filesystem::exists(root))
      for (const auto &entry : std::filesystem::recursive_directory_iterator(root))
        if (entry.path().extension() == ".net") files.insert(entry.path());
  // Where a text has faults, the scanner may stop early.
  std::erase_if(files,
                [](const std::filesystem::path &path) { return path.filename().string().rfind("faults_", 0) == 0; });
  return {files.begin(), files.end()};
}

inline std::set<std::string> keywords() {
  std::set<std::string> words;
#define CNNC_TOKEN(name, text) \
  if (is_keyword(TokenKind::name)) words.insert(text);
#include "compiler/frontend/net_tokens.def"
#undef CNNC_TOKEN
  return words;
}

/// One letter a byte. Words that the language refuses may be called anything.
inline std::string classes_of(std::string_view text) {
  std::vector<Fault> faults;
  const TokenText scanned = scan(text, 0, faults);
  std::string classes(text.size(), static_cast<char>(Word::other));
  std::size_t end = 0;
  int inserts = 0;  // depth of `{…}` in strings
  bool in_string = false;
  for (const Token &token : scanned.tokens) {
    for (std::size_t i = end; i < token.begin; ++i) {
      const bool comment = text.substr(i, 2) == "//" && !in_string;
      const std::size_t stop = comment ? std::min(text.find('\n', i), text.size()) : i + 1;
      for (; comment && i < stop; ++i) classes[i] = static_cast<char>(Word::comment);
    }
    Word word = Word::other;
    switch (token.kind) {
      case TokenKind::string_begin:
        in_string = true;
        word = Word::string;
        break;
      case TokenKind::string_text:
        word = Word::string;
        break;
      case TokenKind::string_end:
        in_string = false;
        word = Word::string;
        break;
      case TokenKind::insert_begin:
        ++inserts;
        in_string = false;
        word = Word::any;
        break;
      case TokenKind::insert_end:
        --inserts;
        in_string = true;
        word = Word::any;
        break;
      case TokenKind::integer:
      case TokenKind::real:
        word = Word::number;
        break;
      case TokenKind::malformed_number:
      case TokenKind::error:
        word = Word::any;
        break;
      default:
        if (is_keyword(token.kind)) word = Word::keyword;
        break;
    }
    for (std::size_t i = token.begin; i < token.end; ++i) classes[i] = static_cast<char>(word);
    end = token.end;
  }
  return classes;
}

/// Where two classifications differ, as text; empty if nowhere.
inline std::string first_difference(std::string_view text, std::string_view ours, std::string_view theirs) {
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (ours[i] == static_cast<char>(Word::any) || theirs[i] == ours[i]) continue;
    if (text[i] == ' ' || text[i] == '\t' || text[i] == '\n' || text[i] == '\r') continue;
    std::size_t begin = text.rfind('\n', i);
    begin = begin == std::string_view::npos ? 0 : begin + 1;
    const std::size_t end = std::min(text.find('\n', i), text.size());
    return std::string(text.substr(begin, end - begin)) + "\n" + std::string(ours.substr(begin, end - begin)) + "\n" +
           std::string(theirs.substr(begin, end - begin));
  }
  return {};
}

/// Words as they stand in no example.
inline const char *const odd_text =
    "/// A doc comment: let 3 \"x\".\n//// no doc\nconst a = [1, 2.5, 1e-5, 2.5e3, 0..4] // return\n"
    "block lettuce(for_, x1, as2) {\n  let letter = x1 |> conv(3) as down.0.in_ |> relu\n"
    "  let t = \"a\\\"b // {for_ + 1} let {\"{x1}\"} \\{\" + \"\"\n  return not true and false or x.if_ == 3\n}\n";

}  // namespace cnnc::editors
