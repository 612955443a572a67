#include "compiler/ops/run_shape_rule.hpp"

#include <algorithm>

namespace cnnc {

namespace {

bool has_form(AttrKind kind, const AttrValue &value) {
  bool integer = std::holds_alternative<std::int64_t>(value);
  bool text = std::holds_alternative<std::string>(value);
  bool integers = std::holds_alternative<std::vector<std::int64_t>>(value);
  switch (kind) {
    case AttrKind::integer:
      return integer;
    case AttrKind::real:
      return integer || std::holds_alternative<double>(value);
    case AttrKind::boolean:
    case AttrKind::given:
      return std::holds_alternative<bool>(value);
    case AttrKind::text:
      return text;
    case AttrKind::integers:
      return integers;
    case AttrKind::table:
      return std::holds_alternative<AttrTable>(value);
    case AttrKind::reals:
      return std::holds_alternative<std::vector<double>>(value);
    case AttrKind::count_or_sizes:
    case AttrKind::spatial:
      return integer || integers;
    case AttrKind::padding:
      return integer || integers || text;
  }
  return false;
}

void check_schema(const OpDef &op, const Attrs &attrs, std::vector<std::string> &faults) {
  for (const auto &[name, attr] : attrs)
    if (find_attribute(op, name) == nullptr) faults.push_back("there is no attribute " + name);
  for (const AttrSpec &attribute : op.attributes) {
    auto found = attrs.find(attribute.name);
    std::string name(attribute.name);
    if (found == attrs.end())
      faults.push_back("attribute " + name + " is absent");
    else if (bool derived = std::holds_alternative<std::monostate>(found->second.value);
             derived && attribute.default_text.empty())
      faults.push_back("attribute " + name + " is required");
    else if (!derived && !has_form(attribute.kind, found->second.value))
      faults.push_back("attribute " + name + " is " + to_string(found->second.value));
  }
}

bool is_variadic(const OpDef &op) {
  return std::any_of(op.operands.begin(), op.operands.end(),
                     [](const OperandSpec &operand) { return operand.role == OperandRole::variadic; });
}

}  // namespace

ShapeRuleRun run_shape_rule(const OpDef &op, const std::vector<TensorType> &operands, Attrs attrs) {
  ShapeRuleRun run;
  check_schema(op, attrs, run.faults);
  if (!run.faults.empty()) return run;

  std::vector<const OperandSpec *> parameters = parameters_present(op, attrs);
  std::size_t least = data_count(op, attrs);
  std::size_t data = operands.size() - parameters.size();
  if (operands.size() < parameters.size() + least || (data > least && !is_variadic(op))) {
    run.faults.push_back(std::to_string(operands.size()) + " operands");
    return run;
  }

  Diagnostics diagnostics;
  InferContext context{.op = &op,
                       .label = std::string(op.name),
                       .call = {},
                       .operands = {operands.begin(), operands.begin() + static_cast<std::ptrdiff_t>(data)},
                       .operand_names = std::vector<std::string>(data),
                       .operand_spans = std::vector<Span>(data),
                       .attrs = std::move(attrs),
                       .diagnostics = &diagnostics,
                       .results = {},
                       .parameters = {}};
  if (!op.infer(context) || diagnostics.has_errors()) {
    for (const Diagnostic &diagnostic : diagnostics.all()) run.faults.push_back(diagnostic.message);
    if (run.faults.empty()) run.faults.push_back("the shape rule failed without a message");
    return run;
  }
  for (std::size_t i = 0; i < parameters.size(); ++i) {
    const Shape &shape = context.parameters.at(std::string(parameters[i]->name));
    if (operands[data + i].shape != shape)
      run.faults.push_back(std::string(parameters[i]->name) + " is " + to_string(operands[data + i]) + " and not " +
                           to_string(shape));
  }
  run.attrs = std::move(context.attrs);
  run.results = std::move(context.results);
  check_schema(op, run.attrs, run.faults);
  return run;
}

}  // namespace cnnc
