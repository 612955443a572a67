// The variables of index expressions, for the verifiers.
#pragma once

#include "compiler/ir/index.hpp"

namespace cnnc {

/// Calls `visit(var)` for every occurrence of a variable, also inside floor_div, mod, min and max.
template <class Visit>
void visit_variables(const Index &index, const Visit &visit) {
  for (const IndexTerm &term : index.terms()) {
    if (!term.quasi) {
      visit(term.var);
      continue;
    }
    visit_variables(term.quasi->a, visit);
    if (term.quasi->kind == QuasiKind::min || term.quasi->kind == QuasiKind::max) visit_variables(term.quasi->b, visit);
  }
}

/// Calls `visit(quasi)` for every floor_div, mod, min and max, inner ones too.
template <class Visit>
void visit_quasi(const Index &index, const Visit &visit) {
  for (const IndexTerm &term : index.terms()) {
    if (!term.quasi) continue;
    visit(*term.quasi);
    visit_quasi(term.quasi->a, visit);
    if (term.quasi->kind == QuasiKind::min || term.quasi->kind == QuasiKind::max) visit_quasi(term.quasi->b, visit);
  }
}

}  // namespace cnnc
