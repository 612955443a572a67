#include "tests/fuzz/fragments.hpp"

#include "compiler/frontend/parse.hpp"

namespace cnnc::fuzz {

namespace {

using namespace ast;

class Collector {
 public:
  std::vector<Fragment> fragments;

  void file(const File &file) {
    for (const Item &item : file.items) {
      add(PieceKind::item, item.span);
      std::visit([&](const auto &node) { visit(node); }, item.node);
    }
  }

 private:
  void add(PieceKind kind, Span span) { fragments.push_back({kind, span.begin, span.end}); }
  void name(const Name &name) { add(PieceKind::name, name.span); }

  void expr(const ExprPtr &e) {
    if (e) expr(*e);
  }
  void expr(const Expr &e) {
    add(PieceKind::expression, e.span);
    std::visit([&](const auto &node) { visit(node, e.span); }, e.node);
  }
  template <class List>
  void exprs(const List &list) {
    for (const Expr &e : list) expr(e);
  }

  void visit(const ErrorExpr &, Span) {}
  void visit(const IntLiteral &, Span span) { add(PieceKind::number, span); }
  void visit(const FloatLiteral &, Span span) { add(PieceKind::number, span); }
  void visit(const BoolLiteral &, Span) {}
  void visit(const StringLiteral &, Span) {}
  void visit(const NameUse &use, Span) { name(use.name); }
  void visit(const ListLiteral &list, Span) { exprs(list.elements); }
  void visit(const Comprehension &list, Span) {
    expr(list.element);
    name(list.variable);
    expr(list.list);
  }
  void visit(const Unary &unary, Span) { expr(unary.operand); }
  void visit(const Binary &binary, Span) {
    expr(binary.left);
    expr(binary.right);
  }
  void visit(const Range &range, Span) {
    expr(range.begin);
    expr(range.end);
  }
  void visit(const Index &index, Span) {
    expr(index.base);
    expr(index.index);
  }
  void visit(const Member &member, Span) { expr(member.base); }
  void visit(const Call &call, Span) { parts(call); }
  void visit(const Pipeline &pipeline, Span) {
    expr(pipeline.input);
    for (const Call &step : pipeline.steps) {
      add(PieceKind::step, step.span);
      parts(step);
    }
  }
  void visit(const std::unique_ptr<If> &branches, Span) { visit(*branches); }

  void parts(const Call &call) {
    add(PieceKind::callee, call.callee.span);
    for (const Argument &argument : call.arguments) {
      add(PieceKind::argument, argument.span);
      expr(argument.value);
    }
  }

  void body(const Body &body) {
    for (const Statement &statement : body.statements) {
      add(PieceKind::statement, statement.span);
      std::visit([&](const auto &node) { visit(node); }, statement.node);
    }
    expr(body.value);
  }

  void visit(const ErrorStatement &) {}
  void visit(const Binding &binding) {
    for (const Name &each : binding.names) name(each);
    expr(binding.value);
  }
  void visit(const Assignment &assignment) {
    for (const Name &each : assignment.targets) name(each);
    expr(assignment.value);
  }
  void visit(const Return &values) { exprs(values.values); }
  void visit(const If &choice) {
    for (const Branch &branch : choice.branches) {
      expr(branch.condition);
      body(branch.body);
    }
    if (choice.otherwise) body(*choice.otherwise);
  }
  void visit(const For &loop) {
    name(loop.variable);
    expr(loop.over);
    body(loop.body);
  }

  void visit(const ErrorItem &) {}
  void type(const Type &type) {
    for (const Dimension &dimension : type.dimensions) {
      add(PieceKind::dimension, dimension.span);
      expr(dimension.value);
    }
  }
  void visit(const Network &network) {
    for (const Input &input : network.inputs) type(input.type);
    for (const Output &output : network.outputs)
      if (output.type) type(*output.type);
    body(network.body);
  }
  void visit(const Block &block) {
    for (const Parameter &parameter : block.parameters) expr(parameter.value);
    body(block.body);
  }
  void visit(const Constant &constant) { expr(constant.value); }
  void visit(const Import &) {}
};

}  // namespace

std::vector<Fragment> fragments_of(const std::string &text) {
  SourceMap sources;
  Diagnostics diagnostics;
  const File tree = parse(sources, sources.add("mutated.net", text), diagnostics);
  if (diagnostics.has_errors()) return {};
  Collector collector;
  collector.file(tree);
  return std::move(collector.fragments);
}

}  // namespace cnnc::fuzz
