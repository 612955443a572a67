#include "compiler/frontend/weights_report.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <cmath>

#include "compiler/support/utf8.hpp"

namespace cnnc {

namespace {

using Row = std::array<std::string, 7>;  // name, type, shape, least, greatest, mean, not finite

constexpr std::size_t first_number = 3;  // columns from here on are aligned to the right

/// Characters, not bytes.
std::size_t width_of(std::string_view text) {
  std::size_t width = 0;
  for (std::size_t at = 0; at < text.size(); ++width) at += character_at(text, at).length;
  return width;
}

std::string padded(const std::string &text, std::size_t width, bool right) {
  const std::string blanks(width - width_of(text), ' ');
  return right ? blanks + text : text + blanks;
}

Row row_of(const std::string &array_name, const Array &array) {
  const ArraySummary summary = summary_of(array);
  const auto number = [&](double value) { return summary.finite == 0 ? "-" : fmt::format("{:.6g}", value); };
  return {printable(array_name),
          std::string(name(array.type)),
          to_string(array.shape),
          number(summary.min),
          number(summary.max),
          number(summary.mean),
          std::to_string(summary.not_finite)};
}

}  // namespace

ArraySummary summary_of(const Array &array) {
  ArraySummary summary;
  double sum = 0;
  for (const double value : array.values()) {
    if (!std::isfinite(static_cast<float>(value))) {
      ++summary.not_finite;
      continue;
    }
    summary.min = summary.finite == 0 ? value : std::min(summary.min, value);
    summary.max = summary.finite == 0 ? value : std::max(summary.max, value);
    ++summary.finite;
    sum += value;
  }
  if (summary.finite != 0) summary.mean = sum / static_cast<double>(summary.finite);
  return summary;
}

std::string weights_text(const Arrays &arrays) {
  std::vector<Row> rows = {{"name", "type", "shape", "min", "max", "mean", "not finite"}};
  std::int64_t count = 0;
  for (const auto &[array_name, array] : arrays) {
    rows.push_back(row_of(array_name, array));
    count += static_cast<std::int64_t>(array.size());
  }
  std::array<std::size_t, std::tuple_size_v<Row>> widths{};
  for (const Row &row : rows)
    for (std::size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], width_of(row[i]));
  std::string text;
  for (const Row &row : rows) {
    for (std::size_t i = 0; i < row.size(); ++i)
      text += (i == 0 ? "" : "  ") + padded(row[i], widths[i], i >= first_number);
    text += "\n";
  }
  return text + fmt::format("{} tensor{}, {} number{}\n", arrays.size(), arrays.size() == 1 ? "" : "s", count,
                            count == 1 ? "" : "s");
}

std::string weights_json(const Arrays &arrays) {
  using Json = nlohmann::ordered_json;
  Json tensors = Json::array();
  for (const auto &[array_name, array] : arrays) {
    const ArraySummary summary = summary_of(array);
    const auto number = [&](double value) { return summary.finite == 0 ? Json(nullptr) : Json(value); };
    tensors.push_back({{"name", array_name},
                       {"dtype", std::string(short_name(array.type))},
                       {"shape", array.shape},
                       {"min", number(summary.min)},
                       {"max", number(summary.max)},
                       {"mean", number(summary.mean)},
                       {"not_finite", summary.not_finite}});
  }
  Json json;
  json["tensors"] = std::move(tensors);
  return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace cnnc
