// Every function of every vocabulary, on vectors and on scalars, is what reference.hpp says, bit for bit.
//
// Built by CMakeLists.txt with several compilers and flags; every build holds all instruction sets in one file. The
// arguments are those to run; the exit status is 77 if this machine lacks one, so that the test is not taken as passed.
#include "cnnc/kernel.hpp"
#include "cnnc/simd/generic.hpp"
#include "cnnc/simd/reference.hpp"
#ifdef __x86_64__
#include "cnnc/simd/avx2.hpp"
#include "cnnc/simd/avx512.hpp"
#include "cnnc/simd/sse2.hpp"
#endif

#include <sys/mman.h>

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>

namespace {

const long operand_triples = 200000;
int failures = 0;

/// The same bits, or both a NaN.
void expect_same(float got, float expected, const char *what, float a, float b, float c) {
  std::uint32_t got_bits, expected_bits;
  std::memcpy(&got_bits, &got, 4);
  std::memcpy(&expected_bits, &expected, 4);
  const bool both_nan = (got_bits & 0x7fffffffu) > 0x7f800000u && (expected_bits & 0x7fffffffu) > 0x7f800000u;
  if (got_bits == expected_bits || both_nan || ++failures > 20) return;
  std::printf("%s(%a, %a, %a): got %a, expected %a\n", what, double(a), double(b), double(c), double(got),
              double(expected));
}

/// All triples of special values first, then random ones: of random bits, and of a usual size.
class Operands {
 public:
  void next(float &a, float &b, float &c) {
    const unsigned n = sizeof special_ / sizeof special_[0];
    if (index_ < n * n * n) {
      a = from_bits(special_[index_ % n]);
      b = from_bits(special_[index_ / n % n]);
      c = from_bits(special_[index_ / n / n]);
    } else {
      a = random();
      b = random();
      c = random();
    }
    ++index_;
  }

 private:
  static float from_bits(std::uint32_t bits) {
    float value;
    std::memcpy(&value, &bits, 4);
    return value;
  }
  float random() {
    state_ = state_ * 6364136223846793005u + 1442695040888963407u;
    const auto bits = static_cast<std::uint32_t>(state_ >> 32);
    if (index_ % 2 == 0) return from_bits(bits);
    return (static_cast<float>(bits >> 8) * 0x1p-24f - 0.5f) * 40.0f;
  }

  // Zeros, the smallest numbers, around 1 and the functions' limits, the largest, infinities, a quiet and a signalling
  // NaN.
  static constexpr std::uint32_t special_[] = {
      0x00000000u, 0x80000000u, 0x00000001u, 0x80000001u, 0x007fffffu, 0x00800000u, 0x80800000u,
      0x00800001u, 0x3f800000u, 0xbf800000u, 0x3f800001u, 0x3f7fffffu, 0x3f000000u, 0x3f3504f3u,
      0x3f3504f4u, 0x3eb17218u, 0x40000000u, 0xc0000000u, 0x41100000u, 0x41200000u, 0x42b17217u,
      0x42b17218u, 0xc2aeac50u, 0xc2cff1b5u, 0xc2d20000u, 0x4b000000u, 0x7f7fffffu, 0xff7fffffu,
      0x7f800000u, 0xff800000u, 0x7fc00000u, 0x7f800001u, 0xffc00001u};
  unsigned index_ = 0;
  std::uint64_t state_ = 20240229;
};
constexpr std::uint32_t Operands::special_[];

#define ISA generic
#define NAME_OF_ISA "generic"
#define VECTOR f32x4
#define LANES 4
#define MATHEMATICS unfused
#define TARGET CNNC_TARGET_generic
namespace generic_checks {
#include "vocabulary_check.inl"
}
#undef ISA
#undef NAME_OF_ISA
#undef VECTOR
#undef LANES
#undef MATHEMATICS
#undef TARGET

#ifdef __x86_64__
#define MATHEMATICS unfused
#define ISA sse2
#define NAME_OF_ISA "sse2"
#define VECTOR f32x4
#define LANES 4
#define TARGET CNNC_TARGET_sse2
namespace sse2_checks {
#include "vocabulary_check.inl"
}
#undef MATHEMATICS
#undef ISA
#undef NAME_OF_ISA
#undef VECTOR
#undef LANES
#undef TARGET

#define MATHEMATICS fused
#define HAS_FMA
#define ISA avx2
#define NAME_OF_ISA "avx2"
#define VECTOR f32x8
#define LANES 8
#define TARGET CNNC_TARGET_avx2
namespace avx2_checks {
#include "vocabulary_check.inl"
}
#undef ISA
#undef NAME_OF_ISA
#undef VECTOR
#undef LANES
#undef TARGET

#define ISA avx512
#define NAME_OF_ISA "avx512"
#define VECTOR f32x16
#define LANES 16
#define TARGET CNNC_TARGET_avx512
namespace avx512_checks {
#include "vocabulary_check.inl"
}
#endif

bool run(const char *isa, unsigned char *fence) {
  if (std::strcmp(isa, "generic") == 0) return generic_checks::check_all(fence), true;
#ifdef __x86_64__
  if (std::strcmp(isa, "sse2") == 0 && cnnc::sse2::runs_here()) return sse2_checks::check_all(fence), true;
  if (std::strcmp(isa, "avx2") == 0 && cnnc::avx2::runs_here()) return avx2_checks::check_all(fence), true;
  if (std::strcmp(isa, "avx512") == 0 && cnnc::avx512::runs_here()) return avx512_checks::check_all(fence), true;
#endif
  std::printf("this machine cannot run %s\n", isa);
  return false;
}

}  // namespace

int main(int count, char **isas) {
  const std::size_t page = 1 << 16;
  void *memory = mmap(nullptr, 2 * page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (memory == MAP_FAILED) return 2;
  unsigned char *fence = static_cast<unsigned char *>(memory) + page;
  if (mprotect(fence, page, PROT_NONE) != 0) return 2;
  bool all_ran = true;
  for (int i = 1; i < count; ++i) {
    const int before = failures;
    const bool ran = run(isas[i], fence);
    all_ran = all_ran && ran;
    if (ran) std::printf("%s: %d failures\n", isas[i], failures - before);
  }
  if (failures != 0 || count < 2) return 1;
  return all_ran ? 0 : 77;
}
