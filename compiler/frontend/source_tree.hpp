// The files of a run: the one that the user names, and all that it imports.
#pragma once

#include <deque>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "compiler/frontend/ast.hpp"
#include "compiler/support/diagnostics.hpp"

namespace cnnc {

/// Imports beyond these bounds are refused (E0226).
constexpr std::size_t max_source_files = 1'000;
constexpr std::size_t max_import_bytes = std::size_t{64} << 20;  ///< of all imported files together

struct SourceOptions {
  std::vector<std::string> search_path;  ///< folders for imports that are not found beside the importing file (-I)
};

/// An import that was found.
struct FoundImport {
  Span place;             ///< the import's string
  FileId file = no_file;  ///< what it names
};

struct SourceTree {
  std::deque<ast::File> files;                         ///< at the front the one that the user named; each file once
  std::map<FileId, std::vector<FoundImport>> imports;  ///< by the importing file, in the order of its text
  std::set<FileId> incomplete;                         ///< files with an import that was reported
  bool lone = false;                                   ///< a text that has no folder
};

/// Reads and parses the file `path` and, by whatever routes, each imported file once. An import's path is relative to
/// the folder of the importing file; where nothing has that name, to each folder of the search path in turn. What is
/// wrong with an imported file as a whole is reported at the import, faults of its text in its text. A file that
/// imports itself, through others or not, is a fault that shows the chain. Without files if `path` cannot be read.
SourceTree read_source_tree(const std::string &path, const SourceOptions &options, SourceMap &sources,
                            Diagnostics &diagnostics);

/// A text that has no folder: its imports are faults.
SourceTree lone_source(ast::File file, Diagnostics &diagnostics);

}  // namespace cnnc
