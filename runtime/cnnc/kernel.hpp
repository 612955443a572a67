// What every emitted C++ file includes first, before any other header.
//
// Turns contraction off, so that a product and a sum stay two operations: the same file gives the same bits with every
// compiler. Refuses flags that allow reassociation. Index arithmetic of loops.
#ifndef CNNC_KERNEL_HPP
#define CNNC_KERNEL_HPP

#if defined(__FAST_MATH__) || defined(__ASSOCIATIVE_MATH__) || defined(__RECIPROCAL_MATH__) || \
    (defined(__FINITE_MATH_ONLY__) && __FINITE_MATH_ONLY__)
#error "cnnc: this file computes to the last bit; compile it without -ffast-math (other files may have it)"
#endif

#ifndef __GNUC__
#error "cnnc: this file needs GCC or Clang"
#elif defined(__clang__)
#pragma STDC FP_CONTRACT OFF
#else
#pragma GCC optimize("fp-contract=off")
#endif

#include <cstddef>
#include <cstdint>

/// Keeps a compiler from moving loads over this place: it would gather more of them than there are registers.
#define CNNC_FENCE() __asm__ volatile("" ::: "memory")

/// Before the type of a kernel: a function of its own, compiled for one instruction set.
#define CNNC_KERNEL(isa) CNNC_TARGET_##isa __attribute__((noinline)) static

#define CNNC_FN [[maybe_unused]] static inline __attribute__((always_inline))

namespace cnnc {
inline namespace v0_1 {

/// Division towards minus infinity by c > 0, and its remainder, in [0, c).
CNNC_FN std::ptrdiff_t index_div(std::ptrdiff_t a, std::ptrdiff_t c) { return a / c - (a % c < 0 ? 1 : 0); }
CNNC_FN std::ptrdiff_t index_mod(std::ptrdiff_t a, std::ptrdiff_t c) { return a % c + (a % c < 0 ? c : 0); }
CNNC_FN std::ptrdiff_t index_min(std::ptrdiff_t a, std::ptrdiff_t b) { return a < b ? a : b; }
CNNC_FN std::ptrdiff_t index_max(std::ptrdiff_t a, std::ptrdiff_t b) { return a > b ? a : b; }
/// An index that came from outside, or was computed: 0, and noted, if it is not in [0, limit).
CNNC_FN std::ptrdiff_t index_at(const std::int32_t *p, std::ptrdiff_t limit, bool &bad_index) {
  std::int32_t value;
  __builtin_memcpy(&value, p, sizeof value);
  const bool inside = 0 <= value && value < limit;
  bad_index |= !inside;
  return inside ? value : 0;
}

}  // namespace v0_1
}  // namespace cnnc

#undef CNNC_FN

#endif
