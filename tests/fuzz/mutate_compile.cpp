// Mutated networks through the whole compiler: mutate_compile COUNT SEED DICTIONARY CORPUS…
//
// The texts are those of the corpus and of random networks after changes that mostly keep to the grammar. What compiles
// must agree with the reference, and nothing may take more than ten seconds of the processor. Input number i depends on
// SEED and i alone: COUNT may be 1 with SEED + i to see one again.
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <ctime>

#include "tests/fuzz/compile_text.hpp"
#include "tests/fuzz/corpus.hpp"
#include "tests/fuzz/mutate_tree.hpp"
#include "tests/random/network.hpp"
#include "tests/random/network_text.hpp"

namespace {

using namespace cnnc::fuzz;

double cpu_seconds() { return static_cast<double>(std::clock()) / CLOCKS_PER_SEC; }

/// Drawing a network takes longer than reading its text: this many are enough to begin with.
constexpr std::uint64_t random_texts = 1000;

std::string make_text(const std::vector<std::string> &corpus, const std::vector<std::string> &dictionary,
                      const TreeMutator &mutator, Random &random) {
  const std::string text = mutator.mutate(corpus[random.below(corpus.size())], random);
  return random.below(10) == 0 ? mutate({text}, dictionary, 1 << 13, random) : text;
}

}  // namespace

int main(int count, char **words) {
  if (count < 5) {
    std::fputs("usage: mutate_compile COUNT SEED DICTIONARY CORPUS...\n", stderr);
    return 2;
  }
  const long inputs = std::strtol(words[1], nullptr, 10);
  const std::uint64_t seed = std::strtoull(words[2], nullptr, 10);
  const std::vector<std::string> dictionary = read_dictionary(read(words[3]));
  std::vector<std::string> corpus = read_corpus({words + 4, words + count});
  for (std::uint64_t i = 0; i < random_texts; ++i)
    corpus.push_back(cnnc::test::network_text(cnnc::test::random_network(i).graph));
  const TreeMutator mutator(corpus);

  long parsed = 0, accepted = 0, compared = 0, wrong = 0;
  double slowest = 0;
  const double start = cpu_seconds();
  for (long i = 0; i < inputs; ++i) {
    Random random(seed + static_cast<std::uint64_t>(i));
    const std::string text = make_text(corpus, dictionary, mutator, random);
    const double begin = cpu_seconds();
    TextRun run = compile_text(text, random.next());
    const double seconds = cpu_seconds() - begin;
    slowest = std::max(slowest, seconds);
    parsed += run.parsed ? 1 : 0;
    accepted += run.networks > 0 ? 1 : 0;
    compared += run.compared;
    if (run.fault.empty() && seconds > 10) run.fault = "more than ten seconds";
    if (run.fault.empty()) continue;
    ++wrong;
    std::printf("seed %llu: %s\n%s\n\n", static_cast<unsigned long long>(seed) + static_cast<unsigned long long>(i),
                run.fault.c_str(), text.c_str());
    std::fflush(stdout);
  }
  const double seconds = cpu_seconds() - start;
  std::printf(
      "%ld inputs, %ld parse, %ld are accepted, %ld networks compared, %ld wrong; %.0f inputs/s of the "
      "processor, slowest %.1f ms\n",
      inputs, parsed, accepted, compared, wrong, static_cast<double>(inputs) / seconds, slowest * 1e3);
  return wrong == 0 ? 0 : 1;
}
