#include "compiler/ir/types.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "compiler/support/checks.hpp"

namespace cnnc {

namespace {

struct DTypeRow {
  std::string_view name;
  std::int64_t bytes;
};

constexpr DTypeRow rows[] = {{"f32", 4}, {"f16", 2}, {"bf16", 2}, {"i32", 4}, {"u8", 1}, {"i8", 1}};

}  // namespace

std::string_view name(DType dtype) { return rows[static_cast<int>(dtype)].name; }

std::optional<DType> dtype_named(std::string_view name) {
  for (int i = 0; i < 6; ++i)
    if (rows[i].name == name) return static_cast<DType>(i);
  return std::nullopt;
}

std::int64_t byte_size(DType dtype) { return rows[static_cast<int>(dtype)].bytes; }

bool is_integer(DType dtype) { return dtype == DType::i32 || dtype == DType::u8 || dtype == DType::i8; }

double lowest(DType dtype) { return dtype == DType::u8 ? 0 : dtype == DType::i8 ? -128 : -2147483648.0; }
double highest(DType dtype) { return dtype == DType::u8 ? 255 : dtype == DType::i8 ? 127 : 2147483647.0; }

double to_integer(double value, DType dtype) {
  if (std::isnan(value)) return 0;
  return std::clamp(std::trunc(value), lowest(dtype), highest(dtype)) + 0.0;
}

double rounded(double value, DType dtype) {
  if (dtype == DType::f32) return static_cast<double>(static_cast<float>(value));
  const bool half = dtype == DType::f16;
  const int digits = half ? 11 : 8;               // of the significand
  const int least = half ? -14 : -126;            // exponent of the smallest normal value
  const double most = half ? 65520 : 0x1.FFp127;  // halfway between the largest value and the power of two above it
  if (!std::isfinite(value) || value == 0) return value;
  if (std::fabs(value) >= most) return std::copysign(std::numeric_limits<double>::infinity(), value);
  const int exponent = std::max(std::ilogb(value), least);
  const double quantum = std::ldexp(1.0, exponent - digits + 1);
  return std::nearbyint(value / quantum) * quantum;
}

double converted(double value, DType dtype) {
  return is_integer(dtype) ? to_integer(value, dtype) : rounded(value, dtype);
}

std::optional<std::int64_t> checked_element_count(const Shape &shape) {
  std::int64_t count = 1;
  for (std::int64_t extent : shape) {
    if (extent < 1 || extent > max_elements) return std::nullopt;
    count *= extent;  // both factors are below 2^31
    if (count > max_elements) return std::nullopt;
  }
  return count;
}

std::int64_t element_count(const Shape &shape) {
  auto count = checked_element_count(shape);
  CNNC_CHECK(count.has_value(), "a shape beyond the limits reached the middle end: " + to_string(shape));
  return *count;
}

std::string to_string(const Shape &shape) {
  std::string text = "[";
  for (std::size_t i = 0; i < shape.size(); ++i) text += (i ? ", " : "") + std::to_string(shape[i]);
  return text + "]";
}

Shape row_major_strides(const Shape &shape) {
  Shape strides(shape.size(), 1);
  for (std::size_t i = shape.size(); i-- > 1;) strides[i - 1] = strides[i] * shape[i];
  return strides;
}

std::string to_string(const TensorType &type) { return std::string(name(type.dtype)) + to_string(type.shape); }

}  // namespace cnnc
