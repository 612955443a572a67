#include "compiler/eval/eval_kernel.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstring>
#include <iterator>
#include <limits>

#include "compiler/eval/compiled_kernel.hpp"
#include "compiler/eval/kernel_functions.hpp"
#include "compiler/ir/kernel_text.hpp"
#include "compiler/support/checks.hpp"

namespace cnnc {

namespace {

struct Machine {
  const CompiledKernel &compiled;
  const std::vector<std::span<float>> &arguments;
  const KernelFunctions &functions;
  std::vector<float> slots;
  std::vector<std::int64_t> variables, ends;  // of loops
  bool bad_index = false;
};

// Eight lanes at a time through a local array, so that a C++ compiler may use vectors whatever the slots alias.
constexpr int block = 8;

template <class F>
void each_lane(float *dst, const float *a, int lanes, F f) {
  int i = 0;
  for (; i + block <= lanes; i += block) {
    float r[block];
    for (int k = 0; k < block; ++k) r[k] = f(a[i + k]);
    std::memcpy(dst + i, r, sizeof r);
  }
  for (; i < lanes; ++i) dst[i] = f(a[i]);
}

template <class F>
void each_lane(float *dst, const float *a, const float *b, int lanes, F f) {
  int i = 0;
  for (; i + block <= lanes; i += block) {
    float r[block];
    for (int k = 0; k < block; ++k) r[k] = f(a[i + k], b[i + k]);
    std::memcpy(dst + i, r, sizeof r);
  }
  for (; i < lanes; ++i) dst[i] = f(a[i], b[i]);
}

template <class F>
void each_lane(float *dst, const float *a, const float *b, const float *c, int lanes, F f) {
  for (int i = 0; i < lanes; ++i) dst[i] = f(a[i], b[i], c[i]);
}

[[noreturn]] void out_of_bounds(const Machine &machine, const Instruction &instruction, std::int64_t element) {
  const Kernel &kernel = machine.compiled.kernel;
  const Parameter &parameter = kernel.parameters[static_cast<std::size_t>(instruction.parameter)];
  const Index &source = machine.compiled.index_sources[static_cast<std::size_t>(instruction.index)];
  std::string values;
  for (std::size_t i = 0; i < machine.variables.size(); ++i)
    if (source.mentions(static_cast<IndexVar>(i)))
      values += fmt::format(", {} = {}", kernel.loop_vars[i], machine.variables[i]);
  CNNC_UNREACHABLE(
      fmt::format("kernel {}: {} {} touches element {} of {}, which has {}{}", kernel.name,
                  instruction.op == Opcode::load ? "load" : "store",
                  access_text(kernel, instruction.parameter, source, instruction.stride, instruction.count), element,
                  parameter.name, parameter.elements, values));
}

/// The address of the access's first element, after a check of all of them.
float *checked_address(const Machine &machine, const Instruction &instruction) {
  std::int64_t first = machine.compiled.indices[static_cast<std::size_t>(instruction.index)](machine.variables.data());
  std::span<float> argument = machine.arguments[static_cast<std::size_t>(instruction.parameter)];
  std::int64_t last = first + (instruction.count - 1) * instruction.stride;
  auto elements = static_cast<std::int64_t>(argument.size());
  if (instruction.count > 0) {
    if (first < 0 || first >= elements) out_of_bounds(machine, instruction, first);
    if (last < 0 || last >= elements) out_of_bounds(machine, instruction, last);
  }
  return argument.data() + (instruction.count > 0 ? first : 0);
}

void load(const Machine &machine, const Instruction &instruction, float *dst) {
  const float *from = checked_address(machine, instruction);
  if (instruction.stride == 1)
    std::copy_n(from, instruction.count, dst);
  else
    for (std::int64_t i = 0; i < instruction.count; ++i) dst[i] = from[i * instruction.stride];
  for (std::int64_t i = instruction.count; i < instruction.lanes; ++i) dst[i] = 0;
}

void store(const Machine &machine, const Instruction &instruction, const float *value) {
  float *to = checked_address(machine, instruction);
  for (std::int64_t i = 0; i < instruction.count; ++i) to[i * instruction.stride] = value[i];
}

/// The i32 at an address, as an index.
void look_up(Machine &machine, const Instruction &instruction) {
  auto value = std::bit_cast<std::int32_t>(*checked_address(machine, instruction));
  const bool inside = 0 <= value && value <= instruction.high;
  machine.bad_index = machine.bad_index || !inside;
  machine.variables[static_cast<std::size_t>(instruction.variable)] = inside ? value : 0;
}

/// Loops and guards: the number of the instruction to go on with.
std::size_t flow(Machine &machine, const Instruction &instruction, std::size_t here) {
  auto value = [&](std::int32_t index) {
    return machine.compiled.indices[static_cast<std::size_t>(index)](machine.variables.data());
  };
  if (instruction.op == Opcode::lookup) {
    look_up(machine, instruction);
    return here + 1;
  }
  auto target = static_cast<std::size_t>(instruction.target);
  auto variable = static_cast<std::size_t>(instruction.variable);
  if (instruction.op == Opcode::guard) {
    std::int64_t subject = value(instruction.index);
    return instruction.low <= subject && subject <= instruction.high ? here + 1 : target;
  }
  if (instruction.op == Opcode::next) {
    machine.variables[variable] += instruction.stride;
    return machine.variables[variable] < machine.ends[variable] ? target : here + 1;
  }
  machine.ends[variable] = value(instruction.b);
  machine.variables[variable] = value(instruction.index);
  return machine.variables[variable] < machine.ends[variable] ? here + 1 : target;
}

/// The function that an instruction applies to each lane, or null.
float (*function_of(const KernelFunctions &functions, Opcode op))(float) {
  constexpr float (*KernelFunctions::*table[])(float) = {
      &KernelFunctions::exp,      &KernelFunctions::log,    &KernelFunctions::tanh,      &KernelFunctions::sigmoid,
      &KernelFunctions::erf,      &KernelFunctions::expm1,  &KernelFunctions::log1p,     &KernelFunctions::trunc,
      &KernelFunctions::from_i32, &KernelFunctions::to_i32, &KernelFunctions::round_f16, &KernelFunctions::round_bf16};
  static_assert(static_cast<int>(Opcode::round_bf16) - static_cast<int>(Opcode::exp) + 1 == std::size(table));
  if (op < Opcode::exp || op > Opcode::round_bf16) return nullptr;
  return functions.*table[static_cast<int>(op) - static_cast<int>(Opcode::exp)];
}

/// Arithmetic: IEEE, lane by lane, each operation rounded once.
void compute(const Machine &machine, const Instruction &instruction, float *slots) {
  float *dst = slots + instruction.dst;
  const float *a = slots + instruction.a;
  const float *b = slots + instruction.b;
  const float *c = slots + instruction.c;
  const int lanes = instruction.lanes;
  if (auto function = function_of(machine.functions, instruction.op)) return each_lane(dst, a, lanes, function);
  switch (instruction.op) {
    case Opcode::copy:
      return static_cast<void>(std::copy_n(a, lanes, dst));
    case Opcode::splat:
      return static_cast<void>(std::fill_n(dst, lanes, *a));
    case Opcode::neg:
      return each_lane(dst, a, lanes, [](float x) { return -x; });
    case Opcode::abs:
      return each_lane(dst, a, lanes, [](float x) { return std::fabs(x); });
    case Opcode::sqrt:
      return each_lane(dst, a, lanes, [](float x) { return std::sqrt(x); });
    case Opcode::add:
      return each_lane(dst, a, b, lanes, [](float x, float y) { return x + y; });
    case Opcode::sub:
      return each_lane(dst, a, b, lanes, [](float x, float y) { return x - y; });
    case Opcode::mul:
      return each_lane(dst, a, b, lanes, [](float x, float y) { return x * y; });
    case Opcode::div:
      return each_lane(dst, a, b, lanes, [](float x, float y) { return x / y; });
    case Opcode::min:
      return each_lane(dst, a, b, lanes, [](float x, float y) { return x < y ? x : y; });
    case Opcode::max:
      return each_lane(dst, a, b, lanes, [](float x, float y) { return x > y ? x : y; });
    case Opcode::pow:
      return each_lane(dst, a, b, lanes, machine.functions.pow);
    case Opcode::less:
      return each_lane(dst, a, b, lanes, [](float x, float y) { return x < y ? 1.0F : 0.0F; });
    case Opcode::select:
      return each_lane(dst, a, b, c, lanes, [](float x, float y, float z) { return x > 0 ? y : z; });
    case Opcode::fma:
      return each_lane(dst, a, b, c, lanes, [](float x, float y, float z) { return std::fma(x, y, z); });
    case Opcode::exp:
    case Opcode::log:
    case Opcode::tanh:
    case Opcode::sigmoid:
    case Opcode::erf:
    case Opcode::expm1:
    case Opcode::log1p:
    case Opcode::trunc:
    case Opcode::from_i32:
    case Opcode::to_i32:
    case Opcode::round_f16:
    case Opcode::round_bf16:
    case Opcode::load:
    case Opcode::store:
    case Opcode::enter_loop:
    case Opcode::next:
    case Opcode::guard:
    case Opcode::lookup:
      break;
  }
  CNNC_UNREACHABLE("an instruction without a value");
}

void run(Machine &machine) {
  const std::vector<Instruction> &instructions = machine.compiled.instructions;
  float *slots = machine.slots.data();
  for (std::size_t i = 0; i < instructions.size();) {
    const Instruction &instruction = instructions[i];
    if (instruction.op == Opcode::load) {
      load(machine, instruction, slots + instruction.dst);
      ++i;
    } else if (instruction.op == Opcode::store) {
      store(machine, instruction, slots + instruction.a);
      ++i;
    } else if (instruction.op >= Opcode::enter_loop) {
      i = flow(machine, instruction, i);
    } else {
      compute(machine, instruction, slots);
      ++i;
    }
  }
}

void check_arguments(const Kernel &kernel, const std::vector<std::span<float>> &arguments) {
  CNNC_CHECK(arguments.size() == kernel.parameters.size(), "kernel " + kernel.name + ": one argument per parameter");
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    const Parameter &parameter = kernel.parameters[i];
    CNNC_CHECK(static_cast<std::int64_t>(arguments[i].size()) == parameter.elements,
               fmt::format("kernel {}: {} elements for parameter {}, which has {}", kernel.name, arguments[i].size(),
                           parameter.name, parameter.elements));
    for (std::size_t j = 0; j < i; ++j) {
      if (!parameter.written && !kernel.parameters[j].written) continue;
      std::less<const float *> before;
      bool apart = !before(arguments[i].data(), arguments[j].data() + arguments[j].size()) ||
                   !before(arguments[j].data(), arguments[i].data() + arguments[i].size());
      CNNC_CHECK(apart, fmt::format("kernel {}: parameters {} and {} overlap", kernel.name, kernel.parameters[j].name,
                                    parameter.name));
    }
  }
}

}  // namespace

bool eval_kernel(const CompiledKernel &compiled, const std::vector<std::span<float>> &arguments) {
  check_arguments(compiled.kernel, arguments);
  std::vector<std::int64_t> variables(compiled.kernel.loop_vars.size(), 0);
  Machine machine{compiled, arguments, kernel_functions(compiled.fused), compiled.slots, variables, variables};
  run(machine);
  return !machine.bad_index;
}

bool eval_kernel(const Kernel &kernel, std::vector<std::span<float>> arguments) {
  return eval_kernel(*compile_kernel(kernel), arguments);
}

}  // namespace cnnc
