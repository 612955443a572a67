#include "compiler/ops/op.hpp"

#include <charconv>

#include "compiler/ops/records.hpp"
#include "compiler/support/checks.hpp"

namespace cnnc {

namespace {

constinit const OpDef *const operator_table[] = {
#define CNNC_OPERATOR(record) &record,
#include "compiler/ops/ops.def"
#undef CNNC_OPERATOR
};

template <class Number>
Number number_in(std::string_view text) {
  Number number{};
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  CNNC_CHECK(error == std::errc() && end == text.data() + text.size(), "no number: " + std::string(text));
  return number;
}

/// "[-1, 2]"
std::vector<std::int64_t> ints_in(std::string_view text) {
  CNNC_CHECK(text.size() >= 2 && text.front() == '[' && text.back() == ']', "no list: " + std::string(text));
  text = text.substr(1, text.size() - 2);
  std::vector<std::int64_t> list;
  while (!text.empty()) {
    std::size_t comma = std::min(text.find(','), text.size());
    list.push_back(number_in<std::int64_t>(text.substr(0, comma)));
    text.remove_prefix(comma);
    text.remove_prefix(std::min(text.find_first_not_of(", "), text.size()));
  }
  return list;
}

}  // namespace

std::span<const OpDef *const> all_operators() { return operator_table; }

const OpDef *find_operator(std::string_view name) {
  for (const OpDef *op : operator_table)
    if (op->name == name) return op;
  return nullptr;
}

const AttrSpec *find_attribute(const OpDef &op, std::string_view name) {
  for (const AttrSpec &attribute : op.attributes)
    if (attribute.name == name) return &attribute;
  return nullptr;
}

AttrValue default_value(const AttrSpec &attribute) {
  std::string_view text = attribute.default_value;
  if (text.empty()) return std::monostate{};
  switch (attribute.kind) {
    case AttrKind::integer:
      return number_in<std::int64_t>(text);
    case AttrKind::real:
      return number_in<double>(text);
    case AttrKind::boolean:
    case AttrKind::given:
      return text == "true";
    case AttrKind::text:
      return std::string(text);
    case AttrKind::integers:
      return ints_in(text);
    case AttrKind::table:
      break;  // none is written in a schema
    case AttrKind::reals:
      return std::vector<double>{number_in<double>(text)};
    case AttrKind::count_or_sizes:
    case AttrKind::spatial:
    case AttrKind::padding:
      if (text.front() == '[') return ints_in(text);
      if (text.front() >= 'a') return std::string(text);
      return number_in<std::int64_t>(text);
  }
  CNNC_UNREACHABLE("an attribute of unknown kind");
}

void add_defaults(const OpDef &op, Attrs &attrs) {
  for (const AttrSpec &attribute : op.attributes)
    attrs.try_emplace(std::string(attribute.name), Attr{default_value(attribute), {}});
}

std::size_t data_count(const OpDef &op, const Attrs &attrs) {
  std::size_t count = 0;
  for (const OperandSpec &operand : op.operands) {
    if (operand.role == OperandRole::parameter) continue;
    if (operand.role != OperandRole::optional || bool_attr(attrs, operand.enabled_by)) ++count;
  }
  return count;
}

std::vector<const OperandSpec *> parameters_present(const OpDef &op, const Attrs &attrs) {
  std::vector<const OperandSpec *> present;
  for (const OperandSpec &operand : op.operands) {
    if (operand.role != OperandRole::parameter) continue;
    if (operand.enabled_by.empty() || bool_attr(attrs, operand.enabled_by)) present.push_back(&operand);
  }
  return present;
}

AttrValue as_written(const AttrSpec &attribute, const AttrValue &normalised) {
  const auto *list = std::get_if<std::vector<std::int64_t>>(&normalised);
  if (attribute.kind != AttrKind::padding || list == nullptr) return normalised;
  std::vector<std::int64_t> pairs;
  std::size_t axes = list->size() / 2;
  for (std::size_t i = 0; i < axes; ++i) {
    pairs.push_back((*list)[i]);
    pairs.push_back((*list)[axes + i]);
  }
  return pairs;
}

Span InferContext::span_of(std::string_view attr) const {
  auto found = attrs.find(attr);
  return found != attrs.end() && found->second.span.known() ? found->second.span : call;
}

Diagnostic &InferContext::error(DiagnosticKind kind, Span span, std::string message) {
  return diagnostics->report(kind, span, std::move(message));
}

std::vector<Nest> nests_of(const Graph &graph, const Node &node) {
  CNNC_CHECK(node.op->nest != nullptr, std::string(node.op->name) + " has no nest: it decomposes");
  NestContext context{.attrs = node.attrs, .operands = {}, .results = {}};
  for (ValueId operand : node.operands) context.operands.push_back(graph.values[operand].type);
  for (ValueId result : node.results) context.results.push_back(graph.values[result].type);
  return node.op->nest(context);
}

std::int64_t multiply_accumulates(const Nest &nest) {
  bool product =
      nest.body->op == ScalarOp::mul && nest.body->a->op == ScalarOp::read && nest.body->b->op == ScalarOp::read;
  return nest.combine == Combine::sum && product ? body_count(nest) : 0;
}

}  // namespace cnnc
