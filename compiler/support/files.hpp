// Reading files that a user named.
//
// Only regular files are read: a pipe or a device could go on for ever. Nothing is allocated before the file's size is
// known and within a limit. All the faults are the user's and go to Diagnostics, each with its own code.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "compiler/support/diagnostics.hpp"

namespace cnnc {

/// Why a file could not be read, for callers that report it at a place of their own (an import).
struct FileFault {
  DiagnosticKind kind = DiagnosticKind::file_not_found;
  std::string message;  ///< without the file's name
  std::string hint;
};

struct FileText {
  std::optional<std::string> text;
  FileFault fault;  ///< where there is no text
};

/// No text that a person writes is longer.
constexpr std::int64_t max_text_bytes = std::int64_t{16} << 20;

/// The whole of a regular file of at most `limit` bytes.
FileText read_file(const std::string &path, std::int64_t limit = max_text_bytes);
/// The same; a fault is reported as one of the file `path`.
std::optional<std::string> read_file(const std::string &path, std::int64_t limit, Diagnostics &diagnostics);

/// Bytes that can be read piece by piece: a file, or memory in tests.
struct ByteSource {
  std::int64_t size = 0;
  /// Copies `count` bytes from `offset` on; the range must lie in [0, size). False if the medium fails.
  std::function<bool(std::int64_t offset, char *out, std::int64_t count)> read;
};

/// A regular file of any size, open as long as the result (or a copy of it) lives. Reports faults of the file `path`.
std::optional<ByteSource> open_file(const std::string &path, Diagnostics &diagnostics);
/// `bytes` must outlive the result.
ByteSource byte_source(std::string_view bytes);
/// A part of another source; the range must lie in it.
ByteSource byte_range(const ByteSource &whole, std::int64_t offset, std::int64_t size);

bool is_folder(const std::string &path);
/// Something, whatever it is, has that name.
bool path_exists(const std::string &path);
/// What tells an existing file from all others, whatever its paths; compared and ordered only.
using FileIdentity = std::pair<std::uint64_t, std::uint64_t>;
std::optional<FileIdentity> file_identity(const std::string &path);
/// The path of an existing file or folder without symbolic links, '.' and '..', from the root on.
std::optional<std::string> real_path(const std::string &path);

// Paths, as text: '/' separates.
/// A path with them could break the line of a makefile or a terminal; a NUL would end it early.
bool has_controls(std::string_view path);
std::string folder_of(std::string_view path);     ///< "a/b.net" → "a"; "b.net" → "."
std::string file_name_of(std::string_view path);  ///< "a/b.net" → "b.net"
std::string stem_of(std::string_view path);       ///< "a/b.tar.net" → "b.tar"
std::string extension_of(std::string_view path);  ///< "a/b.net" → ".net"; "a/.net" and "a/b" → ""
std::string with_extension(std::string_view path, std::string_view extension);  ///< "a/b.net", ".x" → "a/b.x"
std::string join_path(std::string_view folder, std::string_view name);          ///< ".", "b" → "b"

/// 'text' in quotes, fit to be shown: what messages put round names from outside.
std::string in_quotes(std::string_view text);

}  // namespace cnnc
