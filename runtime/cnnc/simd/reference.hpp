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
// Whatever -ffp-contract says, a product is rounded before anything is added to it.
#define CNNC_ROUNDED(x)            \
  do {                             \
    const volatile float kept = x; \
    x = kept;                      \
  } while (false)

namespace cnnc {
inline namespace v0_1 {
namespace reference {

#include "cnnc/simd/arithmetic.inl"

CNNC_FN float sqrt(float a) { return __builtin_sqrtf(a); }
CNNC_FN float fma(float a, float b, float c) { return __builtin_fmaf(a, b, c); }

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

#undef CNNC_ROUNDED
#undef CNNC_FN

#endif
