// The vocabulary of emitted code on every x86-64: vectors f32x4, and scalars. There is no fused multiply-add: sums of
// products round twice, so the bits are those of generic.hpp. See avx512.hpp for what the functions of every vocabulary
// promise.
#ifndef CNNC_SIMD_SSE2_HPP
#define CNNC_SIMD_SSE2_HPP

#ifndef __x86_64__
#error "cnnc: this code is for x86-64; compile the network with '--target generic' for other processors"
#endif

#include <emmintrin.h>

#include "cnnc/element.hpp"

#define CNNC_TARGET_sse2 __attribute__((target("sse2")))
#define CNNC_FN [[maybe_unused]] CNNC_TARGET_sse2 static inline __attribute__((always_inline))

// Clang's -ffp-contract=fast overrules its own pragma: there, a product is hidden before it can be fused with a sum.
#ifdef __clang__
#define CNNC_ROUNDED(x) __asm__("" : "+x"(x))
#else
#define CNNC_ROUNDED(x) static_cast<void>(x)
#endif

#define CNNC_VECTOR f32x4
#define CNNC_LANES 4

namespace cnnc {
inline namespace v0_1 {
namespace sse2 {

typedef float f32x4 __attribute__((vector_size(16)));

CNNC_FN f32x4 splat(float a) { return _mm_set1_ps(a); }

#include "cnnc/simd/arithmetic.inl"

/// True if this CPU can run the functions below.
[[maybe_unused]] static inline bool runs_here() { return __builtin_cpu_supports("sse2"); }

CNNC_FN f32x4 load(const float *p) { return _mm_loadu_ps(p); }
CNNC_FN void store(float *p, f32x4 v) { _mm_storeu_ps(p, v); }

// A camera's bytes.
CNNC_FN f32x4 load(const std::uint8_t *p) {
  int four;
  __builtin_memcpy(&four, p, sizeof four);
  const __m128i zero = _mm_setzero_si128();
  const __m128i pairs = _mm_unpacklo_epi8(_mm_cvtsi32_si128(four), zero);
  return _mm_cvtepi32_ps(_mm_unpacklo_epi16(pairs, zero));
}

// There are no masked loads and stores: pairs and single lanes, as many as there are.
CNNC_FN f32x4 load(const float *p, int count) {
  if (count > 3) return load(p);
  f32x4 v = splat(0.0f);
  if (count > 1) v = _mm_castsi128_ps(_mm_loadl_epi64(reinterpret_cast<const __m128i *>(p)));
  if (count == 1) v = _mm_set_ss(load_one(p));
  if (count == 3) v = _mm_movelh_ps(v, _mm_set_ss(load_one(p + 2)));
  return v;
}
CNNC_FN void store(float *p, f32x4 v, int count) {
  if (count > 3) return store(p, v);
  if (count > 1) _mm_storel_epi64(reinterpret_cast<__m128i *>(p), _mm_castps_si128(v));
  if (count == 1) store(p, v[0]);
  if (count == 3) store(p + 2, v[2]);
}

CNNC_FN f32x4 load_strided(const float *p, long stride) {
  // Two loads that end on the last element, none beyond.
  if (stride == 2) return _mm_shuffle_ps(load(p), load(p + 3), _MM_SHUFFLE(3, 1, 2, 0));
  return _mm_setr_ps(load_one(p), load_one(p + stride), load_one(p + 2 * stride), load_one(p + 3 * stride));
}
CNNC_FN f32x4 load_strided(const float *p, long stride, int count) {
  return _mm_setr_ps(count > 0 ? load_one(p) : 0.0f, count > 1 ? load_one(p + stride) : 0.0f,
                     count > 2 ? load_one(p + 2 * stride) : 0.0f, count > 3 ? load_one(p + 3 * stride) : 0.0f);
}
CNNC_FN void store_strided(float *p, long stride, f32x4 v, int count = 4) {
  for (int i = 0; i < 4; ++i)
    if (i < count) store(p + i * stride, v[i]);
}

CNNC_FN f32x4 min(f32x4 a, f32x4 b) { return _mm_min_ps(a, b); }
CNNC_FN f32x4 max(f32x4 a, f32x4 b) { return _mm_max_ps(a, b); }
CNNC_FN f32x4 select(f32x4 c, f32x4 a, f32x4 b) {
  const __m128 chosen = _mm_cmpgt_ps(c, splat(0.0f));  // no blend: that came with SSE4.1
  return _mm_or_ps(_mm_and_ps(chosen, a), _mm_andnot_ps(chosen, b));
}
CNNC_FN f32x4 sqrt(f32x4 a) { return _mm_sqrt_ps(a); }

CNNC_FN float sqrt(float a) { return _mm_cvtss_f32(_mm_sqrt_ss(_mm_set_ss(a))); }

// What math.inl needs beyond these.
CNNC_FN f32x4 mul_add(f32x4 a, f32x4 b, f32x4 c) { return add(mul(a, b), c); }
CNNC_FN float mul_add(float a, float b, float c) { return add(mul(a, b), c); }

#include "cnnc/simd/convert.inl"
#include "cnnc/simd/math.inl"

}  // namespace sse2
}  // namespace v0_1
}  // namespace cnnc

#undef CNNC_LANES
#undef CNNC_VECTOR
#undef CNNC_ROUNDED
#undef CNNC_FN

#endif
