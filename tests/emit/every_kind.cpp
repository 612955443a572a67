#include "every_kind.hpp"

#include <cmath>
#include <limits>

namespace cnnc {

namespace {

constexpr std::int64_t rounds = 3;  // of the loop of the first kernel

/// Makes expressions and statements of one kernel.
struct Builder {
  Kernel kernel;

  ExprId expr(Expr node) {
    kernel.exprs.push_back(std::move(node));
    return static_cast<ExprId>(kernel.exprs.size() - 1);
  }
  ExprId constant(float value, int lanes) {
    Expr node;
    node.value = value;
    node.lanes = lanes;
    return expr(node);
  }
  ExprId load(ParameterId parameter, Index at, int lanes, std::int64_t stride = 1, std::int64_t count = -1) {
    Expr node;
    node.kind = ExprKind::load;
    node.parameter = parameter;
    node.at = std::move(at);
    node.lanes = lanes;
    node.stride = stride;
    node.count = count < 0 ? lanes : count;
    return expr(node);
  }
  ExprId apply(ExprKind kind, int lanes, ExprId a, ExprId b = -1, ExprId c = -1) {
    Expr node;
    node.kind = kind;
    node.lanes = lanes;
    node.a = a;
    node.b = b;
    node.c = c;
    return expr(node);
  }
  ExprId read(ValueVar variable) {
    Expr node;
    node.kind = ExprKind::variable;
    node.variable = variable;
    node.lanes = kernel.variables[static_cast<std::size_t>(variable)].lanes;
    return expr(node);
  }
  ValueVar variable(std::string name, int lanes, bool is_let) {
    kernel.variables.push_back({std::move(name), lanes, is_let});
    return static_cast<ValueVar>(kernel.variables.size() - 1);
  }
  IndexVar loop_var(std::string name) {
    kernel.loop_vars.push_back(std::move(name));
    return static_cast<IndexVar>(kernel.loop_vars.size() - 1);
  }
  static Stmt set(StmtKind kind, ValueVar variable, ExprId value) {
    Stmt stmt;
    stmt.kind = kind;
    stmt.variable = variable;
    stmt.value = value;
    return stmt;
  }
  static Stmt store(ParameterId parameter, Index at, ExprId value, std::int64_t count, std::int64_t stride = 1) {
    Stmt stmt;
    stmt.kind = StmtKind::store;
    stmt.parameter = parameter;
    stmt.at = std::move(at);
    stmt.value = value;
    stmt.count = count;
    stmt.stride = stride;
    return stmt;
  }
  static Stmt loop(IndexVar var, Index begin, Index end, std::int64_t step, std::vector<Stmt> body) {
    Stmt stmt;
    stmt.kind = StmtKind::loop;
    stmt.loop_var = var;
    stmt.begin = std::move(begin);
    stmt.end = std::move(end);
    stmt.step = step;
    stmt.body = std::move(body);
    return stmt;
  }
  static Stmt guard(Index subject, std::int64_t low, std::int64_t high, std::vector<Stmt> body) {
    Stmt stmt;
    stmt.kind = StmtKind::guard;
    stmt.subject = std::move(subject);
    stmt.low = low;
    stmt.high = high;
    stmt.body = std::move(body);
    return stmt;
  }
  static Stmt plain(StmtKind kind, std::string text = "") {
    Stmt stmt;
    stmt.kind = kind;
    stmt.text = std::move(text);
    return stmt;
  }
};

std::vector<ExprKind> kinds_of_arity(int operands) {
  std::vector<ExprKind> kinds;
  for (int kind = static_cast<int>(ExprKind::neg); kind <= static_cast<int>(ExprKind::fma); ++kind)
    if (arity(static_cast<ExprKind>(kind)) == operands) kinds.push_back(static_cast<ExprKind>(kind));
  return kinds;
}

/// The number of values that each round of the first kernel stores, each in a row of its own.
constexpr std::int64_t rows = static_cast<int>(ExprKind::fma) - static_cast<int>(ExprKind::neg) + 1 + 4;

/// Every kind of expression over vectors of `lanes`, row by row into `to` ("z", parameter 2).
void add_expressions(Builder &b, std::vector<Stmt> &body, IndexVar i, int lanes, std::int64_t row_lanes,
                     std::int64_t base) {
  Index at = Index::variable(i) * row_lanes;
  std::string mark = lanes == 1 ? "__1" : "";  // with it the names are no better, but different
  ValueVar a = b.variable("a" + mark, lanes, true), w = b.variable("exp" + mark, lanes, true);
  ValueVar c = b.variable("NULL" + mark, lanes, true);
  body.push_back(Builder::set(StmtKind::let, a, b.load(0, at + Index(1), lanes)));
  body.push_back(Builder::set(StmtKind::let, w, b.load(1, at, lanes, 1, lanes == 1 ? 1 : lanes - 1)));
  body.push_back(Builder::set(StmtKind::let, c, b.load(0, at, lanes, 2, lanes)));
  std::int64_t row = 0;
  auto put = [&](ExprId value) {
    Index to = Index::variable(i) * (rows * row_lanes) + Index(base + row++ * row_lanes);
    body.push_back(Builder::store(2, to, value, lanes));
  };
  for (ExprKind kind : kinds_of_arity(1))
    if (kind != ExprKind::splat) put(b.apply(kind, lanes, b.read(a)));
  for (ExprKind kind : kinds_of_arity(2)) put(b.apply(kind, lanes, b.read(a), b.read(w)));
  for (ExprKind kind : kinds_of_arity(3))
    if (kind != ExprKind::fma || b.kernel.fused) put(b.apply(kind, lanes, b.read(a), b.read(c), b.read(w)));
  put(b.apply(ExprKind::splat, lanes, b.load(1, Index::variable(i) + Index(2), 1)));
  put(b.load(0, at, lanes, 3, lanes == 1 ? 1 : lanes - 2));
  put(b.constant(std::numeric_limits<float>::infinity(), lanes));
  // A product and a sum, which must not be fused.
  put(b.apply(ExprKind::add, lanes, b.apply(ExprKind::mul, lanes, b.read(a), b.read(c)), b.constant(-0.1f, lanes)));
}

Kernel expressions_kernel(const Target &target, std::int64_t x_size, std::int64_t w_size, std::int64_t z_size) {
  Builder b;
  int lanes = static_cast<int>(target.lanes);
  b.kernel.name = "tanh";  // the vocabulary has one too
  b.kernel.heading = {"every expression */ #define x \\", "x ?\?/", "second line\n#error \"not a comment\""};
  b.kernel.fused = target.fma;
  b.kernel.parameters = {{"x", x_size, false}, {"w?", w_size, false}, {"int", z_size, true}};
  b.kernel.flops = 1234;
  IndexVar i = b.loop_var("for");
  std::vector<Stmt> body;
  body.push_back(Builder::plain(StmtKind::comment, "vectors \\"));
  add_expressions(b, body, i, lanes, lanes, 0);
  body.push_back(Builder::plain(StmtKind::fence));
  body.push_back(Builder::plain(StmtKind::comment, "scalars \xE2\x80\xAE reversed"));
  add_expressions(b, body, i, 1, lanes, rounds * rows * lanes);
  b.kernel.body.push_back(Builder::loop(i, 0, rounds, 1, std::move(body)));
  return b.kernel;
}

/// Sums rows of z with loops, guards, assignments and quasi-affine indices.
Kernel statements_kernel(const Target &target, std::int64_t z_size, std::int64_t y_size) {
  Builder b;
  int lanes = static_cast<int>(target.lanes);
  b.kernel.name = "tanh";
  b.kernel.fused = target.fma;
  b.kernel.parameters = {{"z", z_size, false}, {"y", y_size, true}, {"unused", 3, false}};
  IndexVar i = b.loop_var("i"), j = b.loop_var("j");
  Index vi = Index::variable(i), vj = Index::variable(j);
  ValueVar sum = b.variable("sum", lanes, false), other = b.variable("while", 1, false);
  auto range = [](IndexVar) { return Interval{0, 7}; };
  Index row = cnnc::min(floor_div(vi * 3 + vj - Index(1), 2, range), Index(5), range);
  Index wrapped = cnnc::max(mod(vi - vj, 4, range), Index(1), range);
  std::vector<Stmt> inner = {
      Builder::guard(vi + vj - Index(2), 0, 3,
                     {Builder::set(StmtKind::assign, sum,
                                   b.apply(ExprKind::max, lanes, b.read(sum), b.load(0, wrapped * lanes, lanes)))}),
      Builder::guard(
          vj, 1, 1,
          {Builder::set(StmtKind::assign, sum, b.apply(ExprKind::mul, lanes, b.read(sum), b.constant(0.75f, lanes)))}),
      Builder::guard(vi * 3 + vj, 1, 1000,
                     {Builder::set(StmtKind::assign, sum,
                                   b.apply(ExprKind::add, lanes, b.read(sum), b.load(0, row * lanes, lanes)))})};
  std::vector<Stmt> outer = {
      Builder::set(StmtKind::assign, sum, b.constant(-0.0f, lanes)),
      Builder::set(StmtKind::assign, other, b.constant(1e-40f, 1)),
      Builder::loop(j, vi, vi + Index(4), 2, std::move(inner)),
      Builder::set(StmtKind::assign, other, b.apply(ExprKind::sub, 1, b.load(0, vi, 1), b.read(other))),
      Builder::store(1, vi * (2 * lanes), b.read(sum), lanes - 1),
      Builder::store(1, vi * (2 * lanes) + Index(lanes), b.read(sum), lanes / 2, 2),
      Builder::store(1, vi * (2 * lanes) + Index(lanes - 1), b.read(other), 1),
      Builder::plain(StmtKind::comment)};
  b.kernel.body.push_back(Builder::loop(i, 0, 4, 1, std::move(outer)));
  return b.kernel;
}

}  // namespace

Program every_kind_program(const Target &target) {
  std::int64_t lanes = target.lanes;
  std::int64_t x_size = 6 * lanes + 4, w_size = 120 * lanes, z_size = 2 * rounds * rows * lanes, y_size = 8 * lanes;
  Program program;
  program.name = "every \"kind\"?\n";
  program.doc = "Every kind of expression\nand statement */ \\";
  program.target = std::string(target.name);
  program.inputs = {{"image", {DType::f32, {1, 2, x_size / 2}}}, {"scale+1", {DType::f32, {3}}}};
  program.outputs = {{"scores", {DType::f32, {z_size}}}, {"while", {DType::f32, {8, lanes}}}};
  program.kernels = {expressions_kernel(target, x_size, w_size, z_size), statements_kernel(target, z_size, y_size)};
  program.buffers = {
      {"image", BufferKind::input, x_size, 0, 0, 0},   {"scale+1", BufferKind::input, 3, 1, 0, 2},
      {"scores", BufferKind::output, z_size, 0, 0, 2}, {"while", BufferKind::output, y_size, 1, 2, 2},
      {"tanh", BufferKind::weights, w_size, 64, 0, 0}, {"scratch", BufferKind::workspace, z_size, 64, 1, 2}};
  program.calls = {{0, {0, 4, 2}}, {0, {0, 4, 5}}, {1, {5, 3, 1}}};
  program.workspace_bytes = 64 + 4 * z_size;
  std::vector<float> weights(static_cast<std::size_t>(16 + w_size), 0.0f);
  for (std::size_t i = 16; i < weights.size(); ++i)
    weights[i] = static_cast<float>(static_cast<int>(i * 37 % 101) - 50) / 7.0f;
  program.weights = std::move(weights);
  return program;
}

std::vector<std::vector<float>> every_kind_inputs(const Program &program) {
  std::vector<std::vector<float>> inputs;
  for (const ProgramTensor &tensor : program.inputs) {
    std::vector<float> values(static_cast<std::size_t>(element_count(tensor.type.shape)));
    for (std::size_t i = 0; i < values.size(); ++i)
      values[i] = static_cast<float>(static_cast<int>(i * 61 % 89) - 44) / 3.0f;
    const float special[] = {0.0f, -0.0f, 1e-45f, -1e-39f, INFINITY, -INFINITY, NAN, 3e38f, -90.5f, 88.9f};
    for (std::size_t i = 0; i < std::size(special) && 2 * i + 1 < values.size(); ++i) values[2 * i + 1] = special[i];
    inputs.push_back(std::move(values));
  }
  return inputs;
}

}  // namespace cnnc
