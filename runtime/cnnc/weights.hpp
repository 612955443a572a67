// The weights image: what NAME.weights holds, and what `--weights-mode embed` includes.
//
//    offset  bytes
//         0      8  "cnncw001"
//         8     32  digest of model and layout: SHA-256 of the emitted kernels and of where each packed tensor lies
//        40      8  checksum of everything from byte 64 on
//        48      8  size of the whole image in bytes, a multiple of 64
//        56      8  zero
//        64         packed f32 data, every tensor at a multiple of 64
//
// Integers and floats are little-endian.
#ifndef CNNC_WEIGHTS_HPP
#define CNNC_WEIGHTS_HPP

#include <cstddef>
#include <cstdint>

namespace cnnc {
inline namespace v0_1 {

constexpr std::size_t weights_head_bytes = 64;

/// The first 40 bytes of the image that a model accepts.
struct weights_identity {
  unsigned char bytes[40];
};

/// True if the image that starts at `image` bears `identity`.
[[maybe_unused]] static inline bool weights_fit(const unsigned char *image, const weights_identity &identity) {
  unsigned difference = 0;
  for (int i = 0; i < 40; ++i) difference |= static_cast<unsigned>(image[i] ^ identity.bytes[i]);
  return difference == 0;
}

[[maybe_unused]] static inline std::uint64_t weights_word(const unsigned char *bytes) {
  std::uint64_t word = 0;
  for (int i = 7; i >= 0; --i) word = word << 8 | bytes[i];
  return word;
}

constexpr std::uint64_t weights_checksum_of_nothing = 0xcbf29ce484222325u;

/// The checksum of `size` bytes, a multiple of 8, behind what `hash` is of: a multiplicative hash of little-endian
/// words. It is against accidents on the way from disk, not against malice.
[[maybe_unused]] static inline std::uint64_t weights_checksum(const unsigned char *data, std::size_t size,
                                                              std::uint64_t hash = weights_checksum_of_nothing) {
  for (std::size_t i = 0; i + 8 <= size; i += 8) {
    hash = (hash ^ weights_word(data + i)) * 0x9e3779b97f4a7c15u;
    hash ^= hash >> 32;
  }
  return hash;
}

}  // namespace v0_1
}  // namespace cnnc

#endif
