// One image for the weights of all variants.
#include <map>

#include "compiler/emit/module.hpp"
#include "compiler/support/checks.hpp"

namespace cnnc {

namespace {

/// What a buffer of weights is, beyond its program; empty if nothing is known of it.
std::string key_of(const Buffer &buffer) {
  return buffer.origin.empty() ? "" : std::to_string(buffer.elements) + " of " + buffer.origin;
}

}  // namespace

void join_weights(Module &module) {
  std::map<std::string, std::int64_t> places;  // bytes from the start of the joined image, by key_of
  auto place = [&](const WeightsImage &weights, const Buffer &buffer) {
    PackedConstant constant = weights.at(buffer.offset, buffer.elements);
    const std::string key = key_of(buffer);
    const auto known = places.find(key);
    if (!key.empty() && known != places.end()) {
      CNNC_CHECK(same_bits(constant, module.weights.at(known->second, buffer.elements)),
                 "two variants have other weights in " + buffer.name);
      return known->second;
    }
    const std::int64_t offset = module.weights.add(std::move(constant));
    if (!key.empty()) places.emplace(key, offset);
    return offset;
  };
  for (Variant &variant : module.variants) {
    const std::int64_t before = module.weights.size();
    // The image of the first is the start of the joined one, and its buffers stay where they are.
    const bool first = &variant == &module.variants.front();
    if (first) module.weights = variant.program.weights;
    for (const Buffer &buffer : variant.program.buffers) {
      const bool moves = !first && buffer.kind == BufferKind::weights;
      variant.buffer_offsets.push_back(moves ? place(variant.program.weights, buffer) : buffer.offset);
      if (first && buffer.kind == BufferKind::weights && !key_of(buffer).empty())
        places.emplace(key_of(buffer), buffer.offset);
    }
    variant.weights_bytes = 4 * (module.weights.size() - before);
  }
}

std::vector<std::int64_t> added_weights_bytes(std::span<const Program> variants) {
  const EmitOptions options;
  Module module{options};
  for (const Program &program : variants) module.variants.push_back({program, *find_target(program.target)});
  join_weights(module);
  std::vector<std::int64_t> bytes;
  for (const Variant &variant : module.variants) bytes.push_back(variant.weights_bytes);
  return bytes;
}

}  // namespace cnnc
