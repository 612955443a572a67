// Arrays of numbers as they stand in files: element types, their bytes, and what is read of them.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "compiler/ir/tensor.hpp"
#include "compiler/support/files.hpp"

namespace cnnc {

enum class ElementType : std::uint8_t { f16, bf16, f32, f64, i8, i16, i32, i64, u8, u16, u32, u64 };

/// "float32", "bfloat16": NumPy's words.
std::string_view name(ElementType type);
/// "f32", "bf16": the words of the language.
std::string_view short_name(ElementType type);
std::int64_t byte_size(ElementType type);
bool is_float(ElementType type);

struct ElementFormat {
  ElementType type = ElementType::f32;
  bool big_endian = false;
};

/// A dense, row-major array. Extents may be 0 here, unlike those of tensors.
struct Array {
  ElementType type = ElementType::f32;
  Shape shape;
  // The values are in one of these, or in none where the array was not asked for.
  std::vector<float> floats = {};    ///< of f16, bf16 and f32: weights are large
  std::vector<double> doubles = {};  ///< of all other types; 64-bit integers are rounded

  std::size_t size() const { return floats.size() + doubles.size(); }
  /// A copy of them.
  std::vector<double> values() const;
};

using Arrays = std::map<std::string, Array, std::less<>>;

/// The arrays that a reader is asked for, with the shapes they should have. Of others, and of those with another shape,
/// only the name and (where it is known without unpacking) the shape are read: what a file claims costs no memory.
using WantedArrays = std::map<std::string, Shape, std::less<>>;

/// The product of extents from 0 on, or nothing if it exceeds max_elements.
std::optional<std::int64_t> checked_array_elements(const Shape &shape);

/// How elements of a dtype stand in memory.
ElementType element_type(DType dtype);
/// A tensor as dense little-endian elements of its dtype, in which its values must be exact.
std::string encode(const Tensor &tensor);
/// The values of elements that `bytes` holds densely.
void decode(std::string_view bytes, ElementFormat format, double *out);
/// Reads `count` elements of type `out.type` from `offset` on; they must lie in the source. False if the medium fails.
bool read_elements(const ByteSource &source, std::int64_t offset, std::int64_t count, bool big_endian, Array &out);

/// Little-endian bytes of unsigned integers, as all the formats here have them.
std::uint64_t little_endian(std::string_view bytes);
void append_little_endian(std::string &out, std::uint64_t value, int bytes);

/// Value of a half-precision number. Exact.
float float_of_half(std::uint16_t bits);
/// The half-precision number nearest to a value, ties to even; infinite beyond its range.
std::uint16_t half_of(double value);

}  // namespace cnnc
