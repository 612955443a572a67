#include "compiler/lower/narrow_parameters.hpp"

#include <algorithm>

namespace cnnc {

namespace {

void move_back(std::vector<Stmt> &body, const std::vector<std::int64_t> &first) {
  for (Stmt &stmt : body) {
    if (stmt.kind == StmtKind::store || stmt.kind == StmtKind::lookup)
      stmt.at = stmt.at - first[static_cast<std::size_t>(stmt.parameter)];
    move_back(stmt.body, first);
  }
}

}  // namespace

std::vector<std::int64_t> narrow_parameters(Kernel &kernel) {
  const std::vector<std::optional<Interval>> touched = touched_elements(kernel);
  std::vector<std::int64_t> first(kernel.parameters.size(), 0);
  for (std::size_t i = 0; i < first.size(); ++i) {
    if (touched[i]) first[i] = touched[i]->low;
    kernel.parameters[i].elements = touched[i] ? touched[i]->high - first[i] + 1 : 1;
  }
  if (std::ranges::all_of(first, [](std::int64_t elements) { return elements == 0; })) return first;
  for (Expr &expr : kernel.exprs)
    if (expr.kind == ExprKind::load) expr.at = expr.at - first[static_cast<std::size_t>(expr.parameter)];
  move_back(kernel.body, first);
  return first;
}

}  // namespace cnnc
