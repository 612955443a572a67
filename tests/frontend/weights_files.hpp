// Weights files for tests, made byte by byte so that they can be wrong in one place.
#pragma once

#include <zlib.h>

#include <optional>
#include <string>
#include <vector>

#include "compiler/frontend/array.hpp"

namespace cnnc {

inline std::string number_bytes(std::uint64_t value, int bytes) {
  std::string out;
  append_little_endian(out, value, bytes);
  return out;
}

/// A safetensors file of a header and as many zero bytes.
inline std::string safetensors(const std::string &header, std::size_t data_bytes) {
  return number_bytes(header.size(), 8) + header + std::string(data_bytes, '\0');
}

/// A .npy file of version `major` with this dictionary and these bytes.
inline std::string npy(const std::string &dictionary, const std::string &data, int major = 1) {
  return std::string("\x93NUMPY", 6) + static_cast<char>(major) + '\0' +
         number_bytes(dictionary.size(), major == 1 ? 2 : 4) + dictionary + data;
}

inline std::string npy_of(const std::string &dtype, const std::string &shape, const std::string &data,
                          bool fortran_order = false) {
  return npy("{'descr': '" + dtype + "', 'fortran_order': " + (fortran_order ? "True" : "False") +
                 ", 'shape': " + shape + ", }\n",
             data);
}

/// An entry of a zip archive; what is set beside name and content is what the archive claims.
struct ZipItem {
  std::string name;
  std::string content;
  int method = 0;  ///< 0 stored, 8 deflated; the bytes are deflated for all others too
  int flags = 0;
  bool zip64 = false;
  std::optional<std::uint32_t> crc = {};
  std::optional<std::int64_t> bytes = {}, packed_bytes = {};
};

inline std::string deflated(const std::string &content) {
  z_stream stream{};
  deflateInit2(&stream, 9, Z_DEFLATED, -MAX_WBITS, 9, Z_DEFAULT_STRATEGY);
  std::string out(deflateBound(&stream, content.size()), '\0');
  stream.next_in = reinterpret_cast<Bytef *>(const_cast<char *>(content.data()));
  stream.avail_in = static_cast<uInt>(content.size());
  stream.next_out = reinterpret_cast<Bytef *>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  deflate(&stream, Z_FINISH);
  out.resize(stream.total_out);
  deflateEnd(&stream);
  return out;
}

inline std::string zip_of(const std::vector<ZipItem> &items) {
  std::string out, directory;
  for (const ZipItem &item : items) {
    const std::string packed = item.method == 0 ? item.content : deflated(item.content);
    const auto crc = static_cast<std::uint32_t>(
        crc32_z(0, reinterpret_cast<const Bytef *>(item.content.data()), item.content.size()));
    const auto bytes = static_cast<std::uint64_t>(item.bytes.value_or(static_cast<std::int64_t>(item.content.size())));
    const auto packed_bytes =
        static_cast<std::uint64_t>(item.packed_bytes.value_or(static_cast<std::int64_t>(packed.size())));
    std::string extra;
    if (item.zip64)
      extra = number_bytes(1, 2) + number_bytes(24, 2) + number_bytes(bytes, 8) + number_bytes(packed_bytes, 8) +
              number_bytes(out.size(), 8);
    const auto size_field = [&](std::uint64_t value) { return number_bytes(item.zip64 ? 0xffffffff : value, 4); };
    const std::string fields = number_bytes(20, 2) + number_bytes(static_cast<std::uint64_t>(item.flags), 2) +
                               number_bytes(static_cast<std::uint64_t>(item.method), 2) + number_bytes(0x210000, 4) +
                               number_bytes(item.crc.value_or(crc), 4) + size_field(packed_bytes) + size_field(bytes) +
                               number_bytes(item.name.size(), 2) + number_bytes(extra.size(), 2);
    directory +=
        "PK\1\2" + number_bytes(20, 2) + fields + std::string(10, '\0') + size_field(out.size()) + item.name + extra;
    out += "PK\3\4" + fields + item.name + extra + packed;
  }
  const std::string counts = number_bytes(items.size(), 2) + number_bytes(items.size(), 2);
  return out + directory + "PK\5\6" + number_bytes(0, 4) + counts + number_bytes(directory.size(), 4) +
         number_bytes(out.size(), 4) + number_bytes(0, 2);
}

}  // namespace cnnc
