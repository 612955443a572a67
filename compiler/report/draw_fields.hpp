// Receptive fields, drawn on the network's input.
#pragma once

#include <span>

#include "compiler/report/receptive_field.hpp"
#include "compiler/report/report.hpp"

namespace cnnc {

/// The fields of the layers' middle elements in one input: rectangles on an image, bars along any other axis. Fields of
/// equal size are drawn once. Empty if no layer sees more than one element along the axes that are drawn.
Drawing draw_fields(const Graph &graph, std::span<const ReceptiveField> fields, std::size_t input);
/// Those of the first input of which there is something to draw.
Drawing draw_receptive_field(const ReportInput &input);

/// The axes of an input along which fields are looked at: of an image without the channels, else all.
std::vector<std::size_t> field_axes(const Shape &input);

}  // namespace cnnc
