#include "compiler/target/target.hpp"

namespace cnnc {

namespace {

// Best first. lanes × registers bound the register tile; cache sizes are those of the smallest current server cores.
constexpr Target rows[] = {
    {"avx512", "x86-64 with AVX-512 F, VL, BW, DQ (servers since 2017, Zen 4)", 16, 32, true, true, 48 << 10, 1 << 20,
     "cnnc/simd/avx512.hpp", "avx512", "avx512f avx512vl avx512bw avx512dq fma"},
    {"avx2", "x86-64 with AVX2 and FMA (since 2013)", 8, 16, true, false, 32 << 10, 512 << 10, "cnnc/simd/avx2.hpp",
     "avx2", "avx2 fma"},
    {"sse2", "every x86-64: no fused multiply-add", 4, 16, false, false, 32 << 10, 256 << 10, "cnnc/simd/sse2.hpp",
     "sse2", "sse2"},
    {"generic", "any CPU with a GCC or Clang: vectors of four, no fused multiply-add", 4, 16, false, false, 32 << 10,
     256 << 10, "cnnc/simd/generic.hpp", "generic", ""},
};

bool cpu_has(std::string_view target) {
#if defined(__x86_64__)
  if (target == "avx512")
    return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512vl") &&
           __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("fma");
  if (target == "avx2") return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
  if (target == "sse2") return __builtin_cpu_supports("sse2");
#endif
  return target == "generic";
}

}  // namespace

std::span<const Target> all_targets() { return rows; }

const Target *find_target(std::string_view name) {
  for (const Target &row : rows)
    if (row.name == name) return &row;
  return nullptr;
}

bool host_runs(const Target &target) { return cpu_has(target.name); }

const Target &host_target() {
  for (const Target &row : rows)
    if (host_runs(row)) return row;
  return rows[std::size(rows) - 1];
}

}  // namespace cnnc
