#include "compiler/frontend/tree_height.hpp"

#include <algorithm>

namespace cnnc::ast {
namespace {

int of(const Expr &expr) { return expr.height; }
int of(const ExprPtr &expr) { return expr ? expr->height : 0; }

template <class T>
int of(const std::vector<T> &parts);

int of(const Body &body);
int of(const Statement &statement);

int of(const StringPart &part) { return of(part.value); }
int of(const Argument &argument) { return std::max(of(argument.value), argument.path ? of(argument.path->parts) : 0); }
int of(const Call &call) { return std::max(of(call.arguments), call.label ? of(call.label->parts) : 0); }
int of(const Branch &branch) { return std::max(of(branch.condition), of(branch.body)); }
int of(const If &choice) { return std::max(of(choice.branches), choice.otherwise ? of(*choice.otherwise) : 0); }
int of(const Body &body) { return 1 + std::max(of(body.statements), of(body.value)); }

template <class T>
int of(const std::vector<T> &parts) {
  int height = 0;
  for (const T &part : parts) height = std::max(height, of(part));
  return height;
}

struct PartsOfStatement {
  int operator()(const ErrorStatement &) const { return 0; }
  int operator()(const Binding &binding) const { return of(binding.value); }
  int operator()(const Assignment &assignment) const { return of(assignment.value); }
  int operator()(const Return &result) const { return of(result.values); }
  int operator()(const If &choice) const { return of(choice); }
  int operator()(const For &loop) const { return std::max(of(loop.over), of(loop.body)); }
};

int of(const Statement &statement) { return 1 + std::visit(PartsOfStatement{}, statement.node); }

struct PartsOfExpr {
  int operator()(const ErrorExpr &) const { return 0; }
  int operator()(const IntLiteral &) const { return 0; }
  int operator()(const FloatLiteral &) const { return 0; }
  int operator()(const BoolLiteral &) const { return 0; }
  int operator()(const StringLiteral &string) const { return of(string.parts); }
  int operator()(const NameUse &) const { return 0; }
  int operator()(const ListLiteral &list) const { return of(list.elements); }
  int operator()(const Comprehension &list) const { return std::max(of(list.element), of(list.list)); }
  int operator()(const Unary &unary) const { return of(unary.operand); }
  int operator()(const Binary &binary) const { return std::max(of(binary.left), of(binary.right)); }
  int operator()(const Range &range) const { return std::max(of(range.begin), of(range.end)); }
  int operator()(const Index &index) const { return std::max(of(index.base), of(index.index)); }
  int operator()(const Member &member) const { return of(member.base); }
  int operator()(const Call &call) const { return of(call); }
  int operator()(const Pipeline &pipeline) const { return std::max(of(pipeline.input), of(pipeline.steps)); }
  int operator()(const std::unique_ptr<If> &choice) const { return choice ? of(*choice) : 0; }
};

}  // namespace

int tree_height(const Expr::Node &node) { return 1 + std::visit(PartsOfExpr{}, node); }

}  // namespace cnnc::ast
