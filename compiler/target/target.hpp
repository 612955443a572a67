// What the compiler knows of an instruction set. Every fact about an ISA is a field of its row here.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace cnnc {

struct Target {
  std::string_view name;  ///< "avx512"
  std::string_view doc;
  std::int64_t lanes;      ///< f32 per vector register
  std::int64_t registers;  ///< vector registers
  bool fma;                ///< has fused multiply-add; without it sums of products round twice
  bool memory_broadcast;   ///< an arithmetic operand may be broadcast from memory
  std::int64_t l1_bytes, l2_bytes;
  std::string_view header;        ///< "cnnc/simd/avx512.hpp"
  std::string_view isa;           ///< inner namespace of its vocabulary: "avx512"
  std::string_view cpu_features;  ///< what __builtin_cpu_supports must say, separated by blanks; empty for none
};

std::span<const Target> all_targets();
/// Null if there is none of that name. "native" is no row: see host_target.
const Target *find_target(std::string_view name);
/// The best row that this machine can run.
const Target &host_target();
/// True if this machine can run code for the target.
bool host_runs(const Target &target);

}  // namespace cnnc
