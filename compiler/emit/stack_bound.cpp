#include <algorithm>

#include "compiler/emit/emit_kernel.hpp"

namespace cnnc {

namespace {

// Saved registers, alignment of the frame to 64, and what calls need.
constexpr std::int64_t frame_bytes = 512;
// Values that a function of math.inl has live at once: arguments, reduced arguments, powers, constants.
constexpr std::int64_t mathematics_values = 24;
// Places that unoptimised code gives a value: as an operand, as a result, and in the intrinsic below.
constexpr std::int64_t unoptimised_places = 24;
// The same for the statements of math.inl together.
constexpr std::int64_t unoptimised_mathematics = 1600;
constexpr std::int64_t unoptimised_power = 4800;

/// Of a spilled value. A scalar is spilled with its whole register: Clang joins scalars to vectors and takes them
/// apart.
std::int64_t spill_bytes(std::int64_t lanes) { return std::max<std::int64_t>(4 * lanes, 16); }

bool is_mathematics(ExprKind kind) {
  return (kind >= ExprKind::exp && kind <= ExprKind::log1p) || kind == ExprKind::pow;
}

std::int64_t places(ExprKind kind) {
  if (kind == ExprKind::pow) return unoptimised_power;
  return is_mathematics(kind) ? unoptimised_mathematics : unoptimised_places;
}

class StackCounter {
 public:
  explicit StackCounter(const Kernel &kernel) : kernel_(kernel) {}

  StackBound count() {
    body(kernel_.body);
    end_stretch();
    std::int64_t variables = 0;
    for (const KernelVariable &variable : kernel_.variables) variables += spill_bytes(variable.lanes);
    std::int64_t loops = 8 * static_cast<std::int64_t>(kernel_.loop_vars.size() + kernel_.parameters.size());
    return {frame_bytes + variables + largest_ + second_ + addresses_ + loops,
            frame_bytes + variables + unoptimised_ + 4 * loops};
  }

 private:
  void expr(ExprId id) {
    if (id < 0) return;
    const Expr &node = kernel_.exprs.at(static_cast<std::size_t>(id));
    bool mathematics = is_mathematics(node.kind);
    stretch_ += spill_bytes(node.lanes) * (mathematics ? mathematics_values : 1);
    unoptimised_ += 4 * node.lanes * places(node.kind) + 64;
    if (node.kind == ExprKind::load) addresses_ += 8;
    for (ExprId operand : {node.a, node.b, node.c}) expr(operand);
  }

  void body(const std::vector<Stmt> &statements) {
    for (const Stmt &stmt : statements) {
      if (stmt.kind == StmtKind::fence) end_stretch();
      if (stmt.kind == StmtKind::store) addresses_ += 8;
      expr(stmt.value);
      body(stmt.body);
    }
  }

  void end_stretch() {
    second_ = std::max(second_, std::min(largest_, stretch_));
    largest_ = std::max(largest_, stretch_);
    stretch_ = 0;
  }

  const Kernel &kernel_;
  std::int64_t stretch_ = 0, largest_ = 0, second_ = 0, addresses_ = 0, unoptimised_ = 0;
};

}  // namespace

StackBound stack_bound(const Kernel &kernel) { return StackCounter(kernel).count(); }

}  // namespace cnnc
