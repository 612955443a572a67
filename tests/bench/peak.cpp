#include "tests/bench/peak.hpp"

namespace cnnc::bench {

// Fourteen accumulators: more than latency times units (4 × 2) on every processor with these instructions, and all that
// AVX2's sixteen registers leave room for. Assembler, so that no compiler turns them into something else.
#define CNNC_FMA(register, index) "vfmadd231ps %%" register "14, %%" register "15, %%" register #index "\n\t"
// clang-format off
#define CNNC_FMAS(register)                                                                        \
  CNNC_FMA(register, 0) CNNC_FMA(register, 1) CNNC_FMA(register, 2) CNNC_FMA(register, 3)          \
  CNNC_FMA(register, 4) CNNC_FMA(register, 5) CNNC_FMA(register, 6) CNNC_FMA(register, 7)          \
  CNNC_FMA(register, 8) CNNC_FMA(register, 9) CNNC_FMA(register, 10) CNNC_FMA(register, 11)        \
  CNNC_FMA(register, 12) CNNC_FMA(register, 13)
#define CNNC_CLOBBERS                                                                              \
  "xmm0", "xmm1", "xmm2", "xmm3", "xmm4", "xmm5", "xmm6", "xmm7", "xmm8", "xmm9", "xmm10", "xmm11", \
  "xmm12", "xmm13", "xmm14", "xmm15"
// clang-format on

__attribute__((target("avx2,fma"))) double run_fma_avx2(std::int64_t rounds) {
  asm volatile("vzeroall" ::: CNNC_CLOBBERS);  // zeros: no denormal number can slow the sums down
  for (std::int64_t i = 0; i < rounds; ++i) asm volatile(CNNC_FMAS("ymm") CNNC_FMAS("ymm")::: CNNC_CLOBBERS);
  return static_cast<double>(rounds) * 2 * 14 * 8 * 2;
}

__attribute__((target("avx512f"))) double run_fma_avx512(std::int64_t rounds) {
  asm volatile("vzeroall" ::: CNNC_CLOBBERS);
  for (std::int64_t i = 0; i < rounds; ++i) asm volatile(CNNC_FMAS("zmm") CNNC_FMAS("zmm")::: CNNC_CLOBBERS);
  asm volatile("vzeroupper" ::: CNNC_CLOBBERS);
  return static_cast<double>(rounds) * 2 * 14 * 16 * 2;
}

bool has_avx2() { return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma"); }
bool has_avx512() { return __builtin_cpu_supports("avx512f"); }

}  // namespace cnnc::bench
