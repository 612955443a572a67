// How far the functions of math.inl are from the truth, in units in the last place: the table at its head.
//
// Usage: accuracy STEP. Looks at every STEP-th of the 2^32 floats, and fails where a bound does not hold. Truth is the
// C library's double precision.
#include "cnnc/simd/reference.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>

namespace {

float from_bits(std::uint32_t bits) {
  float value;
  std::memcpy(&value, &bits, 4);
  return value;
}

/// The distance of `got` from `truth` in units of the last place of an f32 of that size.
double distance(float got, double truth) {
  if (std::isnan(truth) || std::isnan(got)) return std::isnan(truth) && std::isnan(got) ? 0 : HUGE_VAL;
  // Halfway between the largest float and the power of two above it, rounding goes to infinity.
  if (std::isinf(got)) return std::fabs(truth) >= 0x1.ffffffp127 && (truth < 0) == (got < 0) ? 0 : HUGE_VAL;
  if (std::isinf(truth)) return HUGE_VAL;
  int exponent = 0;
  std::frexp(truth, &exponent);
  return std::fabs(static_cast<double>(got) - truth) / std::ldexp(1.0, std::max(exponent - 24, -149));
}

double sigmoid(double x) { return x > 0 ? 1 / (1 + std::exp(-x)) : std::exp(x) / (1 + std::exp(x)); }

/// True if the greatest distance is at most `bound`.
bool check(const char *name, float (*function)(float), double (*truth)(double), double bound, std::uint64_t step) {
  double worst = 0;
  float worst_at = 0;
  for (std::uint64_t bits = 0; bits < (1ull << 32); bits += step) {
    const float x = from_bits(static_cast<std::uint32_t>(bits));
    const double found = distance(function(x), truth(static_cast<double>(x)));
    if (found > worst) worst = found, worst_at = x;
  }
  std::printf("%-16s %.3f ulp at %a, bound %.1f\n", name, worst, static_cast<double>(worst_at), bound);
  return worst <= bound;
}

/// The same for pow, on pairs whose results spread over all that a float can hold. Bases are every `step`-th of the
/// floats with all exponents that are tried, near 1 too, where the exponent is great.
bool check_power(float (*power)(float, float), double bound, std::uint64_t step) {
  double worst = 0;
  float worst_x = 0, worst_y = 0;
  std::uint64_t noise = 1;
  for (std::uint64_t bits = 0; bits < (1ull << 31); bits += step) {
    const float x = bits % 3 == 0 ? from_bits(static_cast<std::uint32_t>(0x3f800000u - 0x4000u + bits % 0x8000u))
                                  : from_bits(static_cast<std::uint32_t>(bits));
    noise = noise * 6364136223846793005ull + 1442695040888963407ull;
    const double target =
        static_cast<double>(static_cast<std::int64_t>(noise)) * 0x1p-63 * 150;  // of log2 of the result
    const double log = std::log2(static_cast<double>(x));
    const float y = bits % 5 == 0 ? std::nearbyint(static_cast<float>(target / 8)) : static_cast<float>(target / log);
    if (!std::isfinite(y) || !std::isfinite(x)) continue;
    const double found = distance(power(x, y), std::pow(static_cast<double>(x), static_cast<double>(y)));
    if (found > worst) worst = found, worst_x = x, worst_y = y;
  }
  std::printf("%-16s %.3f ulp at %a, %a, bound %.1f\n", "pow", worst, static_cast<double>(worst_x),
              static_cast<double>(worst_y), bound);
  return worst <= bound;
}

bool same(const char *name, float got, float expected) {
  if (std::memcmp(&got, &expected, 4) == 0) return true;
  std::printf("%s: got %a, expected %a\n", name, static_cast<double>(got), static_cast<double>(expected));
  return false;
}

/// The ends of pow's domain are those of the C library, where no operand is a NaN.
bool same_power(float (*power)(float, float), float x, float y, double bound) {
  const float got = power(x, y), expected = std::pow(x, y);
  if (distance(got, std::pow(static_cast<double>(x), static_cast<double>(y))) <= bound) {
    if (std::signbit(got) == std::signbit(expected) || std::isnan(got)) return true;
  }
  std::printf("pow: got %a, expected %a\n", static_cast<double>(got), static_cast<double>(expected));
  std::printf("  of %a, %a\n", static_cast<double>(x), static_cast<double>(y));
  return false;
}

}  // namespace

int main(int count, char **arguments) {
  const std::uint64_t step = count > 1 ? std::strtoull(arguments[1], nullptr, 10) : 0;
  if (step == 0) return 2;
  bool good = true;
  const float infinity = HUGE_VALF;
  const float powers[] = {0.0f,
                          -0.0f,
                          1,
                          -1,
                          2,
                          -2,
                          3,
                          -3,
                          0.5f,
                          -0.5f,
                          4,
                          0.25f,
                          infinity,
                          -infinity,
                          0x1p23f,
                          0x1p24f,
                          0x1.000002p23f,
                          0x1.000002p24f,
                          -0x1.000002p23f,
                          -0x1p-149f,
                          0x1p-149f,
                          -127,
                          0x1p127f};
#define VARIANT(variant, exp_bound, log_bound, tanh_bound, sigmoid_bound, erf_bound, expm1_bound, log1p_bound,  \
                pow_bound)                                                                                      \
  {                                                                                                             \
    namespace r = cnnc::reference::variant;                                                                     \
    std::puts(#variant);                                                                                        \
    good &= check("exp", r::exp<float>, std::exp, exp_bound, step);                                             \
    good &= check("log", r::log<float>, std::log, log_bound, step);                                             \
    good &= check("tanh", r::tanh<float>, std::tanh, tanh_bound, step);                                         \
    good &= check("sigmoid", r::sigmoid<float>, sigmoid, sigmoid_bound, step);                                  \
    good &= check("erf", r::erf<float>, std::erf, erf_bound, step);                                             \
    good &= check("expm1", r::expm1<float>, std::expm1, expm1_bound, step);                                     \
    good &= check("log1p", r::log1p<float>, std::log1p, log1p_bound, step);                                     \
    good &= check_power(r::pow<float>, pow_bound, step);                                                        \
    good &= same("exp(inf)", r::exp(infinity), infinity);                                                       \
    good &= same("exp(-inf)", r::exp(-infinity), 0.0f);                                                         \
    good &= same("exp(0)", r::exp(0.0f), 1.0f);                                                                 \
    good &= same("log(0)", r::log(0.0f), -infinity);                                                            \
    good &= same("log(1)", r::log(1.0f), 0.0f);                                                                 \
    good &= same("log(inf)", r::log(infinity), infinity);                                                       \
    good &= same("tanh(inf)", r::tanh(infinity), 1.0f);                                                         \
    good &= same("tanh(-inf)", r::tanh(-infinity), -1.0f);                                                      \
    good &= same("tanh(0)", r::tanh(0.0f), 0.0f) & same("tanh(-0)", r::tanh(-0.0f), -0.0f);                     \
    good &= same("sigmoid(-inf)", r::sigmoid(-infinity), 0.0f);                                                 \
    good &= same("sigmoid(0)", r::sigmoid(0.0f), 0.5f);                                                         \
    good &= same("sigmoid(inf)", r::sigmoid(infinity), 1.0f);                                                   \
    good &= same("erf(inf)", r::erf(infinity), 1.0f) & same("erf(-inf)", r::erf(-infinity), -1.0f);             \
    good &= same("erf(0)", r::erf(0.0f), 0.0f) & same("erf(-0)", r::erf(-0.0f), -0.0f);                         \
    good &= same("expm1(inf)", r::expm1(infinity), infinity) & same("expm1(-inf)", r::expm1(-infinity), -1.0f); \
    good &= same("expm1(0)", r::expm1(0.0f), 0.0f) & same("expm1(-0)", r::expm1(-0.0f), -0.0f);                 \
    good &= same("log1p(-1)", r::log1p(-1.0f), -infinity) & same("log1p(inf)", r::log1p(infinity), infinity);   \
    good &= same("log1p(0)", r::log1p(0.0f), 0.0f) & same("log1p(-0)", r::log1p(-0.0f), -0.0f);                 \
    for (float x : powers)                                                                                      \
      for (float y : powers) good &= same_power(r::pow<float>, x, y, pow_bound);                                \
  }
#include "bounds.def"
  return good ? 0 : 1;
}
