// Whether a network means the same in every form that the compiler gives it.
#pragma once

#include <string>
#include <vector>

#include "compiler/ir/graph.hpp"
#include "compiler/target/target.hpp"

namespace cnnc::test {

enum class Verdict { good, wrong, not_comparable };

struct NetworkCheck {
  Verdict verdict = Verdict::good;
  std::string fault;       ///< where it is wrong: target, pass, and what is another
  bool bad_index = false;  ///< an index is out of range, and every form says so
  double worst = 0;        ///< the greatest error in parts of what is allowed
};

/// Runs every pass for every target; after each of them the form must verify and its interpreter must give what
/// eval_graph gives for the graph, up to the error that rounding to f32 can make of these numbers (see
/// error_estimate.hpp), and the same word about indices out of range.
NetworkCheck check_network(const Graph &graph, const std::vector<Tensor> &inputs,
                           const std::vector<const Target *> &targets);

}  // namespace cnnc::test
