// Writes expressions and statements of a kernel: what instantiation builds on.
#pragma once

#include <functional>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "compiler/ir/kernel.hpp"

namespace cnnc {

class KernelBuilder {
 public:
  /// For a kernel whose parameters are there already.
  explicit KernelBuilder(Kernel &kernel);

  /// A loop's or lookup's variable that takes the values 0 … trips - 1; its name is made unique.
  IndexVar loop_variable(const std::string &name, std::int64_t trips);
  /// Ranges of the loop variables; `lane` is that of the lane variable.
  RangeOf ranges(Interval lane) const;

  ValueVar variable(const std::string &name, std::int64_t lanes, bool is_let);

  /// Of i32, its bits.
  ExprId constant(double value, std::int64_t lanes, DType dtype = DType::f32);
  ExprId use(ValueVar variable);
  ExprId load(ParameterId parameter, Index at, std::int64_t lanes, std::int64_t stride, std::int64_t count);
  ExprId splat(ExprId scalar, std::int64_t lanes);
  ExprId apply(ExprKind kind, ExprId a, ExprId b = -1, ExprId c = -1);

  /// let name = value; gives the variable's expression.
  ExprId let(const std::string &name, ExprId value, std::vector<Stmt> &out);
  static Stmt assign(ValueVar variable, ExprId value);

 private:
  ExprId add(Expr expr);
  /// Of the names that `spelling` gives for 0, 1, …, the next that nothing else in the kernel bears.
  std::string unused_name(const std::string &kind, const std::function<std::string(int)> &spelling);

  Kernel &kernel_;
  std::vector<Interval> loop_ranges_;
  std::map<std::string, int> numbers_;
  std::set<std::string> taken_;
};

}  // namespace cnnc
