#include "compiler/ops/connections.hpp"

#include <fmt/format.h>

#include <map>

namespace cnnc {

namespace {

Diagnostic &misfit(InferContext &context, const std::string &what) {
  return context.error(DiagnosticKind::connections_misfit, context.span_of("connections"), context.label + ": " + what);
}

/// How much code the loops of a table's rows are, that of a row without gaps being one: LeNet-5's table of sixteen rows
/// has 52. For a target, each is some 3 KB of text.
std::int64_t code_size(const std::vector<ConnectedOutputs> &rows) {
  constexpr std::int64_t gap_size = 4;
  std::int64_t size = 0;
  for (const ConnectedOutputs &row : rows) {
    ++size;
    for (std::size_t i = 1; i < row.inputs.size(); ++i) size += row.inputs[i] == row.inputs[i - 1] + 1 ? 0 : gap_size;
  }
  return size;
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

std::vector<ValueId> fill_connections(Graph &graph, const Node &node) {
  constexpr std::int64_t most_code = 400;  // with two targets, a minute of a C++ compiler
  if (!has_attr(node.attrs, "connections")) return {};
  if (code_size(connected_outputs(table_attr(node.attrs, "connections"))) <= most_code) return {};
  std::vector<ValueId> operands = node.operands;
  const Shape weight = graph.values[static_cast<std::size_t>(operands[1])].type.shape;
  Tensor present{{DType::f32, weight}, {}};
  for (const bool absent : absent_weights(node.attrs, weight)) present.data.push_back(absent ? 0.0 : 1.0);
  operands[1] = apply(graph, "mul", {operands[1], add_constant(graph, std::move(present))})[0];
  std::vector<std::pair<std::string, AttrValue>> attributes;
  for (const AttrSpec &spec : node.op->attributes)
    if (spec.name != "connections")
      attributes.emplace_back(spec.name, as_written(spec, node.attrs.at(std::string(spec.name)).value));
  return apply(graph, node.op->name, std::move(operands), std::move(attributes), node.path);
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
