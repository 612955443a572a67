// Numbers to draw networks with: the same on every machine.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <span>
#include <vector>

namespace cnnc::test {

/// SplitMix64 (G. Steele, D. Lea and C. Flood, Fast splittable pseudorandom number generators, 2014).
class Draw {
 public:
  explicit Draw(std::uint64_t seed) : state_(seed) {}

  std::uint64_t next() {
    std::uint64_t z = state_ += 0x9E3779B97F4A7C15U;
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9U;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBU;
    return z ^ (z >> 31);
  }
  /// In [0, bound); bound > 0.
  std::size_t below(std::size_t bound) { return static_cast<std::size_t>(next() % bound); }
  /// In [low, high].
  std::int64_t between(std::int64_t low, std::int64_t high) {
    return low + static_cast<std::int64_t>(below(static_cast<std::size_t>(high - low + 1)));
  }
  bool chance(int percent) { return between(0, 99) < percent; }
  /// A float in [low, high), as a double.
  double uniform(double low, double high) {
    const double unit = static_cast<double>(next() >> 41) * 0x1p-23;
    return static_cast<float>(low + (high - low) * unit);
  }
  template <class T>
  T of(std::initializer_list<T> list) {
    return list.begin()[below(list.size())];
  }
  template <class T>
  const T &of(const std::vector<T> &list) {
    return list[below(list.size())];
  }
  template <class T>
  void shuffle(std::vector<T> &list) {
    for (std::size_t i = list.size(); i > 1; --i) std::swap(list[i - 1], list[below(i)]);
  }

 private:
  std::uint64_t state_;
};

}  // namespace cnnc::test
