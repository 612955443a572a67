// The checks of one vocabulary. Included once per instruction set, inside a namespace of its own, with ISA, VECTOR (its
// vector type), TARGET (its attribute), LANES and MATHEMATICS (reference::fused or unfused) defined.

namespace mathematics = cnnc::reference::MATHEMATICS;
namespace reference = cnnc::reference;
using cnnc::ISA::VECTOR;

/// Every function of the table on LANES triples of operands, as a vector and as scalars.
TARGET void check_values(const float *a, const float *b, const float *c) {
  float got[LANES];
#define ARGUMENTS_1(x) x(a)
#define ARGUMENTS_2(x) x(a), x(b)
#define ARGUMENTS_3(x) x(a), x(b), x(c)
#define VECTOR_OF(p) cnnc::ISA::load(p)
#define LANE_OF(p) p[lane]
#define FUNCTION(operands, name, meaning)                                                                        \
  cnnc::ISA::store(got, cnnc::ISA::name(ARGUMENTS_##operands(VECTOR_OF)));                                       \
  for (int lane = 0; lane < LANES; ++lane) {                                                                     \
    const float expected = meaning(ARGUMENTS_##operands(LANE_OF));                                               \
    expect_same(got[lane], expected, NAME_OF_ISA " vector " #name, a[lane], b[lane], c[lane]);                   \
    expect_same(cnnc::ISA::name(ARGUMENTS_##operands(LANE_OF)), expected, NAME_OF_ISA " scalar " #name, a[lane], \
                b[lane], c[lane]);                                                                               \
  }
#include "vocabulary.def"
#ifdef HAS_FMA
  FUNCTION(3, fma, reference::fma)
#endif
#undef FUNCTION
#undef LANE_OF
#undef VECTOR_OF
#undef ARGUMENTS_3
#undef ARGUMENTS_2
#undef ARGUMENTS_1
}

/// A product and a sum stay two operations, whatever the compiler's flags. Not inlined: a product that check_values
/// needs as well would not be fused anyway.
TARGET __attribute__((noinline)) void check_contraction(const float *a, const float *b, const float *c) {
  using namespace cnnc::ISA;
  float got[LANES];
  store(got, add(mul(load(a), load(b)), load(c)));
  for (int lane = 0; lane < LANES; ++lane) {
    const float expected = reference::add(reference::mul(a[lane], b[lane]), c[lane]);
    expect_same(got[lane], expected, NAME_OF_ISA " vector add of mul", a[lane], b[lane], c[lane]);
    expect_same(add(mul(a[lane], b[lane]), c[lane]), expected, NAME_OF_ISA " scalar add of mul", a[lane], b[lane],
                c[lane]);
  }
}

/// Loads and stores of `count` lanes at every `stride` end exactly where the memory ends (`fence` is a page that no one
/// may touch), and start exactly where it begins; unaligned too.
TARGET void check_memory(unsigned char *fence) {
  using namespace cnnc::ISA;
  const float guard = 77.0f;
  for (int misalignment = 0; misalignment < 2; ++misalignment) {
    for (long stride = 1; stride <= 5; ++stride) {
      for (int count = 0; count <= LANES; ++count) {
        const long span = count == 0 ? 0 : (count - 1) * stride + 1;
        float *p = reinterpret_cast<float *>(fence - 4 * span - misalignment);
        for (long i = 0; i < span; ++i) store(p + i, float(i) + 0.5f);
        float lanes[LANES];
        store(lanes, load_strided(p, stride, count));
        for (int lane = 0; lane < LANES; ++lane)
          expect_same(lanes[lane], lane < count ? float(lane * stride) + 0.5f : 0.0f,
                      NAME_OF_ISA " load_strided with count", float(stride), float(count), float(lane));
        if (count == LANES) {
          store(lanes, load_strided(p, stride));
          for (int lane = 0; lane < LANES; ++lane)
            expect_same(lanes[lane], float(lane * stride) + 0.5f, NAME_OF_ISA " load_strided", float(stride), 0,
                        float(lane));
        }
        if (stride == 1) {
          store(lanes, load(p, count));
          for (int lane = 0; lane < LANES; ++lane)
            expect_same(lanes[lane], lane < count ? float(lane) + 0.5f : 0.0f, NAME_OF_ISA " load with count", 0,
                        float(count), float(lane));
        }
        for (long i = 0; i < span; ++i) store(p + i, guard);
        for (int lane = 0; lane < LANES; ++lane) lanes[lane] = float(lane);
        if (stride == 1)
          store(p, load(lanes), count);
        else if (count == LANES)
          store_strided(p, stride, load(lanes));
        else
          store_strided(p, stride, load(lanes), count);
        for (long i = 0; i < span; ++i)
          expect_same(load_one(p + i), i % stride == 0 ? float(i / stride) : guard, NAME_OF_ISA " store_strided",
                      float(stride), float(count), float(i));
      }
    }
    float *p = reinterpret_cast<float *>(fence - 4 * LANES - misalignment);
    for (int i = 0; i < LANES; ++i) store(p + i, float(i));
    store(p, neg(load(p)));
    for (int i = 0; i < LANES; ++i) expect_same(load_one(p + i), -float(i), NAME_OF_ISA " load, store", float(i), 0, 0);
  }
  float lanes[LANES];
  store(lanes, splat(guard));
  for (int i = 0; i < LANES; ++i) expect_same(lanes[i], guard, NAME_OF_ISA " splat", float(i), 0, 0);
}

void check_all(unsigned char *fence) {
  check_memory(fence);
  Operands operands;
  float a[LANES], b[LANES], c[LANES];
  for (long done = 0; done < operand_triples; done += LANES) {
    for (int lane = 0; lane < LANES; ++lane) operands.next(a[lane], b[lane], c[lane]);
    check_values(a, b, c);
    check_contraction(a, b, c);
  }
}
