// The machine's own limit: how many multiply-adds it does when nothing else holds it up.
#pragma once

#include <cstdint>

namespace cnnc::bench {

/// Runs `rounds` times a chain-free sequence of fused multiply-adds and returns their floating-point operations.
/// Only on a processor that has the instructions.
double run_fma_avx2(std::int64_t rounds);
double run_fma_avx512(std::int64_t rounds);

bool has_avx2();
bool has_avx512();

}  // namespace cnnc::bench
