// That each kind of fault is declared once, has its page and its case.
#include <algorithm>
#include <cctype>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <set>
#include <string>

#include <doctest/doctest.h>

#include "compiler/support/diagnostics.hpp"
#include "compiler/support/explanation.hpp"

using namespace cnnc;
namespace fs = std::filesystem;

namespace {

const fs::path root = CNNC_SOURCE_DIR;

std::string read(const fs::path &path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

bool is_code(const std::string &text) {
  return text.size() == 5 && (text[0] == 'E' || text[0] == 'W') &&
         std::all_of(text.begin() + 1, text.end(), [](unsigned char c) { return std::isdigit(c); });
}

}  // namespace

TEST_CASE("codes are unique, well formed, sorted, and agree with their severity") {
  std::set<std::string> seen;
  std::string last;
  for (const DiagnosticKindInfo &kind : all_diagnostic_kinds()) {
    const std::string code(kind.code);
    CAPTURE(code);
    REQUIRE(is_code(code));
    CHECK(code[0] == (kind.severity == Severity::error ? 'E' : 'W'));
    CHECK(seen.insert(code.substr(1)).second);
    CHECK(last < code.substr(1));
    last = code.substr(1);
  }
  CHECK(!seen.empty());
}

TEST_CASE("every code has a page whose first line is its title, and which the program can print") {
  for (const DiagnosticKindInfo &kind : all_diagnostic_kinds()) {
    const std::string code(kind.code);
    CAPTURE(code);
    const std::string page = read(root / "docs/diagnostics" / (code + ".md"));
    CHECK(page.substr(0, page.find('\n')) == "# " + code + ": " + std::string(kind.title));
    CHECK(explanation(code) == page);
  }
  CHECK(explanation("E9999").empty());
  CHECK(explanation("").empty());
}

TEST_CASE("every code has a case with the text that the user reads") {
  for (const DiagnosticKindInfo &kind : all_diagnostic_kinds()) {
    const std::string code(kind.code);
    CAPTURE(code);
    const fs::path folder = root / "tests/diagnostics" / code;
    CHECK((fs::exists(folder / "input.net") || fs::exists(folder / "run.sh")));
    CHECK(read(folder / "expected.txt").find("[" + code + "]") != std::string::npos);
  }
}

TEST_CASE("there is no page and no case of a code that does not exist") {
  std::set<std::string> codes;
  for (const DiagnosticKindInfo &kind : all_diagnostic_kinds()) codes.insert(std::string(kind.code));
  for (const fs::path &folder : {root / "docs/diagnostics", root / "tests/diagnostics"})
    for (const auto &entry : fs::directory_iterator(folder)) {
      const std::string name = entry.path().filename().string().substr(0, 5);
      if (!is_code(name)) continue;
      CAPTURE(entry.path().filename().string());
      CHECK(codes.count(name) == 1);
    }
}
