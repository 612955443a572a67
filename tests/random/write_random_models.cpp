// Writes random networks as emitted C++ beside what the kernel interpreter gives for them, for tests/emitted's runner:
//
//   write_random_models FOLDER SEED COUNT TARGET…       COUNT models in one translation unit for each target
#include <cstdio>
#include <cstdlib>

#include "compiler/eval/eval_kernel.hpp"
#include "tests/emitted/model_writer.hpp"
#include "tests/random/network.hpp"

using namespace cnnc;

int main(int count, char **words) {
  if (count < 5) {
    std::fputs("usage: write_random_models FOLDER SEED COUNT TARGET...\n", stderr);
    return 2;
  }
  const std::uint64_t seed = std::strtoull(words[2], nullptr, 10);
  std::vector<NamedGraph> networks(std::strtoull(words[3], nullptr, 10));
  for (std::size_t i = 0; i < networks.size(); ++i) {
    test::RandomNetwork network = test::random_network(seed + i);
    networks[i] = {network.graph.name, std::move(network.graph), {{}}};
    for (const Tensor &input : network.inputs) networks[i].inputs[0].push_back(lanes_of(input));
  }
  ModelWriter writer(words[1], 1);
  for (int i = 4; i < count; ++i) {
    const Target *target = find_target(words[i]);
    if (target == nullptr) return 2;
    for (const NamedGraph &network : networks) writer.write(network, *target);
    writer.finish_target(words[i]);
  }
  return writer.finish() ? 0 : 1;
}
