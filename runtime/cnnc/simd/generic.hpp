// The vocabulary of emitted code on any CPU, for GCC and Clang: vectors f32x4 of the compilers' own kind, and scalars.
// There is no fused multiply-add: sums of products round twice. See avx512.hpp for what the functions of every
// vocabulary promise.
#ifndef CNNC_SIMD_GENERIC_HPP
#define CNNC_SIMD_GENERIC_HPP

#include "cnnc/element.hpp"

#ifdef __SSE2__
#include <emmintrin.h>  // for sqrt alone: the builtin calls the C library where errno must be set
#endif

#define CNNC_TARGET_generic
#define CNNC_FN [[maybe_unused]] static inline __attribute__((always_inline))

// Clang's -ffp-contract=fast overrules its own pragma: there, a product is hidden before it can be fused with a sum.
#if defined(__clang__) && defined(__SSE2__)
#define CNNC_ROUNDED(x) __asm__("" : "+x"(x))
#elif defined(__clang__) && defined(__aarch64__)
#define CNNC_ROUNDED(x) __asm__("" : "+w"(x))
#elif defined(__clang__)
#define CNNC_ROUNDED(x) __asm__("" : "+m"(x))
#else
#define CNNC_ROUNDED(x) static_cast<void>(x)
#endif

#define CNNC_VECTOR f32x4
#define CNNC_LANES 4

namespace cnnc {
inline namespace v0_1 {
namespace generic {

typedef float f32x4 __attribute__((vector_size(16)));

CNNC_FN f32x4 splat(float a) { return f32x4{a, a, a, a}; }

#include "cnnc/simd/arithmetic.inl"

typedef float unaligned_f32x4 __attribute__((vector_size(16), aligned(1), may_alias));

/// True if this CPU can run the functions below.
[[maybe_unused]] static inline bool runs_here() { return true; }

CNNC_FN f32x4 load(const float *p) { return *reinterpret_cast<const unaligned_f32x4 *>(p); }
CNNC_FN void store(float *p, f32x4 v) { *reinterpret_cast<unaligned_f32x4 *>(p) = v; }

CNNC_FN f32x4 load_strided(const float *p, long stride, int count = 4) {
  return f32x4{count > 0 ? load_one(p) : 0.0f, count > 1 ? load_one(p + stride) : 0.0f,
               count > 2 ? load_one(p + 2 * stride) : 0.0f, count > 3 ? load_one(p + 3 * stride) : 0.0f};
}
CNNC_FN void store_strided(float *p, long stride, f32x4 v, int count = 4) {
  for (int i = 0; i < 4; ++i)
    if (i < count) store(p + i * stride, v[i]);
}
CNNC_FN f32x4 load(const float *p, int count) { return load_strided(p, 1, count); }
CNNC_FN void store(float *p, f32x4 v, int count) { store_strided(p, 1, v, count); }

CNNC_FN f32x4 min(f32x4 a, f32x4 b) { return a < b ? a : b; }
CNNC_FN f32x4 max(f32x4 a, f32x4 b) { return a > b ? a : b; }
CNNC_FN f32x4 select(f32x4 c, f32x4 a, f32x4 b) { return c > splat(0.0f) ? a : b; }

#ifdef __SSE2__
CNNC_FN float sqrt(float a) { return _mm_cvtss_f32(_mm_sqrt_ss(_mm_set_ss(a))); }
CNNC_FN f32x4 sqrt(f32x4 a) { return _mm_sqrt_ps(a); }
#else
CNNC_FN float sqrt(float a) { return __builtin_sqrtf(a); }
CNNC_FN f32x4 sqrt(f32x4 a) { return f32x4{sqrt(a[0]), sqrt(a[1]), sqrt(a[2]), sqrt(a[3])}; }
#endif

// What math.inl needs beyond these.
CNNC_FN f32x4 mul_add(f32x4 a, f32x4 b, f32x4 c) { return add(mul(a, b), c); }
CNNC_FN float mul_add(float a, float b, float c) { return add(mul(a, b), c); }

#include "cnnc/simd/convert.inl"
#include "cnnc/simd/math.inl"

}  // namespace generic
}  // namespace v0_1
}  // namespace cnnc

#undef CNNC_LANES
#undef CNNC_VECTOR
#undef CNNC_ROUNDED
#undef CNNC_FN

#endif
