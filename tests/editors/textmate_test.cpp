// The TextMate grammar, applied by a small tokenizer: of the patterns in force the one that matches first wins, of
// those that match at one place the one that stands first; lines are looked at one by one.
#include <doctest/doctest.h>

#include <map>
#include <nlohmann/json.hpp>
#include <regex>

#include "word_classes.hpp"

namespace cnnc::editors {

namespace {

using Json = nlohmann::json;

struct Rule {
  std::string name;
  std::regex match;  ///< or the begin
  std::regex end;
  bool nests = false;
  std::vector<const Rule *> inner;
  std::map<std::size_t, std::string> captures;
};

struct Grammar {
  Json json;
  std::map<const Json *, std::unique_ptr<Rule>> rules;
  std::vector<const Rule *> top;
  std::string all_patterns;

  explicit Grammar(const std::string &text) : json(Json::parse(text)) { top = rules_of(json.at("patterns")); }

  std::vector<const Rule *> rules_of(const Json &patterns) {
    std::vector<const Rule *> result;
    for (const Json &pattern : patterns) add(pattern, result);
    return result;
  }

  void add(const Json &pattern, std::vector<const Rule *> &result) {
    if (pattern.contains("include")) {
      const std::string name = pattern.at("include");
      REQUIRE(name[0] == '#');
      const Json &part = json.at("repository").at(name.substr(1));
      for (const Json &inner : part.at("patterns")) add(inner, result);
      return;
    }
    std::unique_ptr<Rule> &rule = rules[&pattern];
    const bool fresh = !rule;
    if (fresh) rule = std::make_unique<Rule>();
    result.push_back(rule.get());
    if (!fresh) return;
    rule->name = pattern.value("name", "");
    rule->nests = pattern.contains("begin");
    rule->match = compile(pattern.at(rule->nests ? "begin" : "match"));
    if (rule->nests) rule->end = compile(pattern.at("end"));
    if (pattern.contains("patterns")) rule->inner = rules_of(pattern.at("patterns"));
    if (pattern.contains("captures"))
      for (const auto &[number, capture] : pattern.at("captures").items())
        rule->captures[std::stoul(number)] = capture.at("name");
  }

  std::regex compile(const std::string &pattern) {
    all_patterns += pattern + "\n";
    std::regex result;
    CHECK_NOTHROW(result = std::regex(pattern));
    return result;
  }
};

Word class_of(const std::string &scope, Word otherwise) {
  if (scope.rfind("comment.", 0) == 0) return Word::comment;
  if (scope.rfind("string.", 0) == 0 || scope.rfind("constant.character", 0) == 0) return Word::string;
  if (scope.rfind("constant.numeric", 0) == 0) return Word::number;
  if (scope.rfind("keyword.control", 0) == 0 || scope.rfind("storage.type", 0) == 0 ||
      scope.rfind("constant.language", 0) == 0 || scope.rfind("keyword.operator.word", 0) == 0)
    return Word::keyword;
  return scope.empty() ? otherwise : Word::other;
}

class Tokenizer {
 public:
  explicit Tokenizer(const Grammar &grammar) : grammar_(grammar) {}

  std::string classes_of(const std::string &text) {
    std::string result;
    for (std::size_t begin = 0; begin < text.size();) {
      const std::size_t end = std::min(text.find('\n', begin), text.size());
      result += line(text.substr(begin, end - begin)) + '.';
      begin = end + 1;
    }
    return result;
  }

 private:
  /// The class of what no inner rule matches.
  Word around() const { return stack_.empty() ? Word::other : class_of(stack_.back()->name, Word::other); }

  std::string line(const std::string &text) {
    std::string classes(text.size(), static_cast<char>(Word::other));
    std::size_t at = 0;
    while (true) {
      const std::vector<const Rule *> &rules = stack_.empty() ? grammar_.top : stack_.back()->inner;
      std::smatch best;
      const Rule *winner = nullptr;
      bool ends = false;
      const auto begin = text.begin() + static_cast<std::ptrdiff_t>(at);
      const auto flags = at == 0 ? std::regex_constants::match_default : std::regex_constants::match_prev_avail;
      std::smatch found;
      if (!stack_.empty() && std::regex_search(begin, text.end(), found, stack_.back()->end, flags)) {
        best = found;
        ends = true;
      }
      for (const Rule *rule : rules) {
        if (!std::regex_search(begin, text.end(), found, rule->match, flags)) continue;
        if (!best.empty() && best.position(0) <= found.position(0)) continue;
        best = found;
        winner = rule;
        ends = false;
      }
      const std::size_t start = best.empty() ? text.size() : at + static_cast<std::size_t>(best.position(0));
      paint(classes, at, start, around());
      if (best.empty()) return classes;
      const std::size_t stop = start + static_cast<std::size_t>(best.length(0));
      if (ends) {
        paint(classes, start, stop, around());
        stack_.pop_back();
      } else {
        paint(classes, start, stop, class_of(winner->name, around()));
        for (const auto &[number, scope] : winner->captures)
          paint(classes, at + static_cast<std::size_t>(best.position(number)),
                at + static_cast<std::size_t>(best.position(number) + best.length(number)), class_of(scope, around()));
        if (winner->nests) stack_.push_back(winner);
      }
      if (stop == at && !ends) return classes;  // nothing was consumed
      at = stop;
    }
  }

  static void paint(std::string &classes, std::size_t begin, std::size_t end, Word word) {
    for (std::size_t i = begin; i < end; ++i) classes[i] = static_cast<char>(word);
  }

  const Grammar &grammar_;
  std::vector<const Rule *> stack_;
};

std::filesystem::path file(const std::string &name) {
  return std::filesystem::path(CNNC_SOURCE_DIR) / "docs/editors/vscode" / name;
}

}  // namespace

TEST_CASE("the extension's parts are JSON and name one another") {
  const Json package = Json::parse(read_text(file("package.json")));
  const Json &contributes = package.at("contributes");
  const Json &language = contributes.at("languages").at(0);
  CHECK(language.at("extensions") == Json::array({".net"}));
  CHECK(std::filesystem::exists(file(language.at("configuration"))));
  CHECK_NOTHROW(Json::parse(read_text(file(language.at("configuration")))));
  const Json &grammar = contributes.at("grammars").at(0);
  CHECK(grammar.at("language") == language.at("id"));
  CHECK(Json::parse(read_text(file(grammar.at("path")))).at("scopeName") == grammar.at("scopeName"));
}

TEST_CASE("the TextMate grammar knows exactly the keywords") {
  const Json grammar = Json::parse(read_text(file("syntaxes/cnnc.tmLanguage.json")));
  std::set<std::string> words;
  for (const Json &pattern : grammar.at("repository").at("keywords").at("patterns")) {
    const std::string text = pattern.at("match");
    const std::size_t begin = text.find("(?:") + 3, end = text.find(')');
    std::stringstream list(text.substr(begin, end - begin));
    for (std::string word; std::getline(list, word, '|');) CHECK(words.insert(word).second);
  }
  CHECK(words == keywords());
}

TEST_CASE("the TextMate grammar calls words what the compiler calls them") {
  const Grammar grammar(read_text(file("syntaxes/cnnc.tmLanguage.json")));
  const auto difference = [&](const std::string &text) {
    return first_difference(text, classes_of(text), Tokenizer(grammar).classes_of(text));
  };
  CHECK(difference(odd_text) == "");
  CHECK(!network_files().empty());
  for (const auto &path : network_files()) {
    CAPTURE(path.string());
    CHECK(difference(read_text(path)) == "");
  }
}

}  // namespace cnnc::editors
