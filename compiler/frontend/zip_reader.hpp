// Reading zip archives, as far as .npz needs it: entries that are stored or deflated, zip64 as NumPy writes it.
//
// Only the central directory is believed, and only after it is checked against the file: every entry's bytes lie before
// the directory, and no entry claims to unpack to more than deflate can do. Names are names only: nothing is ever
// written to a folder by them. Encrypted, split and otherwise packed archives are refused in so many words.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "compiler/support/diagnostics.hpp"
#include "compiler/support/files.hpp"

namespace cnnc {

struct ZipEntry {
  std::string name;
  bool deflated = false;
  std::uint32_t crc = 0;
  std::int64_t packed_bytes = 0;
  std::int64_t bytes = 0;          ///< unpacked
  std::int64_t header_offset = 0;  ///< of its local header
};

/// The entries in the order of the directory, without folders. Reports faults of the archive `file`.
std::optional<std::vector<ZipEntry>> read_zip_directory(const ByteSource &source, const std::string &file,
                                                        Diagnostics &diagnostics);

/// The first `limit` bytes of an entry, or all of it if it has no more. All of it is checked against its CRC.
std::optional<std::string> unpack(const ByteSource &source, const ZipEntry &entry, std::int64_t limit,
                                  const std::string &file, Diagnostics &diagnostics);

}  // namespace cnnc
