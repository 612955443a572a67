// Drawings: shapes and text with classes, which the style sheet of drawing_style.cpp gives colours for light and dark.
//
// Class names are ours. Texts and tooltips are escaped here; what was begun must be ended.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace cnnc {

struct Point {
  double x = 0, y = 0;
};

struct Rectangle {
  double x = 0, y = 0, width = 0, height = 0;
};

struct Drawing {
  double width = 0, height = 0;  ///< in pixels
  std::string title;             ///< what it shows, in one sentence; read out by screen readers
  std::string body;              ///< elements of SVG
};

class SvgWriter {
 public:
  /// What follows belongs together, and shows `tooltip` (lines, may be empty) under the pointer.
  void begin_group(std::string_view classes, const std::vector<std::string> &tooltip = {});
  void end_group();
  void rect(const Rectangle &place, std::string_view classes, double radius = 0);
  void line(Point from, Point to, std::string_view classes);
  void polygon(const std::vector<Point> &points, std::string_view classes);
  /// Begins at `from` and leaves it downwards, arrives at `to` from above.
  void curve(Point from, Point to, std::string_view classes);
  /// Steps from point to point.
  void polyline(const std::vector<Point> &points, std::string_view classes);
  void text(Point at, std::string_view text, std::string_view classes);

  std::string take() { return std::move(body_); }

 private:
  std::string body_;
};

/// The element, to stand in a page that has drawing_style().
std::string inline_svg(const Drawing &drawing);
/// A whole file, with its own style.
std::string standalone_svg(const Drawing &drawing);
/// How files of standalone_svg begin.
inline constexpr std::string_view svg_mark = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<!-- Drawn by cnnc. -->\n";

/// Colours and fonts of drawings, as CSS; light, and dark where the reader prefers it.
std::string_view drawing_style();
/// The style can tell so many kinds of things apart: classes k0, k1, …
inline constexpr int kinds_in_style = 12;

}  // namespace cnnc
