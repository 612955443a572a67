// Writing kernels by hand, for tests.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "compiler/ir/kernel.hpp"

namespace cnnc::test {

/// A kernel under construction: its members add to `kernel` and give the number of what they added.
struct SmallKernel {
  Kernel kernel;

  SmallKernel() { kernel.name = "k"; }

  ParameterId parameter(std::string name, std::int64_t elements, bool written) {
    kernel.parameters.push_back({std::move(name), elements, written});
    return static_cast<ParameterId>(kernel.parameters.size() - 1);
  }
  ParameterId in(std::string name, std::int64_t elements) { return parameter(std::move(name), elements, false); }
  ParameterId out(std::string name, std::int64_t elements) { return parameter(std::move(name), elements, true); }
  IndexVar loop_variable(std::string name) {
    kernel.loop_vars.push_back(std::move(name));
    return static_cast<IndexVar>(kernel.loop_vars.size() - 1);
  }
  ValueVar variable(std::string name, std::int32_t lanes, bool is_let) {
    kernel.variables.push_back({std::move(name), lanes, is_let});
    return static_cast<ValueVar>(kernel.variables.size() - 1);
  }

  ExprId add(Expr expr) {
    kernel.exprs.push_back(std::move(expr));
    return static_cast<ExprId>(kernel.exprs.size() - 1);
  }
  ExprId constant(float value, std::int32_t lanes = 1) {
    Expr expr;
    expr.kind = ExprKind::constant;
    expr.value = value;
    expr.lanes = lanes;
    return add(std::move(expr));
  }
  ExprId load(ParameterId parameter, Index at, std::int32_t lanes = 1, std::int64_t count = -1,
              std::int64_t stride = 1) {
    Expr expr;
    expr.kind = ExprKind::load;
    expr.parameter = parameter;
    expr.at = std::move(at);
    expr.lanes = lanes;
    expr.count = count < 0 ? lanes : count;
    expr.stride = stride;
    return add(std::move(expr));
  }
  ExprId use(ValueVar variable) {
    Expr expr;
    expr.kind = ExprKind::variable;
    expr.variable = variable;
    expr.lanes = kernel.variables[static_cast<std::size_t>(variable)].lanes;
    return add(std::move(expr));
  }
  ExprId splat(ExprId a, std::int32_t lanes) {
    Expr expr;
    expr.kind = ExprKind::splat;
    expr.a = a;
    expr.lanes = lanes;
    return add(std::move(expr));
  }
  ExprId apply(ExprKind kind, ExprId a, ExprId b = -1, ExprId c = -1) {
    Expr expr;
    expr.kind = kind;
    expr.lanes = kernel.exprs[static_cast<std::size_t>(a)].lanes;
    expr.a = a;
    expr.b = b;
    expr.c = c;
    return add(std::move(expr));
  }

  /// The kernel with this body.
  const Kernel &with(std::vector<Stmt> body) {
    kernel.body = std::move(body);
    return kernel;
  }
};

inline Stmt let(ValueVar variable, ExprId value) {
  Stmt stmt;
  stmt.kind = StmtKind::let;
  stmt.variable = variable;
  stmt.value = value;
  return stmt;
}

inline Stmt assign(ValueVar variable, ExprId value) {
  Stmt stmt = let(variable, value);
  stmt.kind = StmtKind::assign;
  return stmt;
}

inline Stmt store(ParameterId parameter, Index at, ExprId value, std::int64_t count = 1, std::int64_t stride = 1) {
  Stmt stmt;
  stmt.kind = StmtKind::store;
  stmt.parameter = parameter;
  stmt.at = std::move(at);
  stmt.value = value;
  stmt.count = count;
  stmt.stride = stride;
  return stmt;
}

inline Stmt loop(IndexVar variable, Index begin, Index end, std::vector<Stmt> body, std::int64_t step = 1) {
  Stmt stmt;
  stmt.kind = StmtKind::loop;
  stmt.loop_var = variable;
  stmt.begin = std::move(begin);
  stmt.end = std::move(end);
  stmt.step = step;
  stmt.body = std::move(body);
  return stmt;
}

inline Stmt guard(std::int64_t low, Index subject, std::int64_t high, std::vector<Stmt> body) {
  Stmt stmt;
  stmt.kind = StmtKind::guard;
  stmt.low = low;
  stmt.subject = std::move(subject);
  stmt.high = high;
  stmt.body = std::move(body);
  return stmt;
}

inline Index v(IndexVar variable) { return Index::variable(variable); }

}  // namespace cnnc::test
