#include "compiler/report/draw_memory.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "compiler/report/layer_rows.hpp"
#include "compiler/report/markup.hpp"

namespace cnnc {

namespace {

constexpr double left = 76, right = 16, top = 24, bottom = 40;
constexpr double plot_height = 300;
constexpr double least_width = 680;
constexpr double least_call_width = 7;
constexpr double character_width = 6.7;

/// The largest of 1, 2, 5, 10, … KiB or MiB that gives at most `most` steps up to `bytes`.
std::int64_t step_for(std::int64_t bytes, std::int64_t most) {
  std::int64_t unit = 1;
  while (unit * 1024 * 2 <= bytes) unit *= 1024;
  for (;; unit *= 10)
    for (const std::int64_t factor : {1, 2, 5})
      if (bytes / (unit * factor) <= most) return unit * factor;
}

class MemoryChart {
 public:
  explicit MemoryChart(const ReportInput &input)
      : program_(input.program), rows_(layer_rows(input)), live_(live_bytes(input.program)) {
    const auto calls = static_cast<double>(program_.calls.size());
    call_width_ = std::max(least_call_width, least_width / calls);
    width_ = call_width_ * calls;
    for (const std::int64_t bytes : live_) least_ = std::max(least_, bytes);
  }

  Drawing draw() {
    draw_axes();
    for (const Buffer &buffer : program_.buffers)
      if (buffer.kind == BufferKind::workspace) draw_buffer(buffer);
    draw_live();
    return {left + width_ + right, top + plot_height + bottom, "The workspace of " + program_.name + " over its calls",
            svg_.take()};
  }

 private:
  double x(double call) const { return left + call * call_width_; }
  double y(std::int64_t bytes) const {
    return top + plot_height * (1 - static_cast<double>(bytes) / static_cast<double>(program_.workspace_bytes));
  }

  void draw_axes() {
    const std::int64_t step = step_for(program_.workspace_bytes, 6);
    for (std::int64_t bytes = 0; bytes <= program_.workspace_bytes; bytes += step) {
      svg_.line({left, y(bytes)}, {left + width_, y(bytes)}, "grid");
      svg_.text({left - 8, y(bytes) + 4}, bytes_text(bytes), "tick");
    }
    const auto calls = static_cast<std::int64_t>(program_.calls.size());
    std::int64_t every = 1;
    while (static_cast<double>(every) * call_width_ < 34) every *= every == 2 || every == 20 ? 5 : 2;
    for (std::int64_t call = 0; call < calls; call += every)
      svg_.text({x(static_cast<double>(call) + 0.5), top + plot_height + 16}, std::to_string(call), "tick-x");
    svg_.line({left, top + plot_height}, {left + width_, top + plot_height}, "axis");
    svg_.text({left + width_ / 2, top + plot_height + 33}, "call", "tick-x");
  }

  void draw_buffer(const Buffer &buffer) {
    const std::int64_t bytes = byte_size(buffer);
    const Rectangle place{x(buffer.first_use), y(buffer.offset + bytes), x(buffer.last_use + 1) - x(buffer.first_use),
                          y(buffer.offset) - y(buffer.offset + bytes)};
    const int kind = rows_[static_cast<std::size_t>(buffer.first_use)].kind;
    svg_.begin_group(fmt::format("k{}", kind % kinds_in_style),
                     {buffer.name, fmt::format("{} at offset {}", bytes_text(bytes), buffer.offset),
                      fmt::format("made by call {}, last read by call {}", buffer.first_use, buffer.last_use)});
    svg_.rect(place, "buffer");
    const auto fits = static_cast<std::size_t>(std::max(0.0, (place.width - 8) / character_width));
    if (place.height >= 14 && fits >= 4)
      svg_.text({place.x + 4, place.y + place.height / 2 + 4}, shortened_path(buffer.name, fits), "label");
    svg_.end_group();
  }

  void draw_live() {
    std::vector<Point> steps;
    for (std::size_t call = 0; call < live_.size(); ++call) {
      steps.push_back({x(static_cast<double>(call)), y(live_[call])});
      steps.push_back({x(static_cast<double>(call) + 1), y(live_[call])});
    }
    svg_.polyline(steps, "live");
    svg_.line({left, y(least_)}, {left + width_, y(least_)}, "least");
    svg_.text({left + 4, y(least_) - 5}, "most live at once: " + bytes_text(least_), "bound");
  }

  const Program &program_;
  std::vector<LayerRow> rows_;
  std::vector<std::int64_t> live_;
  std::int64_t least_ = 0;
  double call_width_ = 0, width_ = 0;
  SvgWriter svg_;
};

}  // namespace

Drawing draw_memory(const ReportInput &input) {
  if (input.program.workspace_bytes == 0 || input.program.calls.empty()) return {};
  return MemoryChart(input).draw();
}

}  // namespace cnnc
