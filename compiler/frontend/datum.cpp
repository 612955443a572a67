#include "compiler/frontend/datum.hpp"

#include <algorithm>

#include "compiler/support/checks.hpp"
#include "compiler/support/diagnostics.hpp"

namespace cnnc::net {

const std::vector<Datum> *Datum::items() const {
  const ListPtr *list = as<ListPtr>();
  return list ? &(*list)->items : nullptr;
}

const std::string *Datum::text() const {
  const Text *text = as<Text>();
  return text ? text->get() : nullptr;
}

Datum text_datum(std::string text) { return {std::make_shared<const std::string>(std::move(text))}; }

int depth_of(const Datum &datum) {
  const ListPtr *list = datum.as<ListPtr>();
  return list ? (*list)->depth : 0;
}

Datum list_datum(std::vector<Datum> items) {
  int deepest = 0;
  for (const Datum &item : items) deepest = std::max(deepest, depth_of(item));
  CNNC_CHECK(deepest < max_list_depth, "a list nested too deeply");
  return {std::make_shared<const List>(List{std::move(items), deepest + 1})};
}

Datum int_list(const std::vector<std::int64_t> &items) {
  std::vector<Datum> data;
  data.reserve(items.size());
  for (std::int64_t item : items) data.push_back({item});
  return list_datum(std::move(data));
}

std::int64_t size_of(const Datum &datum, std::int64_t most) {
  if (const std::string *text = datum.text()) return static_cast<std::int64_t>(text->size());
  const std::vector<Datum> *items = datum.items();
  if (!items) return 0;
  auto size = static_cast<std::int64_t>(items->size());
  for (const Datum &item : *items) {
    if (size > most) return most + 1;
    size += size_of(item, most - size);
  }
  return size;
}

double number(const Datum &datum) {
  if (const auto *integer = datum.as<std::int64_t>()) return static_cast<double>(*integer);
  const double *real = datum.as<double>();
  CNNC_CHECK(real != nullptr, "a number was promised");
  return *real;
}

namespace {

constexpr std::size_t longest_literal = 40;  // characters; more says nothing more

std::string list_literal(const std::vector<Datum> &items) {
  std::string text = "[";
  for (std::size_t i = 0; i < items.size(); ++i) {
    if (i) text += ", ";
    std::string item = literal(items[i]);
    if (text.size() + item.size() > longest_literal) return text + "...]";
    text += item;
  }
  return text + "]";
}

}  // namespace

std::string literal(const Datum &datum) {
  if (const auto *integer = datum.as<std::int64_t>()) return std::to_string(*integer);
  if (const double *real = datum.as<double>()) return to_string(AttrValue{*real});
  if (const bool *truth = datum.as<bool>()) return *truth ? "true" : "false";
  if (const std::string *text = datum.text()) return '"' + printable(*text) + '"';
  if (const std::vector<Datum> *items = datum.items()) return list_literal(*items);
  return "...";
}

std::string describe(const Datum &datum, const Graph &graph) {
  if (datum.as<std::int64_t>()) return "the integer " + literal(datum);
  if (datum.as<double>()) return "the number " + literal(datum);
  if (datum.as<bool>()) return literal(datum);
  if (datum.text()) return "the text " + literal(datum);
  if (datum.items()) return "the list " + literal(datum);
  if (const auto *tensor = datum.as<TensorRef>()) return "a tensor " + to_string(graph.values[tensor->id].type);
  if (const auto *several = datum.as<SeveralPtr>()) return std::to_string((*several)->items.size()) + " values";
  return "nothing";
}

}  // namespace cnnc::net
