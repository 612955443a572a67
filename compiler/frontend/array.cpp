#include "compiler/frontend/array.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstring>
#include <type_traits>

#include "compiler/support/checks.hpp"

namespace cnnc {

namespace {

struct ElementInfo {
  std::string_view name, short_name;
  std::int64_t bytes;
  bool is_float;
};

const ElementInfo &element_info(ElementType type) {
  static constexpr ElementInfo table[] = {
      {"float16", "f16", 2, true}, {"bfloat16", "bf16", 2, true}, {"float32", "f32", 4, true},
      {"float64", "f64", 8, true}, {"int8", "i8", 1, false},      {"int16", "i16", 2, false},
      {"int32", "i32", 4, false},  {"int64", "i64", 8, false},    {"uint8", "u8", 1, false},
      {"uint16", "u16", 2, false}, {"uint32", "u32", 4, false},   {"uint64", "u64", 8, false},
  };
  return table[static_cast<std::size_t>(type)];
}

double value_of(std::uint64_t bits, ElementType type) {
  switch (type) {
    case ElementType::f16:
      return float_of_half(static_cast<std::uint16_t>(bits));
    case ElementType::bf16:
      return std::bit_cast<float>(static_cast<std::uint32_t>(bits) << 16);
    case ElementType::f32:
      return std::bit_cast<float>(static_cast<std::uint32_t>(bits));
    case ElementType::f64:
      return std::bit_cast<double>(bits);
    case ElementType::i8:
      return static_cast<std::int8_t>(bits);
    case ElementType::i16:
      return static_cast<std::int16_t>(bits);
    case ElementType::i32:
      return static_cast<std::int32_t>(bits);
    case ElementType::i64:
      return static_cast<double>(static_cast<std::int64_t>(bits));
    case ElementType::u8:
    case ElementType::u16:
    case ElementType::u32:
    case ElementType::u64:
      return static_cast<double>(bits);
  }
  CNNC_UNREACHABLE("an element type");
}

template <typename Number>
void decode_as(std::string_view bytes, ElementFormat format, Number *out) {
  const auto width = static_cast<std::size_t>(byte_size(format.type));
  if (std::is_same_v<Number, float> && format.type == ElementType::f32 &&
      format.big_endian == (std::endian::native == std::endian::big)) {
    std::memcpy(out, bytes.data(), bytes.size());
    return;
  }
  for (std::size_t at = 0; at + width <= bytes.size(); at += width) {
    std::uint64_t bits = 0;
    for (std::size_t i = 0; i < width; ++i) {
      const auto byte = static_cast<unsigned char>(bytes[at + i]);
      bits |= std::uint64_t{byte} << 8 * (format.big_endian ? width - 1 - i : i);
    }
    *out++ = static_cast<Number>(value_of(bits, format.type));
  }
}

}  // namespace

std::vector<double> Array::values() const {
  return floats.empty() ? doubles : std::vector<double>(floats.begin(), floats.end());
}

std::string_view name(ElementType type) { return element_info(type).name; }
std::string_view short_name(ElementType type) { return element_info(type).short_name; }
std::int64_t byte_size(ElementType type) { return element_info(type).bytes; }
bool is_float(ElementType type) { return element_info(type).is_float; }

std::optional<std::int64_t> checked_array_elements(const Shape &shape) {
  if (std::find(shape.begin(), shape.end(), 0) == shape.end()) return checked_element_count(shape);
  for (const std::int64_t extent : shape)
    if (extent < 0) return std::nullopt;
  return 0;
}

float float_of_half(std::uint16_t bits) {
  const std::uint32_t sign = std::uint32_t{bits & 0x8000u} << 16;
  const std::uint32_t exponent = bits >> 10 & 0x1fu;
  const std::uint32_t fraction = bits & 0x3ffu;
  if (exponent == 31) return std::bit_cast<float>(sign | 0x7f800000u | fraction << 13);
  if (exponent != 0) return std::bit_cast<float>(sign | (exponent + 112) << 23 | fraction << 13);
  const float magnitude = static_cast<float>(fraction) * 0x1p-24f;  // subnormal: exact
  return sign != 0 ? -magnitude : magnitude;
}

std::uint16_t half_of(double value) {
  const std::uint16_t sign = std::signbit(value) ? 0x8000 : 0;
  if (std::isnan(value)) return sign | 0x7e00;
  // In units of the grid where the value lies, the smallest being 2^-24.
  int exponent = 0;
  std::frexp(std::fabs(value), &exponent);
  exponent = value == 0 ? -13 : std::max(exponent, -13);
  if (std::isinf(value) || exponent > 16) return sign | 0x7c00;
  const double units = std::nearbyint(std::ldexp(std::fabs(value), 11 - exponent));
  // Units from 1024 on carry into the exponent by themselves: subnormal, normal and infinite numbers are one sequence.
  return static_cast<std::uint16_t>(sign + (exponent + 13) * 1024 + static_cast<int>(units));
}

ElementType element_type(DType dtype) {
  switch (dtype) {
    case DType::f32:
      return ElementType::f32;
    case DType::f16:
      return ElementType::f16;
    case DType::bf16:
      return ElementType::bf16;
    case DType::i32:
      return ElementType::i32;
    case DType::u8:
      return ElementType::u8;
    case DType::i8:
      return ElementType::i8;
  }
  CNNC_UNREACHABLE("a dtype");
}

std::string encode(const Tensor &tensor) {
  std::string out;
  const auto bytes = static_cast<int>(byte_size(tensor.type.dtype));
  for (const double value : tensor.data) {
    const auto float_bits = std::bit_cast<std::uint32_t>(static_cast<float>(value));
    switch (tensor.type.dtype) {
      case DType::f32:
        append_little_endian(out, float_bits, bytes);
        break;
      case DType::f16:
        append_little_endian(out, half_of(value), bytes);
        break;
      case DType::bf16:
        append_little_endian(out, float_bits >> 16, bytes);
        break;
      case DType::i32:
      case DType::u8:
      case DType::i8:
        append_little_endian(out, static_cast<std::uint64_t>(static_cast<std::int64_t>(value)), bytes);
        break;
    }
  }
  return out;
}

void decode(std::string_view bytes, ElementFormat format, double *out) { decode_as(bytes, format, out); }

bool read_elements(const ByteSource &source, std::int64_t offset, std::int64_t count, bool big_endian, Array &out) {
  const std::int64_t width = byte_size(out.type);
  CNNC_CHECK(offset >= 0 && count >= 0 && offset <= source.size && count <= (source.size - offset) / width,
             "elements outside of their file");
  const bool single = is_float(out.type) && width <= 4;
  const ElementFormat format{out.type, big_endian};
  if (single)
    out.floats.resize(static_cast<std::size_t>(count));
  else
    out.doubles.resize(static_cast<std::size_t>(count));
  constexpr std::int64_t piece_elements = 8192;
  std::string piece(static_cast<std::size_t>(std::min(count, piece_elements) * width), '\0');
  for (std::int64_t done = 0; done < count; done += piece_elements) {
    const std::int64_t bytes = std::min(piece_elements, count - done) * width;
    if (!source.read(offset + done * width, piece.data(), bytes)) return false;
    const std::string_view read(piece.data(), static_cast<std::size_t>(bytes));
    if (single)
      decode_as(read, format, out.floats.data() + done);
    else
      decode_as(read, format, out.doubles.data() + done);
  }
  return true;
}

std::uint64_t little_endian(std::string_view bytes) {
  std::uint64_t value = 0;
  for (std::size_t i = bytes.size(); i-- > 0;) value = value << 8 | static_cast<unsigned char>(bytes[i]);
  return value;
}

void append_little_endian(std::string &out, std::uint64_t value, int bytes) {
  for (int i = 0; i < bytes; ++i) out.push_back(static_cast<char>(value >> 8 * i & 0xff));
}

}  // namespace cnnc
