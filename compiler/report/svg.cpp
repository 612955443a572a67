#include "compiler/report/svg.hpp"

#include <fmt/format.h>

#include "compiler/report/markup.hpp"

namespace cnnc {

namespace {

std::string pair(Point point) { return coordinate(point.x) + "," + coordinate(point.y); }

std::string points_text(const std::vector<Point> &points) {
  std::string text;
  for (const Point &point : points) text += (text.empty() ? "" : " ") + pair(point);
  return text;
}

std::string element(const Drawing &drawing, std::string_view style) {
  const std::string width = coordinate(drawing.width);
  const std::string height = coordinate(drawing.height);
  return fmt::format(
      "<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"drawing\" role=\"img\" width=\"{0}\" height=\"{1}\" "
      "viewBox=\"0 0 {0} {1}\">\n<title>{2}</title>\n{3}{4}</svg>\n",
      width, height, escaped(drawing.title), style, drawing.body);
}

}  // namespace

void SvgWriter::begin_group(std::string_view classes, const std::vector<std::string> &tooltip) {
  body_ += fmt::format("<g class=\"{}\">", classes);
  std::string text;
  for (const std::string &line : tooltip) text += (text.empty() ? "" : "\n") + escaped(line);
  if (!text.empty()) body_ += "<title>" + text + "</title>";
  body_ += "\n";
}

void SvgWriter::end_group() { body_ += "</g>\n"; }

void SvgWriter::rect(const Rectangle &place, std::string_view classes, double radius) {
  body_ += fmt::format("<rect class=\"{}\" x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\"", classes, coordinate(place.x),
                       coordinate(place.y), coordinate(place.width), coordinate(place.height));
  if (radius > 0) body_ += fmt::format(" rx=\"{}\"", coordinate(radius));
  body_ += "/>\n";
}

void SvgWriter::line(Point from, Point to, std::string_view classes) {
  body_ += fmt::format("<line class=\"{}\" x1=\"{}\" y1=\"{}\" x2=\"{}\" y2=\"{}\"/>\n", classes, coordinate(from.x),
                       coordinate(from.y), coordinate(to.x), coordinate(to.y));
}

void SvgWriter::polygon(const std::vector<Point> &points, std::string_view classes) {
  body_ += fmt::format("<polygon class=\"{}\" points=\"{}\"/>\n", classes, points_text(points));
}

void SvgWriter::curve(Point from, Point to, std::string_view classes) {
  const double middle = (from.y + to.y) / 2;
  body_ += fmt::format("<path class=\"{}\" d=\"M{} C{} {} {}\"/>\n", classes, pair(from), pair({from.x, middle}),
                       pair({to.x, middle}), pair(to));
}

void SvgWriter::polyline(const std::vector<Point> &points, std::string_view classes) {
  body_ += fmt::format("<polyline class=\"{}\" points=\"{}\"/>\n", classes, points_text(points));
}

void SvgWriter::text(Point at, std::string_view text, std::string_view classes) {
  body_ += fmt::format("<text class=\"{}\" x=\"{}\" y=\"{}\">{}</text>\n", classes, coordinate(at.x), coordinate(at.y),
                       escaped(text));
}

std::string inline_svg(const Drawing &drawing) { return element(drawing, ""); }

std::string standalone_svg(const Drawing &drawing) {
  const std::string style =
      fmt::format("<style>\n{}</style>\n<rect class=\"paper\" width=\"100%\" height=\"100%\"/>\n", drawing_style());
  return std::string(svg_mark) + element(drawing, style);
}

}  // namespace cnnc
