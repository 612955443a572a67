#include "compiler/lower/kernel_builder.hpp"

#include <bit>

#include "compiler/ir/access.hpp"

namespace cnnc {

KernelBuilder::KernelBuilder(Kernel &kernel) : kernel_(kernel) {
  for (const Parameter &parameter : kernel.parameters) taken_.insert(parameter.name);
}

std::string KernelBuilder::unused_name(const std::string &kind, const std::function<std::string(int)> &spelling) {
  int &number = numbers_[kind];
  std::string name = spelling(number++);
  while (!taken_.insert(name).second) name = spelling(number++);
  return name;
}

IndexVar KernelBuilder::loop_variable(const std::string &name, std::int64_t trips) {
  kernel_.loop_vars.push_back(
      unused_name(name, [&](int number) { return number == 0 ? name : name + "_" + std::to_string(number); }));
  loop_ranges_.push_back({0, trips - 1});
  return static_cast<IndexVar>(kernel_.loop_vars.size() - 1);
}

RangeOf KernelBuilder::ranges(Interval lane) const {
  return
      [this, lane](IndexVar var) { return var == lane_variable ? lane : loop_ranges_[static_cast<std::size_t>(var)]; };
}

ValueVar KernelBuilder::variable(const std::string &name, std::int64_t lanes, bool is_let) {
  std::string unused = unused_name(name + "#", [&](int number) { return name + std::to_string(number); });
  kernel_.variables.push_back({std::move(unused), static_cast<std::int32_t>(lanes), is_let});
  return static_cast<ValueVar>(kernel_.variables.size() - 1);
}

ExprId KernelBuilder::add(Expr expr) {
  kernel_.exprs.push_back(std::move(expr));
  return static_cast<ExprId>(kernel_.exprs.size() - 1);
}

ExprId KernelBuilder::constant(double value, std::int64_t lanes, DType dtype) {
  Expr expr;
  expr.kind = ExprKind::constant;
  expr.lanes = static_cast<std::int32_t>(lanes);
  expr.value = dtype == DType::i32 ? std::bit_cast<float>(static_cast<std::int32_t>(value)) : static_cast<float>(value);
  return add(std::move(expr));
}

ExprId KernelBuilder::use(ValueVar variable) {
  Expr expr;
  expr.kind = ExprKind::variable;
  expr.lanes = kernel_.variables[static_cast<std::size_t>(variable)].lanes;
  expr.variable = variable;
  return add(std::move(expr));
}

ExprId KernelBuilder::load(ParameterId parameter, Index at, std::int64_t lanes, std::int64_t stride,
                           std::int64_t count) {
  Expr expr;
  expr.kind = ExprKind::load;
  expr.lanes = static_cast<std::int32_t>(lanes);
  expr.parameter = parameter;
  expr.at = std::move(at);
  expr.stride = stride;
  expr.count = count;
  return add(std::move(expr));
}

ExprId KernelBuilder::splat(ExprId scalar, std::int64_t lanes) {
  Expr expr;
  expr.kind = ExprKind::splat;
  expr.lanes = static_cast<std::int32_t>(lanes);
  expr.a = scalar;
  return add(std::move(expr));
}

ExprId KernelBuilder::apply(ExprKind kind, ExprId a, ExprId b, ExprId c) {
  Expr expr;
  expr.kind = kind;
  expr.lanes = kernel_.exprs[static_cast<std::size_t>(a)].lanes;
  expr.a = a;
  expr.b = b;
  expr.c = c;
  return add(std::move(expr));
}

ExprId KernelBuilder::let(const std::string &name, ExprId value, std::vector<Stmt> &out) {
  ValueVar var = variable(name, kernel_.exprs[static_cast<std::size_t>(value)].lanes, true);
  Stmt stmt;
  stmt.kind = StmtKind::let;
  stmt.variable = var;
  stmt.value = value;
  out.push_back(std::move(stmt));
  return use(var);
}

Stmt KernelBuilder::assign(ValueVar variable, ExprId value) {
  Stmt stmt;
  stmt.kind = StmtKind::assign;
  stmt.variable = variable;
  stmt.value = value;
  return stmt;
}

}  // namespace cnnc
