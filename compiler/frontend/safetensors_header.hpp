// The JSON header of a safetensors file, as a table. Only its form is checked here; what it says of the file's bytes is
// the reader's business.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace cnnc {

struct SafetensorsEntry {
  std::string dtype;  ///< "F32"
  std::vector<std::uint64_t> shape;
  std::uint64_t begin = 0, end = 0;
};

using SafetensorsHeader = std::map<std::string, SafetensorsEntry, std::less<>>;

struct SafetensorsFault {
  std::string message;  ///< names the tensor, not the file
};

std::variant<SafetensorsHeader, SafetensorsFault> parse_safetensors_header(std::string_view json);

}  // namespace cnnc
