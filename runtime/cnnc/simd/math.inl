// exp, log, tanh and sigmoid, once, for every instruction set and for scalars.
//
// Included inside the namespace of a vocabulary, after its functions (hence no guard). A lane type V needs: add, sub,
// mul, div, min, max, select, neg, abs; mul_add(a, b, c), which is a * b + c with one rounding where the vocabulary is
// fused and with two where it is not; like(v, c), the constant c as a V; and to_bits / from_bits, whose integer lanes
// are unsigned and wrap. Nothing here depends on the number of lanes, so a vector and a scalar of one vocabulary agree
// in every bit, and so do all fused vocabularies, and all others among themselves. No table, no libm, no estimate.
//
// Bounds, in units in the last place of the f32 result; tests/runtime/accuracy.cpp holds them against double precision,
// last over every 29th of the 2^32 floats:
//
//              fused   not fused   beyond the finite
//    exp         1.1      1.1      overflow gives inf, underflow is gradual down to 0
//    log         0.9      0.9      0 gives -inf, below 0 NaN, inf inf
//    tanh        2.0      2.3      +-inf give +-1, the sign of zero is kept
//    sigmoid     1.6      1.6      -inf gives 0, inf gives 1; underflow is gradual
//
// A NaN gives a NaN. Coefficients are minimax (Remez, relative error), rounded to f32.

/// The exponential's argument as n * ln 2 + r with |r| <= ln 2 / 2. `shifted` is n + 0x1.8p23: its low bits are n.
template <class V>
struct math_reduced {
  V shifted, r;
};

template <class V>
CNNC_FN math_reduced<V> math_reduce(V x) {
  const V magic = like(x, 0x1.8p23f);
  const V shifted = mul_add(x, like(x, 0x1.715476p0f), magic);  // log2(e)
  const V n = sub(shifted, magic);
  // ln 2 in two parts, the first short enough for n * part to be exact.
  const V r = mul_add(n, like(x, -0x1.62e4p-1f), x);
  return {shifted, mul_add(n, like(x, -0x1.7f7d1cp-20f), r)};
}

/// (e^(s r) - 1) / s for |s r| <= ln 2 / 2 and a power of two s; relative error below 2^-26 before rounding.
template <class V>
CNNC_FN V math_expm1(V r, float s) {
  V p = like(r, 0x1.6becp-10f * s * s * s * s * s);
  p = mul_add(p, r, like(r, 0x1.122772p-7f * s * s * s * s));
  p = mul_add(p, r, like(r, 0x1.555674p-5f * s * s * s));
  p = mul_add(p, r, like(r, 0x1.5554bp-3f * s * s));
  p = mul_add(p, r, like(r, 0x1.fffffep-2f * s));
  return mul_add(mul(r, r), p, r);
}

/// a / (1 + e) for e >= -1/2, from y = 1 / (1 + e) to 9 bits, where a is near enough to the quotient (between half of
/// it and twice of it) for their difference to be exact: a Newton step, and a correction of the quotient that does not
/// see the rounding of 1 + e. The division unit would take more than twice the time on vectors of 16.
template <class V>
CNNC_FN V math_quotient(V a, V e, V y) {
  const V one = like(e, 1.0f);
  y = mul_add(mul_add(neg(add(e, one)), y, one), y, y);
  const V q = mul(a, y);
  return mul_add(mul_add(neg(e), q, sub(a, q)), y, q);
}

/// 2^n for the n of `shifted`, in two factors, so that results below the smallest normal number are rounded once.
template <class V>
struct math_power {
  V first, second;
};

template <class V>
CNNC_FN math_power<V> math_power_of_two(V shifted) {
  const auto biased = to_bits(shifted) - (0x4b400000u - 256u);  // n + 256 > 0
  const auto first = biased >> 1;
  return {from_bits((first - 1u) << 23), from_bits((biased - first - 1u) << 23)};
}

template <class V>
CNNC_FN V exp(V x) {
  // A NaN passes both: min and max give the second operand. Beyond the limits the result is 0 or inf anyway.
  const V limited = min(like(x, 89.0f), max(like(x, -104.0f), x));
  const auto reduced = math_reduce(limited);
  const V p = add(math_expm1(reduced.r, 1.0f), like(x, 1.0f));
  const auto power = math_power_of_two(reduced.shifted);
  return mul(mul(p, power.first), power.second);
}

/// With h = (e^(-2|x|) - 1) / 2, which keeps its digits near 0: tanh |x| = -h / (1 + h).
template <class V>
CNNC_FN V tanh(V x) {
  const V limited = max(like(x, -10.0f), from_bits(to_bits(x) | 0x80000000u));
  const V magic = like(x, 0x1.8p23f);
  const V shifted = mul_add(limited, like(x, 0x1.715476p1f), magic);  // 2 log2(e)
  const V r = mul_add(sub(shifted, magic), like(x, -0x1.62e43p-2f), limited);  // ln 2 / 2, one part: n is small
  const V scale = from_bits((to_bits(shifted) << 23) + 0x3f800000u);
  const V h = mul_add(scale, math_expm1(r, 2.0f), mul_add(scale, like(x, 0.5f), like(x, -0.5f)));
  // The cubic that is nearest to 1 / (1 + h) on [-1/2, 0] has no square term.
  const V slope = mul_add(mul(h, h), like(x, -0x1.c65286p1f), like(x, -0x1.1bf394p0f));
  const V q = math_quotient(h, h, mul_add(slope, h, like(x, 0x1.ff1cd6p-1f)));
  return from_bits((to_bits(q) & 0x7fffffffu) | (to_bits(x) & 0x80000000u));
}

/// With e = e^-|x|, which cannot overflow: 1 / (1 + e) for x > 0, else e / (1 + e).
template <class V>
CNNC_FN V sigmoid(V x) {
  const V one = like(x, 1.0f);
  const V e = exp(from_bits(to_bits(x) | 0x80000000u));
  V y = like(x, -0x1.c65286p-3f);
  y = mul_add(y, e, like(x, 0x1.54bde4p-1f));
  y = mul_add(y, e, like(x, -0x1.e2b7aep-1f));
  y = mul_add(y, e, like(x, 0x1.ff1cd6p-1f));
  return math_quotient(select(x, one, e), e, y);
}

/// x = 2^k * (1 + f) with 1 + f in [sqrt 1/2, sqrt 2): log x = k ln 2 + f - f^2 / 2 + f^3 P(f).
template <class V>
CNNC_FN V log(V x) {
  const V below_normal = sub(like(x, 0x1p-126f), x);
  const V normal = select(below_normal, mul(x, like(x, 0x1p23f)), x);
  const auto bits = to_bits(normal) + (0x3f800000u - 0x3f3504f3u);
  const V f = sub(from_bits((bits & 0x007fffffu) + 0x3f3504f3u), like(x, 1.0f));
  const V bias = select(below_normal, like(x, 8388608.0f + 127.0f + 23.0f), like(x, 8388608.0f + 127.0f));
  const V k = sub(from_bits((bits >> 23) | 0x4b000000u), bias);
  V p = like(x, -0x1.38b5b2p-4f);
  p = mul_add(p, f, like(x, 0x1.055b84p-3f));
  p = mul_add(p, f, like(x, -0x1.0d8544p-3f));
  p = mul_add(p, f, like(x, 0x1.22da1ap-3f));
  p = mul_add(p, f, like(x, -0x1.547244p-3f));
  p = mul_add(p, f, like(x, 0x1.99a008p-3f));
  p = mul_add(p, f, like(x, -0x1.000226p-2f));
  p = mul_add(p, f, like(x, 0x1.555554p-2f));
  const V square = mul(f, f);
  V tail = mul_add(k, like(x, 0x1.7f7d1cp-20f), mul(mul(square, f), p));
  tail = mul_add(square, like(x, -0.5f), tail);
  const V finite = mul_add(k, like(x, 0x1.62e4p-1f), add(f, tail));
  const V positive = select(sub(x, like(x, 0x1.fffffep127f)), x, finite);
  const V minus_infinity = like(x, -__builtin_inff());
  const V otherwise = select(neg(x), like(x, __builtin_nanf("")), add(x, minus_infinity));
  return select(x, positive, otherwise);
}
