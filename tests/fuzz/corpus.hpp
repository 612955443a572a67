// The texts that mutations begin with.
#pragma once

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

namespace cnnc::fuzz {

inline std::string read(const std::filesystem::path &path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

/// All `.net` files in and below these folders, in the order of their names.
inline std::vector<std::string> read_corpus(const std::vector<std::string> &folders) {
  std::vector<std::filesystem::path> paths;
  for (const std::string &folder : folders)
    for (const auto &entry : std::filesystem::recursive_directory_iterator(folder))
      if (entry.path().extension() == ".net") paths.push_back(entry.path());
  std::sort(paths.begin(), paths.end());
  std::vector<std::string> corpus;
  for (const std::filesystem::path &path : paths) corpus.push_back(read(path));
  return corpus;
}

}  // namespace cnnc::fuzz
