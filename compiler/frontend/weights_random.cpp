#include <cmath>

#include "compiler/frontend/weights.hpp"
#include "compiler/ops/op.hpp"

namespace cnnc {

namespace {

/// SplitMix64 (Steele, Lea, Flood: Fast splittable pseudorandom number generators, 2014).
struct Generator {
  std::uint64_t state;

  std::uint64_t next() {
    std::uint64_t z = state += 0x9e3779b97f4a7c15u;
    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
    z = (z ^ z >> 27) * 0x94d049bb133111ebu;
    return z ^ z >> 31;
  }
};

/// One stream for each seed and name: FNV-1a of the name, mixed with the seed.
Generator stream(std::uint64_t seed, std::string_view name) {
  std::uint64_t hash = 0xcbf29ce484222325u;
  for (const char c : name) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3u;
  Generator mix{seed};
  return {mix.next() ^ hash};
}

/// Mean 0, variance 1: twelve 32-bit numbers, summed as integers, so that only one step rounds.
double normal(Generator &generator) {
  std::int64_t sum = 0;
  for (int i = 0; i < 6; ++i) {
    const std::uint64_t pair = generator.next();
    sum += static_cast<std::int64_t>(pair >> 32) + static_cast<std::int64_t>(pair & 0xffffffffu);
  }
  // Each has mean 2^31 - 1/2 and (nearly) variance 2^64 / 12.
  return (static_cast<double>(sum - (std::int64_t{6} << 32)) + 6.0) * 0x1p-32;
}

/// Of a parameter that is no layer's: what transformers begin with (BERT, Devlin et al., 2018).
constexpr double free_deviation = 0.02;

/// How the operator that uses the weight wants it filled.
std::string_view initialisation(const Graph &graph, ValueId id) {
  if (graph.values[static_cast<std::size_t>(id)].free_parameter) return "free";
  for (const Node &node : graph.nodes) {
    // Parameters stand last, those that are switched off are absent.
    std::vector<const OperandSpec *> present;
    for (const OperandSpec &spec : node.op->operands) {
      if (spec.role != OperandRole::parameter) continue;
      if (spec.enabled_by.empty() || bool_attr(node.attrs, spec.enabled_by)) present.push_back(&spec);
    }
    if (present.size() > node.operands.size()) continue;
    const std::size_t first = node.operands.size() - present.size();
    for (std::size_t i = 0; i < present.size(); ++i)
      if (node.operands[first + i] == id) return present[i]->init;
  }
  return "he";
}

/// The numbers that one result is made from: all extents but the first.
double fan_in(const Shape &shape) {
  std::int64_t product = 1;
  for (std::size_t axis = 1; axis < shape.size(); ++axis) product *= shape[axis];
  return static_cast<double>(product);
}

}  // namespace

void random_weights(Graph &graph, std::uint64_t seed) {
  for (const ValueId id : graph.weights) {
    Value &value = graph.values[static_cast<std::size_t>(id)];
    if (value.given_in_source) continue;
    const std::string_view how = initialisation(graph, id);
    std::vector<float> numbers(static_cast<std::size_t>(element_count(value.type.shape)), how == "one"       ? 1.0F
                                                                                          : how == "quarter" ? 0.25F
                                                                                                             : 0.0F);
    if (how == "he" || how == "free") {
      Generator generator = stream(seed, value.name);
      const double deviation = how == "free" ? free_deviation : std::sqrt(2.0 / fan_in(value.type.shape));
      for (float &number : numbers) number = static_cast<float>(normal(generator) * deviation);
    }
    value.data = SharedTensor(value.type.shape, std::move(numbers));
  }
}

}  // namespace cnnc
