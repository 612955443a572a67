// exp, log and their kin, once, for every instruction set and for scalars.
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
//    erf         1.3      1.5      +-inf give +-1, the sign of zero is kept
//    expm1       1.7      1.8      -inf gives -1, overflow inf, the sign of zero is kept
//    log1p       1.5      1.5      -1 gives -inf, below it NaN, inf inf, the sign of zero is kept
//    pow         1.2      1.2      as C's, but that a NaN with 1 or 0 is a NaN too
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

/// k ln 2 + log(1 + f) = k ln 2 + f - f^2 / 2 + f^3 P(f) for 1 + f in [sqrt 1/2, sqrt 2].
template <class V>
CNNC_FN V math_log_of(V k, V f) {
  V p = like(f, -0x1.38b5b2p-4f);
  p = mul_add(p, f, like(f, 0x1.055b84p-3f));
  p = mul_add(p, f, like(f, -0x1.0d8544p-3f));
  p = mul_add(p, f, like(f, 0x1.22da1ap-3f));
  p = mul_add(p, f, like(f, -0x1.547244p-3f));
  p = mul_add(p, f, like(f, 0x1.99a008p-3f));
  p = mul_add(p, f, like(f, -0x1.000226p-2f));
  p = mul_add(p, f, like(f, 0x1.555554p-2f));
  const V square = mul(f, f);
  V tail = mul_add(k, like(f, 0x1.7f7d1cp-20f), mul(mul(square, f), p));
  tail = mul_add(square, like(f, -0.5f), tail);
  return mul_add(k, like(f, 0x1.62e4p-1f), add(f, tail));
}

/// The bits of a normal x = 2^k * (1 + f), moved so that the exponent field is k + 127 for 1 + f in [sqrt 1/2, sqrt 2].
template <class V>
CNNC_FN auto math_log_bits(V x) {
  return to_bits(x) + (0x3f800000u - 0x3f3504f3u);
}

/// f, and k + 2^23 + 127, of such bits.
template <class V>
struct math_scaled {
  V f, shifted;
};

template <class V, class Bits>
CNNC_FN math_scaled<V> math_log_parts(V x, Bits bits) {
  return {sub(from_bits((bits & 0x007fffffu) + 0x3f3504f3u), like(x, 1.0f)), from_bits((bits >> 23) | 0x4b000000u)};
}

/// A logarithm's values at and beyond the ends: inf at inf, -inf at 0, NaN below; a NaN stays one.
template <class V>
CNNC_FN V math_log_ends(V x, V finite) {
  const V positive = select(sub(x, like(x, 0x1.fffffep127f)), x, finite);
  const V minus_infinity = like(x, -__builtin_inff());
  const V otherwise = select(neg(x), like(x, __builtin_nanf("")), add(x, minus_infinity));
  return select(x, positive, otherwise);
}

template <class V>
CNNC_FN V log(V x) {
  const V below_normal = sub(like(x, 0x1p-126f), x);
  const auto parts = math_log_parts(x, math_log_bits(select(below_normal, mul(x, like(x, 0x1p23f)), x)));
  const V bias = select(below_normal, like(x, 8388608.0f + 127.0f + 23.0f), like(x, 8388608.0f + 127.0f));
  return math_log_ends(x, math_log_of(sub(parts.shifted, bias), parts.f));
}

/// The size of the first with the sign of the second.
template <class V>
CNNC_FN V math_with_sign(V size, V x) {
  return from_bits((to_bits(size) & 0x7fffffffu) | (to_bits(x) & 0x80000000u));
}

/// The logarithm of u = 1 + x, rounded, whose f takes back what the rounding lost. Without an exponent, f is x itself.
template <class V>
CNNC_FN V log1p(V x) {
  const V one = like(x, 1.0f);
  const V u = add(x, one);
  const V of_x = sub(u, one);
  const V lost = add(sub(one, sub(u, of_x)), sub(x, of_x));  // exact: u + lost = 1 + x
  const auto bits = math_log_bits(u);
  const auto parts = math_log_parts(x, bits);
  // 2^-k; nothing is lost at k = 128, where the subtraction gives -inf.
  const V inverse = max(like(x, 0.0f), from_bits(0x7f000000u - (bits & 0x7f800000u)));
  const V f = mul_add(lost, inverse, parts.f);
  const V finite = math_log_of(sub(parts.shifted, like(x, 8388608.0f + 127.0f)), f);
  return math_with_sign(math_log_ends(u, finite), x);
}

/// 2^n (e^r - 1) + (2^n - 1), with 2^n in two factors, for it may be 2^128.
template <class V>
CNNC_FN V expm1(V x) {
  const V limited = min(like(x, 89.0f), max(like(x, -18.0f), x));
  const auto reduced = math_reduce(limited);
  const auto biased = to_bits(reduced.shifted) - (0x4b400000u - 256u);  // n + 256 > 0
  const auto first = biased >> 1;
  const V power = from_bits((first - 1u) << 23);
  const V second = from_bits((biased - first - 1u) << 23);
  const V inverse = from_bits((255u - (biased - first)) << 23);  // 1 / second
  const V scaled = mul_add(math_expm1(reduced.r, 1.0f), power, sub(power, inverse));
  return math_with_sign(mul(scaled, second), x);
}

/// x + x P(x^2) near 0; from 15/16 on 1 - erfc, whose logarithm is a polynomial without a constant.
template <class V>
CNNC_FN V erf(V x) {
  const V size = min(like(x, 3.95f), abs(x));
  const V square = mul(size, size);
  V near = like(x, -0x1.365916p-11f);
  near = mul_add(near, square, like(x, 0x1.464ff2p-8f));
  near = mul_add(near, square, like(x, -0x1.b66324p-6f));
  near = mul_add(near, square, like(x, 0x1.ce17a6p-4f));
  near = mul_add(near, square, like(x, -0x1.8126d4p-2f));
  near = mul_add(near, square, like(x, 0x1.06eba6p-3f));
  near = mul_add(near, size, size);
  V far = like(x, -0x1.8ef9bep-17f);
  far = mul_add(far, size, like(x, 0x1.596c4ep-12f));
  far = mul_add(far, size, like(x, -0x1.e0f676p-9f));
  far = mul_add(far, size, like(x, 0x1.8641a8p-6f));
  far = mul_add(far, size, like(x, -0x1.b36b78p-4f));
  far = mul_add(far, size, like(x, -0x1.452d3ep-1f));
  far = mul_add(far, size, like(x, -0x1.20efc4p+0f));
  far = sub(like(x, 1.0f), exp(mul(far, size)));
  return math_with_sign(select(sub(size, like(x, 0.9375f)), far, near), x);
}

/// The upper 12 bits of the significand: products of two such numbers are exact.
template <class V>
CNNC_FN V math_upper(V x) {
  return from_bits(to_bits(x) & 0xfffff000u);
}

/// A number as the sum of two; `high` has 12 bits.
template <class V>
struct math_pair {
  V high, low;
};

/// The binary logarithm of 0 < x < inf, to 2^-32 of itself. With s = f / (2 + f) it is (2 / (3 ln 2)) s (3 + s^2 + …).
template <class V>
CNNC_FN math_pair<V> math_log2(V x) {
  const V below_normal = sub(like(x, 0x1p-126f), x);
  const auto parts = math_log_parts(x, math_log_bits(select(below_normal, mul(x, like(x, 0x1p23f)), x)));
  const V bias = select(below_normal, like(x, 8388608.0f + 127.0f + 23.0f), like(x, 8388608.0f + 127.0f));
  const V k = sub(parts.shifted, bias);
  const V f = parts.f;
  const V two = like(x, 2.0f);
  const V divisor = add(f, two);
  const V divisor_high = math_upper(divisor);
  const V divisor_low = add(sub(f, sub(divisor, two)), sub(divisor, divisor_high));
  const V s = div(f, divisor);
  const V s_high = math_upper(s);
  const V rest = sub(sub(f, mul(s_high, divisor_high)), mul(s_high, divisor_low));
  const V s_low = div(rest, divisor);
  const V square = mul(s, s);
  V tail = like(x, 0x1.2b083ep-2f);
  tail = mul_add(tail, square, like(x, 0x1.54c2fp-2f));
  tail = mul_add(tail, square, like(x, 0x1.b6dd2ep-2f));
  tail = mul_add(tail, square, like(x, 0x1.333332p-1f));
  tail = mul_add(mul(square, square), tail, mul(s_low, add(s_high, s)));
  const V square_high = mul(s_high, s_high);
  const V three = like(x, 3.0f);
  const V sum_high = math_upper(add(add(three, square_high), tail));
  const V sum_low = sub(tail, sub(sub(sum_high, three), square_high));
  const V whole = mul(s_high, sum_high);
  const V part = mul_add(s_low, sum_high, mul(s, sum_low));
  const V product_high = math_upper(add(whole, part));
  const V product_low = sub(part, sub(product_high, whole));
  const V log_high = mul(product_high, like(x, 0x1.ec6p-1f));
  const V log_low = mul_add(product_high, like(x, 0x1.09dc3ap-13f), mul(product_low, like(x, 0x1.ec709ep-1f)));
  const V high = math_upper(add(add(log_high, log_low), k));
  return {high, sub(log_low, sub(sub(high, k), log_high))};
}

/// x^y of x > 0 and sizes of y below 2^33: 2^(y log2 x), with the logarithm and the product in two parts each.
template <class V>
CNNC_FN V math_positive_power(V x, V y) {
  const auto log = math_log2(x);
  const V y_high = math_upper(y);
  const V high = mul(y_high, log.high);
  const V low = mul_add(sub(y, y_high), log.high, mul(y, log.low));
  const V sum = min(like(x, 129.0f), max(like(x, -160.0f), add(high, low)));
  const V magic = like(x, 0x1.8p23f);
  const V shifted = add(sum, magic);
  const V n = sub(shifted, magic);
  // Beyond the limits `high` may be far from n, but there the result is 0 or inf whatever is left.
  const V left = sub(min(like(x, 130.0f), max(like(x, -161.0f), high)), n);
  const V low_left = min(like(x, 1.0f), max(like(x, -1.0f), low));
  const V both = add(left, low_left);
  const V both_high = math_upper(both);
  const V both_low = sub(low_left, sub(both_high, left));
  const V u = mul(both_high, like(x, 0x1.62ep-1f));
  const V v = mul_add(both_high, like(x, 0x1.0bfbe8p-15f), mul(both_low, like(x, 0x1.62e43p-1f)));
  const V r = add(u, v);
  const V lost = sub(v, sub(r, u));
  const V e = math_expm1(r, 1.0f);
  const V p = add(like(x, 1.0f), add(e, mul_add(lost, e, lost)));
  const auto power = math_power_of_two(shifted);
  return mul(mul(p, power.first), power.second);
}

template <class V>
CNNC_FN V pow(V x, V y) {
  const V zero = like(x, 0.0f);
  const V one = like(x, 1.0f);
  const V infinity = like(x, __builtin_inff());
  const V most = like(x, 0x1.fffffep127f);
  const V size = abs(x);
  const V bounded = min(like(x, 0x1p32f), max(like(x, -0x1p32f), y));
  V result = math_positive_power(min(most, max(like(x, 0x1p-149f), size)), bounded);
  // |y| and the nearest integer, whose lowest bit is that of 2^23 + |y|, or beyond 2^23 of |y| itself.
  const V y_size = min(like(x, 0x1p24f), abs(y));
  const V whole = sub(y_size, like(x, 0x1.fffffep22f));
  const V shifted = select(whole, y_size, add(y_size, like(x, 0x1p23f)));
  const V nearest = select(whole, y_size, sub(shifted, like(x, 0x1p23f)));
  const V broken = select(abs(sub(nearest, y_size)), like(x, __builtin_nanf("")), result);
  result = select(x, result, broken);
  const V to_zero = select(y, zero, select(neg(y), infinity, one));
  const V to_infinity = select(y, infinity, select(neg(y), zero, one));
  result = select(size, select(sub(size, most), to_infinity, result), to_zero);
  const V not_numbers = mul(add(min(most, size), y_size), zero);  // 0, or NaN
  return from_bits(to_bits(add(result, not_numbers)) ^ ((to_bits(shifted) << 31) & to_bits(x) & 0x80000000u));
}
