#include "compiler/emit/emit_kernel.hpp"

#include <algorithm>

#include "compiler/emit/emit_expr.hpp"
#include "compiler/emit/names.hpp"
#include "compiler/support/checks.hpp"

namespace cnnc {

namespace {

/// What of a kernel is read anywhere: compilers warn of the rest.
struct Uses {
  std::vector<bool> parameters, variables;
};

void note_expr(const Kernel &kernel, ExprId id, Uses &uses) {
  if (id < 0) return;
  const Expr &expr = kernel.exprs.at(static_cast<std::size_t>(id));
  if (expr.kind == ExprKind::load) uses.parameters.at(static_cast<std::size_t>(expr.parameter)) = true;
  if (expr.kind == ExprKind::variable) uses.variables.at(static_cast<std::size_t>(expr.variable)) = true;
  for (ExprId operand : {expr.a, expr.b, expr.c}) note_expr(kernel, operand, uses);
}

void note_body(const Kernel &kernel, const std::vector<Stmt> &body, Uses &uses) {
  for (const Stmt &stmt : body) {
    if (stmt.kind == StmtKind::store || stmt.kind == StmtKind::lookup)
      uses.parameters.at(static_cast<std::size_t>(stmt.parameter)) = true;
    note_expr(kernel, stmt.value, uses);
    note_body(kernel, stmt.body, uses);
  }
}

class KernelEmitter {
 public:
  KernelEmitter(CppWriter &writer, const Kernel &kernel, const Target &target)
      : writer_(writer), kernel_(kernel), target_(target), names_{kernel, target.lanes, {}, {}, {}, {}} {
    uses_ = {std::vector<bool>(kernel.parameters.size()), std::vector<bool>(kernel.variables.size())};
    note_body(kernel, kernel.body, uses_);
    names_.loops.resize(kernel.loop_vars.size());
    names_.variables.resize(kernel.variables.size());
  }

  std::set<std::string> emit(const std::string &function) {
    for (const std::string &line : kernel_.heading) writer_.comment(line);
    std::vector<std::string> parameters;
    for (std::size_t i = 0; i < kernel_.parameters.size(); ++i) {
      const Parameter &parameter = kernel_.parameters[i];
      names_.parameters.push_back(scope_.declare(parameter.name));
      parameters.push_back(std::string(uses_.parameters[i] ? "" : "[[maybe_unused]] ") +
                           (parameter.written ? "" : "const ") + std::string(element_text(parameter.dtype)) + " *" +
                           names_.parameters.back());
    }
    if (looks_up(kernel_)) parameters.push_back("bool &" + (bad_index_ = scope_.declare("bad_index")));
    writer_.list("CNNC_KERNEL(" + std::string(target_.isa) + ") void " + function + "(", parameters, ") {");
    block(kernel_.body);
    return std::move(names_.used);
  }

 private:
  /// The statements of a block whose brace is open, and its end.
  void block(const std::vector<Stmt> &body) {
    std::size_t mark = scope_.enter();
    std::vector<std::string> outside = names_.variables;
    writer_.indent();
    for (const Stmt &stmt : body) statement(stmt);
    for (const Stmt &stmt : body)
      if (stmt.kind == StmtKind::lookup) names_.loops.at(static_cast<std::size_t>(stmt.loop_var)).clear();
    names_.variables = std::move(outside);
    scope_.leave(mark);
    writer_.close();
  }

  void statement(const Stmt &stmt) {
    switch (stmt.kind) {
      case StmtKind::let:
      case StmtKind::assign:
        return assign(stmt);
      case StmtKind::store: {
        std::string text = store_text(names_, stmt);
        if (!text.empty()) writer_.line(text);
        return;
      }
      case StmtKind::loop:
        return loop(stmt);
      case StmtKind::guard:
        return guard(stmt);
      case StmtKind::lookup:
        return lookup(stmt);
      case StmtKind::fence:
        return writer_.line("CNNC_FENCE();");
      case StmtKind::comment:
        return writer_.comment(stmt.text);
    }
    CNNC_UNREACHABLE("a statement of no kind");
  }

  void assign(const Stmt &stmt) {
    const KernelVariable &variable = kernel_.variables.at(static_cast<std::size_t>(stmt.variable));
    std::string &name = names_.variables[static_cast<std::size_t>(stmt.variable)];
    std::string value = expr_text(names_, stmt.value);  // before the name is declared: it cannot mean itself
    if (!name.empty()) return writer_.line(name + " = " + value + ";");
    name = scope_.declare(variable.name);
    if (variable.lanes != 1) names_.used.insert(type_text(variable.lanes));
    bool unused = !uses_.variables[static_cast<std::size_t>(stmt.variable)];
    writer_.line(std::string(unused ? "[[maybe_unused]] " : "") + (stmt.kind == StmtKind::let ? "const " : "") +
                 type_text(variable.lanes) + " " + name + " = " + value + ";");
  }

  void loop(const Stmt &stmt) {
    std::string begin = index_text(names_, stmt.begin), end = index_text(names_, stmt.end);
    std::size_t mark = scope_.enter();
    std::string &slot = names_.loops.at(static_cast<std::size_t>(stmt.loop_var));
    slot = scope_.declare(kernel_.loop_vars.at(static_cast<std::size_t>(stmt.loop_var)));
    std::string step = stmt.step == 1 ? "++" + slot : slot + " += " + std::to_string(stmt.step);
    writer_.line("for (std::ptrdiff_t " + slot + " = " + begin + "; " + slot + " < " + end + "; " + step + ") {");
    block(stmt.body);
    names_.loops[static_cast<std::size_t>(stmt.loop_var)].clear();
    scope_.leave(mark);
  }

  void lookup(const Stmt &stmt) {
    std::string address = address_text(names_, stmt.parameter, stmt.at);
    std::string &slot = names_.loops.at(static_cast<std::size_t>(stmt.loop_var));
    slot = scope_.declare(kernel_.loop_vars.at(static_cast<std::size_t>(stmt.loop_var)));
    writer_.line("[[maybe_unused]] const std::ptrdiff_t " + slot + " = cnnc::index_at(" + address + ", " +
                 std::to_string(stmt.high + 1) + ", " + bad_index_ + ");");
  }

  void guard(const Stmt &stmt) {
    std::string subject = index_text(names_, stmt.subject);
    std::string low = std::to_string(stmt.low), high = std::to_string(stmt.high);
    writer_.line(stmt.low == stmt.high ? "if (" + subject + " == " + low + ") {"
                                       : "if (" + low + " <= " + subject + " && " + subject + " <= " + high + ") {");
    block(stmt.body);
  }

  CppWriter &writer_;
  const Kernel &kernel_;
  const Target &target_;
  ExprNames names_;
  Uses uses_;
  Scope scope_;
  std::string bad_index_;  ///< the parameter that notes an index out of range
};

}  // namespace

void emit_kernel(CppWriter &writer, const Kernel &kernel, const std::string &function, const Target &target,
                 std::set<std::string> &used) {
  used.merge(KernelEmitter(writer, kernel, target).emit(function));
}

}  // namespace cnnc
