// A folder of network files and arrays on the disk, for tests of what names other files.
#pragma once

#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "check_helpers.hpp"

namespace cnnc::check_helpers {

/// A folder of files that is gone afterwards.
class SourceFolder {
 public:
  SourceFolder() : path_(std::filesystem::temp_directory_path() / ("cnnc_import_" + std::to_string(::getpid()))) {
    std::filesystem::create_directories(path_);
  }
  ~SourceFolder() { std::filesystem::remove_all(path_); }
  SourceFolder(const SourceFolder &) = delete;
  SourceFolder &operator=(const SourceFolder &) = delete;

  std::string path(const std::string &name) const { return (path_ / name).string(); }
  void write(const std::string &name, const std::string &text) const {
    std::filesystem::create_directories(std::filesystem::path(path(name)).parent_path());
    std::ofstream(path(name), std::ios::binary) << text;
  }
  /// One line a fault: "blocks.net:3:7 E0201 message", without the folder.
  std::string faults_of(const std::string &name, const SourceOptions &options = {}) const {
    SourceMap sources;
    Diagnostics diagnostics;
    const auto networks = load_networks(path(name), sources, diagnostics, options);
    CHECK(networks.has_value() == !diagnostics.has_errors());
    std::string text;
    for (const Diagnostic &diagnostic : diagnostics.all()) {
      if (diagnostic.span.known()) {
        const SourceFile &file = sources.file(diagnostic.span.file);
        const LineColumn at = file.line_column(diagnostic.span.begin);
        text += fmt::format("{}:{}:{} ", file.path(), at.line, at.column);
      }
      text += fmt::format("{} {}\n", info(diagnostic.kind).code, diagnostic.message);
    }
    for (std::size_t at = 0; (at = text.find(path(""))) != std::string::npos;) text.erase(at, path("").size());
    return text;
  }
  Networks load(const std::string &name, const SourceOptions &options = {}) const {
    SourceMap sources;
    Diagnostics diagnostics;
    auto networks = load_networks(path(name), sources, diagnostics, options);
    for (const Diagnostic &diagnostic : diagnostics.all()) FAIL_CHECK(render(diagnostic, sources, false));
    REQUIRE(networks.has_value());
    return std::move(*networks);
  }

 private:
  std::filesystem::path path_;
};

}  // namespace cnnc::check_helpers
