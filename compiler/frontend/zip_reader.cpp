// The format: PKWARE's APPNOTE.TXT 6.3.
#include "compiler/frontend/zip_reader.hpp"

#include <fmt/format.h>
#include <zlib.h>

#include <algorithm>

#include "compiler/frontend/array.hpp"

namespace cnnc {

namespace {

constexpr std::int64_t end_record_bytes = 22;
constexpr std::int64_t directory_entry_bytes = 46;
constexpr std::int64_t local_header_bytes = 30;
constexpr std::int64_t max_comment = 65535;
constexpr std::int64_t max_directory_bytes = std::int64_t{16} << 20;
/// Deflate packs at most 258 bytes into 2 bits.
constexpr std::int64_t max_deflate_ratio = 1032;
constexpr std::int64_t escape_16 = 0xffff, escape_32 = 0xffffffff;

struct Directory {
  std::int64_t offset = 0, bytes = 0, entries = 0;
};

struct ZipReader {
  const ByteSource &source;
  const std::string &file;
  Diagnostics &diagnostics;

  std::nullopt_t fail(std::string message) {
    diagnostics.report_file(DiagnosticKind::npz_malformed, file, std::move(message));
    return std::nullopt;
  }

  bool refuse(std::string message) {
    fail(std::move(message));
    return false;
  }

  /// Bytes of the file; an empty result has been reported.
  std::optional<std::string> bytes(std::int64_t offset, std::int64_t count, const char *what) {
    if (offset < 0 || count < 0 || offset > source.size || count > source.size - offset)
      return fail(fmt::format("is no whole archive: {} lies outside of the file", what));
    std::string result(static_cast<std::size_t>(count), '\0');
    if (source.read(offset, result.data(), count)) return result;
    diagnostics.report_file(DiagnosticKind::file_unreadable, file, "cannot be read to its end");
    return std::nullopt;
  }

  static std::int64_t field(std::string_view record, std::size_t at, std::size_t width) {
    const std::uint64_t value = little_endian(record.substr(at, width));
    // What does not fit is far outside of every file, and -1 is refused by every check.
    return value > static_cast<std::uint64_t>(INT64_MAX) ? -1 : static_cast<std::int64_t>(value);
  }

  /// The record at the file's end that says where the directory is, of the 32-bit or the 64-bit kind.
  std::optional<Directory> directory() {
    const std::int64_t tail_bytes = std::min(source.size, end_record_bytes + max_comment);
    const std::optional<std::string> tail = bytes(source.size - tail_bytes, tail_bytes, "its end");
    if (!tail) return std::nullopt;
    std::int64_t at = tail_bytes - end_record_bytes;
    // The last signature whose comment ends with the file.
    for (; at >= 0; --at) {
      const std::string_view record = std::string_view(*tail).substr(static_cast<std::size_t>(at));
      if (record.substr(0, 4) == "PK\5\6" &&
          field(record, 20, 2) == static_cast<std::int64_t>(record.size()) - end_record_bytes)
        break;
    }
    if (at < 0) return fail("is truncated, or no .npz archive: the record at its end is missing");
    const std::string_view record = std::string_view(*tail).substr(static_cast<std::size_t>(at));
    if (field(record, 4, 2) != 0 || field(record, 6, 2) != 0) return fail("is a part of a split archive");
    Directory result{field(record, 16, 4), field(record, 12, 4), field(record, 10, 2)};
    if (result.entries == escape_16 || result.bytes == escape_32 || result.offset == escape_32)
      return directory_64(source.size - tail_bytes + at);
    return result;
  }

  std::optional<Directory> directory_64(std::int64_t end_record) {
    const std::optional<std::string> locator = bytes(end_record - 20, 20, "its zip64 locator");
    if (!locator) return std::nullopt;
    if (locator->substr(0, 4) != "PK\6\7") return fail("claims to be a zip64 archive, but lacks the locator");
    const std::optional<std::string> record = bytes(field(*locator, 8, 8), 56, "its zip64 record");
    if (!record) return std::nullopt;
    if (record->substr(0, 4) != "PK\6\6") return fail("claims to be a zip64 archive, but lacks the record");
    return Directory{field(*record, 48, 8), field(*record, 40, 8), field(*record, 32, 8)};
  }

  /// Sizes and offset that did not fit into 32 bits stand in an extra field, in this order.
  bool read_zip64_extra(std::string_view extra, ZipEntry &entry) {
    while (extra.size() >= 4) {
      const auto id = field(extra, 0, 2);
      const auto length = static_cast<std::size_t>(field(extra, 2, 2));
      std::string_view body = extra.substr(4).substr(0, length);
      extra.remove_prefix(std::min(extra.size(), 4 + length));
      if (id != 1) continue;
      for (std::int64_t *value : {&entry.bytes, &entry.packed_bytes, &entry.header_offset}) {
        if (*value != escape_32) continue;
        if (body.size() < 8) return false;
        *value = field(body, 0, 8);
        body.remove_prefix(8);
      }
      return true;
    }
    return entry.bytes != escape_32 && entry.packed_bytes != escape_32 && entry.header_offset != escape_32;
  }

  /// An entry against the file and against what its method can do.
  bool check(const ZipEntry &entry, std::int64_t flags, std::int64_t method, std::int64_t data_end) {
    const std::string who = "entry " + in_quotes(entry.name);
    if ((flags & 1) != 0) return refuse(who + " is encrypted");
    if (method != 0 && method != 8)
      return refuse(fmt::format("{} is packed by method {}; stored and deflated ones can be read", who, method));
    if (entry.header_offset < 0 || entry.packed_bytes < 0 || entry.bytes < 0 || entry.header_offset > data_end ||
        entry.packed_bytes > data_end - entry.header_offset)
      return refuse(who + " lies outside of the archive");
    if (!entry.deflated && entry.bytes != entry.packed_bytes)
      return refuse(fmt::format("{} is stored in {} bytes, but claims {}", who, entry.packed_bytes, entry.bytes));
    if (entry.deflated && entry.bytes / max_deflate_ratio > entry.packed_bytes)
      return refuse(fmt::format("{} claims to unpack from {} bytes to {}, which is impossible", who, entry.packed_bytes,
                                entry.bytes));
    return true;
  }

  std::optional<std::vector<ZipEntry>> entries(const Directory &where) {
    if (where.bytes > max_directory_bytes)
      return fail(fmt::format("has a directory of {} bytes, which is too long", where.bytes));
    const std::optional<std::string> text = bytes(where.offset, where.bytes, "its directory");
    if (!text) return std::nullopt;
    std::string_view rest = *text;
    std::vector<ZipEntry> result;
    while (rest.size() >= static_cast<std::size_t>(directory_entry_bytes) && rest.substr(0, 4) == "PK\1\2") {
      const auto name_bytes = static_cast<std::size_t>(field(rest, 28, 2));
      const auto extra_bytes = static_cast<std::size_t>(field(rest, 30, 2));
      const auto comment_bytes = static_cast<std::size_t>(field(rest, 32, 2));
      const std::size_t all =
          static_cast<std::size_t>(directory_entry_bytes) + name_bytes + extra_bytes + comment_bytes;
      if (all > rest.size()) return fail("has a directory that is cut off");
      ZipEntry entry;
      entry.name = rest.substr(46, name_bytes);
      entry.deflated = field(rest, 10, 2) == 8;
      entry.crc = static_cast<std::uint32_t>(field(rest, 16, 4));
      entry.packed_bytes = field(rest, 20, 4);
      entry.bytes = field(rest, 24, 4);
      entry.header_offset = field(rest, 42, 4);
      if (!read_zip64_extra(rest.substr(46 + name_bytes, extra_bytes), entry))
        return fail(fmt::format("entry {} lacks its zip64 sizes", in_quotes(entry.name)));
      if (!check(entry, field(rest, 8, 2), field(rest, 10, 2), where.offset)) return std::nullopt;
      rest.remove_prefix(all);
      const bool folder = !entry.name.empty() && entry.name.back() == '/';
      if (!folder) result.push_back(std::move(entry));
    }
    if (!rest.empty()) return fail("has a directory that cannot be understood");
    return result;
  }
};

/// Raw deflate: all of it, or the first `limit` bytes. Returns false for data that are no stream of `entry.bytes`
/// bytes.
bool inflate_entry(const std::string &packed, const ZipEntry &entry, std::int64_t limit, std::string &out) {
  const bool whole = limit >= entry.bytes;
  z_stream stream{};
  if (inflateInit2(&stream, -MAX_WBITS) != Z_OK) throw std::bad_alloc();
  constexpr std::size_t piece = 65536;
  stream.next_in = reinterpret_cast<Bytef *>(const_cast<char *>(packed.data()));
  std::size_t left = packed.size();
  int status = Z_OK;
  while (status == Z_OK && (whole || static_cast<std::int64_t>(out.size()) < limit)) {
    const std::size_t done = out.size();
    // One byte more than promised, to see a stream that goes on.
    const std::size_t room = std::min<std::size_t>(piece, static_cast<std::size_t>(entry.bytes) + 1 - done);
    out.resize(done + room);
    stream.next_out = reinterpret_cast<Bytef *>(out.data() + done);
    stream.avail_out = static_cast<uInt>(room);
    stream.avail_in = static_cast<uInt>(std::min<std::size_t>(left, std::size_t{1} << 30));
    const uInt given = stream.avail_in;
    status = inflate(&stream, Z_NO_FLUSH);
    left -= given - stream.avail_in;
    out.resize(done + room - stream.avail_out);
    if (static_cast<std::int64_t>(out.size()) > entry.bytes) status = Z_DATA_ERROR;
  }
  inflateEnd(&stream);
  if (!whole) {
    if (static_cast<std::int64_t>(out.size()) < limit) return false;
    out.resize(static_cast<std::size_t>(limit));
    return status == Z_OK || status == Z_STREAM_END;
  }
  return status == Z_STREAM_END && static_cast<std::int64_t>(out.size()) == entry.bytes;
}

std::uint32_t crc_of(const std::string &bytes) {
  return static_cast<std::uint32_t>(crc32_z(0, reinterpret_cast<const Bytef *>(bytes.data()), bytes.size()));
}

}  // namespace

std::optional<std::vector<ZipEntry>> read_zip_directory(const ByteSource &source, const std::string &file,
                                                        Diagnostics &diagnostics) {
  ZipReader reader{source, file, diagnostics};
  const std::optional<Directory> where = reader.directory();
  if (!where) return std::nullopt;
  std::optional<std::vector<ZipEntry>> entries = reader.entries(*where);
  if (!entries) return std::nullopt;
  std::vector<std::string_view> names;
  for (const ZipEntry &entry : *entries) names.push_back(entry.name);
  std::sort(names.begin(), names.end());
  const auto twice = std::adjacent_find(names.begin(), names.end());
  if (twice != names.end()) return reader.fail(fmt::format("entry {} is there twice", in_quotes(*twice)));
  return entries;
}

std::optional<std::string> unpack(const ByteSource &source, const ZipEntry &entry, std::int64_t limit,
                                  const std::string &file, Diagnostics &diagnostics) {
  ZipReader reader{source, file, diagnostics};
  const std::optional<std::string> header = reader.bytes(entry.header_offset, local_header_bytes, "an entry's header");
  if (!header) return std::nullopt;
  const std::string who = "entry " + in_quotes(entry.name);
  if (header->substr(0, 4) != "PK\3\4") return reader.fail(who + " does not begin with a header");
  const std::int64_t begin =
      entry.header_offset + local_header_bytes + ZipReader::field(*header, 26, 2) + ZipReader::field(*header, 28, 2);
  const bool whole = limit >= entry.bytes;
  const std::int64_t needed = entry.deflated ? entry.packed_bytes : std::min(limit, entry.bytes);
  std::optional<std::string> packed = reader.bytes(begin, needed, "an entry");
  if (!packed) return std::nullopt;
  std::string out;
  if (!entry.deflated)
    out = std::move(*packed);
  else if (!inflate_entry(*packed, entry, limit, out))
    return reader.fail(who + " cannot be unpacked: its packed bytes are damaged");
  if (whole && crc_of(out) != entry.crc) return reader.fail(who + " is damaged: its checksum does not match");
  return out;
}

}  // namespace cnnc
