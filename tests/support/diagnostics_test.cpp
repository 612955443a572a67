#include "compiler/support/diagnostics.hpp"

#include <string>

#include <doctest/doctest.h>

using namespace cnnc;

namespace {

/// How a fault at the first occurrence of `at` in `text` is printed; an empty `at` is the end of the text.
std::string rendered(const std::string &text, const std::string &at, const std::string &message = "wrong") {
  SourceMap sources;
  const FileId file = sources.add("m.net", text);
  const auto begin = static_cast<std::uint32_t>(at.empty() ? text.size() : text.find(at));
  Diagnostics diagnostics;
  diagnostics.report(DiagnosticKind::syntax, {file, begin, begin + static_cast<std::uint32_t>(at.size())}, message);
  return render(diagnostics.all().at(0), sources, false);
}

}  // namespace

TEST_CASE("an error shows its place, its code, its line and an underline of the whole span") {
  CHECK(rendered("let a = 1\nlet x = relu2(a)\n", "relu2", "there is no operator 'relu2'") ==
        "m.net:2:9: error[E0101]: there is no operator 'relu2'\n"
        "let x = relu2(a)\n"
        "        ^~~~~\n");
}

TEST_CASE("a note has a place of its own, and a hint comes last") {
  SourceMap sources;
  const FileId file = sources.add("m.net", "let a = 1\nlet a = 2\n");
  Diagnostics diagnostics;
  diagnostics.report(DiagnosticKind::syntax, {file, 14, 15}, "'a' is here twice")
      .hint("use another name")
      .note({file, 4, 5}, "it was first here");
  CHECK(render(diagnostics.all().at(0), sources, false) ==
        "m.net:2:5: error[E0101]: 'a' is here twice\n"
        "let a = 2\n"
        "    ^\n"
        "m.net:1:5: note: it was first here\n"
        "let a = 1\n"
        "    ^\n"
        "hint: use another name\n");
}

TEST_CASE("a span of several lines is underlined to the end of its first line") {
  CHECK(rendered("f(a,\n  b)", "(a,\n  b)") == "m.net:1:2: error[E0101]: wrong\nf(a,\n ^~~\n");
}

TEST_CASE("an empty span and the end of the text get one caret") {
  CHECK(rendered("let a", "") == "m.net:1:6: error[E0101]: wrong\nlet a\n     ^\n");
  CHECK(rendered("let a\n", "") == "m.net:2:1: error[E0101]: wrong\n\n^\n");
  CHECK(rendered("", "") == "m.net:1:1: error[E0101]: wrong\n\n^\n");
}

TEST_CASE("tabs before the caret are repeated in the line of carets") {
  CHECK(rendered("\tlet\tx = 1", "x") == "m.net:1:6: error[E0101]: wrong\n\tlet\tx = 1\n\t   \t^\n");
}

TEST_CASE("columns count characters, and the underline follows their width") {
  CHECK(rendered("\"größe\" ?", "?") == "m.net:1:9: error[E0101]: wrong\n\"größe\" ?\n        ^\n");
  CHECK(rendered("\"畳み込み\" ?", "?") == "m.net:1:8: error[E0101]: wrong\n\"畳み込み\" ?\n           ^\n");
  CHECK(rendered("a 畳み b", "畳み") == "m.net:1:3: error[E0101]: wrong\na 畳み b\n  ^~~~\n");
  CHECK(rendered("e\xCC\x81 ?", "?") == "m.net:1:4: error[E0101]: wrong\ne\xCC\x81 ?\n  ^\n");
}

TEST_CASE("CRLF line ends leave no trace") {
  CHECK(rendered("let a\r\nlet b\r\n", "b") == "m.net:2:5: error[E0101]: wrong\nlet b\n    ^\n");
}

TEST_CASE("nothing of the user's text can act on the terminal") {
  CHECK(rendered("a\x1b[31m ?", "?") == "m.net:1:8: error[E0101]: wrong\na<1B>[31m ?\n          ^\n");
  CHECK(rendered("a\xE2\x80\xAE ?", "?") == "m.net:1:4: error[E0101]: wrong\na<U+202E> ?\n          ^\n");
  CHECK(rendered("\xFF?", "?") == "m.net:1:2: error[E0101]: wrong\n<FF>?\n    ^\n");
  CHECK(rendered("x", "x", "a \x1b[2J b") == "m.net:1:1: error[E0101]: a <1B>[2J b\nx\n^\n");
}

TEST_CASE("a line of megabytes is cut to what is near the caret") {
  const std::string text = std::string(1 << 20, 'a') + "?" + std::string(1 << 20, 'b');
  CHECK(rendered(text, "?") == "m.net:1:1048577: error[E0101]: wrong\n..." + std::string(100, 'a') + "?" +
                                   std::string(139, 'b') + "...\n   " + std::string(100, ' ') + "^\n");
}

TEST_CASE("faults of other files name the file, and faults of the command line name cnnc") {
  Diagnostics diagnostics;
  diagnostics.report_file(DiagnosticKind::syntax, "w.npz", "tensor 'a' is missing");
  diagnostics.report_file(DiagnosticKind::syntax, "", "no input");
  diagnostics.report_file(DiagnosticKind::syntax, "a\nb", "two\nlines");
  CHECK(render(diagnostics.all().at(0), {}, false) == "w.npz: error[E0101]: tensor 'a' is missing\n");
  CHECK(render(diagnostics.all().at(1), {}, false) == "cnnc: error[E0101]: no input\n");
  CHECK(render(diagnostics.all().at(2), {}, false) == "a<0A>b: error[E0101]: two\nlines\n");
}

TEST_CASE("colour is there only if asked for, and without it the text is the same") {
  SourceMap sources;
  const FileId file = sources.add("m.net", "abc");
  Diagnostics diagnostics;
  diagnostics.report(DiagnosticKind::syntax, {file, 0, 3}, "wrong").note({file, 1, 2}, "here").hint("mend it");
  const Diagnostic &diagnostic = diagnostics.all().at(0);
  std::string coloured = render(diagnostic, sources, true);
  CHECK(coloured.find("\x1b[1;31merror[E0101]:\x1b[0m") != std::string::npos);
  for (std::size_t at; (at = coloured.find('\x1b')) != std::string::npos;)
    coloured.erase(at, coloured.find('m', at) - at + 1);
  CHECK(coloured == render(diagnostic, sources, false));
}

TEST_CASE("the same fault at the same place is reported once") {
  SourceMap sources;
  const FileId file = sources.add("m.net", "abc");
  Diagnostics diagnostics;
  diagnostics.report(DiagnosticKind::syntax, {file, 0, 3}, "first").hint("kept");
  diagnostics.report(DiagnosticKind::syntax, {file, 0, 3}, "second").hint("dropped");
  diagnostics.report(DiagnosticKind::syntax, {file, 1, 3}, "third");
  REQUIRE(diagnostics.all().size() == 2);
  CHECK(diagnostics.all()[0].message == "first");
  CHECK(diagnostics.all()[0].hint_ == "kept");
  CHECK(diagnostics.error_count() == 2);
}

TEST_CASE("the nearest name is the one that was likely meant") {
  const std::vector<std::string_view> names = {"conv", "dense", "max_pool", "batch_norm", "relu", "tanh", "sub", "sum"};
  CHECK(nearest_name("max_pol", names) == "max_pool");
  CHECK(nearest_name("maxpool", names) == "max_pool");
  CHECK(nearest_name("ReLU", names) == "relu");
  CHECK(nearest_name("tahn", names) == "tanh");
  CHECK(nearest_name("Conv2d", names) == "conv");
  CHECK(nearest_name("batchnorm2d", names) == "batch_norm");
  CHECK(nearest_name("smu", names) == "sum");
  CHECK(nearest_name("xyz", names) == "");
  CHECK(nearest_name("y", {"x"}) == "");
  CHECK(nearest_name("", names) == "");
  CHECK(nearest_name(std::string(1 << 20, 'a'), names) == "");
}

TEST_CASE("printable text is short and harmless") {
  CHECK(printable("größe") == "größe");
  CHECK(printable("a\nb\tc\r") == "a\\nb\\tc\\r");
  CHECK(printable(std::string_view("a\0b", 3)) == "a<00>b");
  CHECK(printable("\xC0\xAF\xED\xA0\x80") == "<C0><AF><ED><A0><80>");
  CHECK(printable(std::string(81, 'a')) == std::string(80, 'a') + "...");
}
