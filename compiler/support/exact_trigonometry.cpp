// sin and cos of exact_math.hpp.
//
// An argument is reduced by multiplying it with as many bits of 2/pi as reach its integer part, in integers (M. Payne
// and R. Hanek, Radian reduction for trigonometric functions, 1983); a Taylor polynomial in pairs of doubles does the
// rest.
#include <algorithm>
#include <array>
#include <limits>

#include "compiler/support/double_double.hpp"
#include "compiler/support/exact_math.hpp"

namespace cnnc {

namespace {

/// The bits of 2/pi behind the point, 64 a word, most significant first.
constexpr std::array<std::uint64_t, 21> two_over_pi = {
    0xa2f9836e4e441529, 0xfc2757d1f534ddc0, 0xdb6295993c439041, 0xfe5163abdebbc561, 0xb7246e3a424dd2e0,
    0x06492eea09d1921c, 0xfe1deb1cb129a73e, 0xe88235f52ebb4484, 0xe99c7026b45f7e41, 0x3991d639835339f4,
    0x9c845f8bbdf9283b, 0x1ff897ffde05980f, 0xef2f118b5a0a6d1f, 0x6d367ecf27cb09b7, 0x4f463f669e5fea2d,
    0x7527bac7ebe5f17b, 0x3d0739f78a5292ea, 0x6bfb5fb11f8d5d08, 0x56033046fc7b6bab, 0xf0cfbc209af4361d,
    0xa9e391615ee61b08};
constexpr DoubleDouble half_pi = {0x1.921fb54442d18p+0, 0x1.1a62633145c07p-54};

/// A fixed-point number of 512 bits, least significant word of 32 bits first.
using Fixed = std::array<std::uint32_t, 16>;

constexpr bool bit_of_two_over_pi(int i) {  // i counts from 0 behind the point
  return i >= 0 && (two_over_pi[i / 64] >> (63 - i % 64) & 1) != 0;
}

void negate(Fixed &x) {
  std::uint64_t carry = 1;
  for (std::uint32_t &word : x) {
    carry += static_cast<std::uint32_t>(~word);
    word = static_cast<std::uint32_t>(carry);
    carry >>= 32;
  }
}

bool bit_of(const Fixed &x, int i) { return (x[i / 32] >> (i % 32) & 1) != 0; }

/// The number formed by the `count` bits of x below bit `top`, times 2^-top. Bits below 0 are zero.
double bits_below(const Fixed &x, int top, int count) {
  double value = 0;
  for (int i = top - 1; i >= std::max(top - count, 0); --i)
    if (bit_of(x, i)) value += std::ldexp(1.0, i - top);
  return value;
}

struct Reduced {
  int quadrant;    ///< of the nearest multiple of pi/2
  DoubleDouble r;  ///< what remains, |r| <= pi/4, to about 2^-100 of itself
};

/// Reduces |x| >= 2^-27. With x = m 2^e, m an integer, those bits of 2/pi are left out that give multiples of 4, and
/// those beyond the 256 that follow.
Reduced reduce(double x) {
  int e = std::ilogb(x) - 52;
  auto m = static_cast<std::uint64_t>(std::ldexp(x, -e));
  int first = std::max(e - 2, 0);
  int point = first + 256 - e;  // bits of the product behind the point: 254 to 335
  Fixed product{};
  for (int i = 0; i < 256; ++i) {  // m * (bits first … first + 255), bit by bit
    if (!bit_of_two_over_pi(first + i)) continue;
    int shift = 255 - i;
    std::uint64_t carry = 0;
    for (std::size_t word = shift / 32, piece = 0; word < product.size(); ++word, ++piece) {
      std::uint64_t low = piece < 2 ? m >> (32 * piece) & 0xffffffffU : 0;
      std::uint64_t previous = piece >= 1 && piece < 3 ? m >> (32 * (piece - 1)) & 0xffffffffU : 0;
      std::uint64_t shifted = low << (shift % 32) & 0xffffffffU;
      if (shift % 32 != 0) shifted |= previous >> (32 - shift % 32);
      carry += product[word] + shifted;
      product[word] = static_cast<std::uint32_t>(carry);
      carry >>= 32;
    }
  }
  int quadrant = bit_of(product, point) + 2 * bit_of(product, point + 1);
  bool negative = bit_of(product, point - 1);  // at least a half: nearer to the next multiple
  if (negative) {
    negate(product);
    ++quadrant;
  }
  int top = point;
  while (top > 0 && !bit_of(product, top - 1)) --top;
  double high = std::ldexp(bits_below(product, top, 53), top - point);
  double low = std::ldexp(bits_below(product, top - 53, 53), top - 53 - point);
  DoubleDouble r = fast_sum(high, low) * half_pi;
  return {quadrant & 3, negative ? -r : r};
}

constexpr int trigonometric_terms = 15;

/// (-1)^n / (2 n + first)!
constexpr std::array<DoubleDouble, trigonometric_terms> taylor(int first) {
  std::array<DoubleDouble, trigonometric_terms> table{};
  DoubleDouble factorial{1, 0};
  for (int n = 0; n < trigonometric_terms; ++n) {
    table[n] = DoubleDouble{n % 2 ? -1.0 : 1.0, 0} / factorial;
    factorial = factorial * DoubleDouble{static_cast<double>((2 * n + first + 1) * (2 * n + first + 2)), 0};
  }
  return table;
}

DoubleDouble polynomial(const std::array<DoubleDouble, trigonometric_terms> &coefficients, DoubleDouble square) {
  DoubleDouble p = coefficients.back();
  for (int n = trigonometric_terms - 2; n >= 0; --n) p = p * square + coefficients[n];
  return p;
}

double sine_of_quadrant(const Reduced &x, int quadrant) {
  static constexpr auto sine = taylor(1);
  static constexpr auto cosine = taylor(0);
  DoubleDouble square = x.r * x.r;
  DoubleDouble value = quadrant & 1 ? polynomial(cosine, square) : polynomial(sine, square) * x.r;
  double rounded = value.high + value.low;
  return quadrant & 2 ? -rounded : rounded;
}

}  // namespace

double exact_sin(double x) {
  if (!std::isfinite(x)) return std::numeric_limits<double>::quiet_NaN();
  if (std::fabs(x) < 0x1p-27) return x;
  Reduced reduced = reduce(std::fabs(x));
  double value = sine_of_quadrant(reduced, reduced.quadrant);
  return x < 0 ? -value : value;
}

double exact_cos(double x) {
  if (!std::isfinite(x)) return std::numeric_limits<double>::quiet_NaN();
  if (std::fabs(x) < 0x1p-27) return 1;
  Reduced reduced = reduce(std::fabs(x));
  return sine_of_quadrant(reduced, (reduced.quadrant + 1) & 3);
}

}  // namespace cnnc
