// The Vim syntax: its keywords, and what Vim, where it is installed, calls the words of the examples.
#include <doctest/doctest.h>

#include <unistd.h>

#include <cstdlib>

#include "word_classes.hpp"

namespace cnnc::editors {

namespace {

const std::filesystem::path vim_folder = std::filesystem::path(CNNC_SOURCE_DIR) / "docs/editors/vim";

Word class_of(const std::string &group) {
  if (group == "cnncComment" || group == "cnncDocumentation") return Word::comment;
  if (group == "cnncString" || group == "cnncEscape") return Word::string;
  if (group == "cnncNumber") return Word::number;
  for (const char *name :
       {"cnncItem", "cnncStorage", "cnncConditional", "cnncRepeat", "cnncStatement", "cnncOperatorWord", "cnncBoolean"})
    if (group == name) return Word::keyword;
  return Word::other;
}

/// What Vim writes: a line a byte of the text, with its group's name.
std::string classes_from(const std::string &groups) {
  std::string classes;
  std::stringstream lines(groups);
  for (std::string line; std::getline(lines, line);) classes += static_cast<char>(class_of(line));
  return classes;
}

}  // namespace

TEST_CASE("the Vim syntax knows exactly the keywords") {
  std::set<std::string> words;
  std::stringstream lines(read_text(vim_folder / "syntax/cnnc.vim"));
  for (std::string line; std::getline(lines, line);) {
    std::stringstream parts(line);
    std::string syntax, keyword, group;
    parts >> syntax >> keyword >> group;
    if (syntax != "syntax" || keyword != "keyword" || group == "cnncType") continue;
    for (std::string word; parts >> word;) CHECK(words.insert(word).second);
  }
  CHECK(words == keywords());
}

TEST_CASE("Vim calls words what the compiler calls them") {
  if (std::system("vim --version 2>/dev/null | grep -q '+syntax'") != 0) {
    MESSAGE("skipped: there is no vim with syntax here");
    return;
  }
  const auto scratch = std::filesystem::temp_directory_path() / ("cnnc_vim_" + std::to_string(::getpid()));
  std::filesystem::create_directories(scratch);
  // Vim is slow at this: one text with the odd words and the first examples that are short.
  std::string text = odd_text;
  for (const auto &path : network_files())
    if (const std::string more = read_text(path); text.size() + more.size() < 20'000 && more.find('\r') == more.npos)
      text += more + "\n";
  std::ofstream(scratch / "all.net", std::ios::binary) << text;
  std::ofstream(scratch / "groups.vim") << R"(
set nomore
let names = []
for line in range(1, line('$'))
  for column in range(1, strlen(getline(line)))
    call add(names, synIDattr(synID(line, column, 0), 'name'))
  endfor
  call add(names, '')
endfor
call writefile(names, 'groups.txt')
qall!
)";
  const std::string command =
      "cd '" + scratch.string() +
      "' && timeout 120 vim -es -N -u NONE -i NONE --cmd 'set encoding=utf-8 fileencodings=utf-8 rtp^=" +
      vim_folder.string() +
      "' -c 'filetype plugin on' -c 'syntax on' -c 'edit all.net' -c 'source groups.vim' "
      "</dev/null >/dev/null 2>&1";
  CHECK(std::system(command.c_str()) == 0);
  const std::string classes = classes_from(read_text(scratch / "groups.txt"));
  CHECK(classes.size() >= text.size());
  if (classes.size() >= text.size()) CHECK(first_difference(text, classes_of(text), classes) == "");
  std::filesystem::remove_all(scratch);
}

}  // namespace cnnc::editors
