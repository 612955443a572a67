// Source text and places in it.
//
// A Span names bytes [begin, end) of one file of a SourceMap. Lines and columns are derived on demand, count from 1,
// and count characters (UTF-8 code points), not bytes. Span{} ("nowhere") is used for faults that have no text.
#pragma once

#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <vector>

namespace cnnc {

using FileId = std::uint32_t;
constexpr FileId no_file = UINT32_MAX;

struct Span {
  FileId file = no_file;
  std::uint32_t begin = 0;
  std::uint32_t end = 0;

  bool known() const { return file != no_file; }
};

/// The smallest span that covers both; they must lie in the same file.
Span join(Span a, Span b);

struct LineColumn {
  std::uint32_t line = 1;
  std::uint32_t column = 1;
};

class SourceFile {
 public:
  SourceFile(std::string path, std::string text);

  const std::string &path() const { return path_; }
  std::string_view text() const { return text_; }
  LineColumn line_column(std::uint32_t offset) const;
  /// The line (from 1) without its line end.
  std::string_view line(std::uint32_t number) const;

 private:
  std::string path_;
  std::string text_;
  std::vector<std::uint32_t> line_starts_;
};

/// Owns all the files of one run. Addresses of files are stable.
class SourceMap {
 public:
  FileId add(std::string path, std::string text);
  const SourceFile &file(FileId id) const { return files_[id]; }
  std::size_t size() const { return files_.size(); }

 private:
  std::deque<SourceFile> files_;
};

}  // namespace cnnc
