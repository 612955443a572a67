// What every vocabulary does in the same words, on scalars and on its vectors: included inside its namespace.
//
// Before it: CNNC_FN, CNNC_ROUNDED(x), and, where the vocabulary has vectors, CNNC_VECTOR and splat. See avx512.hpp for
// the meaning of the functions. What depends on the instruction set (fma, min, max, select and sqrt of vectors, loads)
// stands in its header.

struct __attribute__((packed, may_alias)) unaligned_f32 {
  float value;
};

CNNC_FN float load_one(const float *p) { return reinterpret_cast<const unaligned_f32 *>(p)->value; }
CNNC_FN void store(float *p, float v) { reinterpret_cast<unaligned_f32 *>(p)->value = v; }

CNNC_FN float add(float a, float b) { return a + b; }
CNNC_FN float sub(float a, float b) { return a - b; }
CNNC_FN float mul(float a, float b) {
  float product = a * b;
  CNNC_ROUNDED(product);
  return product;
}
CNNC_FN float div(float a, float b) { return a / b; }
CNNC_FN float min(float a, float b) { return a < b ? a : b; }
CNNC_FN float max(float a, float b) { return a > b ? a : b; }
CNNC_FN float select(float c, float a, float b) { return c > 0.0f ? a : b; }
CNNC_FN float neg(float a) { return -a; }
CNNC_FN float abs(float a) { return __builtin_fabsf(a); }

// What math.inl needs beyond these: a constant of the kind of its first operand, and bits.
CNNC_FN float like(float, float c) { return c; }
CNNC_FN unsigned to_bits(float a) {
  unsigned bits;
  __builtin_memcpy(&bits, &a, sizeof bits);
  return bits;
}
CNNC_FN float from_bits(unsigned bits) {
  float a;
  __builtin_memcpy(&a, &bits, sizeof a);
  return a;
}

#ifdef CNNC_VECTOR
typedef unsigned u32_lanes __attribute__((vector_size(sizeof(CNNC_VECTOR))));

CNNC_FN CNNC_VECTOR add(CNNC_VECTOR a, CNNC_VECTOR b) { return a + b; }
CNNC_FN CNNC_VECTOR sub(CNNC_VECTOR a, CNNC_VECTOR b) { return a - b; }
CNNC_FN CNNC_VECTOR mul(CNNC_VECTOR a, CNNC_VECTOR b) {
  CNNC_VECTOR product = a * b;
  CNNC_ROUNDED(product);
  return product;
}
CNNC_FN CNNC_VECTOR div(CNNC_VECTOR a, CNNC_VECTOR b) { return a / b; }
CNNC_FN CNNC_VECTOR neg(CNNC_VECTOR a) { return -a; }
CNNC_FN CNNC_VECTOR like(CNNC_VECTOR, float c) { return splat(c); }
CNNC_FN u32_lanes to_bits(CNNC_VECTOR a) { return reinterpret_cast<u32_lanes>(a); }
CNNC_FN CNNC_VECTOR from_bits(u32_lanes bits) { return reinterpret_cast<CNNC_VECTOR>(bits); }
CNNC_FN CNNC_VECTOR abs(CNNC_VECTOR a) { return from_bits(to_bits(a) & 0x7fffffffu); }
#endif
