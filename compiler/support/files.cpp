#include "compiler/support/files.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <memory>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace cnnc {

namespace {

class FileDescriptor {
 public:
  explicit FileDescriptor(int descriptor) : descriptor_(descriptor) {}
  FileDescriptor(const FileDescriptor &) = delete;
  FileDescriptor &operator=(const FileDescriptor &) = delete;
  ~FileDescriptor() {
    if (descriptor_ >= 0) ::close(descriptor_);
  }
  int get() const { return descriptor_; }

 private:
  int descriptor_;
};

FileFault fault_of_errno(const std::string &path, int error) {
  if (path.empty()) return {DiagnosticKind::file_not_found, "the name of the file is empty", ""};
  if (error == ENOENT) {
    const std::string folder = folder_of(path);
    if (!is_folder(folder))
      return {DiagnosticKind::file_not_found, "there is no such file",
              fmt::format("its folder {} does not exist either", in_quotes(folder))};
    return {DiagnosticKind::file_not_found, "there is no such file", ""};
  }
  if (error == ENOTDIR)
    return {DiagnosticKind::file_not_found, "there is no such file", "a part of its path is a file, not a folder"};
  if (error == ENAMETOOLONG) return {DiagnosticKind::file_not_found, "there is no such file: its name is too long", ""};
  if (error == ELOOP)
    return {DiagnosticKind::file_unreadable, "cannot be read: its symbolic links lead in a circle", ""};
  if (error == EACCES)
    return {DiagnosticKind::file_unreadable, "cannot be read: permission denied",
            "look at the permissions of the file and of the folders above it"};
  return {DiagnosticKind::file_unreadable, fmt::format("cannot be read: {}", std::strerror(error)), ""};
}

/// Opens a regular file, or says why not. O_NONBLOCK keeps a pipe without a writer from blocking the open.
std::shared_ptr<FileDescriptor> open_regular(const std::string &path, std::int64_t &size, FileFault &fault) {
  auto file = std::make_shared<FileDescriptor>(
      path.empty() ? -1 : ::open(path.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC | O_NOCTTY));
  if (file->get() < 0) {
    // A socket, or a device without a driver, cannot even be opened.
    const int error = errno;
    struct stat status{};
    if (error == ENXIO && ::stat(path.c_str(), &status) == 0 && !S_ISREG(status.st_mode))
      fault = {DiagnosticKind::file_is_special, "is not a regular file", ""};
    else
      fault = fault_of_errno(path, error);
    return nullptr;
  }
  struct stat status{};
  if (::fstat(file->get(), &status) != 0) {
    fault = fault_of_errno(path, errno);
    return nullptr;
  }
  if (S_ISDIR(status.st_mode)) {
    fault = {DiagnosticKind::file_is_folder, "is a folder, not a file", ""};
    return nullptr;
  }
  if (!S_ISREG(status.st_mode)) {
    fault = {DiagnosticKind::file_is_special,
             S_ISFIFO(status.st_mode) ? "is a pipe, not a regular file" : "is a device, not a regular file",
             "write its bytes to a file first"};
    return nullptr;
  }
  size = status.st_size;
  return file;
}

bool read_all(int descriptor, std::int64_t offset, char *out, std::int64_t count) {
  while (count > 0) {
    const auto piece = static_cast<std::size_t>(std::min<std::int64_t>(count, std::int64_t{1} << 30));
    const ssize_t got = ::pread(descriptor, out, piece, offset);
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return false;  // an error, or the file has shrunk
    offset += got;
    out += got;
    count -= got;
  }
  return true;
}

}  // namespace

FileText read_file(const std::string &path, std::int64_t limit) {
  FileText result;
  std::int64_t size = 0;
  const auto file = open_regular(path, size, result.fault);
  if (!file) return result;
  if (size > limit) {
    result.fault = {DiagnosticKind::file_too_large,
                    fmt::format("is too large: it has {} bytes, at most {} can be read", size, limit), ""};
    return result;
  }
  std::string text(static_cast<std::size_t>(size), '\0');
  if (!read_all(file->get(), 0, text.data(), size)) {
    result.fault = {DiagnosticKind::file_unreadable, "cannot be read to its end", "was it changed meanwhile?"};
    return result;
  }
  result.text = std::move(text);
  return result;
}

std::optional<std::string> read_file(const std::string &path, std::int64_t limit, Diagnostics &diagnostics) {
  FileText result = read_file(path, limit);
  if (!result.text) diagnostics.report_file(result.fault.kind, path, result.fault.message).hint(result.fault.hint);
  return std::move(result.text);
}

std::optional<ByteSource> open_file(const std::string &path, Diagnostics &diagnostics) {
  FileFault fault;
  ByteSource source;
  auto file = open_regular(path, source.size, fault);
  if (!file) {
    diagnostics.report_file(fault.kind, path, fault.message).hint(fault.hint);
    return std::nullopt;
  }
  source.read = [file](std::int64_t offset, char *out, std::int64_t count) {
    return read_all(file->get(), offset, out, count);
  };
  return source;
}

ByteSource byte_source(std::string_view bytes) {
  return {static_cast<std::int64_t>(bytes.size()), [bytes](std::int64_t offset, char *out, std::int64_t count) {
            if (count > 0) std::memcpy(out, bytes.data() + offset, static_cast<std::size_t>(count));
            return true;
          }};
}

ByteSource byte_range(const ByteSource &whole, std::int64_t offset, std::int64_t size) {
  return {size, [read = whole.read, offset](std::int64_t at, char *out, std::int64_t count) {
            return read(offset + at, out, count);
          }};
}

bool is_folder(const std::string &path) {
  struct stat status{};
  return ::stat(path.c_str(), &status) == 0 && S_ISDIR(status.st_mode);
}

bool path_exists(const std::string &path) {
  struct stat status{};
  return ::lstat(path.c_str(), &status) == 0;
}

std::optional<FileIdentity> file_identity(const std::string &path) {
  struct stat status{};
  if (::stat(path.c_str(), &status) != 0) return std::nullopt;
  return FileIdentity{status.st_dev, status.st_ino};
}

std::optional<std::string> real_path(const std::string &path) {
  const std::unique_ptr<char, decltype(&std::free)> real(::realpath(path.c_str(), nullptr), &std::free);
  return real ? std::optional<std::string>(real.get()) : std::nullopt;
}

bool has_controls(std::string_view path) {
  return std::any_of(path.begin(), path.end(),
                     [](char c) { return static_cast<unsigned char>(c) < ' ' || c == '\x7f'; });
}

std::string folder_of(std::string_view path) {
  const std::size_t slash = path.rfind('/');
  if (slash == std::string_view::npos) return ".";
  return std::string(slash == 0 ? "/" : path.substr(0, slash));
}

std::string file_name_of(std::string_view path) {
  const std::size_t slash = path.rfind('/');
  return std::string(slash == std::string_view::npos ? path : path.substr(slash + 1));
}

std::string extension_of(std::string_view path) {
  const std::string name = file_name_of(path);
  const std::size_t dot = name.rfind('.');
  return dot == std::string::npos || dot == 0 ? "" : name.substr(dot);
}

std::string stem_of(std::string_view path) {
  const std::string name = file_name_of(path);
  return name.substr(0, name.size() - extension_of(path).size());
}

std::string with_extension(std::string_view path, std::string_view extension) {
  const std::size_t length = path.size() - extension_of(path).size();
  return std::string(path.substr(0, length)) + std::string(extension);
}

std::string join_path(std::string_view folder, std::string_view name) {
  if (folder.empty() || folder == ".") return std::string(name);
  const std::string separator = folder.back() == '/' ? "" : "/";
  return std::string(folder) + separator + std::string(name);
}

std::string in_quotes(std::string_view text) { return "'" + printable(text) + "'"; }

}  // namespace cnnc
