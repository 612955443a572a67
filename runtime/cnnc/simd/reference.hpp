// The vocabulary on scalars, for interpreters: what the emitted code computes, on any machine, bit for bit.
//
// `fused` is what the targets with fused multiply-add compute (avx2, avx512), `unfused` is sse2 and generic. Needs an
// exactly rounded fmaf (the C library's, or the CPU's) and a compiler that contracts nothing. Not included by emitted
// code. A NaN's sign and payload are unspecified.
#ifndef CNNC_SIMD_REFERENCE_HPP
#define CNNC_SIMD_REFERENCE_HPP

#ifdef __FAST_MATH__
#error "cnnc: -ffast-math changes results; compile this file without it"
#endif

#include "cnnc/element.hpp"

#define CNNC_FN [[maybe_unused]] static inline

namespace cnnc {
inline namespace v0_1 {
namespace reference {

CNNC_FN float add(float a, float b) { return a + b; }
CNNC_FN float sub(float a, float b) { return a - b; }
CNNC_FN float mul(float a, float b) {
  const volatile float product = a * b;  // whatever -ffp-contract says: rounded before anything is added to it
  return product;
}
CNNC_FN float div(float a, float b) { return a / b; }
CNNC_FN float min(float a, float b) { return a < b ? a : b; }
CNNC_FN float max(float a, float b) { return a > b ? a : b; }
CNNC_FN float select(float c, float a, float b) { return c > 0.0f ? a : b; }
CNNC_FN float neg(float a) { return -a; }
CNNC_FN float abs(float a) { return __builtin_fabsf(a); }
CNNC_FN float sqrt(float a) { return __builtin_sqrtf(a); }
CNNC_FN float fma(float a, float b, float c) { return __builtin_fmaf(a, b, c); }
CNNC_FN float like(float, float c) { return c; }
CNNC_FN unsigned to_bits(float a) {
  unsigned bits;
  __builtin_memcpy(&bits, &a, sizeof bits);
  return bits;
}
CNNC_FN float from_bits(unsigned bits) {
  float a;
  __builtin_memcpy(&a, &bits, sizeof a);
  return a;
}

namespace fused {
CNNC_FN float mul_add(float a, float b, float c) { return fma(a, b, c); }
#include "cnnc/simd/math.inl"
}  // namespace fused

namespace unfused {
CNNC_FN float mul_add(float a, float b, float c) { return add(mul(a, b), c); }
#include "cnnc/simd/math.inl"
}  // namespace unfused

#include "cnnc/simd/convert.inl"

}  // namespace reference
}  // namespace v0_1
}  // namespace cnnc

#undef CNNC_FN

#endif
