// SHA-256 (FIPS 180-4): the digest of weights and of golden texts.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

namespace cnnc {

/// Takes bytes piece by piece; `digest` ends it.
class Sha256 {
 public:
  void update(std::string_view bytes);
  /// The 32 bytes. The object is not to be used afterwards.
  std::array<std::uint8_t, 32> digest();

 private:
  void block(const std::uint8_t *bytes);

  std::array<std::uint32_t, 8> state_ = {0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a,
                                         0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19};
  std::array<std::uint8_t, 64> buffer_{};
  std::size_t buffered_ = 0;
  std::uint64_t bytes_ = 0;
};

/// The digest in 64 hexadecimal digits.
std::string sha256_hex(std::string_view bytes);

}  // namespace cnnc
