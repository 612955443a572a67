#include "compiler/report/draw_fields.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "compiler/ops/op.hpp"
#include "compiler/report/markup.hpp"

namespace cnnc {

namespace {

constexpr std::size_t most_steps = 12;  // the style's f0 … f11
constexpr double margin = 20;
constexpr double view_size = 440;
constexpr double row_height = 22;
constexpr double legend_width = 330;
constexpr std::int64_t most_grid_lines = 40;

/// A field and the first layer that has it.
struct FieldStep {
  const ReceptiveField *field;
  std::string layer;
};

/// The fields that differ in size along the axes, at most most_steps, the first and the last among them.
std::vector<FieldStep> steps_of(const Graph &graph, std::span<const ReceptiveField> fields, std::size_t input,
                                const std::vector<std::size_t> &axes) {
  std::vector<FieldStep> steps;
  const auto same_size = [&](const ReceptiveField &a, const ReceptiveField &b) {
    return std::all_of(axes.begin(), axes.end(), [&](std::size_t d) { return a.axes[d].size() == b.axes[d].size(); });
  };
  for (const ReceptiveField &field : fields) {
    if (field.input != input) continue;
    if (std::all_of(axes.begin(), axes.end(), [&](std::size_t d) { return field.axes[d].size() <= 1; })) continue;
    if (std::any_of(steps.begin(), steps.end(), [&](const FieldStep &step) { return same_size(*step.field, field); }))
      continue;
    steps.push_back({&field, graph.nodes[static_cast<std::size_t>(field.node)].path});
  }
  if (steps.size() <= most_steps) return steps;
  std::vector<FieldStep> fewer;
  for (std::size_t i = 0; i < most_steps; ++i) fewer.push_back(steps[i * (steps.size() - 1) / (most_steps - 1)]);
  return fewer;
}

std::string colour(std::size_t step, std::size_t count) {
  return fmt::format("f{}", count <= 1 ? 0 : step * (most_steps - 1) / (count - 1));
}

/// What of an axis is drawn: all of the input, and of the padding no more than half as much on either side.
Interval view_of(std::int64_t extent, const std::vector<FieldStep> &steps, std::size_t axis) {
  Interval view{0, extent - 1};
  for (const FieldStep &step : steps) {
    view.low = std::min(view.low, step.field->axes[axis].range.low);
    view.high = std::max(view.high, step.field->axes[axis].range.high);
  }
  return {std::max(view.low, -(extent / 2 + 1)), std::min(view.high, extent + extent / 2)};
}

Interval clipped(const Interval &range, const Interval &view) {
  return {std::clamp(range.low, view.low, view.high), std::clamp(range.high, view.low, view.high)};
}

std::vector<std::string> step_tooltip(const FieldStep &step, const std::vector<std::size_t> &axes) {
  std::string size, indices;
  for (const std::size_t d : axes) {
    const FieldAxis &axis = step.field->axes[d];
    size += (size.empty() ? "" : " × ") + std::to_string(axis.size());
    indices += fmt::format("{}{} to {}", indices.empty() ? "" : ", ", axis.range.low, axis.range.high);
  }
  return {step.layer, size, "indices " + indices};
}

void draw_legend(SvgWriter &svg, const FieldStep &step, const std::vector<std::size_t> &axes, Point at,
                 const std::string &classes) {
  std::string size, jump;
  for (const std::size_t d : axes) {
    size += (size.empty() ? "" : " × ") + std::to_string(step.field->axes[d].size());
    jump += (jump.empty() ? "" : " × ") + std::to_string(step.field->axes[d].jump);
  }
  svg.begin_group(classes, step_tooltip(step, axes));
  svg.rect({at.x, at.y - 10, 12, 12}, "bar", 2);
  svg.text({at.x + 20, at.y}, shortened_path(step.layer, 24), "label");
  svg.text({at.x + 190, at.y}, size + (jump.find_first_not_of("0 ×") == std::string::npos ? "" : ", jump " + jump),
           "small");
  svg.end_group();
}

/// On an image: axes[0] downwards, axes[1] to the right.
class ImageFields {
 public:
  ImageFields(const Shape &shape, std::vector<FieldStep> steps, const std::vector<std::size_t> &axes)
      : steps_(std::move(steps)), axes_(axes), height_(shape[axes[0]]), width_(shape[axes[1]]) {
    rows_ = view_of(height_, steps_, axes_[0]);
    columns_ = view_of(width_, steps_, axes_[1]);
    const std::int64_t larger = std::max(rows_.high - rows_.low, columns_.high - columns_.low) + 1;
    scale_ = view_size / static_cast<double>(larger);
  }

  Drawing draw(std::string title) {
    const Rectangle view = place(rows_, columns_);
    svg_.rect(place({0, height_ - 1}, {0, width_ - 1}), "plane");
    draw_grid();
    for (std::size_t s = steps_.size(); s-- > 0;) draw_step(s);
    double y = margin + 12;
    svg_.text({view.x + view.width + 30, y}, fmt::format("input {} × {}", height_, width_), "name");
    for (std::size_t s = 0; s < steps_.size(); ++s)
      draw_legend(svg_, steps_[s], axes_, {view.x + view.width + 30, y += row_height}, colour(s, steps_.size()));
    return {view.width + 30 + legend_width + 2 * margin, std::max(view.height + 2 * margin, y + margin),
            std::move(title), svg_.take()};
  }

 private:
  Rectangle place(const Interval &rows, const Interval &columns) const {
    return {margin + static_cast<double>(columns.low - columns_.low) * scale_,
            margin + static_cast<double>(rows.low - rows_.low) * scale_,
            static_cast<double>(columns.high - columns.low + 1) * scale_,
            static_cast<double>(rows.high - rows.low + 1) * scale_};
  }

  void draw_grid() {
    if (std::max(height_, width_) > most_grid_lines) return;
    const Rectangle plane = place({0, height_ - 1}, {0, width_ - 1});
    for (std::int64_t i = 1; i < height_; ++i) {
      const double y = plane.y + static_cast<double>(i) * scale_;
      svg_.line({plane.x, y}, {plane.x + plane.width, y}, "grid");
    }
    for (std::int64_t i = 1; i < width_; ++i) {
      const double x = plane.x + static_cast<double>(i) * scale_;
      svg_.line({x, plane.y}, {x, plane.y + plane.height}, "grid");
    }
  }

  void draw_step(std::size_t s) {
    const Interval rows = steps_[s].field->axes[axes_[0]].range;
    const Interval columns = steps_[s].field->axes[axes_[1]].range;
    const Interval shown_rows = clipped(rows, rows_), shown_columns = clipped(columns, columns_);
    const bool whole = shown_rows == rows && shown_columns == columns;
    svg_.begin_group(colour(s, steps_.size()), step_tooltip(steps_[s], axes_));
    svg_.rect(place(shown_rows, shown_columns), whole ? "field" : "field beyond");
    svg_.end_group();
  }

  std::vector<FieldStep> steps_;
  std::vector<std::size_t> axes_;
  std::int64_t height_, width_;
  Interval rows_, columns_;
  double scale_ = 1;
  SvgWriter svg_;
};

/// Along one axis: a bar for each step, the input's own above them.
Drawing draw_bars(const Shape &shape, const std::vector<FieldStep> &steps, std::size_t axis, std::string title) {
  constexpr double width = 560;
  const Interval view = view_of(shape[axis], steps, axis);
  const double scale = width / static_cast<double>(view.high - view.low + 1);
  const auto place = [&](const Interval &range, double y, double height) {
    return Rectangle{margin + static_cast<double>(range.low - view.low) * scale, y,
                     static_cast<double>(range.high - range.low + 1) * scale, height};
  };
  SvgWriter svg;
  double y = margin;
  svg.rect(place({0, shape[axis] - 1}, y, 14), "plane");
  svg.text({margin + width + 30, y + 11}, fmt::format("input, axis {}: {}", axis, shape[axis]), "name");
  for (std::size_t s = 0; s < steps.size(); ++s) {
    y += row_height;
    const Interval range = steps[s].field->axes[axis].range;
    const Interval shown = clipped(range, view);
    svg.begin_group(colour(s, steps.size()), step_tooltip(steps[s], {axis}));
    svg.rect(place(shown, y, 14), shown == range ? "field" : "field beyond", 2);
    svg.end_group();
    draw_legend(svg, steps[s], {axis}, {margin + width + 30, y + 11}, colour(s, steps.size()));
  }
  return {width + 30 + legend_width + 2 * margin, y + 14 + margin, std::move(title), svg.take()};
}

}  // namespace

std::vector<std::size_t> field_axes(const Shape &input) {
  std::vector<std::size_t> axes;
  for (std::size_t d = input.size() >= 3 ? 1 : 0; d < input.size(); ++d) axes.push_back(d);
  return axes;
}

Drawing draw_fields(const Graph &graph, std::span<const ReceptiveField> fields, std::size_t input) {
  const Value &value = graph.values[static_cast<std::size_t>(graph.inputs[input])];
  const Shape &shape = value.type.shape;
  if (shape.empty()) return {};
  const std::string title = "What the layers of " + graph.name + " see of " + value.name;
  const bool image = shape.size() == 3 && shape[1] > 1 && shape[2] > 1;
  const std::vector<std::size_t> axes =
      image ? std::vector<std::size_t>{1, 2} : std::vector<std::size_t>{shape.size() - 1};
  const std::vector<FieldStep> steps = steps_of(graph, fields, input, axes);
  if (steps.empty()) return {};
  return image ? ImageFields(shape, steps, axes).draw(title) : draw_bars(shape, steps, axes[0], title);
}

Drawing draw_receptive_field(const ReportInput &input) {
  const std::vector<ReceptiveField> fields = receptive_fields(input.graph);
  for (std::size_t i = 0; i < input.graph.inputs.size(); ++i) {
    Drawing drawing = draw_fields(input.graph, fields, i);
    if (!drawing.body.empty()) return drawing;
  }
  return {};
}

}  // namespace cnnc
