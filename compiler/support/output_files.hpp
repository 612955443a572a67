// Writing the outputs of a run: all of them, or none.
//
// A run collects what it would write and commits at its end. Each output goes to a temporary file in its own folder;
// only when every byte of every one has reached the disk are they renamed into place. If anything fails, the
// temporaries are removed and earlier files are as they were. A file that cnnc did not write is never replaced, unless
// forced.
//
// Requires that SIGXFSZ and SIGPIPE are ignored (the driver does it): a full disk is then an error code, not a signal.
// A signal that asks the process to end (SIGINT, SIGTERM, SIGHUP, SIGQUIT) ends it after that, too: the temporaries are
// removed first, or all files are in their places. Does not create folders, and does not survive SIGKILL between two
// renames.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "compiler/support/diagnostics.hpp"

namespace cnnc {

/// How much is read of a file that is there already, to see whose it is.
inline constexpr std::size_t output_head_bytes = 512;
/// True if a file that begins with `head` (output_head_bytes, or all of it) was written by cnnc, and may be replaced.
using IsOurs = std::function<bool(std::string_view head)>;

/// The head begins with `beginning`.
IsOurs begins_with(std::string beginning);
/// The head is that of an archive that write_npz made: its first header holds npz_mark.
bool is_our_npz(std::string_view head);

inline constexpr std::string_view npz_mark = "written by cnnc";

/// Hands over bytes, piece by piece, in their order.
using WriteBytes = std::function<void(const std::function<void(std::string_view piece)> &)>;

struct OutputFile {
  std::string path;
  std::string bytes;
  IsOurs is_ours;           ///< of an existing file in its place
  std::string option = "";  ///< of the command line, that gives it its place; empty: none does
  WriteBytes more = {};     ///< what follows `bytes`: for what is too large to be copied; it works until commit()
};

class OutputFiles {
 public:
  void add(OutputFile file);
  /// A file that the run reads, and so must not write, even if forced.
  void protect(std::string path);
  const std::vector<OutputFile> &files() const { return files_; }

  /// Reports whatever forbids writing that can be known beforehand: a missing folder, a file that is not ours, two
  /// outputs in one place, by whatever paths. Lets a run fail before its work is done.
  bool check(bool force, Diagnostics &diagnostics) const;
  /// Writes all of them, or reports why not and leaves everything as it was.
  bool commit(bool force, Diagnostics &diagnostics) const;

 private:
  std::vector<OutputFile> files_;
  std::vector<std::string> protected_;
};

/// Writes to standard output, to its end. A closed or full standard output is an error.
bool write_standard_output(std::string_view text, Diagnostics &diagnostics);

}  // namespace cnnc
