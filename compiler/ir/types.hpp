// Element types, shapes and tensor types: what a tensor is, logically. No layout, no address.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace cnnc {

/// In the order of cnnc_dtype in runtime/cnnc/model.h.
enum class DType : std::uint8_t { f32, f16, bf16, i32, u8, i8 };

std::string_view name(DType dtype);
std::optional<DType> dtype_named(std::string_view name);
std::int64_t byte_size(DType dtype);
bool is_integer(DType dtype);
/// The range of an integer dtype.
double lowest(DType dtype);
double highest(DType dtype);
/// What `cast` to an integer dtype gives: truncated, saturated, 0 for a NaN.
double to_integer(double value, DType dtype);
/// What `cast` to a floating-point dtype gives: the nearest of its values, ties to even, infinities beyond its range.
double rounded(double value, DType dtype);
/// Either of the two: the value as an element of the dtype holds it.
double converted(double value, DType dtype);

/// Extents in the axis order of the source. Empty for a scalar. Every extent is at least 1.
using Shape = std::vector<std::int64_t>;

/// The most elements that one tensor may have (2^31 - 1): offsets then fit everywhere. Enforced by every shape rule.
constexpr std::int64_t max_elements = INT32_MAX;

/// The product of the extents, or nothing if it exceeds max_elements (or an extent is below 1).
std::optional<std::int64_t> checked_element_count(const Shape &shape);
/// The product of the extents of a shape that has been checked.
std::int64_t element_count(const Shape &shape);
/// "[1, 28, 28]", "[]".
std::string to_string(const Shape &shape);
/// Row-major strides, in elements.
Shape row_major_strides(const Shape &shape);

struct TensorType {
  DType dtype = DType::f32;
  Shape shape;

  bool operator==(const TensorType &) const = default;
};

/// "f32[1, 28, 28]".
std::string to_string(const TensorType &type);

}  // namespace cnnc
