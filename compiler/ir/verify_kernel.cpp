// The verifier of kernels: operand kinds, scopes, and the proof that every access lies in its parameter.
#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <string_view>

#include "compiler/ir/index_variables.hpp"
#include "compiler/ir/kernel.hpp"
#include "compiler/ir/kernel_text.hpp"
#include "compiler/ir/verify_access.hpp"

namespace cnnc {

namespace {

/// One mistake of a lowering can show in every access: no more than these are told.
constexpr std::size_t most_faults = 20;

template <class Vector>
bool in(const Vector &vector, std::int32_t id) {
  return id >= 0 && static_cast<std::size_t>(id) < vector.size();
}

template <class Vector>
decltype(auto) at(Vector &vector, std::int32_t id) {
  return vector[static_cast<std::size_t>(id)];
}

struct Verifier {
  const Kernel &kernel;
  AccessProver prover;
  std::vector<std::string> faults;
  std::size_t untold = 0;
  std::vector<bool> in_scope, let_seen;  // by variable
  std::vector<int> visited;              // by expression: the last statement that used it
  int statement = 0;
  bool overflow = false;

  explicit Verifier(const Kernel &k)
      : kernel(k),
        prover(k.loop_vars.size()),
        in_scope(k.variables.size(), false),
        let_seen(k.variables.size(), false),
        visited(k.exprs.size(), 0) {}

  template <class... Args>
  void fault(fmt::format_string<Args...> format, Args &&...args) {
    if (faults.size() < most_faults)
      faults.push_back(fmt::format(format, std::forward<Args>(args)...));
    else
      ++untold;
  }
};

// Expressions on their own: kinds and lanes.

void verify_load_kind(Verifier &verifier, std::size_t id, const Expr &expr) {
  if (!in(verifier.kernel.parameters, expr.parameter))
    verifier.fault("expression {}: there is no parameter {}", id, expr.parameter);
  if (expr.count < 1 || expr.count > expr.lanes)
    verifier.fault("expression {}: a load of {} elements into {} lanes", id, expr.count, expr.lanes);
}

void verify_expr_kind(Verifier &verifier, std::size_t id) {
  const Kernel &kernel = verifier.kernel;
  const Expr &expr = kernel.exprs[id];
  if (expr.lanes < 1) verifier.fault("expression {}: {} lanes", id, expr.lanes);
  const ExprId operands[] = {expr.a, expr.b, expr.c};
  for (int i = 0; i < arity(expr.kind); ++i) {
    if (!in(kernel.exprs, operands[i])) {
      verifier.fault("expression {}: operand {} of {} is missing", id, i, name(expr.kind));
      continue;
    }
    std::int32_t lanes = at(kernel.exprs, operands[i]).lanes;
    std::int32_t wanted = expr.kind == ExprKind::splat ? 1 : expr.lanes;
    if (lanes != wanted)
      verifier.fault("expression {}: operand {} of {} has {} lanes, not {}", id, i, name(expr.kind), lanes, wanted);
  }
  if (expr.kind == ExprKind::load) verify_load_kind(verifier, id, expr);
  if (expr.kind != ExprKind::variable) return;
  if (!in(kernel.variables, expr.variable))
    verifier.fault("expression {}: there is no variable {}", id, expr.variable);
  else if (at(kernel.variables, expr.variable).lanes != expr.lanes)
    verifier.fault("expression {}: {} lanes of {}, which has {}", id, expr.lanes,
                   at(kernel.variables, expr.variable).name, at(kernel.variables, expr.variable).lanes);
}

enum class Mark : std::uint8_t { unseen, open, done };

/// True if the expression, or one below it, is its own operand.
bool has_cycle(const Kernel &kernel, ExprId id, std::vector<Mark> &marks) {
  Mark &mark = at(marks, id);
  if (mark != Mark::unseen) return mark == Mark::open;
  mark = Mark::open;
  const Expr &expr = at(kernel.exprs, id);
  const ExprId operands[] = {expr.a, expr.b, expr.c};
  for (int i = 0; i < arity(expr.kind); ++i)
    if (has_cycle(kernel, operands[i], marks)) return true;
  at(marks, id) = Mark::done;
  return false;
}

void verify_exprs(Verifier &verifier) {
  const Kernel &kernel = verifier.kernel;
  for (std::size_t id = 0; id < kernel.exprs.size(); ++id) verify_expr_kind(verifier, id);
  if (!verifier.faults.empty()) return;
  std::vector<Mark> marks(kernel.exprs.size(), Mark::unseen);
  for (std::size_t id = 0; id < kernel.exprs.size(); ++id)
    if (has_cycle(kernel, static_cast<ExprId>(id), marks)) {
      verifier.fault("expression {}: it is an operand of itself", id);
      return;
    }
}

// Accesses in their scope.

/// True if all loop variables of the index belong to enclosing loops; else reports it.
bool verify_index(Verifier &verifier, const Index &index, const std::string &where) {
  bool known = true;
  visit_variables(index, [&](IndexVar var) {
    if (verifier.prover.in_scope(var)) return;
    verifier.fault("{}: loop variable {} is used outside its loop", where,
                   index_text(verifier.kernel, Index::variable(var)));
    known = false;
  });
  return known;
}

void verify_access(Verifier &verifier, const char *verb, ParameterId id, const Index &index, std::int64_t stride,
                   std::int64_t count) {
  const Parameter &parameter = at(verifier.kernel.parameters, id);
  auto where = [&] { return fmt::format("{} {}", verb, access_text(verifier.kernel, id, index, stride, count)); };
  if (!verify_index(verifier, index, parameter.name)) return;
  if (verifier.overflow || verifier.prover.never_runs()) return;
  // The elements at index + low … index + high are touched.
  std::int64_t reach = (count - 1) * stride;
  std::int64_t low = std::min<std::int64_t>(reach, 0);
  std::int64_t high = std::max<std::int64_t>(reach, 0);
  auto touched = verifier.prover.bound(index, {-low, parameter.elements - 1 - high});
  if (!touched) {
    verifier.fault("{}: index arithmetic may exceed 64 bits", where());
    verifier.overflow = true;
    return;
  }
  if (touched->low + low < 0)
    verifier.fault("{}: may touch element {} of {}", where(), touched->low + low, parameter.name);
  if (touched->high + high >= parameter.elements)
    verifier.fault("{}: may touch element {} of {}, which has {}", where(), touched->high + high, parameter.name,
                   parameter.elements);
}

/// The variables and loads of an expression, each once in a statement.
void verify_use(Verifier &verifier, ExprId id) {
  if (at(verifier.visited, id) == verifier.statement) return;
  at(verifier.visited, id) = verifier.statement;
  const Expr &expr = at(verifier.kernel.exprs, id);
  if (expr.kind == ExprKind::load) verify_access(verifier, "load", expr.parameter, expr.at, expr.stride, expr.count);
  if (expr.kind == ExprKind::variable && !at(verifier.in_scope, expr.variable))
    verifier.fault("{} is read before it is assigned, or out of its scope",
                   at(verifier.kernel.variables, expr.variable).name);
  const ExprId operands[] = {expr.a, expr.b, expr.c};
  for (int i = 0; i < arity(expr.kind); ++i) verify_use(verifier, operands[i]);
}

// Statements.

void verify_body(Verifier &verifier, const std::vector<Stmt> &body);

/// The value's lanes, 0 if there is no value (which is reported).
std::int32_t verify_value(Verifier &verifier, const Stmt &stmt, const std::string &where) {
  if (!in(verifier.kernel.exprs, stmt.value)) {
    verifier.fault("{}: there is no expression {}", where, stmt.value);
    return 0;
  }
  ++verifier.statement;
  verify_use(verifier, stmt.value);
  return at(verifier.kernel.exprs, stmt.value).lanes;
}

void verify_assignment(Verifier &verifier, const Stmt &stmt, std::vector<ValueVar> &declared) {
  if (!in(verifier.kernel.variables, stmt.variable)) {
    verifier.fault("assignment: there is no variable {}", stmt.variable);
    return;
  }
  const KernelVariable &variable = at(verifier.kernel.variables, stmt.variable);
  std::int32_t lanes = verify_value(verifier, stmt, variable.name);
  if (lanes != 0 && lanes != variable.lanes)
    verifier.fault("{}: {} lanes are assigned to {}", variable.name, lanes, variable.lanes);
  bool is_let = stmt.kind == StmtKind::let;
  if (variable.is_let != is_let)
    verifier.fault("{}: {}", variable.name, is_let ? "a let of a variable that is assigned" : "a let is assigned");
  if (is_let && at(verifier.let_seen, stmt.variable)) verifier.fault("{}: a second let of it", variable.name);
  if (is_let) at(verifier.let_seen, stmt.variable) = true;
  if (at(verifier.in_scope, stmt.variable)) return;
  at(verifier.in_scope, stmt.variable) = true;
  declared.push_back(stmt.variable);
}

void verify_store(Verifier &verifier, const Stmt &stmt) {
  if (!in(verifier.kernel.parameters, stmt.parameter)) {
    verifier.fault("store: there is no parameter {}", stmt.parameter);
    return;
  }
  const Parameter &parameter = at(verifier.kernel.parameters, stmt.parameter);
  if (!parameter.written) verifier.fault("store to {}, which is only read", parameter.name);
  std::int32_t lanes = verify_value(verifier, stmt, "store to " + parameter.name);
  if (lanes != 0 && (stmt.count < 1 || stmt.count > lanes))
    verifier.fault("store to {}: {} elements of {} lanes", parameter.name, stmt.count, lanes);
  if (stmt.count > 1 && stmt.stride == 0) verifier.fault("store to {}: all lanes to one element", parameter.name);
  verify_access(verifier, "store", stmt.parameter, stmt.at, stmt.stride, stmt.count);
}

void verify_loop(Verifier &verifier, const Stmt &stmt) {
  const Kernel &kernel = verifier.kernel;
  if (!in(kernel.loop_vars, stmt.loop_var)) {
    verifier.fault("loop: there is no loop variable {}", stmt.loop_var);
    return;
  }
  const std::string &variable = at(kernel.loop_vars, stmt.loop_var);
  std::size_t faults_before = verifier.faults.size() + verifier.untold;
  verify_index(verifier, stmt.begin, "begin of loop " + variable);
  verify_index(verifier, stmt.end, "end of loop " + variable);
  if (!stmt.begin.is_affine() || !stmt.end.is_affine())
    verifier.fault("loop {}: bounds from {} to {} are not affine", variable, index_text(kernel, stmt.begin),
                   index_text(kernel, stmt.end));
  if (stmt.step < 1) verifier.fault("loop {}: step {} is below 1", variable, stmt.step);
  if (verifier.prover.in_scope(stmt.loop_var))
    verifier.fault("loop {}: it is nested in a loop of the same variable", variable);
  if (verifier.prover.depth() == AccessProver::most_loops)
    verifier.fault("loop {}: nested deeper than {} loops", variable, AccessProver::most_loops);
  if (verifier.faults.size() + verifier.untold != faults_before) return;
  verifier.prover.enter_loop(stmt.loop_var, stmt.begin, stmt.end, stmt.step);
  verify_body(verifier, stmt.body);
  verifier.prover.leave_loop();
}

void verify_guard(Verifier &verifier, const Stmt &stmt) {
  if (!verify_index(verifier, stmt.subject, "guard")) return;
  verifier.prover.enter_guard(stmt.subject, stmt.low, stmt.high);
  verify_body(verifier, stmt.body);
  verifier.prover.leave_guard();
}

/// True if the variable is known from here to the end of the block.
bool verify_lookup(Verifier &verifier, const Stmt &stmt) {
  const Kernel &kernel = verifier.kernel;
  if (!in(kernel.loop_vars, stmt.loop_var) || !in(kernel.parameters, stmt.parameter)) {
    verifier.fault("lookup: there is no variable {} or no parameter {}", stmt.loop_var, stmt.parameter);
    return false;
  }
  const std::string &variable = at(kernel.loop_vars, stmt.loop_var);
  std::size_t faults_before = verifier.faults.size() + verifier.untold;
  if (at(kernel.parameters, stmt.parameter).dtype != DType::i32)
    verifier.fault("lookup {}: {} is not of i32", variable, at(kernel.parameters, stmt.parameter).name);
  if (stmt.high < 0) verifier.fault("lookup {}: it has no value up to {}", variable, stmt.high);
  if (verifier.prover.in_scope(stmt.loop_var)) verifier.fault("lookup {}: a second one of it", variable);
  if (verifier.prover.depth() == AccessProver::most_loops)
    verifier.fault("lookup {}: nested deeper than {} loops", variable, AccessProver::most_loops);
  verify_access(verifier, "lookup", stmt.parameter, stmt.at, 1, 1);
  if (verifier.faults.size() + verifier.untold != faults_before) return false;
  verifier.prover.enter_loop(stmt.loop_var, Index(0), Index(stmt.high + 1), 1);
  return true;
}

void verify_body(Verifier &verifier, const std::vector<Stmt> &body) {
  std::vector<ValueVar> declared;
  int lookups = 0;
  for (const Stmt &stmt : body) {
    switch (stmt.kind) {
      case StmtKind::let:
      case StmtKind::assign:
        verify_assignment(verifier, stmt, declared);
        break;
      case StmtKind::store:
        verify_store(verifier, stmt);
        break;
      case StmtKind::loop:
        verify_loop(verifier, stmt);
        break;
      case StmtKind::guard:
        verify_guard(verifier, stmt);
        break;
      case StmtKind::lookup:
        if (verify_lookup(verifier, stmt)) ++lookups;
        break;
      case StmtKind::fence:
      case StmtKind::comment:
        break;
    }
  }
  for (; lookups > 0; --lookups) verifier.prover.leave_loop();
  for (ValueVar variable : declared) at(verifier.in_scope, variable) = false;
}

/// The text of a kernel, in dumps and in C++, tells apart by name what is apart.
void verify_names(Verifier &verifier) {
  std::set<std::string_view> names;
  auto verify_name = [&](const char *what, const std::string &name) {
    if (!names.insert(name).second) verifier.fault("{} {}: the name is taken", what, name);
  };
  for (const Parameter &parameter : verifier.kernel.parameters) verify_name("parameter", parameter.name);
  for (const std::string &variable : verifier.kernel.loop_vars) verify_name("loop variable", variable);
  for (const KernelVariable &variable : verifier.kernel.variables) verify_name("variable", variable.name);
}

}  // namespace

std::vector<std::string> verify(const Kernel &kernel) {
  Verifier verifier(kernel);
  for (const Parameter &parameter : kernel.parameters)
    if (parameter.elements < 1) verifier.fault("parameter {}: {} elements", parameter.name, parameter.elements);
  for (const KernelVariable &variable : kernel.variables)
    if (variable.lanes < 1) verifier.fault("variable {}: {} lanes", variable.name, variable.lanes);
  verify_names(verifier);
  verify_exprs(verifier);
  if (verifier.faults.empty()) verify_body(verifier, kernel.body);
  if (verifier.untold > 0) verifier.faults.push_back(fmt::format("and {} more", verifier.untold));
  return verifier.faults;
}

}  // namespace cnnc
