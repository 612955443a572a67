// A model in the form of emitted text: every allowed construct occurs.
#include "cnnc/kernel.hpp"
#include "cnnc/simd/avx512.hpp"

#include <cstddef>

extern "C" {
typedef int cnnc_status;
typedef struct cnnc_model {
  unsigned abi_version;
  cnnc_status (*run)(const void *weights, const void *const *inputs, void *const *outputs, void *workspace);
} cnnc_model;
}

__asm__(
    ".pushsection .rodata,\"a\"\n"
    ".balign 64\n"
    ".globl tiny_weights\n"
    ".hidden tiny_weights\n"
    "tiny_weights:\n"
    ".incbin \"tiny.weights\"\n"
    ".popsection\n");
extern "C" {
extern const unsigned char tiny_weights[] __attribute__((visibility("hidden")));
}

namespace tiny {
namespace {

using namespace cnnc::avx512;

alignas(64) constexpr float bias[16] = {0x1.8p-3f, 0.5f, -1.0f};

CNNC_TARGET_avx512 void conv1(const float *__restrict x, const float *__restrict w, float *__restrict y) {
  for (std::ptrdiff_t oy = 0; oy < 24; oy += 4) {
    const f32x16 first = load(bias);
    for (std::ptrdiff_t ox = oy; ox < cnnc::index_min(oy + 4, 24); ++ox) {
      f32x16 a0 = first;
      for (std::ptrdiff_t k = 0; k < 25; ++k) a0 = fma(splat(load_one(x + (28 * oy + ox + k))), load(w + 16 * k), a0);
      if (0 <= ox - 1 && ox - 1 <= 22) {
        store(y + (384 * oy + 16 * ox), max(a0, splat(0.0f)));
      }
      CNNC_FENCE();
    }
  }
}

cnnc_status run(const void *, const void *const *inputs, void *const *outputs, void *workspace) {
  if (!__builtin_cpu_supports("avx512f")) return 3;
  const float *image = static_cast<const float *>(inputs[0]);
  float *scores = static_cast<float *>(outputs[0]);
  float *scratch = static_cast<float *>(workspace);
  const auto *const weights = reinterpret_cast<const float *>(tiny_weights + 64);
  conv1(image, weights, scratch);
  __builtin_memcpy(scores, scratch, 64);
  return 0;
}

constexpr cnnc_model model = {1, run};

}  // namespace
}  // namespace tiny

extern "C" const cnnc_model *tiny_model(void) { return &tiny::model; }
