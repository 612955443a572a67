#include "show_operators.hpp"

#include <algorithm>
#include <string_view>
#include <vector>

#include <fmt/format.h>

#include "compiler/ops/op.hpp"

namespace cnnc {
namespace {

std::string kind_text(const AttrSpec &attribute) {
  switch (attribute.kind) {
    case AttrKind::integer:
      return "an integer";
    case AttrKind::real:
      return "a number";
    case AttrKind::boolean:
    case AttrKind::given:
      return "true or false";
    case AttrKind::text: {
      std::string text = "one of";
      std::string_view rest = attribute.choices;
      while (!rest.empty()) {
        const std::size_t end = std::min(rest.find(' '), rest.size());
        text += fmt::format("{} `\"{}\"`", text.size() > 6 ? "," : "", rest.substr(0, end));
        rest.remove_prefix(std::min(end + 1, rest.size()));
      }
      return text;
    }
    case AttrKind::integers:
      return "a list of integers";
    case AttrKind::table:
      return "a list of lists of numbers, or a constant matrix";
    case AttrKind::reals:
      return "a number, or a list of numbers";
    case AttrKind::count_or_sizes:
      return "an integer or a list of integers";
    case AttrKind::spatial:
      return "an integer, or a list with one for each spatial axis";
    case AttrKind::padding:
      return "padding (see [the language](language.md#padding))";
  }
  return "";
}

std::string call_text(const OpDef &op) {
  std::string arguments;
  const auto add = [&](const std::string &text) { arguments += (arguments.empty() ? "" : ", ") + text; };
  for (const OperandSpec &operand : op.operands) {
    if (operand.role == OperandRole::data) add(std::string(operand.name));
    if (operand.role == OperandRole::variadic) add(fmt::format("{}…", operand.name));
  }
  for (const AttrSpec &attribute : op.attributes) {
    if (attribute.kind == AttrKind::given) continue;
    add(attribute.default_text.empty() ? std::string(attribute.name)
                                       : fmt::format("{} = {}", attribute.name, attribute.default_text));
  }
  return fmt::format("{}({})", op.name, arguments);
}

std::string operator_text(const OpDef &op) {
  std::string text = fmt::format("### {}\n\n```text\n{}\n```\n\n{}\n", op.name, call_text(op), op.doc);
  if (!op.attributes.empty()) text += "\n";
  for (const AttrSpec &attribute : op.attributes) {
    if (attribute.kind == AttrKind::given) continue;
    text += fmt::format("- `{}`: {}{}{}\n", attribute.name, kind_text(attribute), attribute.doc.empty() ? "" : "; ",
                        attribute.doc);
  }
  for (const OperandSpec &operand : op.operands)
    if (operand.role == OperandRole::optional)
      text += fmt::format("- `{}`: a tensor, by name; may be absent; {}\n", operand.name, operand.doc);
  bool first = true;
  for (const OperandSpec &operand : op.operands) {
    if (operand.role != OperandRole::parameter) continue;
    text += fmt::format("{}`{}`{}{}{}", first ? "\nWeights: " : "; ", operand.name, operand.doc.empty() ? "" : ", ",
                        operand.doc, operand.enabled_by.empty() ? "" : fmt::format(" (if `{}`)", operand.enabled_by));
    first = false;
  }
  if (!first) text += ".\n";
  if (!op.onnx.empty()) text += fmt::format("\nIn ONNX: `{}`.\n", op.onnx);
  return text;
}

}  // namespace

std::string show_operators() {
  std::vector<std::string_view> families;
  for (const OpDef *op : all_operators()) {
    if (std::find(families.begin(), families.end(), op->family) == families.end()) families.push_back(op->family);
  }
  std::string text;
  for (const std::string_view family : families) {
    text += fmt::format("\n## {}\n", family);
    for (const OpDef *op : all_operators()) {
      if (op->family == family && !op->internal) text += "\n" + operator_text(*op);
    }
  }
  return text;
}

}  // namespace cnnc
