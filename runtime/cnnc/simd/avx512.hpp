// The vocabulary of emitted code on x86-64 with AVX-512 (F, VL, BW, DQ): vectors f32x16, and scalars.
//
// Every instruction set has a header of this form; the list of functions and their meaning is the table of
// tests/runtime/vocabulary_test.cpp, which holds for all of them, for vectors (lane by lane) and for scalars.
// load(p) and store(p, v) take any alignment; with a count, lanes from `count` on are 0 and touch no memory.
// Functions carry their own target attribute, so the user's flags need not name the instruction set. min and max give
// the second operand where the operands are equal or one is a NaN; select(c, a, b) is c > 0 ? a : b, lane by lane.
// The bits of a NaN that arithmetic produces are unspecified.
#ifndef CNNC_SIMD_AVX512_HPP
#define CNNC_SIMD_AVX512_HPP

#ifndef __x86_64__
#error "cnnc: this code is for x86-64; compile the network with '--target generic' for other processors"
#endif

#include <immintrin.h>

#include "cnnc/element.hpp"

#define CNNC_TARGET_avx512 __attribute__((target("avx512f,avx512vl,avx512bw,avx512dq,fma")))
#define CNNC_FN [[maybe_unused]] CNNC_TARGET_avx512 static inline __attribute__((always_inline))

// Clang's -ffp-contract=fast overrules its own pragma: there, a product is hidden before it can be fused with a sum.
#ifdef __clang__
#define CNNC_ROUNDED(x) __asm__("" : "+v"(x))
#else
#define CNNC_ROUNDED(x) static_cast<void>(x)
#endif

#define CNNC_VECTOR f32x16
#define CNNC_LANES 16

namespace cnnc {
inline namespace v0_1 {
namespace avx512 {

typedef float f32x16 __attribute__((vector_size(64)));

CNNC_FN f32x16 splat(float a) { return _mm512_set1_ps(a); }

#include "cnnc/simd/arithmetic.inl"

/// True if this CPU and its operating system can run the functions below.
[[maybe_unused]] static inline bool runs_here() {
  return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512vl") &&
         __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("fma");
}

// Masked forms of min, max and sqrt: g++ 12 warns of an uninitialised operand inside its own unmasked ones.
constexpr __mmask16 all_lanes = 0xffff;

CNNC_FN __mmask16 first_lanes(int count) { return static_cast<__mmask16>((1u << count) - 1u); }

CNNC_FN f32x16 load(const float *p) { return _mm512_loadu_ps(p); }
// A camera's bytes.
CNNC_FN f32x16 load(const std::uint8_t *p) {
  const __m128i bytes = _mm_loadu_si128(reinterpret_cast<const __m128i *>(p));
  return _mm512_maskz_cvtepi32_ps(all_lanes, _mm512_maskz_cvtepu8_epi32(all_lanes, bytes));
}
CNNC_FN f32x16 load(const float *p, int count) { return _mm512_maskz_loadu_ps(first_lanes(count), p); }
CNNC_FN void store(float *p, f32x16 v) { _mm512_storeu_ps(p, v); }
CNNC_FN void store(float *p, f32x16 v, int count) { _mm512_mask_storeu_ps(p, first_lanes(count), v); }

CNNC_FN f32x16 load_strided(const float *p, long stride) {
  if (stride == 2) {  // two loads that end on the last element, none beyond
    const __m512i even = _mm512_setr_epi32(0, 2, 4, 6, 8, 10, 12, 14, 17, 19, 21, 23, 25, 27, 29, 31);
    return _mm512_permutex2var_ps(load(p), even, load(p + 15));
  }
  f32x16 v;
  for (int i = 0; i < 16; ++i) v[i] = load_one(p + i * stride);
  return v;
}
CNNC_FN f32x16 load_strided(const float *p, long stride, int count) {
  f32x16 v = splat(0.0f);
  for (int i = 0; i < 16; ++i)
    if (i < count) v[i] = load_one(p + i * stride);
  return v;
}
CNNC_FN void store_strided(float *p, long stride, f32x16 v, int count = 16) {
  for (int i = 0; i < 16; ++i)
    if (i < count) store(p + i * stride, v[i]);
}

CNNC_FN f32x16 fma(f32x16 a, f32x16 b, f32x16 c) { return _mm512_fmadd_ps(a, b, c); }
CNNC_FN f32x16 min(f32x16 a, f32x16 b) { return _mm512_maskz_min_ps(all_lanes, a, b); }
CNNC_FN f32x16 max(f32x16 a, f32x16 b) { return _mm512_maskz_max_ps(all_lanes, a, b); }
CNNC_FN f32x16 select(f32x16 c, f32x16 a, f32x16 b) {
  return _mm512_mask_blend_ps(_mm512_cmp_ps_mask(c, splat(0.0f), _CMP_GT_OQ), b, a);
}
CNNC_FN f32x16 sqrt(f32x16 a) { return _mm512_maskz_sqrt_ps(all_lanes, a); }

CNNC_FN float fma(float a, float b, float c) { return __builtin_fmaf(a, b, c); }
CNNC_FN float sqrt(float a) { return _mm_cvtss_f32(_mm_sqrt_ss(_mm_set_ss(a))); }

// What math.inl needs beyond these.
CNNC_FN f32x16 mul_add(f32x16 a, f32x16 b, f32x16 c) { return fma(a, b, c); }
CNNC_FN float mul_add(float a, float b, float c) { return fma(a, b, c); }

#include "cnnc/simd/convert.inl"
#include "cnnc/simd/math.inl"

}  // namespace avx512
}  // namespace v0_1
}  // namespace cnnc

#undef CNNC_LANES
#undef CNNC_VECTOR
#undef CNNC_ROUNDED
#undef CNNC_FN

#endif
