#include <fmt/format.h>

#include <algorithm>

#include "compiler/frontend/call_operator.hpp"
#include "compiler/support/checks.hpp"

namespace cnnc::net {

namespace {

/// A list of ints, or of numbers of which some are floats; nothing for other lists.
std::optional<AttrValue> list_value(const std::vector<Datum> &items) {
  std::vector<std::int64_t> ints;
  for (const Datum &item : items)
    if (const auto *i = item.as<std::int64_t>()) ints.push_back(*i);
  if (ints.size() == items.size()) return ints;
  std::vector<double> reals;
  for (const Datum &item : items)
    if (item.is_number()) reals.push_back(number(item));
  if (reals.size() == items.size()) return reals;
  return std::nullopt;
}

/// The datum as an attribute's value, whatever kind is wanted; nothing if none has that form.
std::optional<AttrValue> plain_value(const Datum &datum) {
  if (const auto *i = datum.as<std::int64_t>()) return *i;
  if (const double *real = datum.as<double>()) return *real;
  if (const bool *truth = datum.as<bool>()) return *truth;
  if (const std::string *text = datum.text()) return *text;
  if (const auto *items = datum.items()) return list_value(*items);
  return std::nullopt;
}

/// Rows of numbers from nested lists, or from a constant of two axes; nothing for other data.
std::optional<AttrValue> table_value(const Datum &datum, const Graph &graph) {
  AttrTable table;
  if (const auto *ref = datum.as<TensorRef>()) {
    const Value &value = graph.values[static_cast<std::size_t>(ref->id)];
    if (value.kind != ValueKind::constant || !value.data || value.type.shape.size() != 2) return std::nullopt;
    const std::vector<double> numbers = value.data.tensor().data;
    for (auto row = numbers.begin(); row != numbers.end(); row += value.type.shape[1])
      table.emplace_back(row, row + value.type.shape[1]);
    return table;
  }
  if (!datum.items()) return std::nullopt;
  for (const Datum &row : *datum.items()) {
    table.emplace_back();
    if (!row.items()) return std::nullopt;
    for (const Datum &item : *row.items()) {
      if (!item.is_number()) return std::nullopt;
      table.back().push_back(number(item));
    }
  }
  return table;
}

/// What an argument of the kind may be, for messages; and whether `value` is it.
struct Form {
  std::string_view wanted;
  bool fits;
};

Form form_of(AttrKind kind, const AttrValue &value) {
  const bool integer = std::holds_alternative<std::int64_t>(value);
  const bool integers = std::holds_alternative<std::vector<std::int64_t>>(value);
  const bool text = std::holds_alternative<std::string>(value);
  switch (kind) {
    case AttrKind::integer:
      return {"an integer", integer};
    case AttrKind::real:
      return {"a number", integer || std::holds_alternative<double>(value)};
    case AttrKind::boolean:
    case AttrKind::given:
      return {"true or false", std::holds_alternative<bool>(value)};
    case AttrKind::text:
      return {"a text", text};
    case AttrKind::integers:
      return {"a list of integers", integers};
    case AttrKind::table:
      return {"a list of lists of numbers or a constant matrix", std::holds_alternative<AttrTable>(value)};
    case AttrKind::reals:
      return {"a number or a list of numbers", std::holds_alternative<std::vector<double>>(value)};
    case AttrKind::count_or_sizes:
    case AttrKind::spatial:
      return {"an integer or a list of integers", integer || integers};
    case AttrKind::padding:
      return {"an integer, a list of integers, \"same\", \"valid\" or \"causal\"", integer || integers || text};
  }
  CNNC_UNREACHABLE("an attribute of unknown kind");
}

std::vector<std::string_view> words(std::string_view text) {
  std::vector<std::string_view> result;
  while (!text.empty()) {
    const std::size_t blank = std::min(text.find(' '), text.size());
    if (blank > 0) result.push_back(text.substr(0, blank));
    text.remove_prefix(std::min(blank + 1, text.size()));
  }
  return result;
}

bool is_choice(Checker &checker, const OpDef &op, const AttrSpec &attribute, const Given &given) {
  const std::string &text = *given.value.text();
  const std::vector<std::string_view> choices = words(attribute.choices);
  if (choices.empty() || std::find(choices.begin(), choices.end(), text) != choices.end()) return true;
  const std::string_view nearest = nearest_name(text, choices);
  std::string hint = nearest.empty() ? "it is one of" : fmt::format("did you mean \"{}\"?", nearest);
  if (nearest.empty())
    for (std::string_view choice : choices) hint += fmt::format(" \"{}\"", choice);
  checker.fault(DiagnosticKind::argument_kind, given.span,
                fmt::format("{} has no {} {}", op.name, attribute.name, literal(given.value)), hint);
  return false;
}

}  // namespace

std::optional<AttrValue> attribute_value(Checker &checker, const OpDef &op, const AttrSpec &attribute,
                                         const Given &given) {
  if (given.value.is_poison()) return std::nullopt;
  if (!checker.spend_items(size_of(given.value, max_items_made), given.span)) return std::nullopt;
  std::optional<AttrValue> value =
      attribute.kind == AttrKind::table ? table_value(given.value, checker.graph) : plain_value(given.value);
  if (value && attribute.kind == AttrKind::integers)  // one axis need not be a list
    if (const auto *one = std::get_if<std::int64_t>(&*value)) value = std::vector<std::int64_t>{*one};
  if (value && attribute.kind == AttrKind::reals) {
    if (const auto *i = std::get_if<std::int64_t>(&*value))
      value = std::vector<double>{static_cast<double>(*i)};
    else if (const auto *real = std::get_if<double>(&*value))
      value = std::vector<double>{*real};
    else if (const auto *list = std::get_if<std::vector<std::int64_t>>(&*value))
      value = std::vector<double>(list->begin(), list->end());
  }
  const Form form = form_of(attribute.kind, value.value_or(AttrValue{}));
  if (!value || !form.fits) {
    checker.fault(
        DiagnosticKind::argument_kind, given.span,
        fmt::format("'{}' of {} is {}, but found {}", attribute.name, op.name, form.wanted,
                    describe(given.value, checker.graph)),
        given.value.is_tensor() ? "arguments like this are known at compile time: x.channels, x.shape[i]" : "");
    return std::nullopt;
  }
  if (attribute.kind == AttrKind::text && !is_choice(checker, op, attribute, given)) return std::nullopt;
  return value;
}

}  // namespace cnnc::net
