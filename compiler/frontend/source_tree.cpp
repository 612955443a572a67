#include "compiler/frontend/source_tree.hpp"

#include <fmt/format.h>

#include <optional>
#include <utility>

#include "compiler/frontend/parse.hpp"
#include "compiler/support/files.hpp"
#include "compiler/support/utf8.hpp"

namespace cnnc {

namespace {

std::optional<std::uint32_t> first_invalid_byte(std::string_view text) {
  for (std::size_t at = 0; at < text.size();) {
    const Character character = character_at(text, at);
    if (!character.valid) return static_cast<std::uint32_t>(at);
    at += character.length;
  }
  return std::nullopt;
}

class TreeReader {
 public:
  TreeReader(const SourceOptions &options, SourceMap &sources, Diagnostics &diagnostics)
      : options_(options), sources_(sources), diagnostics_(diagnostics) {}

  SourceTree read(const std::string &path) {
    auto text = read_file(path, static_cast<std::int64_t>(max_source_bytes), diagnostics_);
    if (!text) return std::move(tree_);
    add(path, std::move(*text));
    for (std::size_t i = 0; i < tree_.files.size(); ++i) {  // grows while it is gone through
      const ast::File &file = tree_.files[i];
      for (const ast::Item &item : file.items)
        if (const auto *import = item.as<ast::Import>()) take_import(file.file, *import);
    }
    return std::move(tree_);
  }

 private:
  FileId add(const std::string &path, std::string text) {
    const FileId id = sources_.add(path, std::move(text));
    if (const auto identity = file_identity(path)) known_.emplace(*identity, id);
    tree_.files.push_back(parse(sources_, id, diagnostics_));
    return id;
  }

  void take_import(FileId importer, const ast::Import &import) {
    std::optional<FileId> file;
    if (!import.faulty) file = find(importer, import);
    if (file)
      tree_.imports[importer].push_back({import.path_span, *file});
    else
      tree_.incomplete.insert(importer);
  }

  void fault(const ast::Import &import, const std::string &path, FileFault fault) {
    diagnostics_.report(fault.kind, import.path_span, fmt::format("{} {}", in_quotes(path), fault.message))
        .hint(std::move(fault.hint));
  }

  std::vector<std::string> candidates(FileId importer, const std::string &path) const {
    if (path.starts_with('/')) return {path};
    std::vector<std::string> paths = {join_path(folder_of(sources_.file(importer).path()), path)};
    for (const std::string &folder : options_.search_path) paths.push_back(join_path(folder, path));
    return paths;
  }

  std::optional<FileId> find(FileId importer, const ast::Import &import) {
    if (import.path.empty()) {
      diagnostics_.report(DiagnosticKind::file_not_found, import.path_span, "the name of the imported file is empty");
      return std::nullopt;
    }
    if (has_controls(import.path)) {
      diagnostics_.report(DiagnosticKind::file_name_refused, import.path_span,
                          "the name of the imported file holds control characters");
      return std::nullopt;
    }
    const std::vector<std::string> paths = candidates(importer, import.path);
    for (const std::string &path : paths) {
      if (!path_exists(path)) continue;
      if (const auto identity = file_identity(path)) {
        const auto known = known_.find(*identity);
        if (known != known_.end()) return known->second;
      }
      return read_import(path, import);
    }
    std::string hint = paths.size() > 1 ? "looked for" : "";
    for (std::size_t i = 0; paths.size() > 1 && i < paths.size(); ++i)
      hint += fmt::format("{}{}", i == 0 ? " " : i + 1 == paths.size() ? " and " : ", ", in_quotes(paths[i]));
    if (hint.empty() && !import.path.starts_with('/'))
      hint = "the path is relative to this file's folder; '-I FOLDER' adds another to look in";
    diagnostics_
        .report(DiagnosticKind::file_not_found, import.path_span,
                fmt::format("there is no file {}", in_quotes(paths.front())))
        .hint(std::move(hint));
    return std::nullopt;
  }

  std::optional<FileId> read_import(const std::string &path, const ast::Import &import) {
    if (sources_.size() >= max_source_files) {
      diagnostics_.report(DiagnosticKind::compile_time_limit, import.path_span,
                          fmt::format("with this import, there are more than {} files", max_source_files));
      return std::nullopt;
    }
    FileText file = read_file(path, static_cast<std::int64_t>(max_source_bytes));
    if (!file.text) {
      fault(import, path, std::move(file.fault));
      return std::nullopt;
    }
    bytes_ += file.text->size();
    if (bytes_ > max_import_bytes) {
      diagnostics_.report(
          DiagnosticKind::compile_time_limit, import.path_span,
          fmt::format("with this import, the imported files have more than {} bytes", max_import_bytes));
      return std::nullopt;
    }
    if (const auto at = first_invalid_byte(*file.text)) {
      const FileId id = sources_.add(path, std::move(*file.text));
      diagnostics_
          .report(DiagnosticKind::invalid_utf8, import.path_span, fmt::format("{} is no UTF-8 text", in_quotes(path)))
          .note({id, *at, *at + 1}, "this byte is the first that does not belong");
      return std::nullopt;
    }
    return add(path, std::move(*file.text));
  }

  const SourceOptions &options_;
  SourceMap &sources_;
  Diagnostics &diagnostics_;
  SourceTree tree_;
  std::map<FileIdentity, FileId> known_;
  std::size_t bytes_ = 0;
};

// -- Cycles -----------------------------------------------------------------------------------------------------------

/// "'a.net' imports 'b.net', which imports 'a.net'"; the middle of a long chain is left out.
std::string chain_text(const std::vector<FileId> &chain, const SourceMap &sources) {
  constexpr std::size_t shown = 8;
  std::string text = in_quotes(sources.file(chain.front()).path());
  for (std::size_t i = 1; i < chain.size(); ++i) {
    if (chain.size() > shown && i == shown / 2) {
      i = chain.size() - shown / 2;
      text += ", …";
    }
    text += fmt::format("{} {}", i == 1 ? " imports" : ", which imports", in_quotes(sources.file(chain[i]).path()));
  }
  return text;
}

class CycleSearch {
 public:
  CycleSearch(const SourceTree &tree, const SourceMap &sources, Diagnostics &diagnostics)
      : tree_(tree), sources_(sources), diagnostics_(diagnostics) {}

  /// No deeper than there are files. A file that was gone through before is on no cycle that was not reported.
  void visit(FileId file) {
    visited_.insert(file);
    chain_.push_back(file);
    const auto imports = tree_.imports.find(file);
    if (imports != tree_.imports.end())
      for (const FoundImport &import : imports->second) follow(file, import);
    chain_.pop_back();
  }

 private:
  void follow(FileId file, const FoundImport &import) {
    std::size_t at = chain_.size();
    while (at > 0 && chain_[at - 1] != import.file) --at;
    if (at == 0) {
      if (!visited_.contains(import.file)) visit(import.file);
      return;
    }
    if (import.file == file) {
      diagnostics_.report(DiagnosticKind::import_cycle, import.place, "this file imports itself");
      return;
    }
    std::vector<FileId> cycle(chain_.begin() + static_cast<std::ptrdiff_t>(at - 1), chain_.end());
    cycle.push_back(import.file);
    diagnostics_
        .report(DiagnosticKind::import_cycle, import.place,
                "this import closes a cycle: " + chain_text(cycle, sources_))
        .hint("put what both need into a file of its own");
  }

  const SourceTree &tree_;
  const SourceMap &sources_;
  Diagnostics &diagnostics_;
  std::set<FileId> visited_;
  std::vector<FileId> chain_;
};

}  // namespace

SourceTree read_source_tree(const std::string &path, const SourceOptions &options, SourceMap &sources,
                            Diagnostics &diagnostics) {
  SourceTree tree = TreeReader(options, sources, diagnostics).read(path);
  if (!tree.files.empty()) CycleSearch(tree, sources, diagnostics).visit(tree.files.front().file);
  return tree;
}

SourceTree lone_source(ast::File file, Diagnostics &diagnostics) {
  SourceTree tree;
  tree.lone = true;
  for (const ast::Item &item : file.items) {
    const auto *import = item.as<ast::Import>();
    if (!import) continue;
    if (!import->faulty)
      diagnostics.report(DiagnosticKind::file_not_found, import->path_span, "there are no files beside this text");
    tree.incomplete.insert(file.file);
  }
  tree.files.push_back(std::move(file));
  return tree;
}

}  // namespace cnnc
