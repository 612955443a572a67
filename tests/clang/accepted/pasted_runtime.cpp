// One self-contained file, as --embed-runtime writes it: what lies in namespace cnnc is the runtime, which may use
// intrinsics, casts and loops that emitted text may not.
#include <emmintrin.h>

namespace cnnc {
inline namespace v0_1 {
static inline float first(__m128 v) { return _mm_cvtss_f32(v); }
static inline float sum(const float *x, int count) {
  float total = 0.0f;
  for (int i = 0; i < count; ++i) total += x[i];
  return total;
}
static inline float root(float x) { return first(_mm_sqrt_ss(_mm_set_ss(x))); }
static inline unsigned bits(float x) { return *reinterpret_cast<const unsigned *>(&x); }
}  // namespace v0_1
}  // namespace cnnc

float run(const float *x) { return cnnc::root(cnnc::sum(x, 3)) + (cnnc::bits(x[0]) != 0 ? 1.0f : 0.0f); }
