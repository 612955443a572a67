// The tables of the report, for the page and for the terminal.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "compiler/report/layer_rows.hpp"
#include "compiler/report/receptive_field.hpp"
#include "compiler/report/report.hpp"

namespace cnnc {

struct Column {
  std::string name;
  bool number = false;  ///< set to the right
  bool wide = false;    ///< long lines, which only the page shows
};

struct Table {
  std::vector<Column> columns;
  std::vector<std::vector<std::string>> rows;
  std::vector<std::int64_t> bars = {};  ///< by row, in thousandths; none if empty
  std::size_t bar_column = 0;           ///< bars stand behind this column
};

/// What stands at the head: a name and what it is.
std::vector<std::pair<std::string, std::string>> key_figures(const ReportInput &input);
Table layer_table(const std::vector<LayerRow> &rows);
/// The receptive fields in one input.
Table field_table(const Graph &graph, std::span<const ReceptiveField> fields, std::size_t input);
Table sharing_table(const Graph &graph);

/// Aligned, without the wide columns.
std::string to_text(const Table &table);
/// A table element.
std::string to_html(const Table &table);

}  // namespace cnnc
