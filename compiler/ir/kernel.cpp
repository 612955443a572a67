#include "compiler/ir/kernel.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <cmath>

#include "compiler/ir/kernel_text.hpp"
#include "compiler/support/checks.hpp"

namespace cnnc {

namespace {

struct ExprKindRow {
  const char *name;
  int arity;
};

constexpr ExprKindRow rows[] = {
    {"constant", 0},   {"variable", 0}, {"load", 0},  {"splat", 1},    {"neg", 1},     {"abs", 1},
    {"sqrt", 1},       {"exp", 1},      {"log", 1},   {"tanh", 1},     {"sigmoid", 1}, {"erf", 1},
    {"expm1", 1},      {"log1p", 1},    {"trunc", 1}, {"from_i32", 1}, {"to_i32", 1},  {"round_f16", 1},
    {"round_bf16", 1}, {"add", 2},      {"sub", 2},   {"mul", 2},      {"div", 2},     {"min", 2},
    {"max", 2},        {"pow", 2},      {"less", 2},  {"select", 3},   {"fma", 3},
};

std::string loop_variable(const Kernel &kernel, IndexVar id) {
  bool known = id >= 0 && static_cast<std::size_t>(id) < kernel.loop_vars.size();
  return known ? kernel.loop_vars[static_cast<std::size_t>(id)] : fmt::format("?{}", id);
}

/// Writes one kernel. Numbers that are out of range print as "?N": a faulty kernel must be readable too.
struct Printer {
  const Kernel &kernel;
  std::string text;
  std::vector<bool> declared = std::vector<bool>(kernel.variables.size(), false);

  bool known(ValueVar variable) const {
    return variable >= 0 && static_cast<std::size_t>(variable) < kernel.variables.size();
  }
  std::string variable(ValueVar id) const {
    return known(id) ? kernel.variables[static_cast<std::size_t>(id)].name : fmt::format("?{}", id);
  }
  std::string index(const Index &value) const { return index_text(kernel, value); }
};

std::string type_name(std::int64_t lanes) { return lanes == 1 ? "f32" : fmt::format("f32x{}", lanes); }

std::string to_string(const Printer &printer, ExprId id) {
  if (id < 0 || static_cast<std::size_t>(id) >= printer.kernel.exprs.size()) return fmt::format("?{}", id);
  const Expr &expr = printer.kernel.exprs[static_cast<std::size_t>(id)];
  switch (expr.kind) {
    case ExprKind::constant: {
      std::string value = std::isnan(expr.value) ? fmt::format("nan:{:08x}", std::bit_cast<std::uint32_t>(expr.value))
                                                 : fmt::format("{}", expr.value);
      return expr.lanes == 1 ? value : type_name(expr.lanes) + "(" + value + ")";
    }
    case ExprKind::variable:
      return printer.variable(expr.variable);
    case ExprKind::load:
      return access_text(printer.kernel, expr.parameter, expr.at, expr.stride, expr.count, expr.lanes);
    case ExprKind::splat:
      return type_name(expr.lanes) + "(" + to_string(printer, expr.a) + ")";
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
    case ExprKind::add:
    case ExprKind::sub:
    case ExprKind::mul:
    case ExprKind::div:
    case ExprKind::min:
    case ExprKind::max:
    case ExprKind::pow:
    case ExprKind::less:
    case ExprKind::select:
    case ExprKind::fma:
      break;
  }
  const ExprId operands[] = {expr.a, expr.b, expr.c};
  std::string text = name(expr.kind);
  for (int i = 0; i < arity(expr.kind); ++i) text += (i ? ", " : "(") + to_string(printer, operands[i]);
  return text + ")";
}

void print_body(Printer &printer, const std::vector<Stmt> &body, int depth);

void print_assignment(Printer &printer, const Stmt &stmt, std::vector<ValueVar> &scope) {
  std::string prefix;
  if (printer.known(stmt.variable) && !printer.declared[static_cast<std::size_t>(stmt.variable)]) {
    const KernelVariable &variable = printer.kernel.variables[static_cast<std::size_t>(stmt.variable)];
    prefix = (stmt.kind == StmtKind::let ? "let " : "var ") + type_name(variable.lanes) + " ";
    printer.declared[static_cast<std::size_t>(stmt.variable)] = true;
    scope.push_back(stmt.variable);
  }
  printer.text += prefix + printer.variable(stmt.variable) + " = " + to_string(printer, stmt.value) + "\n";
}

void print_loop(Printer &printer, const Stmt &stmt, int depth) {
  printer.text += fmt::format("for {} from {} to {}", loop_variable(printer.kernel, stmt.loop_var),
                              printer.index(stmt.begin), printer.index(stmt.end));
  if (stmt.step != 1) printer.text += fmt::format(" step {}", stmt.step);
  printer.text += "\n";
  print_body(printer, stmt.body, depth + 1);
}

void print_body(Printer &printer, const std::vector<Stmt> &body, int depth) {
  std::vector<ValueVar> scope;
  for (const Stmt &stmt : body) {
    printer.text.append(static_cast<std::size_t>(2 * depth), ' ');
    switch (stmt.kind) {
      case StmtKind::let:
      case StmtKind::assign:
        print_assignment(printer, stmt, scope);
        break;
      case StmtKind::store:
        printer.text += access_text(printer.kernel, stmt.parameter, stmt.at, stmt.stride, stmt.count) + " = " +
                        to_string(printer, stmt.value) + "\n";
        break;
      case StmtKind::loop:
        print_loop(printer, stmt, depth);
        break;
      case StmtKind::guard:
        printer.text += fmt::format("if {} <= {} <= {}\n", stmt.low, printer.index(stmt.subject), stmt.high);
        print_body(printer, stmt.body, depth + 1);
        break;
      case StmtKind::lookup:
        printer.text += fmt::format("lookup {} = {}, at most {}\n", loop_variable(printer.kernel, stmt.loop_var),
                                    access_text(printer.kernel, stmt.parameter, stmt.at, 1, 1), stmt.high);
        break;
      case StmtKind::fence:
        printer.text += "fence\n";
        break;
      case StmtKind::comment:
        printer.text += "# " + stmt.text + "\n";
        break;
    }
  }
  for (ValueVar variable : scope) printer.declared[static_cast<std::size_t>(variable)] = false;
}

const char *name(BufferKind kind) {
  switch (kind) {
    case BufferKind::input:
      return "input";
    case BufferKind::output:
      return "output";
    case BufferKind::weights:
      return "weights";
    case BufferKind::workspace:
      return "workspace";
  }
  CNNC_UNREACHABLE("an unknown kind of buffer");
}

std::string to_string(const Buffer &buffer) {
  bool is_tensor = buffer.kind == BufferKind::input || buffer.kind == BufferKind::output;
  std::string text =
      fmt::format("{:<9} {} {}[{}]", name(buffer.kind), buffer.name, name(buffer.dtype), buffer.elements);
  text += is_tensor ? fmt::format(" number {}", buffer.offset) : fmt::format(" at byte {}", buffer.offset);
  return text + fmt::format(", calls {} to {}\n", buffer.first_use, buffer.last_use);
}

std::string to_string(const Program &program, const Call &call) {
  bool known = call.kernel >= 0 && static_cast<std::size_t>(call.kernel) < program.kernels.size();
  std::string text =
      known ? program.kernels[static_cast<std::size_t>(call.kernel)].name : fmt::format("?{}", call.kernel);
  text += "(";
  for (std::size_t i = 0; i < call.arguments.size(); ++i) {
    BufferId id = call.arguments[i].buffer;
    bool valid = id >= 0 && static_cast<std::size_t>(id) < program.buffers.size();
    text += i ? ", " : "";
    text += valid ? program.buffers[static_cast<std::size_t>(id)].name : fmt::format("?{}", id);
    if (call.arguments[i].offset != 0) text += fmt::format(" + {}", call.arguments[i].offset);
  }
  return text + ")\n";
}

}  // namespace

std::int64_t byte_size(const Buffer &buffer) { return buffer.elements * byte_size(buffer.dtype); }

namespace {

bool looks_up(const std::vector<Stmt> &body) {
  return std::any_of(body.begin(), body.end(),
                     [](const Stmt &stmt) { return stmt.kind == StmtKind::lookup || looks_up(stmt.body); });
}

}  // namespace

bool looks_up(const Kernel &kernel) { return looks_up(kernel.body); }

const char *name(ExprKind kind) { return rows[static_cast<int>(kind)].name; }
int arity(ExprKind kind) { return rows[static_cast<int>(kind)].arity; }

std::string index_text(const Kernel &kernel, const Index &index) {
  return to_string(index, [&kernel](IndexVar id) { return loop_variable(kernel, id); });
}

std::string access_text(const Kernel &kernel, ParameterId parameter, const Index &at, std::int64_t stride,
                        std::int64_t count, std::int64_t lanes) {
  bool known = parameter >= 0 && static_cast<std::size_t>(parameter) < kernel.parameters.size();
  std::string text =
      known ? kernel.parameters[static_cast<std::size_t>(parameter)].name : fmt::format("?{}", parameter);
  text += "[" + index_text(kernel, at);
  if (count != 1 || lanes > count) text += fmt::format(" : {}", count);
  if (lanes > count) text += fmt::format(" of {}", lanes);
  if (count != 1 && stride != 1) text += fmt::format(" step {}", stride);
  return text + "]";
}

std::string to_string(const Kernel &kernel) {
  Printer printer{kernel, fmt::format("kernel {}{}\n", kernel.name, kernel.fused ? "" : ", not fused")};
  for (const std::string &line : kernel.heading) printer.text += "# " + line + "\n";
  for (const Parameter &parameter : kernel.parameters)
    printer.text += fmt::format("{} {} {}[{}]\n", parameter.written ? "out" : "in ", parameter.name,
                                name(parameter.dtype), parameter.elements);
  print_body(printer, kernel.body, 1);
  return printer.text;
}

std::string to_string(const Program &program) {
  std::string text = fmt::format("program {} for {}\n", program.name, program.target);
  for (const ProgramTensor &tensor : program.inputs)
    text += fmt::format("input {} {}\n", tensor.name, to_string(tensor.type));
  for (const ProgramTensor &tensor : program.outputs)
    text += fmt::format("output {} {}\n", tensor.name, to_string(tensor.type));
  text += fmt::format("weights {} bytes, workspace {} bytes\n", 4 * program.weights.size(), program.workspace_bytes);
  text += "\nbuffers\n";
  for (const Buffer &buffer : program.buffers) text += "  " + to_string(buffer);
  text += "\ncalls\n";
  for (std::size_t i = 0; i < program.calls.size(); ++i)
    text += fmt::format("  {} ", i) + to_string(program, program.calls[i]);
  for (const Kernel &kernel : program.kernels) text += "\n" + to_string(kernel);
  return text;
}

}  // namespace cnnc
