#include "compiler/frontend/ast_printer.hpp"

#include <utility>

#include <fmt/format.h>

namespace cnnc::ast {
namespace {

class Printer {
 public:
  std::string text;

  void file(const File &file) {
    for (const Item &item : file.items) {
      if (!item.doc.empty()) text += "doc " + quoted(item.doc) + "\n";
      std::visit([&](const auto &node) { print_item(node); }, item.node);
    }
  }

  void expr(const Expr &e) {
    std::visit([&](const auto &node) { print_expr(node); }, e.node);
  }

 private:
  static std::string quoted(const std::string &value) {
    std::string result = "\"";
    for (char c : value) {
      if (c == '"' || c == '\\' || c == '{') result += '\\';
      if (c == '\n')
        result += "\\n";
      else if (c == '\t')
        result += "\\t";
      else
        result += c;
    }
    return result + "\"";
  }

  void expr(const ExprPtr &e) {
    if (e)
      expr(*e);
    else
      text += "<none>";
  }

  // -- Items ----------------------------------------------------------------------------------------------------------

  void print_item(const ErrorItem &) { text += "<error>\n"; }

  void print_item(const Network &network) {
    text += "network " + network.name.text + " (";
    separated(network.inputs, ", ", [&](const Input &input) {
      text += input.name.text + ": ";
      type(input.type);
    });
    text += ") -> (";
    separated(network.outputs, ", ", [&](const Output &output) {
      text += output.name.text + ": ";
      if (output.type)
        type(*output.type);
      else
        text += "weights";
    });
    text += network.train ? ") train\n" : ")\n";
    body(network.body, 1);
  }

  void print_item(const Block &block) {
    text += "block " + block.name.text + " (";
    separated(block.parameters, ", ", [&](const Parameter &parameter) {
      text += parameter.name.text;
      if (!parameter.value) return;
      text += " = ";
      expr(parameter.value);
    });
    text += ")\n";
    body(block.body, 1);
  }

  void print_item(const Constant &constant) {
    text += "const " + constant.name.text + " = ";
    expr(constant.value);
    text += "\n";
  }

  void print_item(const Import &import) { text += "import " + quoted(import.path) + "\n"; }

  void type(const Type &type) {
    text += type.dtype.text + "[";
    separated(type.dimensions, ", ", [&](const Dimension &dimension) {
      if (dimension.value)
        expr(dimension.value);
      else
        text += "_";
    });
    text += "]";
  }

  // -- Statements -----------------------------------------------------------------------------------------------------

  void line(int indent) { text.append(static_cast<std::size_t>(indent) * 2, ' '); }

  void body(const Body &body, int indent) {
    for (const Statement &statement : body.statements) {
      line(indent);
      std::visit([&](const auto &node) { print_statement(node, indent); }, statement.node);
    }
    if (!body.value) return;
    line(indent);
    text += "value ";
    expr(body.value);
    text += "\n";
  }

  void print_statement(const ErrorStatement &, int) { text += "<error>\n"; }

  void print_statement(const Binding &binding, int) {
    text += binding.kind == BindingKind::let ? "let " : binding.kind == BindingKind::var ? "var " : "const ";
    names(binding.names);
    text += " = ";
    expr(binding.value);
    text += "\n";
  }

  void print_statement(const Assignment &assignment, int) {
    names(assignment.targets);
    text += " = ";
    expr(assignment.value);
    text += "\n";
  }

  void print_statement(const Return &result, int) {
    text += "return ";
    separated(result.values, ", ", [&](const Expr &value) { expr(value); });
    text += "\n";
  }

  void print_statement(const If &choice, int indent) {
    for (const Branch &branch : choice.branches) {
      if (&branch != &choice.branches.front()) {
        line(indent);
        text += "else ";
      }
      text += "if ";
      expr(branch.condition);
      text += "\n";
      body(branch.body, indent + 1);
    }
    if (!choice.otherwise) return;
    line(indent);
    text += "else\n";
    body(*choice.otherwise, indent + 1);
  }

  void print_statement(const For &loop, int indent) {
    text += "for " + loop.variable.text + " in ";
    expr(loop.over);
    text += "\n";
    body(loop.body, indent + 1);
  }

  void names(const std::vector<Name> &list) {
    separated(list, ", ", [&](const Name &name) { text += name.text; });
  }

  // -- Expressions ----------------------------------------------------------------------------------------------------

  void print_expr(const ErrorExpr &) { text += "<error>"; }
  void print_expr(const IntLiteral &literal) { text += std::to_string(literal.value); }
  void print_expr(const FloatLiteral &literal) { text += fmt::format("{}", literal.value); }
  void print_expr(const BoolLiteral &literal) { text += literal.value ? "true" : "false"; }
  void print_expr(const NameUse &use) { text += use.name.text; }

  void print_expr(const StringLiteral &string) { parts(string.parts); }

  void parts(const std::vector<StringPart> &list) {
    text += "\"";
    for (const StringPart &part : list) {
      if (!part.value) {
        const std::string inner = quoted(part.text);
        text += inner.substr(1, inner.size() - 2);
        continue;
      }
      text += "{";
      expr(part.value);
      text += "}";
    }
    text += "\"";
  }

  void path(const Path &path) {
    if (path.quoted)
      parts(path.parts);
    else
      text += path.parts.front().text;
  }

  void print_expr(const ListLiteral &list) {
    text += "[";
    separated(list.elements, ", ", [&](const Expr &element) { expr(element); });
    text += "]";
  }

  void print_expr(const Comprehension &list) {
    text += "[";
    expr(list.element);
    text += " for " + list.variable.text + " in ";
    expr(list.list);
    text += "]";
  }

  void print_expr(const Unary &unary) {
    text += fmt::format("({} ", spelling(unary.op));
    expr(unary.operand);
    text += ")";
  }

  void print_expr(const Binary &binary) { operation(std::string(spelling(binary.op)), *binary.left, *binary.right); }
  void print_expr(const Range &range) { operation("..", *range.begin, *range.end); }
  void print_expr(const Index &index) { operation("index", *index.base, *index.index); }

  void operation(const std::string &op, const Expr &left, const Expr &right) {
    text += "(" + op + " ";
    expr(left);
    text += " ";
    expr(right);
    text += ")";
  }

  void print_expr(const Member &member) {
    expr(member.base);
    text += "." + member.name.text;
  }

  void print_expr(const Call &call) {
    if (!call.parenthesised && !call.label) {
      text += call.callee.text;
      return;
    }
    text += "(" + call.callee.text;
    for (const Argument &argument : call.arguments) {
      text += " ";
      if (argument.name) text += argument.name->text + "=";
      if (argument.path)
        path(*argument.path);
      else
        expr(argument.value);
    }
    if (call.label) {
      text += " as ";
      path(*call.label);
    }
    text += ")";
  }

  void print_expr(const Pipeline &pipeline) {
    text += "(|> ";
    expr(pipeline.input);
    for (const Call &step : pipeline.steps) {
      text += " ";
      print_expr(step);
    }
    text += ")";
  }

  /// An `if` within an expression: bodies in braces, statements separated by ';'.
  void print_expr(const std::unique_ptr<If> &choice) {
    text += "(";
    for (const Branch &branch : choice->branches) {
      text += &branch == &choice->branches.front() ? "if " : " else if ";
      expr(branch.condition);
      text += " ";
      inline_body(branch.body);
    }
    if (choice->otherwise) {
      text += " else ";
      inline_body(*choice->otherwise);
    }
    text += ")";
  }

  void inline_body(const Body &branch) {
    Printer inner;
    inner.body(branch, 0);
    std::string flat = inner.text;
    if (!flat.empty()) flat.pop_back();
    for (std::size_t at = 0; (at = flat.find('\n', at)) != std::string::npos; at += 2) flat.replace(at, 1, "; ");
    text += "{" + flat + "}";
  }

  template <class T, class F>
  void separated(const std::vector<T> &list, const char *separator, const F &print_element) {
    for (const T &element : list) {
      if (&element != &list.front()) text += separator;
      print_element(element);
    }
  }
};

}  // namespace

std::string print(const Expr &expr) {
  Printer printer;
  printer.expr(expr);
  return std::move(printer.text);
}

std::string print(const File &file) {
  Printer printer;
  printer.file(file);
  return std::move(printer.text);
}

}  // namespace cnnc::ast
