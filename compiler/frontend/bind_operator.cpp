#include <fmt/format.h>

#include <algorithm>

#include "compiler/frontend/call_operator.hpp"
#include "compiler/ops/foreign_names.hpp"

namespace cnnc::net {

namespace {

/// How an operator's arguments are laid out: data operands, then attributes, may be positional; the others may not.
struct Schema {
  std::vector<const OperandSpec *> data;
  std::vector<const OperandSpec *> optional;
  std::vector<const OperandSpec *> parameters;
  std::vector<const AttrSpec *> attributes;  ///< those that a call may give
  bool variadic = false;
};

Schema schema_of(const OpDef &op) {
  Schema schema;
  for (const OperandSpec &operand : op.operands) {
    if (operand.role == OperandRole::parameter)
      schema.parameters.push_back(&operand);
    else if (operand.role == OperandRole::optional)
      schema.optional.push_back(&operand);
    else
      schema.data.push_back(&operand);
    schema.variadic = schema.variadic || operand.role == OperandRole::variadic;
  }
  for (const AttrSpec &attribute : op.attributes)
    if (attribute.kind != AttrKind::given) schema.attributes.push_back(&attribute);
  return schema;
}

class Binder {
 public:
  Binder(Checker &checker, const OpDef &op, const Arguments &arguments, Span callee)
      : checker_(checker), op_(op), arguments_(arguments), schema_(schema_of(op)) {
    call_.op = &op;
    call_.span = callee;
    call_.faulty = arguments.faulty;
  }

  OperatorCall bind() {
    operands_.resize(schema_.data.size());
    optional_.resize(schema_.optional.size());
    bind_positional();
    for (const Given &given : arguments_.named) bind_named(given);
    take_operands();
    require_attributes();
    return std::move(call_);
  }

 private:
  void fault(DiagnosticKind kind, Span span, std::string message, std::string hint = {}) {
    checker_.fault(kind, span, std::move(message), std::move(hint));
    call_.faulty = true;
  }

  void bind_positional() {
    const std::vector<Given> &given = arguments_.positional;
    if (schema_.variadic) {  // then every positional argument is an operand
      extra_.assign(given.begin() + static_cast<std::ptrdiff_t>(std::min(given.size(), operands_.size())), given.end());
      for (std::size_t i = 0; i < std::min(given.size(), operands_.size()); ++i) operands_[i] = &given[i];
      return;
    }
    const std::size_t data = operands_.size();
    for (std::size_t i = 0; i < given.size(); ++i) {
      if (i < data) {
        operands_[i] = &given[i];
      } else if (i - data < schema_.attributes.size()) {
        bind_attribute(*schema_.attributes[i - data], given[i]);
      } else {
        fault(DiagnosticKind::arguments_surplus, given[i].span, surplus_text(given.size()));
        return;
      }
    }
  }

  std::string surplus_text(std::size_t found) const {
    const std::size_t most = operands_.size() + schema_.attributes.size();
    return fmt::format("{} takes at most {} argument{} without a name, counting what is piped in, but has {}", op_.name,
                       most, most == 1 ? "" : "s", found);
  }

  void bind_named(const Given &given) {
    const std::string &name = given.name->text;
    for (std::size_t i = 0; i < schema_.data.size(); ++i) {
      if (schema_.data[i]->name != name) continue;
      if (operands_[i]) return doubled(given);
      operands_[i] = &given;
      return;
    }
    for (std::size_t i = 0; i < schema_.optional.size(); ++i) {
      if (schema_.optional[i]->name != name) continue;
      optional_[i] = &given;
      return;
    }
    const bool is_parameter = std::any_of(schema_.parameters.begin(), schema_.parameters.end(),
                                          [&](const OperandSpec *spec) { return spec->name == name; });
    const AttrSpec *attribute = find_attribute(op_, name);
    if (is_parameter && !(attribute && (given.value.as<bool>() || given.value.is_poison()))) {
      bind_parameter(given, attribute);
    } else if (attribute) {
      bind_attribute(*attribute, given);
    } else {
      unknown(given);
    }
  }

  void doubled(const Given &given) {
    fault(DiagnosticKind::argument_doubled, given.name ? given.name->span : given.span,
          fmt::format("{} has its '{}' already", op_.name, given.name ? given.name->text : std::string("x")));
  }

  void bind_attribute(const AttrSpec &attribute, const Given &given) {
    if (call_.attrs.contains(attribute.name)) {
      fault(DiagnosticKind::argument_doubled, given.name ? given.name->span : given.span,
            fmt::format("{} has its '{}' already", op_.name, attribute.name));
      return;
    }
    auto value = attribute_value(checker_, op_, attribute, given);
    call_.faulty = call_.faulty || !value;
    call_.attrs.emplace(attribute.name, Attr{value ? std::move(*value) : AttrValue{}, given.span});
  }

  void bind_parameter(const Given &given, const AttrSpec *attribute) {
    const std::string &name = given.name->text;
    if (given.value.as<bool>()) {
      fault(DiagnosticKind::argument_kind, given.span,
            fmt::format("{} always has '{}', so this is its numbers, but found {}", op_.name, name,
                        describe(given.value, checker_.graph)));
      return;
    }
    call_.faulty = call_.faulty || given.value.is_poison();
    call_.weights.emplace(name, given);
    if (attribute) call_.attrs.emplace(name, Attr{true, given.span});
  }

  void unknown(const Given &given) {
    unknown_name_ = true;
    std::vector<std::string_view> names;
    for (const OperandSpec &operand : op_.operands) names.push_back(operand.name);
    for (const AttrSpec &attribute : op_.attributes) names.push_back(attribute.name);
    std::string hint = argument_hint(op_.name, given.name->text);
    if (hint.empty()) hint = nearest_hint(given.name->text, names);
    if (hint.empty()) hint = takes_text();
    fault(DiagnosticKind::unknown_argument, given.name->span,
          fmt::format("{} takes no argument {}", op_.name, quoted(given.name->text)), hint);
  }

  std::string takes_text() const {
    std::string text;
    for (const AttrSpec &attribute : op_.attributes) text += (text.empty() ? "" : ", ") + std::string(attribute.name);
    for (const OperandSpec *parameter : schema_.parameters)
      if (!find_attribute(op_, parameter->name)) text += (text.empty() ? "" : ", ") + std::string(parameter->name);
    return text.empty() ? fmt::format("{} takes no arguments by name", op_.name)
                        : fmt::format("{} takes {}", op_.name, text);
  }

  void take_operands() {
    for (std::size_t i = 0; i < operands_.size(); ++i) {
      if (operands_[i]) {
        take_operand(*operands_[i]);
        continue;
      }
      if (schema_.variadic && i + 1 == operands_.size() && i > 0) continue;
      const std::string hint = i == 0 ? fmt::format("x |> {0}, or {0}(x)", op_.name) : "";
      fault(DiagnosticKind::argument_missing, call_.span,
            operands_.size() == 1 ? fmt::format("{} needs a tensor to work on", op_.name)
                                  : fmt::format("{} needs {} tensors, but has {}", op_.name, operands_.size(), i),
            hint);
      return;
    }
    for (const Given &given : extra_) take_operand(given);
    for (std::size_t i = 0; i < optional_.size(); ++i) {
      if (!optional_[i]) continue;
      take_operand(*optional_[i]);
      call_.attrs.emplace(schema_.optional[i]->enabled_by, Attr{true, optional_[i]->span});
    }
  }

  void take_operand(const Given &given) {
    if (given.value.is_poison()) {
      call_.faulty = true;
    } else if (!given.value.is_tensor() && !given.value.is_number()) {
      fault(DiagnosticKind::argument_kind, given.span,
            fmt::format("{} works on a tensor, but this is {}", op_.name, describe(given.value, checker_.graph)),
            given.value.items() ? "tensor([...]) makes a tensor of a list" : "");
    } else if (given.value.is_number() && !arguments_.any_tensor()) {
      fault(DiagnosticKind::argument_kind, given.span,
            fmt::format("{} works on a tensor, but found {}", op_.name, describe(given.value, checker_.graph)));
    }
    call_.data.push_back(given);
  }

  void require_attributes() {
    if (arguments_.faulty || unknown_name_) return;  // what is missing may be what was misspelt
    for (const AttrSpec &attribute : op_.attributes) {
      if (!attribute.default_text.empty() || call_.attrs.contains(attribute.name)) continue;
      fault(DiagnosticKind::argument_missing, call_.span, fmt::format("{} needs '{}'", op_.name, attribute.name),
            fmt::format("add {} = ...", attribute.name));
      return;
    }
  }

  Checker &checker_;
  const OpDef &op_;
  const Arguments &arguments_;
  Schema schema_;
  OperatorCall call_;
  std::vector<const Given *> operands_;  ///< one for each of schema_.data; null where nothing was given yet
  std::vector<const Given *> optional_;  ///< the same for schema_.optional
  bool unknown_name_ = false;
  std::vector<Given> extra_;  ///< further ones of a variadic operand
};

}  // namespace

OperatorCall bind_operator(Checker &checker, const OpDef &op, const Arguments &arguments, Span callee) {
  return Binder(checker, op, arguments, callee).bind();
}

}  // namespace cnnc::net
