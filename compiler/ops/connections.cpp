#include "compiler/ops/connections.hpp"

#include <fmt/format.h>

#include <map>

namespace cnnc {

namespace {

Diagnostic &misfit(InferContext &context, const std::string &what) {
  return context.error(DiagnosticKind::connections_misfit, context.span_of("connections"), context.label + ": " + what);
}

std::string counted(std::size_t count, const char *one) {
  return fmt::format("{} {}{}", count, one, count == 1 ? "" : "s");
}

}  // namespace

bool check_connections(InferContext &context, std::int64_t channels, std::int64_t inputs) {
  if (!has_attr(context.attrs, "connections")) return true;
  const AttrTable &table = table_attr(context.attrs, "connections");
  if (std::int64_t groups = int_attr(context.attrs, "groups"); groups > 1) {
    misfit(context, fmt::format("connections cannot be used together with groups, which is {}", groups))
        .hint("groups are connections too: write them as blocks of 1 into the table");
    return false;
  }
  if (std::ssize(table) != channels) {
    misfit(context, fmt::format("connections must have a row for each of the {} output channels, but has {}", channels,
                                counted(table.size(), "row")));
    return false;
  }
  for (std::size_t o = 0; o < table.size(); ++o) {
    if (std::ssize(table[o]) != inputs) {
      misfit(context,
             fmt::format("row {} of connections must have an entry for each of the {} input channels, but has {}", o,
                         inputs, table[o].size()));
      return false;
    }
    for (std::size_t i = 0; i < table[o].size(); ++i) {
      if (table[o][i] == 0 || table[o][i] == 1) continue;
      misfit(context, fmt::format("connections must be 0 or 1, but entry {} of row {} is {}", i, o, table[o][i]));
      return false;
    }
  }
  return true;
}

std::vector<ConnectedOutputs> connected_outputs(const AttrTable &table) {
  std::vector<ConnectedOutputs> parts;
  std::vector<ConnectedOutputs> without_inputs;
  std::map<std::vector<double>, std::size_t> last_part;  // the part that the last channel with this row belongs to
  for (std::size_t o = 0; o < table.size(); ++o) {
    auto channel = static_cast<std::int64_t>(o);
    std::vector<std::int64_t> inputs;
    for (std::size_t i = 0; i < table[o].size(); ++i)
      if (table[o][i] != 0) inputs.push_back(static_cast<std::int64_t>(i));
    std::vector<ConnectedOutputs> &where = inputs.empty() ? without_inputs : parts;
    auto known = last_part.find(table[o]);
    if (known != last_part.end()) {
      ConnectedOutputs &part = where[known->second];
      std::int64_t step = channel - (part.first + part.step * (part.count - 1));
      if (part.count == 1) part.step = step;
      if (part.step == step) {
        ++part.count;
        continue;
      }
    }
    last_part[table[o]] = where.size();
    where.push_back({channel, 1, 1, std::move(inputs)});
  }
  parts.insert(parts.end(), without_inputs.begin(), without_inputs.end());
  return parts;
}

std::vector<bool> absent_weights(const Attrs &attrs, const Shape &weight) {
  if (!has_attr(attrs, "connections")) return {};
  std::vector<bool> absent;
  std::int64_t taps = element_count(weight) / (weight[0] * weight[1]);
  for (const std::vector<double> &row : table_attr(attrs, "connections"))
    for (double present : row) absent.insert(absent.end(), static_cast<std::size_t>(taps), present == 0);
  return absent;
}

Index number_at(const std::vector<std::int64_t> &numbers, const Index &j) {
  RangeOf range = [&](IndexVar) { return Interval{0, std::ssize(numbers) - 1}; };
  Index result = j + numbers[0];
  for (std::size_t p = 1; p < numbers.size(); ++p) {
    std::int64_t gap = numbers[p] - numbers[p - 1] - 1;
    if (gap == 0) continue;
    Index behind = j - (static_cast<std::int64_t>(p) - 1);  // at least 1 from p on
    result = result + min(Index(1), max(Index(0), behind, range), range) * gap;
  }
  return result;
}

}  // namespace cnnc
