// How far exp, log, tanh and sigmoid are from the truth, in units in the last place: the table at the head of math.inl.
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

bool same(const char *name, float got, float expected) {
  if (std::memcmp(&got, &expected, 4) == 0) return true;
  std::printf("%s: got %a, expected %a\n", name, static_cast<double>(got), static_cast<double>(expected));
  return false;
}

}  // namespace

int main(int count, char **arguments) {
  const std::uint64_t step = count > 1 ? std::strtoull(arguments[1], nullptr, 10) : 0;
  if (step == 0) return 2;
  bool good = true;
  const float infinity = HUGE_VALF;
#define VARIANT(variant, exp_bound, log_bound, tanh_bound, sigmoid_bound)                   \
  {                                                                                         \
    namespace r = cnnc::reference::variant;                                                 \
    std::puts(#variant);                                                                    \
    good &= check("exp", r::exp<float>, std::exp, exp_bound, step);                         \
    good &= check("log", r::log<float>, std::log, log_bound, step);                         \
    good &= check("tanh", r::tanh<float>, std::tanh, tanh_bound, step);                     \
    good &= check("sigmoid", r::sigmoid<float>, sigmoid, sigmoid_bound, step);              \
    good &= same("exp(inf)", r::exp(infinity), infinity);                                   \
    good &= same("exp(-inf)", r::exp(-infinity), 0.0f);                                     \
    good &= same("exp(0)", r::exp(0.0f), 1.0f);                                             \
    good &= same("log(0)", r::log(0.0f), -infinity);                                        \
    good &= same("log(1)", r::log(1.0f), 0.0f);                                             \
    good &= same("log(inf)", r::log(infinity), infinity);                                   \
    good &= same("tanh(inf)", r::tanh(infinity), 1.0f);                                     \
    good &= same("tanh(-inf)", r::tanh(-infinity), -1.0f);                                  \
    good &= same("tanh(0)", r::tanh(0.0f), 0.0f) & same("tanh(-0)", r::tanh(-0.0f), -0.0f); \
    good &= same("sigmoid(-inf)", r::sigmoid(-infinity), 0.0f);                             \
    good &= same("sigmoid(0)", r::sigmoid(0.0f), 0.5f);                                     \
    good &= same("sigmoid(inf)", r::sigmoid(infinity), 1.0f);                               \
  }
#include "bounds.def"
  return good ? 0 : 1;
}
