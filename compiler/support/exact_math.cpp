#include "compiler/support/exact_math.hpp"

#include <array>
#include <limits>

#include "compiler/support/double_double.hpp"

namespace cnnc {

namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();
constexpr double not_a_number = std::numeric_limits<double>::quiet_NaN();
constexpr double largest_exponent = 709.79;    // exp overflows at 709.7827…
constexpr double smallest_exponent = -745.14;  // and is less than half the least subnormal below -745.1332…

/// A number as mantissa * 2^exponent.
struct Scaled {
  DoubleDouble mantissa;
  int exponent = 0;
};

// log 2 in three pieces. The first two have 36 bits, so that their products with the integers used here are exact.
constexpr double log2_a = 0x1.62e42fefap-1;
constexpr double log2_b = 0x1.cf79abc9ep-40;
constexpr double log2_c = 0x1.d9cc01f97b57ap-79;

constexpr double nearest_integer(double x) { return (x + 0x1.8p52) - 0x1.8p52; }  // |x| < 2^51, ties to even

constexpr std::array<DoubleDouble, 11> inverse_factorials() {
  std::array<DoubleDouble, 11> table{};
  DoubleDouble factorial{1, 0};
  table[0] = factorial;
  for (int n = 1; n < 11; ++n) {
    factorial = factorial * DoubleDouble{static_cast<double>(n), 0};
    table[n] = DoubleDouble{1, 0} / factorial;
  }
  return table;
}

/// e^r - 1 to about 2^-98 of itself, for |r| < 0.36. Reduced by 2^8; a Taylor polynomial of exp - 1, which is then
/// squared back, so that its relative accuracy is kept.
constexpr DoubleDouble expm1_accurate(DoubleDouble r) {
  constexpr auto coefficients = inverse_factorials();
  r = scaled(r, 0x1p-8);
  DoubleDouble p = coefficients[10];
  for (int n = 9; n >= 1; --n) p = p * r + coefficients[n];
  p = p * r;
  for (int i = 0; i < 8; ++i) p = scaled(p, 2) + p * p;  // (1 + p)^2 - 1
  return p;
}

/// e^x to about 2^-98, for |x| < 800.
constexpr Scaled exp_accurate(DoubleDouble x) {
  double k = nearest_integer(x.high * 0x1.71547652b82fep+0);
  DoubleDouble r = x - DoubleDouble{k * log2_a, 0} - DoubleDouble{k * log2_b, 0} - exact_product(k, log2_c);
  return {expm1_accurate(r) + DoubleDouble{1, 0}, static_cast<int>(k)};
}

/// 2^(j/64).
constexpr std::array<DoubleDouble, 64> roots_of_two() {
  std::array<DoubleDouble, 64> table{};
  for (int j = 0; j < 64; ++j) {
    double part = j / 64.0;
    DoubleDouble log = DoubleDouble{log2_a * part, 0} + DoubleDouble{log2_b * part, 0} + DoubleDouble{log2_c * part, 0};
    Scaled root = exp_accurate(log);
    table[j] = scaled(root.mantissa, root.exponent == 1 ? 2.0 : 1.0);
  }
  return table;
}

/// e^x to 2^-66, for |x| < 800: x = (64 k + j) log 2 / 64 + r, so e^x = 2^k * 2^(j/64) * e^r with |r| < 0.0055.
Scaled exp_quick(double x) {
  static constexpr auto roots = roots_of_two();
  double n = nearest_integer(x * 0x1.71547652b82fep+6);
  DoubleDouble r = exact_sum(x - n * (log2_a / 64), -n * (log2_b / 64));  // the first difference is exact
  r.low -= n * (log2_c / 64);
  double h = r.high;
  double tail = h * h * (0.5 + h * (1.0 / 6 + h * (1.0 / 24 + h * (1.0 / 120 + h * (1.0 / 720))))) + r.low * (1 + h);
  auto whole = static_cast<int>(n);
  const DoubleDouble &root = roots[whole & 63];
  DoubleDouble product = exact_product(root.high, h);
  DoubleDouble sum = fast_sum(root.high, product.high);
  sum.low += product.low + (root.low + root.low * h) + root.high * tail;
  return {fast_sum(sum.high, sum.low), whole >> 6};
}

DoubleDouble one_plus(const Scaled &x) {
  if (x.exponent < -200) return {1, 0};
  return DoubleDouble{1, 0} + scaled(x.mantissa, power_of_two(x.exponent));
}

constexpr int log_terms = 21;

constexpr std::array<DoubleDouble, log_terms> inverse_odds() {
  std::array<DoubleDouble, log_terms> table{};
  for (int n = 0; n < log_terms; ++n) table[n] = DoubleDouble{1, 0} / DoubleDouble{2.0 * n + 1, 0};
  return table;
}

/// log x to about 2^-98 of itself, for finite x > 0: with x = 2^k m, m in [0.7, 1.42), log m = 2 artanh((m - 1) / (m +
/// 1)).
DoubleDouble log_accurate(DoubleDouble x) {
  static constexpr auto coefficients = inverse_odds();
  int k = std::ilogb(x.high);
  if (std::ldexp(x.high, -k) > 1.4142) ++k;
  DoubleDouble m{std::ldexp(x.high, -k), std::ldexp(x.low, -k)};
  DoubleDouble s = (m - DoubleDouble{1, 0}) / (m + DoubleDouble{1, 0});
  DoubleDouble square = s * s;
  DoubleDouble p = coefficients[log_terms - 1];
  for (int n = log_terms - 2; n >= 0; --n) p = p * square + coefficients[n];
  p = scaled(p * s, 2);
  if (k == 0) return p;
  return (DoubleDouble{k * log2_a, 0} + DoubleDouble{k * log2_b, 0}) + (exact_product(k, log2_c) + p);
}

}  // namespace

double exact_exp(double x) {
  if (std::isnan(x)) return x;
  if (x > largest_exponent) return infinity;
  if (x < smallest_exponent) return 0;
  if (std::fabs(x) < 0x1p-54) return 1;
  Scaled quick = exp_quick(x);
  double margin = quick.mantissa.high * 0x1p-65;
  const DoubleDouble &m = quick.mantissa;
  if (x > -708 && m.high + (m.low + margin) == m.high + (m.low - margin))
    return std::ldexp(m.high + m.low, quick.exponent);
  Scaled accurate = exp_accurate({x, 0});
  return round_scaled(accurate.mantissa, accurate.exponent);
}

double exact_log(double x) {
  if (std::isnan(x)) return x;
  if (x == 0) return -infinity;
  if (x < 0) return not_a_number;
  if (x == infinity) return x;
  DoubleDouble log = log_accurate({x, 0});
  return log.high + log.low;
}

double exact_tanh(double x) {
  double a = std::fabs(x);
  if (!(a < 20)) return std::isnan(x) ? x : std::copysign(1.0, x);
  if (a < 0x1p-28) return x;
  if (a < 0x1p-6) {  // Taylor; the next term is below 2^-75 of x
    double s = x * x;
    double tail = -1.0 / 3 + s * (2.0 / 15 + s * (-17.0 / 315 + s * (62.0 / 2835 + s * (-1382.0 / 155925))));
    return x + x * s * tail;
  }
  Scaled exponential = exp_quick(2 * a);
  DoubleDouble e = scaled(exponential.mantissa, power_of_two(exponential.exponent));
  DoubleDouble quotient = (e - DoubleDouble{1, 0}) / (e + DoubleDouble{1, 0});
  return std::copysign(quotient.high + quotient.low, x);
}

double exact_sigmoid(double x) {
  if (std::isnan(x)) return x;
  if (x > 40) return 1;
  if (x < -45) return exact_exp(x);  // e^x (1 - e^x + …), and e^x is below 2^-64
  Scaled exponential = exp_quick(-x);
  DoubleDouble quotient = DoubleDouble{1, 0} / one_plus(exponential);
  return quotient.high + quotient.low;
}

double exact_expm1(double x) {
  if (std::isnan(x) || std::fabs(x) < 0x1p-60) return x;
  if (x > 100) return exact_exp(x);
  if (x < -45) return -1;
  DoubleDouble result = expm1_accurate({x, 0});
  if (std::fabs(x) > 0.3) {
    Scaled exponential = exp_accurate({x, 0});
    result = scaled(exponential.mantissa, power_of_two(exponential.exponent)) - DoubleDouble{1, 0};
  }
  return result.high + result.low;
}

double exact_log1p(double x) {
  if (std::isnan(x) || std::fabs(x) < 0x1p-60 || x == infinity) return x;
  if (x == -1) return -infinity;
  if (x < -1) return not_a_number;
  DoubleDouble log = log_accurate(exact_sum(1, x));
  return log.high + log.low;
}

/// e^(-x^2) times the sum of 2^n x^(2n + 1) / (1 * 3 * … * (2n + 1)), whose terms are all of one sign.
double exact_erf(double x) {
  double a = std::fabs(x);
  if (!(a < 6)) return std::isnan(x) ? x : std::copysign(1.0, x);
  constexpr DoubleDouble two_over_root_pi{0x1.20dd750429b6dp+0, 0x1.1ae3a914fed8p-56};
  if (a < 0x1p-55) return two_over_root_pi.high * x;
  DoubleDouble square = exact_product(a, a);
  DoubleDouble term{a, 0};
  DoubleDouble sum = term;
  for (int n = 1; term.high > sum.high * 0x1p-105; ++n) {
    term = scaled(term * square, 2) / DoubleDouble{2.0 * n + 1, 0};
    sum = sum + term;
  }
  Scaled exponential = exp_accurate(-square);
  DoubleDouble product = sum * exponential.mantissa * two_over_root_pi;
  double power = power_of_two(exponential.exponent);
  return std::copysign(product.high * power + product.low * power, x);
}

namespace {

bool is_integer(double y) { return y == std::floor(y); }
bool is_odd(double y) { return is_integer(y) && std::fabs(y) < 0x1p53 && (static_cast<std::int64_t>(y) & 1) != 0; }

/// The powers that a double, or the middle between two, represents exactly, which no approximation could round. They
/// are those of x = m 2^e, m odd, with m = 1 and integer e y, or y an integer >= 1 and m^y below 2^54. (A root that is
/// exact is no middle: its square would have more than 53 bits.)
bool exact_power(double x, double y, double &result) {
  int exponent = std::ilogb(x) - 52;
  double mantissa = std::ldexp(x, -exponent);
  auto m = static_cast<std::uint64_t>(mantissa);
  while ((m & 1) == 0) {
    m >>= 1;
    ++exponent;
  }
  double power = exponent * y;
  if (m == 1) {
    if (!is_integer(power) || exact_product(exponent, y).low != 0) return false;
    result = power > 2000 ? infinity : power < -2000 ? 0 : std::ldexp(1.0, static_cast<int>(power));
    return true;
  }
  if (!is_integer(y) || y < 1 || y > 34) return false;  // 3^35 exceeds 2^54
  std::uint64_t product = 1;
  for (int i = 0; i < static_cast<int>(y); ++i) {
    if (product >= (std::uint64_t{1} << 54) / m) return false;
    product *= m;
  }
  auto high = static_cast<double>(product);
  auto low = static_cast<double>(static_cast<std::int64_t>(product) - static_cast<std::int64_t>(high));
  result = round_scaled({high, low}, static_cast<int>(power));
  return true;
}

/// x^y for finite x > 0 and finite y.
double positive_power(double x, double y) {
  double result = 0;
  if (exact_power(x, y, result)) return result;
  DoubleDouble log = log_accurate({x, 0});
  if (double estimate = log.high * y; !(std::fabs(estimate) < 750)) return estimate > 0 ? infinity : 0;
  DoubleDouble exponent = log * DoubleDouble{y, 0};
  Scaled power = exp_accurate(exponent);
  return round_scaled(power.mantissa, power.exponent);
}

}  // namespace

double exact_pow(double x, double y) {
  if (y == 0 || x == 1) return 1;
  if (std::isnan(x) || std::isnan(y)) return not_a_number;
  double size = std::fabs(x);
  if (std::isinf(y)) {
    if (size == 1) return 1;
    return (size > 1) == (y > 0) ? infinity : 0;
  }
  double sign = x < 0 || (x == 0 && std::signbit(x)) ? (is_odd(y) ? -1.0 : 1.0) : 1.0;
  if (size == 0 || std::isinf(size)) return sign * ((size == 0) == (y > 0) ? 0.0 : infinity);
  if (x < 0 && !is_integer(y)) return not_a_number;
  return sign * positive_power(size, y);
}

}  // namespace cnnc
