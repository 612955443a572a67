#include "compiler/eval/compiled_index.hpp"

#include <algorithm>

#include "compiler/support/checks.hpp"

namespace cnnc {

CompiledIndex::CompiledIndex(const Index &index) : constant_(index.constant()) {
  for (const IndexTerm &term : index.terms()) {
    if (!term.quasi) {
      terms_.push_back({term.coefficient, term.var});
      continue;
    }
    const Quasi &quasi = *term.quasi;
    quasi_.push_back({term.coefficient, quasi.kind, quasi.divisor, CompiledIndex(quasi.a), CompiledIndex(quasi.b)});
  }
}

std::int64_t CompiledIndex::quasi_sum(const std::int64_t *variables) const {
  std::int64_t sum = 0;
  for (const QuasiTerm &term : quasi_) {
    std::int64_t a = term.a(variables);
    std::int64_t value = 0;
    switch (term.kind) {
      case QuasiKind::floor_div:
        value = a / term.divisor - (a % term.divisor < 0);
        break;
      case QuasiKind::mod:
        value = a % term.divisor + (a % term.divisor < 0 ? term.divisor : 0);
        break;
      case QuasiKind::min:
        value = std::min(a, term.b(variables));
        break;
      case QuasiKind::max:
        value = std::max(a, term.b(variables));
        break;
    }
    sum += term.coefficient * value;
  }
  return sum;
}

}  // namespace cnnc
