#include "compiler/emit/emit_expr.hpp"

#include <fmt/format.h>

#include <bit>
#include <cmath>

#include "compiler/emit/cpp_writer.hpp"
#include "compiler/support/checks.hpp"

namespace cnnc {

namespace {

std::string call(ExprNames &names, const std::string &function, const std::string &arguments) {
  names.used.insert(function);
  return function + "(" + arguments + ")";
}

std::string quasi_text(const ExprNames &names, const Quasi &quasi) {
  std::string a = index_text(names, quasi.a);
  switch (quasi.kind) {
    case QuasiKind::floor_div:
      return "index_div(" + a + ", " + std::to_string(quasi.divisor) + ")";
    case QuasiKind::mod:
      return "index_mod(" + a + ", " + std::to_string(quasi.divisor) + ")";
    case QuasiKind::min:
      return "index_min(" + a + ", " + index_text(names, quasi.b) + ")";
    case QuasiKind::max:
      return "index_max(" + a + ", " + index_text(names, quasi.b) + ")";
  }
  CNNC_UNREACHABLE("a quasi-affine atom of no kind");
}

const std::string &loop_name(const ExprNames &names, IndexVar var) {
  const std::string &name = names.loops.at(static_cast<std::size_t>(var));
  CNNC_CHECK(!name.empty(), "kernel " + names.kernel.name + " uses a loop variable outside its loop");
  return name;
}

/// Behind an address: ", stride, count" as far as they differ from a whole vector, element by element.
std::string access_arguments(const Expr &load) {
  std::string text;
  if (load.stride != 1) text += ", " + std::to_string(load.stride);
  if (load.count < load.lanes) text += ", " + std::to_string(load.count);
  return text;
}

std::string load_text(ExprNames &names, const Expr &load) {
  if (load.lanes == 1 && load.count < 1) return "0.0f";
  std::string address = address_text(names, load.parameter, load.at);
  if (load.lanes == 1) return call(names, "load_one", address);
  return call(names, load.stride == 1 ? "load" : "load_strided", address + access_arguments(load));
}

std::string constant_text(ExprNames &names, const Expr &constant) {
  // Bits that no literal gives: a NaN's, or an i32's that are one.
  const auto bits = std::bit_cast<std::uint32_t>(constant.value);
  const bool literal = !std::isnan(constant.value) || bits == 0x7fc00000U;
  std::string text = literal ? float_literal(constant.value) : call(names, "from_bits", fmt::format("{:#x}u", bits));
  return constant.lanes == 1 ? text : call(names, "splat", text);
}

}  // namespace

std::string_view element_text(DType dtype) {
  switch (dtype) {
    case DType::f32:
      return "float";
    case DType::f16:
      return "cnnc::f16";
    case DType::bf16:
      return "cnnc::bf16";
    case DType::i32:
      return "std::int32_t";
    case DType::u8:
      return "std::uint8_t";
    case DType::i8:
      return "std::int8_t";
  }
  CNNC_UNREACHABLE("a dtype of no kind");
}

std::string type_text(std::int64_t lanes) { return lanes == 1 ? "float" : "f32x" + std::to_string(lanes); }

std::string index_text(const ExprNames &names, const Index &index) {
  std::string text;
  for (const IndexTerm &term : index.terms()) {
    std::int64_t size = term.coefficient < 0 ? -term.coefficient : term.coefficient;
    if (text.empty())
      text += term.coefficient < 0 ? "-" : "";
    else
      text += term.coefficient < 0 ? " - " : " + ";
    if (size != 1) text += std::to_string(size) + "*";
    text += term.quasi ? quasi_text(names, *term.quasi) : loop_name(names, term.var);
  }
  if (text.empty()) return std::to_string(index.constant());
  if (index.constant() > 0) text += " + " + std::to_string(index.constant());
  if (index.constant() < 0) text += " - " + std::to_string(-index.constant());
  return text;
}

std::string address_text(const ExprNames &names, ParameterId parameter, const Index &at) {
  const std::string &base = names.parameters.at(static_cast<std::size_t>(parameter));
  if (at == Index()) return base;
  std::string offset = index_text(names, at);
  // The offset is summed first: a pointer must not leave its array on the way.
  bool single = at.is_constant() ? at.constant() >= 0 : at.terms().size() == 1 && at.constant() == 0;
  if (single && offset[0] != '-') return base + " + " + offset;
  return base + " + (" + offset + ")";
}

std::string expr_text(ExprNames &names, ExprId id) {
  const Expr &expr = names.kernel.exprs.at(static_cast<std::size_t>(id));
  CNNC_CHECK(expr.lanes == 1 || expr.lanes == names.lanes,
             "kernel " + names.kernel.name + " has vectors that the target lacks");
  switch (expr.kind) {
    case ExprKind::constant:
      return constant_text(names, expr);
    case ExprKind::variable: {
      const std::string &name = names.variables.at(static_cast<std::size_t>(expr.variable));
      CNNC_CHECK(!name.empty(), "kernel " + names.kernel.name + " reads a variable before it is assigned");
      return name;
    }
    case ExprKind::load:
      return load_text(names, expr);
    case ExprKind::splat: {
      std::string scalar = expr_text(names, expr.a);
      return expr.lanes == 1 ? scalar : call(names, "splat", scalar);
    }
    case ExprKind::neg:
    case ExprKind::abs:
    case ExprKind::sqrt:
    case ExprKind::exp:
    case ExprKind::log:
    case ExprKind::tanh:
    case ExprKind::sigmoid:
    case ExprKind::erf:
    case ExprKind::expm1:
    case ExprKind::log1p:
    case ExprKind::trunc:
    case ExprKind::from_i32:
    case ExprKind::to_i32:
    case ExprKind::round_f16:
    case ExprKind::round_bf16:
      return call(names, name(expr.kind), expr_text(names, expr.a));
    case ExprKind::add:
    case ExprKind::sub:
    case ExprKind::mul:
    case ExprKind::div:
    case ExprKind::min:
    case ExprKind::max:
    case ExprKind::pow:
    case ExprKind::less: {
      std::string a = expr_text(names, expr.a);
      return call(names, name(expr.kind), a + ", " + expr_text(names, expr.b));
    }
    case ExprKind::select:
    case ExprKind::fma: {
      std::string a = expr_text(names, expr.a), b = expr_text(names, expr.b);
      return call(names, name(expr.kind), a + ", " + b + ", " + expr_text(names, expr.c));
    }
  }
  CNNC_UNREACHABLE("an expression of no kind");
}

std::string store_text(ExprNames &names, const Stmt &store) {
  const Expr &value = names.kernel.exprs.at(static_cast<std::size_t>(store.value));
  if (store.count < 1) return "";
  std::string address = address_text(names, store.parameter, store.at);
  std::string text = expr_text(names, store.value);
  std::string count = store.count < value.lanes ? ", " + std::to_string(store.count) : "";
  if (value.lanes == 1 || store.stride == 1) return call(names, "store", address + ", " + text + count) + ";";
  return call(names, "store_strided", address + ", " + std::to_string(store.stride) + ", " + text + count) + ";";
}

}  // namespace cnnc
