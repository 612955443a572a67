#include "compiler/report/report_tables.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "compiler/frontend/check_report.hpp"
#include "compiler/ops/op.hpp"
#include "compiler/report/draw_fields.hpp"
#include "compiler/report/markup.hpp"
#include "compiler/report/weight_sharing.hpp"
#include "compiler/support/utf8.hpp"

namespace cnnc {

namespace {

const Value &value_of(const Graph &graph, ValueId id) { return graph.values[static_cast<std::size_t>(id)]; }
const Node &node_of(const Graph &graph, NodeId id) { return graph.nodes[static_cast<std::size_t>(id)]; }

std::string count_text(std::int64_t count) { return count == 0 ? "" : grouped(count); }

/// Halves of an index: "0", "-2.5".
std::string half_text(double value) { return coordinate(value); }

std::size_t width_of(std::string_view text) {
  std::size_t width = 0;
  for (std::size_t at = 0; at < text.size();) {
    const Character character = character_at(text, at);
    width += shown_width(character);
    at += character.length;
  }
  return width;
}

std::string shown_line(std::string_view text) {
  std::string result;
  for (std::size_t at = 0; at < text.size();) {
    const Character character = character_at(text, at);
    result += shown(text, character, at);
    at += character.length;
  }
  return result;
}

}  // namespace

std::vector<std::pair<std::string, std::string>> key_figures(const ReportInput &input) {
  const Program &program = input.program;
  std::string weights = bytes_text(4 * program.weights.size());
  for (std::size_t i = 1; i < input.added_weights.size(); ++i)
    weights += fmt::format("; {} more for {}", bytes_text(input.added_weights[i].second), input.added_weights[i].first);
  return {{"target", program.target},
          {"parameters", grouped(free_parameters(input.graph))},
          {"multiply-accumulates", grouped(total_multiply_accumulates(input.graph))},
          {"weights", weights},
          {"workspace", bytes_text(program.workspace_bytes)},
          {"most of it live at once", bytes_text(least_workspace(program))},
          {"calls", grouped(static_cast<std::int64_t>(program.calls.size()))},
          {"kernels", grouped(static_cast<std::int64_t>(program.kernels.size()))}};
}

Table layer_table(const std::vector<LayerRow> &rows) {
  Table table;
  table.columns = {{"call", true},          {"layers"},
                   {"operators"},           {"result"},
                   {"parameters", true},    {"bytes", true},
                   {"MACs", true},          {"share", true},
                   {"kernel", false, true}, {"schedule", false, true}};
  table.bar_column = 7;
  std::int64_t total = 0;
  for (const LayerRow &row : rows) total += row.macs;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const LayerRow &row = rows[i];
    if (row.first_turn != i) continue;
    const auto turns = static_cast<std::int64_t>(row.turns);
    std::string schedule;
    for (const std::string &text : row.schedules) schedule += (schedule.empty() ? "" : " | ") + text;
    const std::int64_t macs = turns * row.macs;
    table.rows.push_back({std::to_string(i) + (turns > 1 ? fmt::format(" ×{}", turns) : ""), row.layers, row.operators,
                          to_string(row.result), count_text(row.parameters), bytes_text(turns * row.bytes),
                          count_text(macs), macs == 0 ? "" : share_text(macs, total), row.kernel, schedule});
    table.bars.push_back(
        total == 0 ? 0 : static_cast<std::int64_t>(static_cast<double>(macs) * 1000 / static_cast<double>(total)));
  }
  return table;
}

Table field_table(const Graph &graph, std::span<const ReceptiveField> fields, std::size_t input) {
  Table table;
  table.columns = {{"layer"},      {"operator"},       {"result"},     {"field", true},
                   {"jump", true}, {"first at", true}, {"middle sees"}};
  const Shape &input_shape = value_of(graph, graph.inputs[input]).type.shape;
  const std::vector<std::size_t> axes = field_axes(input_shape);
  for (const ReceptiveField &field : fields) {
    if (field.input != input) continue;
    const Node &node = node_of(graph, field.node);
    const TensorType &result = value_of(graph, node.results[field.result]).type;
    // Between elements of a vector that was an image there are jumps, but no even ones.
    const bool moves = result.shape.size() == input_shape.size();
    std::string size, jump, first, range;
    for (const std::size_t d : axes) {
      const FieldAxis &axis = field.axes[d];
      const std::string between = size.empty() ? "" : " × ";
      size += between + std::to_string(axis.size());
      jump += between + (!moves || axis.jump == 0 ? "–" : std::to_string(axis.jump));
      first += (first.empty() ? "" : ", ") + half_text(axis.first);
      range += fmt::format("{}{}…{}", range.empty() ? "" : ", ", axis.range.low, axis.range.high);
    }
    table.rows.push_back({node.path, std::string(node.op->name), to_string(result), size, jump, first, range});
  }
  return table;
}

Table sharing_table(const Graph &graph) {
  Table table;
  table.columns = {{"layer"},
                   {"operator"},
                   {"parameters", true},
                   {"fully connected", true},
                   {"times fewer", true},
                   {"each weight used", true}};
  for (const SharedWeights &layer : shared_weights(graph)) {
    const Node &node = node_of(graph, layer.node);
    table.rows.push_back({node.path, std::string(node.op->name), grouped(layer.parameters),
                          grouped(layer.full_parameters), grouped(layer.full_parameters / layer.parameters),
                          grouped(layer.connections / layer.parameters) + " times"});
  }
  return table;
}

std::string to_text(const Table &table) {
  std::vector<std::vector<std::string>> lines(1);
  for (const Column &column : table.columns) lines[0].push_back(column.name);
  for (const std::vector<std::string> &row : table.rows) {
    std::vector<std::string> line;
    for (const std::string &cell : row) line.push_back(shown_line(cell));
    lines.push_back(std::move(line));
  }
  std::vector<std::size_t> widths(table.columns.size(), 0);
  for (const std::vector<std::string> &line : lines)
    for (std::size_t i = 0; i < line.size(); ++i) widths[i] = std::max(widths[i], width_of(line[i]));
  std::string text;
  for (const std::vector<std::string> &line : lines) {
    std::string out;
    for (std::size_t i = 0; i < line.size(); ++i) {
      if (table.columns[i].wide) continue;
      const std::string space(widths[i] - width_of(line[i]), ' ');
      out += "  " + (table.columns[i].number ? space + line[i] : line[i] + space);
    }
    out.erase(out.find_last_not_of(' ') + 1);
    text += out + "\n";
  }
  return text;
}

std::string to_html(const Table &table) {
  std::string text = "<div class=\"scroll\"><table>\n<thead><tr>";
  const auto attribute = [&](std::size_t i) {
    return table.columns[i].number ? " class=\"number\"" : table.columns[i].wide ? " class=\"wide\"" : "";
  };
  for (std::size_t i = 0; i < table.columns.size(); ++i)
    text += fmt::format("<th scope=\"col\"{}{}>{}</th>", attribute(i),
                        i == table.bar_column && !table.bars.empty() ? " colspan=\"2\" style=\"text-align:left\"" : "",
                        escaped(table.columns[i].name));
  text += "</tr></thead>\n<tbody>\n";
  for (std::size_t r = 0; r < table.rows.size(); ++r) {
    text += "<tr>";
    for (std::size_t i = 0; i < table.rows[r].size(); ++i) {
      text += fmt::format("<td{}>{}</td>", attribute(i), escaped(table.rows[r][i]));
      if (i == table.bar_column && !table.bars.empty())
        text += fmt::format("<td class=\"share\"><span style=\"width:{}%\"></span></td>",
                            coordinate(static_cast<double>(table.bars[r]) / 10));
    }
    text += "</tr>\n";
  }
  return text + "</tbody>\n</table></div>\n";
}

}  // namespace cnnc
