#include "show_tree.hpp"

#include <fmt/format.h>

namespace cnnc {
namespace {

class Shower {
 public:
  std::string text;

  void show(const ast::Item &item) {
    if (!item.doc.empty()) line("doc \"" + item.doc + "\"");
    std::visit([this](const auto &node) { show_node(node); }, item.node);
  }

 private:
  void line(const std::string &what) { text += std::string(static_cast<std::size_t>(2 * depth_), ' ') + what + "\n"; }
  template <class Inner>
  void inside(Inner inner) {
    ++depth_;
    inner();
    --depth_;
  }

  static std::string parts(const std::vector<ast::StringPart> &parts) {
    std::string joined;
    for (const ast::StringPart &part : parts) joined += part.value ? "{…}" : part.text;
    return joined;
  }
  static std::string names(const std::vector<ast::Name> &names) {
    std::string joined;
    for (const ast::Name &name : names) joined += (joined.empty() ? "" : ", ") + name.text;
    return joined;
  }

  // Items
  void show_node(const ast::ErrorItem &) { line("error"); }
  void show_node(const ast::Import &import) { line("import \"" + import.path + "\""); }
  void show_node(const ast::Constant &constant) {
    line("const " + constant.name.text);
    inside([&] { show(constant.value); });
  }
  void show_node(const ast::Network &network) {
    line("network " + network.name.text);
    inside([&] {
      for (const ast::Input &input : network.inputs) {
        line("input " + input.name.text);
        inside([&] { show(input.type); });
      }
      for (const ast::Output &output : network.outputs) {
        line("output " + output.name.text);
        if (output.type) inside([&] { show(*output.type); });
      }
      show(network.body);
    });
  }
  void show_node(const ast::Block &block) {
    line("block " + block.name.text);
    inside([&] {
      for (const ast::Parameter &parameter : block.parameters) {
        line("parameter " + parameter.name.text);
        inside([&] { show(parameter.value); });
      }
      show(block.body);
    });
  }
  void show(const ast::Type &type) {
    line("type " + type.dtype.text);
    inside([&] {
      for (const ast::Dimension &dimension : type.dimensions) {
        if (dimension.value)
          show(*dimension.value);
        else
          line("_");
      }
    });
  }

  // Statements
  void show(const ast::Body &body) {
    for (const ast::Statement &statement : body.statements) {
      std::visit([this](const auto &node) { show_node(node); }, statement.node);
    }
    show(body.value);
  }
  void show_node(const ast::ErrorStatement &) { line("error"); }
  void show_node(const ast::Binding &binding) {
    const char *const words[] = {"let ", "var ", "const "};
    line(words[static_cast<int>(binding.kind)] + names(binding.names));
    inside([&] { show(binding.value); });
  }
  void show_node(const ast::Assignment &assignment) {
    line("assign " + names(assignment.targets));
    inside([&] { show(assignment.value); });
  }
  void show_node(const ast::Return &result) {
    line("return");
    inside([&] {
      for (const ast::Expr &value : result.values) show(value);
    });
  }
  void show_node(const ast::If &choice) {
    for (const ast::Branch &branch : choice.branches) {
      line("if");
      inside([&] {
        show(branch.condition);
        show(branch.body);
      });
    }
    if (!choice.otherwise) return;
    line("else");
    inside([&] { show(*choice.otherwise); });
  }
  void show_node(const ast::For &loop) {
    line("for " + loop.variable.text);
    inside([&] {
      show(loop.over);
      show(loop.body);
    });
  }

  // Expressions
  void show(const ast::ExprPtr &expr) {
    if (expr) show(*expr);
  }
  void show(const ast::Expr &expr) {
    std::visit([this](const auto &node) { show_node(node); }, expr.node);
  }
  void show_node(const ast::ErrorExpr &) { line("error"); }
  void show_node(const ast::IntLiteral &literal) { line(fmt::format("int {}", literal.value)); }
  void show_node(const ast::FloatLiteral &literal) { line(fmt::format("float {}", literal.value)); }
  void show_node(const ast::BoolLiteral &literal) { line(literal.value ? "true" : "false"); }
  void show_node(const ast::StringLiteral &literal) { line("string \"" + parts(literal.parts) + "\""); }
  void show_node(const ast::NameUse &use) { line("name " + use.name.text); }
  void show_node(const ast::ListLiteral &list) {
    line("list");
    inside([&] {
      for (const ast::Expr &element : list.elements) show(element);
    });
  }
  void show_node(const ast::Comprehension &list) {
    line("list for " + list.variable.text);
    inside([&] {
      show(list.element);
      show(list.list);
    });
  }
  void show_node(const ast::Unary &unary) {
    line("unary " + std::string(ast::spelling(unary.op)));
    inside([&] { show(unary.operand); });
  }
  void show_node(const ast::Binary &binary) {
    line("binary " + std::string(ast::spelling(binary.op)));
    inside([&] {
      show(binary.left);
      show(binary.right);
    });
  }
  void show_node(const ast::Range &range) {
    line("range");
    inside([&] {
      show(range.begin);
      show(range.end);
    });
  }
  void show_node(const ast::Index &index) {
    line("index");
    inside([&] {
      show(index.base);
      show(index.index);
    });
  }
  void show_node(const ast::Member &member) {
    line("member " + member.name.text);
    inside([&] { show(member.base); });
  }
  void show_node(const ast::Call &call) {
    line("call " + call.callee.text + (call.label ? " as " + parts(call.label->parts) : ""));
    inside([&] {
      for (const ast::Argument &argument : call.arguments) {
        if (argument.name) line("argument " + argument.name->text + (argument.path ? parts(argument.path->parts) : ""));
        if (argument.name) ++depth_;
        show(argument.value);
        if (argument.name) --depth_;
      }
    });
  }
  void show_node(const ast::Pipeline &pipeline) {
    line("pipeline");
    inside([&] {
      show(pipeline.input);
      for (const ast::Call &step : pipeline.steps) show_node(step);
    });
  }
  void show_node(const std::unique_ptr<ast::If> &choice) { show_node(*choice); }

  int depth_ = 0;
};

}  // namespace

std::string show_tree(const ast::File &file) {
  Shower shower;
  for (const ast::Item &item : file.items) shower.show(item);
  return shower.text;
}

}  // namespace cnnc
