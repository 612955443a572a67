#include <fmt/format.h>

#include <algorithm>

#include "compiler/report/draw_fields.hpp"
#include "compiler/report/draw_graph.hpp"
#include "compiler/report/draw_memory.hpp"
#include "compiler/report/report.hpp"
#include "compiler/report/report_tables.hpp"

namespace cnnc {

std::string report_text(const ReportInput &input) {
  std::string text = "network " + input.graph.name + "\n\n";
  for (const auto &[name, figure] : key_figures(input)) text += fmt::format("  {:<24} {}\n", name, figure);
  text += "\nlayers\n" + to_text(layer_table(layer_rows(input)));
  const std::vector<ReceptiveField> fields = receptive_fields(input.graph);
  for (std::size_t i = 0; i < input.graph.inputs.size(); ++i) {
    const Table table = field_table(input.graph, fields, i);
    const Value &value = input.graph.values[static_cast<std::size_t>(input.graph.inputs[i])];
    if (!table.rows.empty())
      text += fmt::format("\nreceptive fields in {}: {}\n", value.name, to_string(value.type)) + to_text(table);
  }
  const Table sharing = sharing_table(input.graph);
  if (!sharing.rows.empty()) text += "\nweight sharing in numbers\n" + to_text(sharing);
  return text;
}

const std::vector<NamedDrawing> &all_drawings() {
  constexpr std::string_view too_many = "its boxes and edges are too many to be drawn";
  static const std::vector<NamedDrawing> drawings = {
      {"graph", "the layers as they are written", too_many, draw_graph},
      {"fused", "the kernel calls that they become", too_many, draw_plan},
      {"memory", "the workspace over time", "no call leaves a value for a later one", draw_memory},
      {"receptive_field", "what the layers see of the input", "no layer sees more than one element",
       draw_receptive_field},
  };
  return drawings;
}

}  // namespace cnnc
