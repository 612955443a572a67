// --check-passes: every form that a pass leaves must compute what the graph computed at first.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "compiler/driver/stage.hpp"
#include "compiler/ir/tensor.hpp"

namespace cnnc {

class PassChecker {
 public:
  /// Without a graph, check() does nothing. Inputs are drawn from a fixed generator, uniformly from [-1, 1).
  explicit PassChecker(const std::optional<Graph> &graph);
  /// Evaluates the form by its interpreter and compares; a difference is an InternalError that names the pass.
  void check(const Stage &stage, std::string_view pass) const;

 private:
  std::vector<Tensor> inputs_;
  std::optional<std::vector<Tensor>> expected_;
};

}  // namespace cnnc
