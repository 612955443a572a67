// Messages are in the user's words: whatever is missing, none calls it by the type of the parser that missed it.
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <string_view>
#include <vector>

#include <doctest/doctest.h>

#include "compiler/frontend/net_tokens.hpp"
#include "compiler/frontend/parse.hpp"

namespace cnnc {
namespace {

/// All `.net` files below `folder`, which are of a length at which their every token can be left out in turn.
std::vector<std::string> texts_below(const std::filesystem::path &folder) {
  constexpr std::uintmax_t longest = 4096;
  std::vector<std::string> texts;
  for (const auto &entry : std::filesystem::recursive_directory_iterator(folder)) {
    if (entry.path().extension() != ".net" || entry.file_size() > longest) continue;
    std::ifstream in(entry.path(), std::ios::binary);
    texts.emplace_back(std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>());
  }
  return texts;
}

/// Whether typeid's name of one of our parsers, or of Spirit's, is in it, as any compiler writes it.
bool names_a_type(std::string_view message) {
  for (std::string_view part : {"4cnnc", "5boost", "cnnc::", "boost::"})
    if (message.find(part) != std::string_view::npos) return true;
  return false;
}

/// The first message for `text` that names a type; empty if none does.
std::string foreign_words(const std::string &text) {
  SourceMap sources;
  Diagnostics diagnostics;
  parse(sources, sources.add("m.net", text), diagnostics);
  for (const Diagnostic &diagnostic : diagnostics.all())
    if (names_a_type(diagnostic.message) || names_a_type(diagnostic.hint_)) return diagnostic.message + " in\n" + text;
  return "";
}

}  // namespace

TEST_CASE("no message names a type of the compiler, wherever a text ends and whichever word is missing or wrong") {
  const std::filesystem::path root = CNNC_SOURCE_DIR;
  std::vector<std::string> texts = texts_below(root / "tests/fuzz/corpus/net");
  for (std::string &text : texts_below(root / "examples")) texts.push_back(std::move(text));
  REQUIRE(texts.size() > 20);
  for (const std::string &text : texts) {
    std::vector<Fault> faults;
    for (const Token &token : scan(text, FileId{}, faults).tokens) {
      const std::string before = text.substr(0, token.begin), after = text.substr(token.end);
      CHECK(foreign_words(before) == "");
      CHECK(foreign_words(before + after) == "");
      CHECK(foreign_words(before + " == " + after) == "");
    }
  }
}

}  // namespace cnnc
