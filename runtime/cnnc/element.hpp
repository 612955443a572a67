// Elements of tensors that C++ has no type for: half precision and bfloat16, as the bits that lie in memory.
#ifndef CNNC_ELEMENT_HPP
#define CNNC_ELEMENT_HPP

#include <cstdint>

namespace cnnc {
inline namespace v0_1 {

/// IEEE binary16.
struct f16 {
  std::uint16_t bits;
};

/// The upper half of an IEEE binary32.
struct bf16 {
  std::uint16_t bits;
};

}  // namespace v0_1
}  // namespace cnnc

#endif
