// Reads handwritten digits in MNIST's own format (IDX, gzipped): a big-endian head, then one byte a pixel or label.
#pragma once

#include <cstdint>
#include <cstdio>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "gunzip.hpp"

struct Digits {
  static constexpr std::size_t side = 28;
  static constexpr std::size_t pixels_each = side * side;

  std::vector<std::uint8_t> pixels;  ///< image after image, row after row; 0 is paper, 255 ink
  std::vector<std::uint8_t> labels;  ///< 0 to 9

  std::size_t size() const { return labels.size(); }
  const std::uint8_t *image(std::size_t i) const { return pixels.data() + i * pixels_each; }
};

// The elements of an IDX file of bytes with the given dimensions behind the first; empty, with the reason on stderr, if
// it is not one.
inline std::vector<std::uint8_t> read_idx(const std::string &path, const std::vector<std::size_t> &dimensions) {
  std::ifstream file(path, std::ios::binary);
  if (!file) {
    std::fprintf(stderr, "%s: cannot be opened\n", path.c_str());
    return {};
  }
  const std::vector<std::uint8_t> packed{std::istreambuf_iterator<char>(file), {}};
  std::vector<std::uint8_t> bytes = gunzip(packed);
  const std::size_t head = 8 + 4 * dimensions.size();
  auto number = [&](std::size_t at) {
    return std::size_t{bytes[at]} << 24 | std::size_t{bytes[at + 1]} << 16 | std::size_t{bytes[at + 2]} << 8 |
           bytes[at + 3];
  };
  bool good = bytes.size() >= head && bytes[2] == 8 && bytes[3] == 1 + dimensions.size();
  std::size_t size = good ? number(4) : 0;
  for (std::size_t i = 0; good && i < dimensions.size(); ++i) {
    good = number(8 + 4 * i) == dimensions[i];
    size *= dimensions[i];
  }
  if (!good || bytes.size() != head + size) {
    std::fprintf(stderr, "%s: not a gzipped IDX file of the expected shape\n", path.c_str());
    return {};
  }
  bytes.erase(bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(head));
  return bytes;
}

// The test digits of a folder; none, with the reason on stderr, if it does not hold them.
inline Digits read_test_digits(const std::string &folder) {
  Digits digits;
  digits.pixels = read_idx(folder + "/test-images-idx3-ubyte.gz", {Digits::side, Digits::side});
  digits.labels = read_idx(folder + "/test-labels-idx1-ubyte.gz", {});
  if (digits.pixels.size() != digits.labels.size() * Digits::pixels_each) {
    std::fprintf(stderr, "%s: there is not one label to each image\n", folder.c_str());
    return {};
  }
  return digits;
}
