// Which part of each parameter a kernel touches.
#include <algorithm>

#include "compiler/ir/kernel.hpp"
#include "compiler/ir/verify_access.hpp"
#include "compiler/support/checks.hpp"

namespace cnnc {

namespace {

class Walk {
 public:
  explicit Walk(const Kernel &kernel)
      : kernel_(kernel),
        prover_(kernel.loop_vars.size()),
        touched_(kernel.parameters.size()),
        seen_in_(kernel.exprs.size(), 0) {
    visit(kernel.body);
  }

  std::vector<std::optional<Interval>> take() { return std::move(touched_); }

 private:
  void access(ParameterId id, const Index &at, std::int64_t stride, std::int64_t count) {
    if (prover_.never_runs()) return;
    // As tight as it goes: no bound is wanted that would be enough.
    std::optional<Interval> range = prover_.bound(at, {INT64_MAX, INT64_MIN});
    CNNC_CHECK(range, "the indices of a kernel do not exceed 64 bits");
    const std::int64_t reach = (count - 1) * stride;
    const std::int64_t last = kernel_.parameters[static_cast<std::size_t>(id)].elements - 1;
    const Interval reached{std::max<std::int64_t>(range->low + std::min<std::int64_t>(reach, 0), 0),
                           std::min(range->high + std::max<std::int64_t>(reach, 0), last)};
    std::optional<Interval> &all = touched_[static_cast<std::size_t>(id)];
    all = all ? Interval{std::min(all->low, reached.low), std::max(all->high, reached.high)} : reached;
  }

  void loads(ExprId id) {
    int &seen = seen_in_[static_cast<std::size_t>(id)];
    if (seen == statement_) return;
    seen = statement_;
    const Expr &expr = kernel_.exprs[static_cast<std::size_t>(id)];
    if (expr.kind == ExprKind::load) access(expr.parameter, expr.at, expr.stride, expr.count);
    const ExprId operands[] = {expr.a, expr.b, expr.c};
    for (int i = 0; i < arity(expr.kind); ++i) loads(operands[i]);
  }

  void visit(const std::vector<Stmt> &body) {
    int lookups = 0;
    for (const Stmt &stmt : body) {
      switch (stmt.kind) {
        case StmtKind::let:
        case StmtKind::assign:
        case StmtKind::store:
          ++statement_;
          loads(stmt.value);
          if (stmt.kind == StmtKind::store) access(stmt.parameter, stmt.at, stmt.stride, stmt.count);
          break;
        case StmtKind::loop:
          prover_.enter_loop(stmt.loop_var, stmt.begin, stmt.end, stmt.step);
          visit(stmt.body);
          prover_.leave_loop();
          break;
        case StmtKind::guard:
          prover_.enter_guard(stmt.subject, stmt.low, stmt.high);
          visit(stmt.body);
          prover_.leave_guard();
          break;
        case StmtKind::lookup:
          access(stmt.parameter, stmt.at, 1, 1);
          prover_.enter_loop(stmt.loop_var, Index(0), Index(stmt.high + 1), 1);
          ++lookups;
          break;
        case StmtKind::fence:
        case StmtKind::comment:
          break;
      }
    }
    for (; lookups > 0; --lookups) prover_.leave_loop();
  }

  const Kernel &kernel_;
  AccessProver prover_;
  std::vector<std::optional<Interval>> touched_;
  std::vector<int> seen_in_;  ///< by expression: the last statement that it was seen in
  int statement_ = 0;
};

}  // namespace

std::vector<std::optional<Interval>> touched_elements(const Kernel &kernel) { return Walk(kernel).take(); }

}  // namespace cnnc
