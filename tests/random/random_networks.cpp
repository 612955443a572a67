// Random networks against the reference: random_networks [--seed S] [--count N] [--targets generic,avx2,avx512]
//
// Network number i has the seed S + i. A network that fails is shrunk and printed, with its seed; exit status 1.
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <cstring>
#include <map>
#include <string>

#include "tests/random/check_network.hpp"
#include "tests/random/check_text.hpp"
#include "tests/random/network.hpp"
#include "tests/random/network_text.hpp"
#include "tests/random/shrink.hpp"

using namespace cnnc;
using namespace cnnc::test;

namespace {

struct Options {
  std::uint64_t seed = 1;
  std::uint64_t count = 300;
  std::vector<const Target *> targets;
};

std::vector<const Target *> targets_in(const std::string &list) {
  std::vector<const Target *> targets;
  for (std::size_t at = 0; at <= list.size();) {
    const std::size_t comma = std::min(list.find(',', at), list.size());
    targets.push_back(find_target(list.substr(at, comma - at)));
    at = comma + 1;
  }
  return targets;
}

/// Exits where the words are none that it knows.
Options options_in(int count, char **words) {
  Options options;
  options.targets = targets_in("generic,avx2,avx512");
  for (int i = 1; i + 1 < count; i += 2) {
    const std::string name = words[i];
    if (name == "--seed")
      options.seed = std::strtoull(words[i + 1], nullptr, 10);
    else if (name == "--count")
      options.count = std::strtoull(words[i + 1], nullptr, 10);
    else if (name == "--targets")
      options.targets = targets_in(words[i + 1]);
    else
      count = 0;
  }
  if (count % 2 == 1)
    if (std::find(options.targets.begin(), options.targets.end(), nullptr) == options.targets.end()) return options;
  std::fputs("usage: random_networks [--seed S] [--count N] [--targets NAME,NAME…]\n", stderr);
  std::exit(2);
}

struct Totals {
  std::uint64_t nodes = 0, wrong = 0, not_comparable = 0, bad_index = 0;
  double worst = 0;
  std::map<std::string, int, std::less<>> operators;
};

void report(std::uint64_t seed, const RandomNetwork &network, const Options &options) {
  const NetworkCheck whole = check_network(network.graph, network.inputs, options.targets);
  std::printf("seed %llu: %s\n", static_cast<unsigned long long>(seed), whole.fault.c_str());
  const RandomNetwork small = shrink(network, [&](const RandomNetwork &other) {
    return check_network(other.graph, other.inputs, options.targets).verdict == Verdict::wrong;
  });
  std::printf("%sshrunk: %s\n\n", to_string(small.graph).c_str(),
              check_network(small.graph, small.inputs, options.targets).fault.c_str());
  std::fflush(stdout);
}

}  // namespace

int main(int count, char **words) {
  const Options options = options_in(count, words);
  Totals totals;
  const std::clock_t start = std::clock();
  for (std::uint64_t i = 0; i < options.count; ++i) {
    const RandomNetwork network = random_network(options.seed + i);
    for (const Node &node : network.graph.nodes) ++totals.operators[std::string(node.op->name)];
    totals.nodes += network.graph.nodes.size();
    const NetworkCheck check = check_network(network.graph, network.inputs, options.targets);
    totals.worst = std::max(totals.worst, check.worst);
    totals.not_comparable += check.verdict == Verdict::not_comparable ? 1 : 0;
    totals.bad_index += check.bad_index ? 1 : 0;
    if (std::string fault = text_fault(network); !fault.empty()) {
      ++totals.wrong;
      std::printf("seed %llu: %s\n%s\n", static_cast<unsigned long long>(options.seed + i), fault.c_str(),
                  network_text(network.graph).c_str());
    }
    if (check.verdict != Verdict::wrong) continue;
    ++totals.wrong;
    report(options.seed + i, network, options);
  }
  const double seconds = static_cast<double>(std::clock() - start) / CLOCKS_PER_SEC;
  const auto number = [](std::uint64_t value) { return static_cast<unsigned long long>(value); };
  std::printf(
      "%llu networks of %llu nodes and %zu operators, %llu with an index out of range: %llu wrong, %llu not "
      "comparable\nworst error %.2f of what is allowed; %.1f s of the processor\n",
      number(options.count), number(totals.nodes), totals.operators.size(), number(totals.bad_index),
      number(totals.wrong), number(totals.not_comparable), totals.worst, seconds);
  std::string missing;
  for (const OpDef *op : all_operators())
    if (!op->internal && totals.operators.find(op->name) == totals.operators.end())
      missing += " " + std::string(op->name);
  if (!missing.empty()) std::printf("operators in none of them:%s\n", missing.c_str());
  return totals.wrong == 0 ? 0 : 1;
}
