#include "compiler/driver/stage.hpp"

#include "compiler/ops/op.hpp"

namespace cnnc {

std::string to_string(const Stage &stage) {
  return std::visit([](const auto &form) { return to_string(form); }, stage);
}

std::vector<std::string> verify(const Stage &stage) {
  return std::visit([](const auto &form) { return verify(form); }, stage);
}

}  // namespace cnnc
