#include "compiler/ir/types.hpp"

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
