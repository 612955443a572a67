#include "compiler/frontend/weights_safetensors.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "compiler/frontend/safetensors_header.hpp"

namespace cnnc {

namespace {

/// Ten times the largest header known; the reference library takes up to 100 MB.
constexpr std::int64_t max_header_bytes = std::int64_t{32} << 20;

struct DtypeInfo {
  std::string_view name;
  std::uint64_t bytes;
  std::optional<ElementType> type;  ///< nothing where we cannot read it
};

constexpr DtypeInfo dtypes[] = {
    {"F16", 2, ElementType::f16}, {"BF16", 2, ElementType::bf16}, {"F32", 4, ElementType::f32},
    {"F64", 8, ElementType::f64}, {"I8", 1, ElementType::i8},     {"I16", 2, ElementType::i16},
    {"I32", 4, ElementType::i32}, {"I64", 8, ElementType::i64},   {"U8", 1, ElementType::u8},
    {"U16", 2, ElementType::u16}, {"U32", 4, ElementType::u32},   {"U64", 8, ElementType::u64},
    {"BOOL", 1, std::nullopt},    {"F8_E5M2", 1, std::nullopt},   {"F8_E4M3", 1, std::nullopt},
};

const DtypeInfo *find_dtype(std::string_view name) {
  for (const DtypeInfo &info : dtypes)
    if (info.name == name) return &info;
  return nullptr;
}

struct SafetensorsReader {
  const ByteSource &source;
  const std::string &file;
  const WantedArrays *wanted;
  Arrays &arrays;
  Diagnostics &diagnostics;
  std::int64_t data_begin = 0;
  std::uint64_t data_bytes = 0;

  bool fail(std::string message) {
    diagnostics.report_file(DiagnosticKind::safetensors_malformed, file, std::move(message));
    return false;
  }

  std::optional<SafetensorsHeader> header() {
    char length_bytes[8];
    if (source.size < 8) {
      fail(fmt::format("is no safetensors file: it has {} bytes, the length of its header alone takes 8", source.size));
      return std::nullopt;
    }
    if (!source.read(0, length_bytes, 8)) return unreadable();
    const std::uint64_t length = little_endian(std::string_view(length_bytes, 8));
    if (length > static_cast<std::uint64_t>(source.size - 8)) {
      fail(fmt::format("is truncated, or no safetensors file: its header claims {} bytes, {} follow", length,
                       source.size - 8));
      return std::nullopt;
    }
    if (length > static_cast<std::uint64_t>(max_header_bytes)) {
      fail(fmt::format("has a header of {} bytes; at most {} can be read", length, max_header_bytes));
      return std::nullopt;
    }
    std::string text(static_cast<std::size_t>(length), '\0');
    if (!source.read(8, text.data(), static_cast<std::int64_t>(length))) return unreadable();
    data_begin = 8 + static_cast<std::int64_t>(length);
    data_bytes = static_cast<std::uint64_t>(source.size - data_begin);
    auto parsed = parse_safetensors_header(text);
    if (auto *fault = std::get_if<SafetensorsFault>(&parsed)) {
      fail(fault->message);
      return std::nullopt;
    }
    return std::get<SafetensorsHeader>(std::move(parsed));
  }

  std::nullopt_t unreadable() {
    diagnostics.report_file(DiagnosticKind::file_unreadable, file, "cannot be read to its end")
        .hint("was it changed meanwhile?");
    return std::nullopt;
  }

  /// The range of an entry against its dtype, its shape and the file.
  bool check_entry(const std::string &name, const SafetensorsEntry &entry, const DtypeInfo *dtype, Shape &shape) {
    if (entry.begin > entry.end)
      return fail(
          fmt::format("tensor {} ends at byte {}, before its begin at {}", in_quotes(name), entry.end, entry.begin));
    if (entry.end > data_bytes)
      return fail(fmt::format("tensor {} ends at byte {}, but the file holds only {} bytes of numbers", in_quotes(name),
                              entry.end, data_bytes));
    bool too_many = false;
    for (const std::uint64_t extent : entry.shape) {
      too_many = too_many || extent > static_cast<std::uint64_t>(max_elements);
      shape.push_back(static_cast<std::int64_t>(extent));
    }
    const std::optional<std::int64_t> count = too_many ? std::nullopt : checked_array_elements(shape);
    if (!count) return fail(fmt::format("tensor {} claims more than {} numbers", in_quotes(name), max_elements));
    if (dtype == nullptr) return true;
    const std::uint64_t expected = static_cast<std::uint64_t>(*count) * dtype->bytes;
    if (entry.end - entry.begin == expected) return true;
    return fail(fmt::format("tensor {}: {} {} takes {} bytes, but its data_offsets span {}", in_quotes(name),
                            dtype->name, to_string(shape), expected, entry.end - entry.begin));
  }

  /// Ranges must cover the numbers exactly: no overlap, no hole, nothing left over.
  bool check_cover(const SafetensorsHeader &header) {
    struct Range {
      std::uint64_t begin, end;
      const std::string *name;
    };
    std::vector<Range> ranges;
    for (const auto &[name, entry] : header) ranges.push_back({entry.begin, entry.end, &name});
    std::sort(ranges.begin(), ranges.end(), [](const Range &a, const Range &b) {
      return a.begin != b.begin ? a.begin < b.begin : a.end != b.end ? a.end < b.end : *a.name < *b.name;
    });
    std::uint64_t covered = 0;
    const std::string *before = nullptr;
    for (const Range &range : ranges) {
      if (range.begin < covered)
        return fail(fmt::format("tensors {} and {} overlap", in_quotes(*before), in_quotes(*range.name)));
      if (range.begin > covered)
        return fail(fmt::format("{} bytes before tensor {} belong to no tensor", range.begin - covered,
                                in_quotes(*range.name)));
      covered = range.end;
      before = range.name;
    }
    if (covered == data_bytes) return true;
    return fail(fmt::format("{} bytes at the end belong to no tensor", data_bytes - covered));
  }

  bool load(const std::string &name, const SafetensorsEntry &entry, const DtypeInfo *dtype, Array array) {
    if (wanted != nullptr) {
      const auto found = wanted->find(name);
      if (found == wanted->end() || found->second != array.shape) {
        arrays[name] = std::move(array);
        return true;
      }
    }
    if (dtype == nullptr || !dtype->type) {
      diagnostics
          .report_file(
              DiagnosticKind::weight_dtype_unsupported, file,
              fmt::format("tensor {} has the dtype {}, which cannot be read", in_quotes(name), in_quotes(entry.dtype)))
          .hint("convert it to F32 before saving");
      return false;
    }
    array.type = *dtype->type;
    const std::int64_t count = static_cast<std::int64_t>((entry.end - entry.begin) / dtype->bytes);
    if (!read_elements(source, data_begin + static_cast<std::int64_t>(entry.begin), count, false, array)) {
      unreadable();
      return false;
    }
    arrays[name] = std::move(array);
    return true;
  }
};

}  // namespace

bool read_safetensors(const ByteSource &source, const std::string &file, const WantedArrays *wanted, Arrays &arrays,
                      Diagnostics &diagnostics) {
  SafetensorsReader reader{source, file, wanted, arrays, diagnostics};
  const std::optional<SafetensorsHeader> header = reader.header();
  if (!header) return false;
  std::map<std::string_view, Shape> shapes;
  for (const auto &[name, entry] : *header)
    if (!reader.check_entry(name, entry, find_dtype(entry.dtype), shapes[name])) return false;
  if (!reader.check_cover(*header)) return false;
  for (const auto &[name, entry] : *header) {
    Array array;
    array.shape = std::move(shapes[name]);
    if (!reader.load(name, entry, find_dtype(entry.dtype), std::move(array))) return false;
  }
  return true;
}

}  // namespace cnnc
