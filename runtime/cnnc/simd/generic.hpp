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

namespace cnnc {
inline namespace v0_1 {
namespace generic {

typedef float f32x4 __attribute__((vector_size(16)));
typedef unsigned u32x4 __attribute__((vector_size(16)));
struct __attribute__((packed, may_alias)) unaligned_f32 {
  float value;
};
typedef float unaligned_f32x4 __attribute__((vector_size(16), aligned(1), may_alias));

/// True if this CPU can run the functions below.
[[maybe_unused]] static inline bool runs_here() { return true; }

CNNC_FN float load_one(const float *p) { return reinterpret_cast<const unaligned_f32 *>(p)->value; }
CNNC_FN void store(float *p, float v) { reinterpret_cast<unaligned_f32 *>(p)->value = v; }

CNNC_FN f32x4 splat(float a) { return f32x4{a, a, a, a}; }
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

CNNC_FN f32x4 add(f32x4 a, f32x4 b) { return a + b; }
CNNC_FN f32x4 sub(f32x4 a, f32x4 b) { return a - b; }
CNNC_FN f32x4 mul(f32x4 a, f32x4 b) {
  f32x4 product = a * b;
  CNNC_ROUNDED(product);
  return product;
}
CNNC_FN f32x4 div(f32x4 a, f32x4 b) { return a / b; }
CNNC_FN f32x4 min(f32x4 a, f32x4 b) { return a < b ? a : b; }
CNNC_FN f32x4 max(f32x4 a, f32x4 b) { return a > b ? a : b; }
CNNC_FN f32x4 select(f32x4 c, f32x4 a, f32x4 b) { return c > splat(0.0f) ? a : b; }
CNNC_FN f32x4 neg(f32x4 a) { return -a; }

CNNC_FN float add(float a, float b) { return a + b; }
CNNC_FN float sub(float a, float b) { return a - b; }
CNNC_FN float mul(float a, float b) {
  float product = a * b;
  CNNC_ROUNDED(product);
  return product;
}
CNNC_FN float div(float a, float b) { return a / b; }
CNNC_FN float min(float a, float b) { return a < b ? a : b; }
CNNC_FN float max(float a, float b) { return a > b ? a : b; }
CNNC_FN float select(float c, float a, float b) { return c > 0.0f ? a : b; }
CNNC_FN float neg(float a) { return -a; }
CNNC_FN float abs(float a) { return __builtin_fabsf(a); }

#ifdef __SSE2__
CNNC_FN float sqrt(float a) { return _mm_cvtss_f32(_mm_sqrt_ss(_mm_set_ss(a))); }
CNNC_FN f32x4 sqrt(f32x4 a) { return _mm_sqrt_ps(a); }
#else
CNNC_FN float sqrt(float a) { return __builtin_sqrtf(a); }
CNNC_FN f32x4 sqrt(f32x4 a) { return f32x4{sqrt(a[0]), sqrt(a[1]), sqrt(a[2]), sqrt(a[3])}; }
#endif

// What math.inl needs beyond these.
CNNC_FN f32x4 like(f32x4, float c) { return splat(c); }
CNNC_FN float like(float, float c) { return c; }
CNNC_FN u32x4 to_bits(f32x4 a) { return reinterpret_cast<u32x4>(a); }
CNNC_FN f32x4 from_bits(u32x4 bits) { return reinterpret_cast<f32x4>(bits); }
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
CNNC_FN f32x4 abs(f32x4 a) { return from_bits(to_bits(a) & 0x7fffffffu); }
CNNC_FN f32x4 mul_add(f32x4 a, f32x4 b, f32x4 c) { return add(mul(a, b), c); }
CNNC_FN float mul_add(float a, float b, float c) { return add(mul(a, b), c); }

#include "cnnc/simd/math.inl"

#define CNNC_VECTOR f32x4
#define CNNC_LANES 4
#include "cnnc/simd/convert.inl"
#undef CNNC_VECTOR
#undef CNNC_LANES

}  // namespace generic
}  // namespace v0_1
}  // namespace cnnc

#undef CNNC_ROUNDED
#undef CNNC_FN

#endif
