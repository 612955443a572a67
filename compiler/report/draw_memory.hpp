// The workspace over time: which buffer lies where during which calls.
#pragma once

#include "compiler/report/report.hpp"

namespace cnnc {

/// Calls to the right, bytes upwards, a rectangle for each buffer; a line for the bytes that are live, a dashed one for
/// the most of them. Empty if the network needs no workspace.
Drawing draw_memory(const ReportInput &input);

}  // namespace cnnc
