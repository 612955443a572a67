// Pairs of doubles: a number as the unevaluated sum high + low, |low| at most half a unit in the last place of high.
// They carry about 106 bits. Everything is built from IEEE + - * /, each rounded once, and usable at compile time.
//
// After T. J. Dekker, A floating-point technique for extending the available precision, 1971, and Y. Hida, X. Li and
// D. Bailey, Algorithms for quad-double precision floating point arithmetic, 2001. Products are split by Veltkamp's
// constant and not by fma, which a machine may lack. Requires that nothing is contracted, and operands below 2^996.
#pragma once

#include <bit>
#include <cmath>
#include <cstdint>

namespace cnnc {

struct DoubleDouble {
  double high = 0;
  double low = 0;
};

/// a + b without error, for |a| >= |b| or a == 0.
constexpr DoubleDouble fast_sum(double a, double b) {
  double sum = a + b;
  return {sum, b - (sum - a)};
}

/// a + b without error.
constexpr DoubleDouble exact_sum(double a, double b) {
  double sum = a + b;
  double of_b = sum - a;
  return {sum, (a - (sum - of_b)) + (b - of_b)};
}

constexpr DoubleDouble split(double a) {
  double scaled = 134217729.0 * a;  // 2^27 + 1
  double high = scaled - (scaled - a);
  return {high, a - high};
}

/// a * b without error, barring underflow.
constexpr DoubleDouble exact_product(double a, double b) {
  double product = a * b;
  DoubleDouble x = split(a);
  DoubleDouble y = split(b);
  return {product, ((x.high * y.high - product) + x.high * y.low + x.low * y.high) + x.low * y.low};
}

constexpr DoubleDouble operator-(DoubleDouble a) { return {-a.high, -a.low}; }

constexpr DoubleDouble operator+(DoubleDouble a, DoubleDouble b) {
  DoubleDouble high = exact_sum(a.high, b.high);
  DoubleDouble low = exact_sum(a.low, b.low);
  high = fast_sum(high.high, high.low + low.high);
  return fast_sum(high.high, high.low + low.low);
}

constexpr DoubleDouble operator-(DoubleDouble a, DoubleDouble b) { return a + -b; }

constexpr DoubleDouble operator*(DoubleDouble a, DoubleDouble b) {
  DoubleDouble product = exact_product(a.high, b.high);
  return fast_sum(product.high, product.low + (a.high * b.low + a.low * b.high));
}

constexpr DoubleDouble operator/(DoubleDouble a, DoubleDouble b) {
  double first = a.high / b.high;
  DoubleDouble rest = a - DoubleDouble{first, 0} * b;
  double second = rest.high / b.high;
  rest = rest - DoubleDouble{second, 0} * b;
  DoubleDouble quotient = fast_sum(first, second);
  return quotient + DoubleDouble{rest.high / b.high, 0};
}

/// Times a power of two, exactly.
constexpr DoubleDouble scaled(DoubleDouble a, double power) { return {a.high * power, a.low * power}; }

/// 2^exponent for -1022 <= exponent <= 1023.
constexpr double power_of_two(int exponent) {
  return std::bit_cast<double>(static_cast<std::uint64_t>(exponent + 1023) << 52);
}

/// The double nearest to a * 2^exponent: rounded once, to even on ties, also where the result is subnormal; infinite
/// where it is too large. `a` is positive and lies within 2^-100 and 2^100.
inline double round_scaled(DoubleDouble a, int exponent) {
  a = fast_sum(a.high, a.low);
  if (std::ilogb(a.high) + exponent >= -1022) return std::ldexp(a.high, exponent);
  if (std::ilogb(a.high) + exponent < -1076) return 0;
  double unit = std::ldexp(1.0, -1074 - exponent);  // the least subnormal, before scaling
  double aligned = 0x1p52 * unit;                   // adding it rounds to multiples of the unit
  DoubleDouble sum = exact_sum(aligned, a.high);
  // A tie of the high part is none if the low part leans to one side.
  if (sum.low == unit / 2 && a.low > 0) sum.high += unit;
  if (sum.low == -unit / 2 && a.low < 0) sum.high -= unit;
  return std::ldexp(sum.high - aligned, exponent);
}

}  // namespace cnnc
