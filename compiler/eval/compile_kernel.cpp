#include <fmt/format.h>

#include <bit>
#include <map>

#include "compiler/eval/compiled_kernel.hpp"
#include "compiler/eval/eval_kernel.hpp"
#include "compiler/ir/index_variables.hpp"
#include "compiler/support/checks.hpp"

namespace cnnc {

namespace {

constexpr std::int32_t no_slot = -1;

struct Compiler {
  const Kernel &kernel;
  CompiledKernel result;
  std::vector<std::int32_t> variable_slots;  // by variable; no_slot out of its scope
  std::vector<std::int32_t> storage;         // by variable: where it lives whenever it is in scope
  std::map<std::pair<std::uint32_t, std::int32_t>, std::int32_t> constants;  // by bits and lanes
  std::vector<bool> loop_in_scope;
  // Values of the statement at hand: one that is used twice is computed once.
  std::vector<std::int32_t> expr_slots;
  std::vector<ExprId> evaluated;
  std::int32_t first_temporary = 0, next_temporary = 0, most_temporaries = 0;

  [[noreturn]] void fail(const std::string &what) const { CNNC_UNREACHABLE("kernel " + kernel.name + ": " + what); }
  void check(bool condition, const std::string &what) const {
    if (!condition) fail(what);
  }
};

template <class Vector>
auto &entry(const Compiler &compiler, Vector &vector, std::int32_t id, const char *what) {
  if (id < 0 || static_cast<std::size_t>(id) >= vector.size())
    compiler.fail(fmt::format("there is no {} {}", what, id));
  return vector[static_cast<std::size_t>(id)];
}

std::int32_t add_index(Compiler &compiler, const Index &index) {
  visit_variables(index, [&](IndexVar var) {
    bool known = var >= 0 && static_cast<std::size_t>(var) < compiler.loop_in_scope.size() &&
                 compiler.loop_in_scope[static_cast<std::size_t>(var)];
    compiler.check(known, fmt::format("loop variable {} is used outside its loop", var));
  });
  compiler.result.indices.emplace_back(index);
  compiler.result.index_sources.push_back(index);
  return static_cast<std::int32_t>(compiler.result.indices.size() - 1);
}

std::int32_t new_temporary(Compiler &compiler, std::int32_t lanes) {
  std::int32_t slot = compiler.first_temporary + compiler.next_temporary;
  compiler.next_temporary += lanes;
  compiler.most_temporaries = std::max(compiler.most_temporaries, compiler.next_temporary);
  return slot;
}

/// Of an operation, load or splat. Operations stand in one order in both enumerations.
Opcode opcode_of(ExprKind kind) {
  constexpr int distance = static_cast<int>(Opcode::neg) - static_cast<int>(ExprKind::neg);
  static_assert(static_cast<int>(Opcode::fma) - static_cast<int>(ExprKind::fma) == distance);
  if (kind == ExprKind::variable) return Opcode::copy;
  if (kind == ExprKind::load) return Opcode::load;
  if (kind == ExprKind::splat) return Opcode::splat;
  CNNC_CHECK(kind != ExprKind::constant, "constants are no instructions");
  return static_cast<Opcode>(static_cast<int>(kind) + distance);
}

std::int32_t compile_operand(Compiler &compiler, ExprId id);

/// Emits the instruction of an expression that is neither a constant nor a variable; its value goes to `dst`.
void compile_operation(Compiler &compiler, const Expr &expr, std::int32_t dst) {
  Instruction instruction{opcode_of(expr.kind)};
  instruction.lanes = expr.lanes;
  instruction.dst = dst;
  const Expr *load = expr.kind == ExprKind::load ? &expr : nullptr;
  if (expr.kind == ExprKind::splat) {
    const Expr &operand = entry(compiler, compiler.kernel.exprs, expr.a, "expression");
    compiler.check(operand.lanes == 1, "a splat of more than one lane");
    if (operand.kind == ExprKind::load) load = &operand;
  }
  if (load) {
    // A splat of a load reads one element into all lanes: stride 0.
    bool splat = load != &expr;
    entry(compiler, compiler.kernel.parameters, load->parameter, "parameter");
    compiler.check(load->count >= 0 && load->count <= load->lanes, "a load of more elements than lanes");
    instruction.op = Opcode::load;
    instruction.parameter = load->parameter;
    instruction.index = add_index(compiler, load->at);
    instruction.stride = splat ? 0 : load->stride;
    instruction.count = splat ? expr.lanes : load->count;
  } else {
    const ExprId ids[] = {expr.a, expr.b, expr.c};
    std::int32_t *slots[] = {&instruction.a, &instruction.b, &instruction.c};
    for (int i = 0; i < arity(expr.kind); ++i) {
      const Expr &operand = entry(compiler, compiler.kernel.exprs, ids[i], "expression");
      std::int32_t wanted = expr.kind == ExprKind::splat ? 1 : expr.lanes;
      compiler.check(operand.lanes == wanted, fmt::format("an operand of {} has other lanes", name(expr.kind)));
      *slots[i] = compile_operand(compiler, ids[i]);
    }
  }
  compiler.result.instructions.push_back(instruction);
}

std::int32_t constant_slot(Compiler &compiler, float value, std::int32_t lanes) {
  auto [place, is_new] = compiler.constants.try_emplace({std::bit_cast<std::uint32_t>(value), lanes}, 0);
  if (is_new) {
    place->second = static_cast<std::int32_t>(compiler.result.slots.size());
    compiler.result.slots.insert(compiler.result.slots.end(), static_cast<std::size_t>(lanes), value);
  }
  return place->second;
}

std::int32_t variable_slot(const Compiler &compiler, const Expr &expr) {
  const KernelVariable &variable = entry(compiler, compiler.kernel.variables, expr.variable, "variable");
  compiler.check(variable.lanes == expr.lanes, variable.name + " is read with other lanes than it has");
  std::int32_t slot = compiler.variable_slots[static_cast<std::size_t>(expr.variable)];
  compiler.check(slot != no_slot, variable.name + " is read before it is assigned, or out of its scope");
  return slot;
}

/// The slot where the expression's value stands, after instructions that put it there.
std::int32_t compile_operand(Compiler &compiler, ExprId id) {
  const Expr &expr = entry(compiler, compiler.kernel.exprs, id, "expression");
  if (expr.kind == ExprKind::constant) return constant_slot(compiler, expr.value, expr.lanes);
  if (expr.kind == ExprKind::variable) return variable_slot(compiler, expr);
  std::int32_t &known = compiler.expr_slots[static_cast<std::size_t>(id)];
  if (known != no_slot) return known;
  std::int32_t slot = new_temporary(compiler, expr.lanes);
  compile_operation(compiler, expr, slot);
  compiler.evaluated.push_back(id);
  return known = slot;
}

void end_statement(Compiler &compiler) {
  for (ExprId id : compiler.evaluated) compiler.expr_slots[static_cast<std::size_t>(id)] = no_slot;
  compiler.evaluated.clear();
  compiler.next_temporary = 0;
}

void compile_assignment(Compiler &compiler, const Stmt &stmt, std::vector<ValueVar> &declared) {
  const KernelVariable &variable = entry(compiler, compiler.kernel.variables, stmt.variable, "variable");
  const Expr &expr = entry(compiler, compiler.kernel.exprs, stmt.value, "expression");
  compiler.check(expr.lanes == variable.lanes, variable.name + " is assigned other lanes than it has");
  compiler.check(variable.is_let == (stmt.kind == StmtKind::let), variable.name + " is a let and assigned");
  std::int32_t dst = compiler.storage[static_cast<std::size_t>(stmt.variable)];
  // The last operation may write straight into the variable: lane i of an operand is read before lane i is written.
  if (expr.kind == ExprKind::constant || expr.kind == ExprKind::variable) {
    Instruction copy{Opcode::copy};
    copy.lanes = expr.lanes;
    copy.dst = dst;
    copy.a = compile_operand(compiler, stmt.value);
    compiler.result.instructions.push_back(copy);
  } else {
    compile_operation(compiler, expr, dst);
  }
  end_statement(compiler);
  std::int32_t &slot = compiler.variable_slots[static_cast<std::size_t>(stmt.variable)];
  if (slot == no_slot) declared.push_back(stmt.variable);
  slot = dst;
}

void compile_store(Compiler &compiler, const Stmt &stmt) {
  const Parameter &parameter = entry(compiler, compiler.kernel.parameters, stmt.parameter, "parameter");
  compiler.check(parameter.written, parameter.name + " is stored to, but only read");
  const Expr &expr = entry(compiler, compiler.kernel.exprs, stmt.value, "expression");
  compiler.check(stmt.count >= 0 && stmt.count <= expr.lanes, "a store of more elements than lanes");
  Instruction store{Opcode::store};
  store.lanes = expr.lanes;
  store.a = compile_operand(compiler, stmt.value);
  store.parameter = stmt.parameter;
  store.index = add_index(compiler, stmt.at);
  store.stride = stmt.stride;
  store.count = stmt.count;
  compiler.result.instructions.push_back(store);
  end_statement(compiler);
}

void compile_body(Compiler &compiler, const std::vector<Stmt> &body);

void compile_loop(Compiler &compiler, const Stmt &stmt) {
  compiler.check(stmt.step > 0, "a loop that does not step forwards");
  Instruction enter{Opcode::enter_loop};
  enter.variable = stmt.loop_var;
  enter.index = add_index(compiler, stmt.begin);
  enter.b = add_index(compiler, stmt.end);
  auto in_scope = compiler.loop_in_scope.begin() + stmt.loop_var;
  compiler.check(stmt.loop_var >= 0 && in_scope < compiler.loop_in_scope.end(), "an unknown loop variable");
  compiler.check(!*in_scope, "a loop nested in a loop of the same variable");
  std::size_t entered = compiler.result.instructions.size();
  compiler.result.instructions.push_back(enter);
  *in_scope = true;
  compile_body(compiler, stmt.body);
  *in_scope = false;
  Instruction next{Opcode::next};
  next.variable = stmt.loop_var;
  next.stride = stmt.step;
  next.target = static_cast<std::int32_t>(entered + 1);
  compiler.result.instructions.push_back(next);
  compiler.result.instructions[entered].target = static_cast<std::int32_t>(compiler.result.instructions.size());
}

void compile_guard(Compiler &compiler, const Stmt &stmt) {
  Instruction guard{Opcode::guard};
  guard.index = add_index(compiler, stmt.subject);
  guard.low = stmt.low;
  guard.high = stmt.high;
  std::size_t place = compiler.result.instructions.size();
  compiler.result.instructions.push_back(guard);
  compile_body(compiler, stmt.body);
  compiler.result.instructions[place].target = static_cast<std::int32_t>(compiler.result.instructions.size());
}

void compile_lookup(Compiler &compiler, const Stmt &stmt) {
  const Parameter &parameter = entry(compiler, compiler.kernel.parameters, stmt.parameter, "parameter");
  compiler.check(parameter.dtype == DType::i32, "a lookup of what is no i32");
  auto in_scope = compiler.loop_in_scope.begin() + stmt.loop_var;
  compiler.check(stmt.loop_var >= 0 && in_scope < compiler.loop_in_scope.end() && !*in_scope, "a lookup's variable");
  Instruction lookup{Opcode::lookup};
  lookup.parameter = stmt.parameter;
  lookup.index = add_index(compiler, stmt.at);
  lookup.variable = stmt.loop_var;
  lookup.high = stmt.high;
  compiler.result.instructions.push_back(lookup);
  *in_scope = true;
}

void compile_body(Compiler &compiler, const std::vector<Stmt> &body) {
  std::vector<ValueVar> declared;
  std::vector<IndexVar> looked_up;
  for (const Stmt &stmt : body) {
    switch (stmt.kind) {
      case StmtKind::let:
      case StmtKind::assign:
        compile_assignment(compiler, stmt, declared);
        break;
      case StmtKind::store:
        compile_store(compiler, stmt);
        break;
      case StmtKind::loop:
        compile_loop(compiler, stmt);
        break;
      case StmtKind::guard:
        compile_guard(compiler, stmt);
        break;
      case StmtKind::lookup:
        compile_lookup(compiler, stmt);
        looked_up.push_back(stmt.loop_var);
        break;
      case StmtKind::fence:
      case StmtKind::comment:
        break;
    }
  }
  for (IndexVar variable : looked_up) compiler.loop_in_scope[static_cast<std::size_t>(variable)] = false;
  for (ValueVar variable : declared) compiler.variable_slots[static_cast<std::size_t>(variable)] = no_slot;
}

/// Slots of variables, then of constants as they come, then the temporaries that statements share.
void place_temporaries(Compiler &compiler) {
  auto &slots = compiler.result.slots;
  auto base = static_cast<std::int32_t>(slots.size());
  slots.resize(slots.size() + static_cast<std::size_t>(compiler.most_temporaries), 0);
  auto place = [&](std::int32_t &slot) {
    if (slot >= compiler.first_temporary) slot += base - compiler.first_temporary;
  };
  for (Instruction &instruction : compiler.result.instructions) {
    if (instruction.op == Opcode::enter_loop) continue;  // its b is no slot
    for (std::int32_t *slot : {&instruction.dst, &instruction.a, &instruction.b, &instruction.c}) place(*slot);
  }
}

}  // namespace

std::shared_ptr<const CompiledKernel> compile_kernel(const Kernel &kernel) {
  Compiler compiler{kernel, {}, {}, {}, {}, {}, {}, {}};
  compiler.result.fused = kernel.fused;
  compiler.variable_slots.assign(kernel.variables.size(), no_slot);
  for (const KernelVariable &variable : kernel.variables) {
    compiler.check(variable.lanes >= 1, variable.name + " has no lanes");
    compiler.storage.push_back(static_cast<std::int32_t>(compiler.result.slots.size()));
    compiler.result.slots.resize(compiler.result.slots.size() + static_cast<std::size_t>(variable.lanes), 0);
  }
  compiler.loop_in_scope.assign(kernel.loop_vars.size(), false);
  compiler.expr_slots.assign(kernel.exprs.size(), no_slot);
  compiler.first_temporary = std::int32_t{1} << 30;  // told from the others until their number is known
  compile_body(compiler, kernel.body);
  place_temporaries(compiler);
  Kernel &text = compiler.result.kernel;
  text.name = kernel.name;
  text.parameters = kernel.parameters;
  text.loop_vars = kernel.loop_vars;
  return std::make_shared<const CompiledKernel>(std::move(compiler.result));
}

}  // namespace cnnc
