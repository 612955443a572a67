// Elements that are no f32, and conversions between them: included by every vocabulary, inside its namespace.
//
// Lanes hold f32. An element of u8, i8, f16 or bf16 becomes its value when it is loaded; a store takes values that the
// type has. An i32 keeps its 32 bits in a lane; from_i32 and to_i32 convert. Nothing here depends on the instruction
// set: the results are the same in every vocabulary. A header defines CNNC_VECTOR and CNNC_LANES if it has vectors.

/// Towards zero; +0 for what is between -1 and 1.
CNNC_FN float trunc(float a) {
  return a > -8388608.0f && a < 8388608.0f ? static_cast<float>(static_cast<int>(a)) : a;
}
/// Of a lane with the bits of an i32: the nearest f32, ties to even.
CNNC_FN float from_i32(float a) { return static_cast<float>(static_cast<int>(to_bits(a))); }
/// The bits of an i32: truncated, saturated, 0 for a NaN.
CNNC_FN float to_i32(float a) {
  if (a >= 2147483648.0f) return from_bits(0x7fffffffu);
  if (a <= -2147483648.0f) return from_bits(0x80000000u);
  return from_bits(a == a ? static_cast<unsigned>(static_cast<int>(a)) : 0u);
}
/// 1 where a < b, else 0.
CNNC_FN float less(float a, float b) { return a < b ? 1.0f : 0.0f; }

/// The nearest value that bf16 has, ties to even.
CNNC_FN float round_bf16(float a) {
  const unsigned bits = to_bits(a);
  if (!(a == a)) return from_bits((bits | 0x400000u) & 0xffff0000u);
  return from_bits((bits + 0x7fffu + ((bits >> 16) & 1u)) & 0xffff0000u);
}
/// The nearest value that f16 has, ties to even; infinite from 65520 on.
CNNC_FN float round_f16(float a) {
  const unsigned bits = to_bits(a), sign = bits & 0x80000000u;
  const float size = from_bits(bits & 0x7fffffffu);
  if (!(a == a)) return from_bits((bits | 0x400000u) & 0xffffe000u);
  // Below 2^-14 values are 2^-24 apart, as the f32 between 0.5 and 1 are.
  if (size < 6.103515625e-5f) return from_bits(to_bits(add(add(size, 0.5f), -0.5f)) | sign);
  if (size >= 65520.0f) return from_bits(0x7f800000u | sign);
  return from_bits((bits + 0xfffu + ((bits >> 13) & 1u)) & 0xffffe000u);
}

CNNC_FN float load_one(const std::uint8_t *p) { return static_cast<float>(*p); }
CNNC_FN float load_one(const std::int8_t *p) { return static_cast<float>(*p); }
CNNC_FN float load_one(const std::int32_t *p) {
  float a;
  __builtin_memcpy(&a, p, sizeof a);
  return a;
}
CNNC_FN float load_one(const bf16 *p) {
  std::uint16_t bits;
  __builtin_memcpy(&bits, p, sizeof bits);
  return from_bits(static_cast<unsigned>(bits) << 16);
}
CNNC_FN float load_one(const f16 *p) {
  std::uint16_t half;
  __builtin_memcpy(&half, p, sizeof half);
  const unsigned bits = half, sign = (bits & 0x8000u) << 16, exponent = (bits >> 10) & 0x1fu, rest = bits & 0x3ffu;
  if (exponent == 0) return from_bits(to_bits(static_cast<float>(rest) * 5.9604644775390625e-8f) | sign);
  if (exponent == 31) return from_bits(sign | 0x7f800000u | (rest == 0 ? 0u : 0x400000u) | (rest << 13));
  return from_bits(sign | ((exponent + 112u) << 23) | (rest << 13));
}

CNNC_FN void store(std::uint8_t *p, float v) { *p = static_cast<std::uint8_t>(static_cast<int>(v)); }
CNNC_FN void store(std::int8_t *p, float v) { *p = static_cast<std::int8_t>(static_cast<int>(v)); }
CNNC_FN void store(std::int32_t *p, float v) { __builtin_memcpy(p, &v, sizeof v); }
CNNC_FN void store(bf16 *p, float v) {
  const std::uint16_t bits = static_cast<std::uint16_t>(to_bits(v) >> 16);
  __builtin_memcpy(p, &bits, sizeof bits);
}
CNNC_FN void store(f16 *p, float v) {
  const unsigned bits = to_bits(v), sign = (bits >> 16) & 0x8000u, size = bits & 0x7fffffffu;
  unsigned half = (size - 0x38000000u) >> 13;
  if (size >= 0x7f800000u) half = 0x7c00u | ((size & 0x7fffffu) == 0 ? 0u : 0x200u) | ((size >> 13) & 0x3ffu);
  if (size < 0x38800000u) half = static_cast<unsigned>(static_cast<int>(from_bits(size) * 16777216.0f));
  const std::uint16_t element = static_cast<std::uint16_t>(half | sign);
  __builtin_memcpy(p, &element, sizeof element);
}

#ifdef CNNC_VECTOR
typedef int i32_lanes __attribute__((vector_size(sizeof(CNNC_VECTOR))));

CNNC_FN CNNC_VECTOR from_i32(CNNC_VECTOR a) {
  return __builtin_convertvector(reinterpret_cast<i32_lanes>(a), CNNC_VECTOR);
}
CNNC_FN CNNC_VECTOR less(CNNC_VECTOR a, CNNC_VECTOR b) {
  return reinterpret_cast<CNNC_VECTOR>((a < b) & reinterpret_cast<i32_lanes>(splat(1.0f)));
}
// Below, comparisons give lanes of all ones or zeros. Only what an int can hold is converted to one.
CNNC_FN CNNC_VECTOR where(i32_lanes mask, CNNC_VECTOR a, CNNC_VECTOR b) {
  return reinterpret_cast<CNNC_VECTOR>((mask & reinterpret_cast<i32_lanes>(a)) |
                                       (~mask & reinterpret_cast<i32_lanes>(b)));
}
CNNC_FN CNNC_VECTOR trunc(CNNC_VECTOR a) {
  const i32_lanes inside = (a > splat(-8388608.0f)) & (a < splat(8388608.0f));
  const i32_lanes whole = __builtin_convertvector(where(inside, a, splat(0.0f)), i32_lanes);
  return where(inside, __builtin_convertvector(whole, CNNC_VECTOR), a);
}
CNNC_FN CNNC_VECTOR to_i32(CNNC_VECTOR a) {
  const i32_lanes above = a >= splat(2147483648.0f), below = a <= splat(-2147483648.0f);
  const i32_lanes inside = (a == a) & ~above & ~below;
  const i32_lanes whole = __builtin_convertvector(where(inside, a, splat(0.0f)), i32_lanes);
  const CNNC_VECTOR high = splat(from_bits(0x7fffffffu)), low = splat(from_bits(0x80000000u));
  return where(above, high, where(below, low, reinterpret_cast<CNNC_VECTOR>(whole)));
}
CNNC_FN CNNC_VECTOR round_bf16(CNNC_VECTOR a) {
  const auto bits = to_bits(a);
  const CNNC_VECTOR nearest = from_bits(bits + 0x7fffu + ((bits >> 16) & 1u));
  return from_bits(to_bits(where(a == a, nearest, from_bits(bits | 0x400000u))) & 0xffff0000u);
}
CNNC_FN CNNC_VECTOR round_f16(CNNC_VECTOR a) {
  const auto bits = to_bits(a), sign = bits & 0x80000000u;
  const CNNC_VECTOR size = from_bits(bits & 0x7fffffffu);
  const CNNC_VECTOR small = add(add(size, splat(0.5f)), splat(-0.5f));
  const CNNC_VECTOR nearest = from_bits((to_bits(size) + 0xfffu + ((bits >> 13) & 1u)) & 0xffffe000u);
  CNNC_VECTOR result = where(size < splat(6.103515625e-5f), small, nearest);
  result = where(size >= splat(65520.0f), splat(from_bits(0x7f800000u)), result);
  result = where(a == a, result, from_bits((to_bits(size) | 0x400000u) & 0xffffe000u));
  return from_bits(to_bits(result) | sign);
}

template <class T>
CNNC_FN CNNC_VECTOR load_strided(const T *p, long stride, int count = CNNC_LANES) {
  CNNC_VECTOR v = splat(0.0f);
  for (int i = 0; i < CNNC_LANES; ++i)
    if (i < count) v[i] = load_one(p + i * stride);
  return v;
}
template <class T>
CNNC_FN CNNC_VECTOR load(const T *p) {
  return load_strided(p, 1);
}
// A part of a vector is copied first: of a loop that stops early, GCC 12 makes one load of a whole vector.
template <class T>
CNNC_FN CNNC_VECTOR load(const T *p, int count) {
  T whole[CNNC_LANES] = {};
  __builtin_memcpy(whole, p, static_cast<unsigned long>(count) * sizeof(T));
  return load(&whole[0]);
}
template <class T>
CNNC_FN void store_strided(T *p, long stride, CNNC_VECTOR v, int count = CNNC_LANES) {
  for (int i = 0; i < CNNC_LANES; ++i)
    if (i < count) store(p + i * stride, v[i]);
}
template <class T>
CNNC_FN void store(T *p, CNNC_VECTOR v, int count = CNNC_LANES) {
  store_strided(p, 1, v, count);
}

// An i32's 32 bits are loaded and stored as those of a float.
CNNC_FN CNNC_VECTOR load(const std::int32_t *p) { return load(reinterpret_cast<const float *>(p)); }
CNNC_FN CNNC_VECTOR load(const std::int32_t *p, int count) { return load(reinterpret_cast<const float *>(p), count); }
CNNC_FN CNNC_VECTOR load_strided(const std::int32_t *p, long stride, int count = CNNC_LANES) {
  return load_strided(reinterpret_cast<const float *>(p), stride, count);
}
CNNC_FN void store(std::int32_t *p, CNNC_VECTOR v) { store(reinterpret_cast<float *>(p), v); }
CNNC_FN void store(std::int32_t *p, CNNC_VECTOR v, int count) { store(reinterpret_cast<float *>(p), v, count); }
CNNC_FN void store_strided(std::int32_t *p, long stride, CNNC_VECTOR v, int count = CNNC_LANES) {
  store_strided(reinterpret_cast<float *>(p), stride, v, count);
}
#endif
