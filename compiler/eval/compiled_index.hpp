// Index expressions flattened for evaluation in inner loops, where walking shared trees through callbacks is too slow.
#pragma once

#include <cstdint>
#include <vector>

#include "compiler/ir/index.hpp"

namespace cnnc {

/// The same value as `evaluate(index, …)`, over variables in an array.
class CompiledIndex {
 public:
  CompiledIndex() = default;
  explicit CompiledIndex(const Index &index);

  std::int64_t operator()(const std::int64_t *variables) const {
    std::int64_t sum = constant_;
    for (const Term &term : terms_) sum += term.coefficient * variables[term.var];
    if (!quasi_.empty()) sum += quasi_sum(variables);
    return sum;
  }

 private:
  struct Term {
    std::int64_t coefficient;
    IndexVar var;
  };
  struct QuasiTerm;

  std::int64_t quasi_sum(const std::int64_t *variables) const;

  std::int64_t constant_ = 0;
  std::vector<Term> terms_;
  std::vector<QuasiTerm> quasi_;
};

struct CompiledIndex::QuasiTerm {
  std::int64_t coefficient;
  QuasiKind kind;
  std::int64_t divisor;
  CompiledIndex a, b;
};

}  // namespace cnnc
