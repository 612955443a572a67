#include "compiler/support/output_files.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <optional>
#include <set>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "compiler/support/files.hpp"

namespace cnnc {

namespace {

/// The state of one output on its way to the disk.
struct Pending {
  const OutputFile *file;
  std::string temporary;  ///< written in full, not yet in place
  std::string backup;     ///< a second name of the file that was there before
  bool in_place = false;
};

/// Nothing, and errno, if the file cannot be read.
std::optional<std::string> head_of(const std::string &path) {
  std::string head(output_head_bytes, '\0');
  const int descriptor = ::open(path.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC | O_NOCTTY);
  if (descriptor < 0) return std::nullopt;
  const ssize_t got = ::read(descriptor, head.data(), head.size());
  const int error = errno;
  ::close(descriptor);
  errno = error;
  if (got < 0) return std::nullopt;
  head.resize(static_cast<std::size_t>(got));
  return head;
}

/// What a path leads to, whether there is a file or not.
struct Place {
  std::string path;
  std::optional<FileIdentity> file, folder;
  std::string name;  ///< in its folder
};

Place place_of(const std::string &path) {
  return {path, file_identity(path), file_identity(folder_of(path)), file_name_of(path)};
}

/// By whatever ways the paths lead there.
bool same_place(const Place &a, const Place &b) {
  return a.path == b.path || (a.file && a.file == b.file) ||
         (a.folder && a.folder == b.folder && !a.name.empty() && a.name == b.name);
}

/// While it lives, signals that ask the process to end wait: none comes between a temporary file and its end. With its
/// end they are let through.
class DeferredSignals {
 public:
  DeferredSignals() {
    ::sigemptyset(&signals_);
    for (const int number : {SIGINT, SIGTERM, SIGHUP, SIGQUIT}) ::sigaddset(&signals_, number);
    ::pthread_sigmask(SIG_BLOCK, &signals_, &before_);
  }
  DeferredSignals(const DeferredSignals &) = delete;
  DeferredSignals &operator=(const DeferredSignals &) = delete;
  ~DeferredSignals() { ::pthread_sigmask(SIG_SETMASK, &before_, nullptr); }

  /// One of them is waiting.
  bool waiting() const {
    sigset_t pending;
    ::sigemptyset(&pending);
    ::sigpending(&pending);
    for (const int number : {SIGINT, SIGTERM, SIGHUP, SIGQUIT})
      if (::sigismember(&pending, number) == 1) return true;
    return false;
  }

 private:
  sigset_t signals_, before_;
};

/// Writes everything, or gives the error's number.
int write_all(int descriptor, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t written =
        ::write(descriptor, bytes.data(), std::min<std::size_t>(bytes.size(), std::size_t{1} << 30));
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return written < 0 ? errno : EIO;
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
  return 0;
}

/// `option` gives the output its place, if one does.
std::string hint_for_errno(int error, const std::string &option) {
  if (error == ENOSPC || error == EDQUOT) return "make room, or write to another disk";
  if (error == EFBIG) return "raise the limit of the file size ('ulimit -f')";
  if ((error == EACCES || error == EPERM || error == EROFS) && !option.empty())
    return fmt::format("choose a folder that you may write to with '{}'", option);
  return "";
}

/// A new file in the folder of `path` under a name that nothing else has. Returns the descriptor, or -1.
int create_temporary(const std::string &path, std::size_t number, std::string &name) {
  for (int attempt = 0; attempt < 1000; ++attempt) {
    name = join_path(folder_of(path), fmt::format(".cnnc-{}-{}-{}", ::getpid(), number, attempt));
    const int descriptor = ::open(name.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
    if (descriptor >= 0 || errno != EEXIST) return descriptor;
  }
  return -1;
}

/// The same, but EINTR soon after the process was asked to end.
int write_unless_ended(int descriptor, std::string_view bytes, const DeferredSignals &signals) {
  constexpr std::size_t piece_bytes = std::size_t{4} << 20;
  while (true) {
    if (signals.waiting()) return EINTR;
    const int error = write_all(descriptor, bytes.substr(0, piece_bytes));
    if (error != 0 || bytes.size() <= piece_bytes) return error;
    bytes.remove_prefix(piece_bytes);
  }
}

bool write_temporary(Pending &pending, std::size_t number, const DeferredSignals &signals, Diagnostics &diagnostics) {
  const std::string &path = pending.file->path;
  std::string name;
  const int descriptor = create_temporary(path, number, name);
  if (descriptor < 0) {
    const int error = errno;
    diagnostics
        .report_file(DiagnosticKind::output_not_writable, path,
                     fmt::format("cannot be created in {}: {}", in_quotes(folder_of(path)), std::strerror(error)))
        .hint(hint_for_errno(error, pending.file->option));
    return false;
  }
  pending.temporary = name;
  struct stat earlier{};
  if (::stat(path.c_str(), &earlier) == 0) (void)::fchmod(descriptor, earlier.st_mode & 0777);
  int error = write_unless_ended(descriptor, pending.file->bytes, signals);
  if (pending.file->more)
    pending.file->more(
        [&](std::string_view piece) { error = error != 0 ? error : write_unless_ended(descriptor, piece, signals); });
  if (::close(descriptor) != 0 && error == 0) error = errno;
  if (error == 0) return true;
  diagnostics
      .report_file(DiagnosticKind::output_write_failed, path,
                   fmt::format("cannot be written: {}; nothing was changed", std::strerror(error)))
      .hint(hint_for_errno(error, pending.file->option));
  return false;
}

/// Puts a file in its place, keeping the earlier one under a second name until all are there.
bool put_in_place(Pending &pending, Diagnostics &diagnostics) {
  const std::string &path = pending.file->path;
  int error = 0;
  if (path_exists(path)) {
    const std::string backup = pending.temporary + "-old";
    // Where a file system knows no second names, the earlier file is moved aside instead.
    if (::link(path.c_str(), backup.c_str()) == 0 || ::rename(path.c_str(), backup.c_str()) == 0)
      pending.backup = backup;
    else
      error = errno;
  }
  if (error == 0 && ::rename(pending.temporary.c_str(), path.c_str()) != 0) error = errno;
  if (error == 0) {
    pending.temporary.clear();
    pending.in_place = true;
    return true;
  }
  diagnostics
      .report_file(DiagnosticKind::output_not_writable, path,
                   fmt::format("cannot be put in its place: {}", std::strerror(error)))
      .hint(hint_for_errno(error, pending.file->option));
  return false;
}

void undo(std::vector<Pending> &all) {
  for (Pending &pending : all) {
    if (!pending.temporary.empty()) ::unlink(pending.temporary.c_str());
    if (!pending.backup.empty())
      ::rename(pending.backup.c_str(), pending.file->path.c_str());
    else if (pending.in_place)
      ::unlink(pending.file->path.c_str());
    // Renaming one of two names of the same file onto the other leaves both.
    if (!pending.backup.empty()) ::unlink(pending.backup.c_str());
  }
}

bool check_folder(const OutputFile &file, Diagnostics &diagnostics) {
  const std::string folder = folder_of(file.path);
  if (is_folder(folder)) return true;
  diagnostics
      .report_file(DiagnosticKind::output_not_writable, file.path,
                   fmt::format("cannot be created: there is no folder {}", in_quotes(folder)))
      .hint("create the folder first");
  return false;
}

/// In a folder that exists.
bool check_place(const OutputFile &file, bool force, Diagnostics &diagnostics) {
  if (file_name_of(file.path).empty() || is_folder(file.path)) {
    diagnostics.report_file(DiagnosticKind::file_is_folder, file.path, "is a folder; an output must be a file")
        .hint("add a file's name");
    return false;
  }
  struct stat status{};
  if (::stat(file.path.c_str(), &status) != 0) return true;  // nothing there, or a link that leads nowhere
  if (!S_ISREG(status.st_mode)) {
    diagnostics.report_file(DiagnosticKind::file_is_special, file.path,
                            "is a device or pipe; an output must be a file");
    return false;
  }
  if (force) return true;
  const std::optional<std::string> head = head_of(file.path);
  if (!head) {
    diagnostics
        .report_file(DiagnosticKind::file_unreadable, file.path,
                     fmt::format("exists, and cannot be read to see whether cnnc wrote it: {}; it is kept",
                                 std::strerror(errno)))
        .hint("choose another name, or replace it with '--force'");
    return false;
  }
  if (!file.is_ours(*head)) {
    diagnostics
        .report_file(DiagnosticKind::output_not_ours, file.path, "exists, and was not written by cnnc; it is kept")
        .hint("choose another name, or replace it with '--force'");
    return false;
  }
  return true;
}

/// Which outputs have the place of another file of the run; each fault is told once, at the later of two outputs.
std::vector<bool> report_conflicts(const std::vector<OutputFile> &files, const std::vector<std::string> &inputs,
                                   Diagnostics &diagnostics) {
  std::vector<Place> read, written;
  for (const std::string &path : inputs) read.push_back(place_of(path));
  std::vector<bool> in_conflict(files.size(), false);
  for (std::size_t i = 0; i < files.size(); ++i) {
    const Place place = place_of(files[i].path);
    const auto same = [&](const Place &other) { return same_place(place, other); };
    const auto earlier = std::find_if(written.begin(), written.end(), same);
    const bool twice = earlier != written.end();
    if (twice || std::any_of(read.begin(), read.end(), same)) {
      diagnostics
          .report_file(DiagnosticKind::output_conflict, place.path,
                       twice ? "would be written twice by this run" : "would overwrite a file that this run reads")
          .hint("give the output another name");
      in_conflict[i] = true;
      if (twice) in_conflict[static_cast<std::size_t>(earlier - written.begin())] = true;
    }
    written.push_back(place);
  }
  return in_conflict;
}

}  // namespace

IsOurs begins_with(std::string beginning) {
  return [beginning = std::move(beginning)](std::string_view head) {
    return head.substr(0, beginning.size()) == beginning;
  };
}

bool is_our_npz(std::string_view head) {
  return head.substr(0, 4) == std::string_view("PK\3\4", 4) && head.find(npz_mark) != std::string_view::npos;
}

void OutputFiles::add(OutputFile file) { files_.push_back(std::move(file)); }

void OutputFiles::protect(std::string path) { protected_.push_back(std::move(path)); }

bool OutputFiles::check(bool force, Diagnostics &diagnostics) const {
  bool fine = true;
  const std::vector<bool> in_conflict = report_conflicts(files_, protected_, diagnostics);
  std::set<std::string> missing;  // folders; one error for each
  for (std::size_t i = 0; i < files_.size(); ++i) {
    const std::string &path = files_[i].path;
    if (in_conflict[i]) {
      fine = false;
    } else if (missing.count(folder_of(path)) != 0) {
      continue;
    } else if (!check_folder(files_[i], diagnostics)) {
      missing.insert(folder_of(path));
      fine = false;
    } else {
      fine = check_place(files_[i], force, diagnostics) && fine;
    }
  }
  return fine;
}

bool OutputFiles::commit(bool force, Diagnostics &diagnostics) const {
  const DeferredSignals signals;
  if (!check(force, diagnostics)) return false;
  std::vector<Pending> all;
  for (const OutputFile &file : files_) all.push_back({&file, "", "", false});
  for (std::size_t i = 0; i < all.size(); ++i) {
    if (!write_temporary(all[i], i, signals, diagnostics)) {
      undo(all);
      return false;
    }
  }
  for (Pending &pending : all) {
    if (!put_in_place(pending, diagnostics)) {
      undo(all);
      return false;
    }
  }
  for (const Pending &pending : all)
    if (!pending.backup.empty()) ::unlink(pending.backup.c_str());
  return true;
}

bool write_standard_output(std::string_view text, Diagnostics &diagnostics) {
  const int error = write_all(STDOUT_FILENO, text);
  if (error == 0) return true;
  diagnostics
      .report_file(DiagnosticKind::output_write_failed, "",
                   fmt::format("standard output cannot be written: {}",
                               error == EBADF ? std::string("it is closed") : std::string(std::strerror(error))))
      .hint(hint_for_errno(error, ""));
  return false;
}

}  // namespace cnnc
