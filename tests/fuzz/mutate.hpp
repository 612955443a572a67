// A mutator of texts that needs no libFuzzer and no instrumentation: the same seed gives the same texts everywhere.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace cnnc::fuzz {

/// SplitMix64 (Steele, Lea, Flood 2014): small, and the same on every machine.
class Random {
 public:
  explicit Random(std::uint64_t seed) : state_(seed) {}
  std::uint64_t next();
  /// In [0, bound); bound > 0.
  std::size_t below(std::size_t bound) { return static_cast<std::size_t>(next() % bound); }

 private:
  std::uint64_t state_;
};

/// The words in double quotes of a libFuzzer dictionary (escapes \" \\ \xNN), in its order.
std::vector<std::string> read_dictionary(std::string_view text);

/// One of `corpus` after one to eight changes: bytes flipped, put in, taken out; pieces repeated, moved, taken from
/// another text; words of `dictionary` put in; brackets and numbers exchanged. At most `longest` bytes.
std::string mutate(const std::vector<std::string> &corpus, const std::vector<std::string> &dictionary,
                   std::size_t longest, Random &random);

}  // namespace cnnc::fuzz
