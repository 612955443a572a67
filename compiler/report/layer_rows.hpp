// What each kernel call computes and costs: the rows of the report's table.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "compiler/report/report.hpp"

namespace cnnc {

struct LayerRow {
  std::string layers;     ///< paths of the layers that it computes, wholly or in part: "block.conv1, …bn1"
  std::string operators;  ///< as in the source; of a composed one also the parts: "softmax (exp)"
  TensorType result;
  std::int64_t parameters =
      0;                   ///< that a weights file gives to these layers; those of shared weights at their first use
  std::int64_t macs = 0;   ///< multiply-accumulates
  std::int64_t bytes = 0;  ///< read and written, weights included, each once
  std::vector<std::string> schedules;  ///< different ones, in order
  std::string kernel;                  ///< its name; several calls may have one kernel
  int kind = 0;                        ///< of the operator with most of them, for colours
  std::size_t first_turn = 0;          ///< of a call in a loop: the call of the first turn that it repeats; else itself
  std::size_t turns = 1;               ///< of that loop
};

/// One row for each group of the plan, which is a call of the program.
std::vector<LayerRow> layer_rows(const ReportInput &input);

/// A number for the family of operators that the node belongs to.
int kind_of(const Node &node);
/// The families' names, by that number.
const std::vector<std::string_view> &kind_names();

/// The bytes of workspace that must be live at each call.
std::vector<std::int64_t> live_bytes(const Program &program);
/// No workspace can be smaller: the most bytes that are live at one call.
std::int64_t least_workspace(const Program &program);

}  // namespace cnnc
