// The network as boxes and arrows: as it was written, and as it is computed.
#pragma once

#include "compiler/report/report.hpp"

namespace cnnc {

/// A box for each layer: operator, path, shape of the result.
Drawing draw_graph(const ReportInput &input);
/// A box for each kernel call: what it computes.
Drawing draw_plan(const ReportInput &input);

}  // namespace cnnc
