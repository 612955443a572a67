// That each kind of fault is declared once, has its page and its case. Rewrites docs/diagnostics/README.md with
// CNNC_UPDATE=1, which is refused where CI is set.
#include <algorithm>
#include <cctype>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <set>
#include <string>
#include <vector>

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

std::string index_page() {
  const std::map<std::string, std::string> sections = {
      {"01", "The text"},          {"02", "Names, types, calls, shapes"}, {"03", "Weights"},
      {"04", "Files and options"}, {"05", "Targets and limits"},          {"06", "Golden files, audit"},
      {"07", "Running"},
  };
  std::string page =
      "# Diagnostics\n\nWhat cnnc says when its input is wrong. `cnnc explain E0101` prints a page of these. E are "
      "errors, "
      "W warnings; codes\nare never reused. (Generated from compiler/support/diagnostics.def by tests/support.)\n";
  std::string section;
  for (const DiagnosticKindInfo &kind : all_diagnostic_kinds()) {
    const std::string code(kind.code);
    if (code.substr(1, 2) != section) {
      section = code.substr(1, 2);
      page += "\n## " + sections.at(section) + "\n\n";
    }
    page += "- [" + code + "](" + code + ".md): " + std::string(kind.title) + "\n";
  }
  return page;
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

TEST_CASE("the index of the pages is complete") {
  const fs::path path = root / "docs/diagnostics/README.md";
  if (std::getenv("CNNC_UPDATE") != nullptr) {
    REQUIRE_MESSAGE(std::getenv("CI") == nullptr, "expected files are not updated in CI");
    std::ofstream(path, std::ios::binary) << index_page();
  }
  CHECK(read(path) == index_page());
}
