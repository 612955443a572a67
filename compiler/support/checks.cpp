#include "compiler/support/checks.hpp"

#include <string_view>

namespace cnnc {

void internal_error(const char *file, int line, const std::string &what) {
  // The folder in which cnnc was built says nothing to its user and differs between machines.
  std::string_view path = file;
  if (auto at = path.rfind("compiler/"); at != std::string_view::npos) path.remove_prefix(at);
  throw InternalError(std::string(path) + ":" + std::to_string(line) + ": " + what);
}

}  // namespace cnnc
