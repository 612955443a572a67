// One image for the weights of all variants.
#include <bit>
#include <map>

#include "compiler/emit/module.hpp"
#include "compiler/support/checks.hpp"

namespace cnnc {

namespace {

constexpr std::int64_t alignment = 64;

/// What a buffer of weights is, beyond its program; empty if nothing is known of it.
std::string key_of(const Buffer &buffer) {
  return buffer.origin.empty() ? "" : std::to_string(buffer.elements) + " of " + buffer.origin;
}

std::span<const float> numbers_of(const std::vector<float> &weights, const Buffer &buffer, std::int64_t offset) {
  return std::span(weights).subspan(static_cast<std::size_t>(offset / 4), static_cast<std::size_t>(buffer.elements));
}

bool same_bits(std::span<const float> a, std::span<const float> b) {
  for (std::size_t i = 0; i < a.size(); ++i)
    if (std::bit_cast<std::uint32_t>(a[i]) != std::bit_cast<std::uint32_t>(b[i])) return false;
  return true;
}

class Joiner {
 public:
  explicit Joiner(std::vector<float> &joined) : joined_(joined) {}

  /// The first: its image is the start of the joined one, and its buffers stay where they are.
  void begin_with(Variant &variant) {
    joined_ = variant.program.weights;
    for (const Buffer &buffer : variant.program.buffers) {
      variant.buffer_offsets.push_back(buffer.offset);
      if (buffer.kind == BufferKind::weights && !key_of(buffer).empty()) places_.emplace(key_of(buffer), buffer.offset);
    }
    variant.weights_bytes = static_cast<std::int64_t>(4 * joined_.size());
  }

  void add(Variant &variant) {
    const std::size_t before = joined_.size();
    for (const Buffer &buffer : variant.program.buffers)
      variant.buffer_offsets.push_back(buffer.kind == BufferKind::weights ? place(variant.program.weights, buffer)
                                                                          : buffer.offset);
    variant.weights_bytes = static_cast<std::int64_t>(4 * (joined_.size() - before));
  }

 private:
  std::int64_t place(const std::vector<float> &weights, const Buffer &buffer) {
    const std::span<const float> numbers = numbers_of(weights, buffer, buffer.offset);
    const std::string key = key_of(buffer);
    const auto known = places_.find(key);
    if (!key.empty() && known != places_.end()) {
      CNNC_CHECK(same_bits(numbers, numbers_of(joined_, buffer, known->second)),
                 "two variants have other weights in " + buffer.name);
      return known->second;
    }
    joined_.resize((joined_.size() + alignment / 4 - 1) / (alignment / 4) * (alignment / 4), 0.0F);
    const auto offset = static_cast<std::int64_t>(4 * joined_.size());
    joined_.insert(joined_.end(), numbers.begin(), numbers.end());
    if (!key.empty()) places_.emplace(key, offset);
    return offset;
  }

  std::vector<float> &joined_;
  std::map<std::string, std::int64_t> places_;  ///< bytes from the start of the joined image, by key_of
};

}  // namespace

void join_weights(Module &module) {
  if (!module.is_list()) {
    Variant &variant = module.variants.front();
    for (const Buffer &buffer : variant.program.buffers) variant.buffer_offsets.push_back(buffer.offset);
    variant.weights_bytes = static_cast<std::int64_t>(4 * variant.program.weights.size());
    module.weights = variant.program.weights;
    return;
  }
  module.joined = std::make_shared<std::vector<float>>();
  Joiner joiner(*module.joined);
  for (Variant &variant : module.variants)
    if (&variant == &module.variants.front())
      joiner.begin_with(variant);
    else
      joiner.add(variant);
  module.weights = *module.joined;
}

}  // namespace cnnc
