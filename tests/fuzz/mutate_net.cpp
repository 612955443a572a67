// Reads COUNT mutated texts with the grammar: mutate_net COUNT SEED DICTIONARY CORPUS…
//
// Every text must be read without a crash, and be understood or refused with places that lie in it. None may take more
// than a second of the processor, hundreds of times what its length deserves: reading is linear.
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <string>
#include <vector>

#include "compiler/frontend/ast_printer.hpp"
#include "compiler/frontend/parse.hpp"
#include "tests/fuzz/corpus.hpp"
#include "tests/fuzz/mutate.hpp"

namespace {

double cpu_seconds() { return static_cast<double>(std::clock()) / CLOCKS_PER_SEC; }

bool lies_in(cnnc::Span span, std::size_t size) { return span.begin <= span.end && span.end <= size; }

/// What is wrong with how `text` was read; null if nothing is.
const char *read_one(const std::string &text) {
  cnnc::SourceMap sources;
  cnnc::Diagnostics diagnostics;
  const cnnc::FileId file = sources.add("mutated.net", text);
  const cnnc::ast::File tree = cnnc::parse(sources, file, diagnostics);
  const std::string printed = cnnc::ast::print(tree);
  if (printed.find("<error>") != std::string::npos && !diagnostics.has_errors()) return "a silent error node";
  for (const cnnc::Diagnostic &diagnostic : diagnostics.all()) {
    if (!lies_in(diagnostic.span, text.size())) return "a fault outside of the text";
    if (diagnostic.note_ && !lies_in(diagnostic.note_->span, text.size())) return "a note outside of the text";
    if (cnnc::render(diagnostic, sources, true).empty()) return "a fault without words";
  }
  return nullptr;
}

}  // namespace

int main(int count, char **words) {
  if (count < 5) {
    std::fputs("usage: mutate_net COUNT SEED DICTIONARY CORPUS...\n", stderr);
    return 2;
  }
  const long inputs = std::strtol(words[1], nullptr, 10);
  cnnc::fuzz::Random random(std::strtoull(words[2], nullptr, 10));
  const std::vector<std::string> dictionary = cnnc::fuzz::read_dictionary(cnnc::fuzz::read(words[3]));
  const std::vector<std::string> corpus = cnnc::fuzz::read_corpus({words + 4, words + count});
  if (corpus.empty() || dictionary.empty()) {
    std::fputs("mutate_net: no corpus or no dictionary\n", stderr);
    return 2;
  }
  double slowest = 0, bytes = 0;
  const double start = cpu_seconds();
  for (long i = 0; i < inputs; ++i) {
    const std::string text = cnnc::fuzz::mutate(corpus, dictionary, 1 << 14, random);
    const double begin = cpu_seconds();
    const char *wrong = read_one(text);
    slowest = std::max(slowest, cpu_seconds() - begin);
    bytes += static_cast<double>(text.size());
    if (wrong == nullptr && cpu_seconds() - begin > 1) wrong = "more than a second";
    if (wrong != nullptr) {
      std::fprintf(stderr, "input %ld: %s\n%s\n", i, wrong, text.c_str());
      return 1;
    }
  }
  const double seconds = cpu_seconds() - start;
  std::printf("%ld inputs of %.0f bytes on average, %.0f inputs/s of the processor, slowest %.1f ms\n", inputs,
              bytes / static_cast<double>(inputs), static_cast<double>(inputs) / seconds, slowest * 1e3);
  return 0;
}
