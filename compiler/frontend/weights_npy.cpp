#include "compiler/frontend/weights_npy.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "compiler/support/checks.hpp"

namespace cnnc {

namespace {

constexpr std::string_view magic("\x93NUMPY", 6);
constexpr std::size_t max_axes = 64;

/// A cursor over the header's dictionary: `{'descr': '<f4', 'fortran_order': False, 'shape': (3, 4), }`.
class HeaderText {
 public:
  explicit HeaderText(std::string_view text) : rest_(text) {}

  bool take(char c) {
    skip_blanks();
    if (rest_.empty() || rest_.front() != c) return false;
    rest_.remove_prefix(1);
    return true;
  }

  bool take_word(std::string_view word) {
    skip_blanks();
    if (rest_.substr(0, word.size()) != word) return false;
    rest_.remove_prefix(word.size());
    return true;
  }

  /// A string without escapes; NumPy writes no others here.
  std::optional<std::string> text() {
    skip_blanks();
    if (rest_.empty() || (rest_.front() != '\'' && rest_.front() != '"')) return std::nullopt;
    const std::size_t end = rest_.find(rest_.front(), 1);
    if (end == std::string_view::npos) return std::nullopt;
    std::string result(rest_.substr(1, end - 1));
    rest_.remove_prefix(end + 1);
    if (result.find('\\') != std::string::npos) return std::nullopt;
    return result;
  }

  std::optional<std::int64_t> number() {
    skip_blanks();
    std::int64_t value = 0;
    std::size_t digits = 0;
    for (; digits < rest_.size() && rest_[digits] >= '0' && rest_[digits] <= '9'; ++digits) {
      if (value > (INT64_MAX - 9) / 10) return std::nullopt;
      value = value * 10 + (rest_[digits] - '0');
    }
    if (digits == 0) return std::nullopt;
    rest_.remove_prefix(digits);
    return value;
  }

  /// `()`, `(3,)`, `(3, 4)`.
  std::optional<Shape> shape() {
    if (!take('(')) return std::nullopt;
    Shape result;
    while (!take(')')) {
      const std::optional<std::int64_t> extent = number();
      if (!extent || result.size() == max_axes) return std::nullopt;
      result.push_back(*extent);
      if (!take(',')) {
        if (!take(')') || result.size() == 1) return std::nullopt;  // `(3)` is no tuple
        break;
      }
    }
    return result;
  }

  /// What stands before the next comma or brace on the level of the dictionary, if it is a list: a structured dtype.
  std::optional<std::string> list() {
    skip_blanks();
    if (rest_.empty() || rest_.front() != '[') return std::nullopt;
    const std::size_t end = rest_.find(']');
    if (end == std::string_view::npos) return std::nullopt;
    std::string result(rest_.substr(0, end + 1));
    rest_.remove_prefix(end + 1);
    return result;
  }

  bool at_end() {
    skip_blanks();
    return rest_.empty();
  }

 private:
  void skip_blanks() {
    const std::size_t first = rest_.find_first_not_of(" \t\r\n");
    rest_.remove_prefix(first == std::string_view::npos ? rest_.size() : first);
  }

  std::string_view rest_;
};

/// "<f4", ">i8", "|u1": sets format and supported. False if it is no dtype at all.
void set_format(NpyHeader &header) {
  struct Row {
    std::string_view code;
    ElementType type;
  };
  static constexpr Row rows[] = {
      {"f2", ElementType::f16}, {"f4", ElementType::f32}, {"f8", ElementType::f64}, {"i1", ElementType::i8},
      {"i2", ElementType::i16}, {"i4", ElementType::i32}, {"i8", ElementType::i64}, {"u1", ElementType::u8},
      {"u2", ElementType::u16}, {"u4", ElementType::u32}, {"u8", ElementType::u64},
  };
  header.supported = false;
  if (header.dtype.size() != 3) return;
  const char order = header.dtype[0];
  const std::string_view code = std::string_view(header.dtype).substr(1);
  for (const Row &row : rows) {
    if (row.code != code || (order != '<' && order != '>' && !(order == '|' && byte_size(row.type) == 1))) continue;
    header.format = {row.type, order == '>'};
    header.supported = true;
  }
}

/// Fills the header from its dictionary; an empty result is success.
std::string parse_dictionary(std::string_view dictionary, NpyHeader &header) {
  HeaderText text(dictionary);
  bool seen_descr = false, seen_order = false, seen_shape = false;
  if (!text.take('{')) return "its header is no dictionary";
  for (bool closed = text.take('}'); !closed;) {
    const std::optional<std::string> key = text.text();
    if (!key || !text.take(':')) return "its header is no dictionary that NumPy writes";
    bool &seen = *key == "descr" ? seen_descr : *key == "fortran_order" ? seen_order : seen_shape;
    if (*key != "descr" && *key != "fortran_order" && *key != "shape")
      return fmt::format("its header has the key {}, which NumPy does not know", in_quotes(*key));
    if (seen) return fmt::format("its header has '{}' twice", *key);
    seen = true;
    if (*key == "descr") {
      std::optional<std::string> dtype = text.text();
      if (!dtype) dtype = text.list();
      if (!dtype) return "its dtype ('descr') cannot be understood";
      header.dtype = *dtype;
    } else if (*key == "fortran_order") {
      header.fortran_order = text.take_word("True");
      if (!header.fortran_order && !text.take_word("False")) return "its 'fortran_order' is neither True nor False";
    } else {
      const std::optional<Shape> shape = text.shape();
      if (!shape) return "its shape is no tuple of at most 64 numbers from 0 to 2^63 - 1";
      header.shape = *shape;
    }
    const bool comma = text.take(',');
    closed = text.take('}');
    if (!comma && !closed) return "its header is no dictionary that NumPy writes";
  }
  if (!text.at_end()) return "something follows the dictionary in its header";
  if (!seen_descr || !seen_order || !seen_shape) return "its header lacks 'descr', 'fortran_order' or 'shape'";
  return "";
}

/// From first axis fastest to last axis fastest.
template <typename Number>
std::vector<Number> in_c_order(const std::vector<Number> &data, const Shape &shape) {
  std::vector<Number> result(data.size());
  Shape index(shape.size(), 0);
  Shape strides(shape.size(), 1);
  for (std::size_t axis = 1; axis < shape.size(); ++axis) strides[axis] = strides[axis - 1] * shape[axis - 1];
  std::int64_t from = 0;
  for (Number &value : result) {
    value = data[static_cast<std::size_t>(from)];
    for (std::size_t axis = shape.size(); axis-- > 0;) {
      from += strides[axis];
      if (++index[axis] < shape[axis]) break;
      from -= strides[axis] * shape[axis];
      index[axis] = 0;
    }
  }
  return result;
}

struct NpyReader {
  const ByteSource &source;
  const std::string &file;
  const std::string &label;
  Diagnostics &diagnostics;

  std::nullopt_t fail(const std::string &message) {
    diagnostics.report_file(DiagnosticKind::npy_malformed, file, label.empty() ? message : label + ": " + message);
    return std::nullopt;
  }

  std::nullopt_t unreadable() {
    diagnostics.report_file(DiagnosticKind::file_unreadable, file, "cannot be read to its end");
    return std::nullopt;
  }

  std::nullopt_t unsupported(const NpyHeader &header) {
    const bool objects = header.dtype.find('O') != std::string::npos;
    diagnostics
        .report_file(
            DiagnosticKind::weight_dtype_unsupported, file,
            fmt::format("{}the dtype {} cannot be read", label.empty() ? "" : label + ": ", in_quotes(header.dtype)))
        .hint(objects ? "it holds Python objects; make it an array of numbers"
                      : "convert it in NumPy: a.astype(numpy.float32)");
    return std::nullopt;
  }
};

}  // namespace

std::optional<NpyHeader> read_npy_header(const ByteSource &source, const std::string &file, const std::string &label,
                                         Diagnostics &diagnostics) {
  NpyReader reader{source, file, label, diagnostics};
  std::string head(12, '\0');
  const std::int64_t head_bytes = std::min<std::int64_t>(source.size, 12);
  if (!source.read(0, head.data(), head_bytes)) return reader.unreadable();
  if (source.size < 10 || head.substr(0, magic.size()) != magic)
    return reader.fail("is no .npy array: it does not begin with NumPy's magic");
  const int major = static_cast<unsigned char>(head[6]);
  const int minor = static_cast<unsigned char>(head[7]);
  if (major < 1 || major > 3 || minor != 0)
    return reader.fail(fmt::format("has version {}.{} of the format; 1.0, 2.0 and 3.0 can be read", major, minor));
  const std::int64_t begin = major == 1 ? 10 : 12;
  if (source.size < begin) return reader.fail("is truncated: it ends in its header");
  const auto length =
      static_cast<std::int64_t>(little_endian(std::string_view(head).substr(8, static_cast<std::size_t>(begin - 8))));
  if (length > source.size - begin)
    return reader.fail(fmt::format("is truncated: its header claims {} bytes, {} follow", length, source.size - begin));
  if (length > max_npy_header - 12)
    return reader.fail(fmt::format("has a header of {} bytes, which is too long", length));
  std::string dictionary(static_cast<std::size_t>(length), '\0');
  if (!source.read(begin, dictionary.data(), length)) return reader.unreadable();
  NpyHeader header;
  header.data_offset = begin + length;
  const std::string fault = parse_dictionary(dictionary, header);
  if (!fault.empty()) return reader.fail(fault);
  set_format(header);
  return header;
}

std::optional<Array> read_npy(const ByteSource &source, const std::string &file, const std::string &label,
                              const Shape *wanted, Diagnostics &diagnostics) {
  NpyReader reader{source, file, label, diagnostics};
  const std::optional<NpyHeader> header = read_npy_header(source, file, label, diagnostics);
  if (!header) return std::nullopt;
  Array array;
  array.shape = header->shape;
  array.type = header->format.type;
  const std::optional<std::int64_t> count = checked_array_elements(header->shape);
  if (!count) return reader.fail(fmt::format("claims more than {} numbers", max_elements));
  if (wanted != nullptr && *wanted != array.shape) return array;
  if (!header->supported) return reader.unsupported(*header);
  const std::int64_t expected = *count * byte_size(array.type);
  const std::int64_t present = source.size - header->data_offset;
  if (expected != present)
    return reader.fail(fmt::format("{}: {} {} takes {} bytes, {} follow its header",
                                   expected > present ? "is truncated" : "is too long", name(array.type),
                                   to_string(array.shape), expected, present));
  if (!read_elements(source, header->data_offset, *count, header->format.big_endian, array)) return reader.unreadable();
  if (header->fortran_order && *count > 0) {
    if (array.doubles.empty()) array.floats = in_c_order(array.floats, array.shape);
    if (array.floats.empty()) array.doubles = in_c_order(array.doubles, array.shape);
  }
  return array;
}

}  // namespace cnnc
