// The vocabulary of emitted code on x86-64 with AVX2 and FMA: vectors f32x8, and scalars. See avx512.hpp for what the
// functions of every vocabulary promise.
#ifndef CNNC_SIMD_AVX2_HPP
#define CNNC_SIMD_AVX2_HPP

#ifndef __x86_64__
#error "cnnc: this code is for x86-64; compile the network with '--target generic' for other processors"
#endif

#include <immintrin.h>

#include "cnnc/element.hpp"

#define CNNC_TARGET_avx2 __attribute__((target("avx2,fma")))
#define CNNC_FN [[maybe_unused]] CNNC_TARGET_avx2 static inline __attribute__((always_inline))

// Clang's -ffp-contract=fast overrules its own pragma: there, a product is hidden before it can be fused with a sum.
#ifdef __clang__
#define CNNC_ROUNDED(x) __asm__("" : "+x"(x))
#else
#define CNNC_ROUNDED(x) static_cast<void>(x)
#endif

#define CNNC_VECTOR f32x8
#define CNNC_LANES 8

namespace cnnc {
inline namespace v0_1 {
namespace avx2 {

typedef float f32x8 __attribute__((vector_size(32)));

CNNC_FN f32x8 splat(float a) { return _mm256_set1_ps(a); }

#include "cnnc/simd/arithmetic.inl"

/// True if this CPU and its operating system can run the functions below.
[[maybe_unused]] static inline bool runs_here() {
  return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
}

CNNC_FN __m256i first_lanes(int count) {
  return _mm256_cmpgt_epi32(_mm256_set1_epi32(count), _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7));
}

CNNC_FN f32x8 load(const float *p) { return _mm256_loadu_ps(p); }
// A camera's bytes.
CNNC_FN f32x8 load(const std::uint8_t *p) {
  return _mm256_cvtepi32_ps(_mm256_cvtepu8_epi32(_mm_loadl_epi64(reinterpret_cast<const __m128i *>(p))));
}
CNNC_FN f32x8 load(const float *p, int count) { return _mm256_maskload_ps(p, first_lanes(count)); }
CNNC_FN void store(float *p, f32x8 v) { _mm256_storeu_ps(p, v); }
CNNC_FN void store(float *p, f32x8 v, int count) { _mm256_maskstore_ps(p, first_lanes(count), v); }

CNNC_FN f32x8 load_strided(const float *p, long stride) {
  if (stride == 2) {  // two loads that end on the last element, none beyond
    const __m256 mixed = _mm256_shuffle_ps(load(p), load(p + 7), _MM_SHUFFLE(3, 1, 2, 0));
    return _mm256_castpd_ps(_mm256_permute4x64_pd(_mm256_castps_pd(mixed), _MM_SHUFFLE(3, 1, 2, 0)));
  }
  f32x8 v = splat(0.0f);
  for (int i = 0; i < 8; ++i) v[i] = load_one(p + i * stride);
  return v;
}
CNNC_FN f32x8 load_strided(const float *p, long stride, int count) {
  f32x8 v = splat(0.0f);
  for (int i = 0; i < 8; ++i)
    if (i < count) v[i] = load_one(p + i * stride);
  return v;
}
CNNC_FN void store_strided(float *p, long stride, f32x8 v, int count = 8) {
  for (int i = 0; i < 8; ++i)
    if (i < count) store(p + i * stride, v[i]);
}

CNNC_FN f32x8 fma(f32x8 a, f32x8 b, f32x8 c) { return _mm256_fmadd_ps(a, b, c); }
CNNC_FN f32x8 min(f32x8 a, f32x8 b) { return _mm256_min_ps(a, b); }
CNNC_FN f32x8 max(f32x8 a, f32x8 b) { return _mm256_max_ps(a, b); }
CNNC_FN f32x8 select(f32x8 c, f32x8 a, f32x8 b) {
  return _mm256_blendv_ps(b, a, _mm256_cmp_ps(c, splat(0.0f), _CMP_GT_OQ));
}
CNNC_FN f32x8 sqrt(f32x8 a) { return _mm256_sqrt_ps(a); }

CNNC_FN float fma(float a, float b, float c) { return __builtin_fmaf(a, b, c); }
CNNC_FN float sqrt(float a) { return _mm_cvtss_f32(_mm_sqrt_ss(_mm_set_ss(a))); }

// What math.inl needs beyond these.
CNNC_FN f32x8 mul_add(f32x8 a, f32x8 b, f32x8 c) { return fma(a, b, c); }
CNNC_FN float mul_add(float a, float b, float c) { return fma(a, b, c); }

#include "cnnc/simd/convert.inl"
#include "cnnc/simd/math.inl"

}  // namespace avx2
}  // namespace v0_1
}  // namespace cnnc

#undef CNNC_LANES
#undef CNNC_VECTOR
#undef CNNC_ROUNDED
#undef CNNC_FN

#endif
