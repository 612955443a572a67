#include "compiler/report/draw_graph.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "compiler/frontend/check_report.hpp"
#include "compiler/ops/op.hpp"
#include "compiler/report/layer_rows.hpp"
#include "compiler/report/layered_layout.hpp"
#include "compiler/report/markup.hpp"

namespace cnnc {

namespace {

constexpr double line_height = 15;
constexpr double padding = 9;
constexpr double character_width = 6.7;  // of 11 px, in the widest of the fonts that the style asks for
constexpr std::size_t most_characters = 34;
constexpr std::size_t most_boxes = 5000;
constexpr std::size_t most_bends = 50000;

struct GraphBox {
  std::string title;
  std::vector<std::string> lines;  ///< below the title
  std::vector<std::string> tooltip;
  std::string classes;
};

struct BoxGraph {
  std::vector<GraphBox> boxes;
  std::vector<std::pair<int, int>> edges;

  int add(GraphBox box) {
    boxes.push_back(std::move(box));
    return static_cast<int>(boxes.size()) - 1;
  }
};

std::size_t at(std::int32_t id) { return static_cast<std::size_t>(id); }

std::string fitting(const std::string &text) { return shortened(text, most_characters); }

std::size_t characters(const std::string &text) {
  std::size_t count = 0;
  for (const char c : text) count += (static_cast<unsigned char>(c) & 0xC0U) != 0x80U ? 1 : 0;
  return count;
}

std::pair<double, double> size_of(const GraphBox &box) {
  std::size_t widest = characters(fitting(box.title)) + 2;
  for (const std::string &line : box.lines) widest = std::max(widest, characters(fitting(line)));
  return {static_cast<double>(widest) * character_width + 2 * padding + 6,
          static_cast<double>(box.lines.size() + 1) * line_height + padding};
}

void draw_box(SvgWriter &svg, const GraphBox &box, const Rectangle &place) {
  svg.begin_group("node " + box.classes, box.tooltip);
  svg.rect(place, "box", 6);
  svg.rect({place.x, place.y + 4, 4, place.height - 8}, "band", 2);
  double y = place.y + line_height;
  const double x = place.x + padding + 3;
  svg.text({x, y}, fitting(box.title), "name");
  for (const std::string &line : box.lines) svg.text({x, y += line_height}, fitting(line), "small");
  svg.end_group();
}

/// Empty if it would be too large to look at, and to be made in a moment.
Drawing draw(const BoxGraph &graph, std::string title) {
  LayoutGraph layout;
  for (const GraphBox &box : graph.boxes) layout.sizes.push_back(size_of(box));
  layout.edges = graph.edges;
  if (graph.boxes.size() > most_boxes || bend_count(layout, most_bends + 1) > most_bends)
    return {0, 0, std::move(title), ""};
  const PlacedGraph placed = layered_layout(layout);
  SvgWriter svg;
  for (const PlacedBend &bend : placed.bends) svg.line(bend.top, bend.bottom, "edge");
  for (const PlacedEdge &edge : placed.edges) {
    svg.curve(edge.from, {edge.to.x, edge.to.y - (edge.arrives ? 5 : 0)}, "edge");
    if (edge.arrives)
      svg.polygon({edge.to, {edge.to.x - 3.5, edge.to.y - 7}, {edge.to.x + 3.5, edge.to.y - 7}}, "arrow");
  }
  for (std::size_t i = 0; i < graph.boxes.size(); ++i) draw_box(svg, graph.boxes[i], placed.nodes[i]);
  return {placed.width, placed.height, std::move(title), svg.take()};
}

GraphBox port(const std::string &name, const TensorType &type, const char *what) {
  return {name, {to_string(type)}, {fmt::format("{} {}: {}", what, name, to_string(type))}, "port"};
}

std::string kind_class(int kind) { return fmt::format("k{}", kind % kinds_in_style); }

std::string types_text(const Graph &graph, const std::vector<ValueId> &values) {
  std::string text;
  for (const ValueId id : values) text += (text.empty() ? "" : ", ") + to_string(graph.values[at(id)].type);
  return text;
}

std::vector<std::string> node_tooltip(const Graph &graph, const Node &node) {
  std::vector<std::string> lines = {std::string(node.op->name) + " as " + node.path};
  for (const ValueId id : node.operands) {
    const Value &value = graph.values[at(id)];
    if (value.kind != ValueKind::result) lines.push_back(value.name + ": " + to_string(value.type));
  }
  for (const auto &[name, attr] : node.attrs)
    if (!std::holds_alternative<std::monostate>(attr.value)) lines.push_back(name + " = " + to_string(attr.value));
  if (const std::int64_t macs = multiply_accumulates(graph, node); macs > 0)
    lines.push_back(grouped(macs) + " multiply-accumulates");
  return lines;
}

/// Where a value, or a part of it, comes from.
struct Maker {
  int box;
  IndexBox part = {};  ///< empty: all of it
};

using Makers = std::map<ValueId, std::vector<Maker>>;

const std::vector<Maker> &makers_of(const Makers &makers, ValueId value) {
  static const std::vector<Maker> none;
  const auto found = makers.find(value);
  return found == makers.end() ? none : found->second;
}

/// Boxes for the inputs, which make their values.
Makers add_inputs(BoxGraph &boxes, const Graph &graph) {
  Makers makers;
  for (const ValueId id : graph.inputs)
    makers[id] = {{boxes.add(port(graph.values[at(id)].name, graph.values[at(id)].type, "input"))}};
  return makers;
}

void add_edges(BoxGraph &boxes, const Makers &makers, ValueId from, int to) {
  for (const Maker &maker : makers_of(makers, from)) boxes.edges.emplace_back(maker.box, to);
}

void add_outputs(BoxGraph &boxes, const Graph &graph, const Makers &makers) {
  for (const Output &output : graph.outputs) {
    const int box = boxes.add(port(output.name, graph.values[at(output.value)].type, "output"));
    add_edges(boxes, makers, output.value, box);
  }
}

}  // namespace

Drawing draw_graph(const ReportInput &input) {
  const Graph &graph = input.graph;
  BoxGraph boxes;
  Makers makers = add_inputs(boxes, graph);
  for (const Node &node : graph.nodes) {
    const int box = boxes.add({std::string(node.op->name),
                               {shortened_path(node.path, most_characters), types_text(graph, node.results)},
                               node_tooltip(graph, node),
                               kind_class(kind_of(node))});
    for (const ValueId operand : node.operands) add_edges(boxes, makers, operand, box);
    for (const ValueId result : node.results) makers[result] = {{box}};
  }
  add_outputs(boxes, graph, makers);
  return draw(boxes, "The layers of " + graph.name);
}

Drawing draw_plan(const ReportInput &input) {
  const Graph &graph = input.plan.graph;
  const std::vector<LayerRow> rows = layer_rows(input);
  BoxGraph boxes;
  Makers makers = add_inputs(boxes, graph);
  std::vector<int> box_of(input.plan.groups.size());
  for (std::size_t g = 0; g < input.plan.groups.size(); ++g) {
    const Group &group = input.plan.groups[g];
    const LayerRow &row = rows[g];
    std::vector<std::string> tooltip = {"call " + std::to_string(g) + ": " + row.layers, row.operators,
                                        "kernel " + row.kernel};
    for (const std::string &schedule : row.schedules) tooltip.push_back(schedule);
    tooltip.push_back(grouped(row.macs) + " multiply-accumulates, " + bytes_text(row.bytes));
    const std::string kernel =
        row.kernel == group.name ? "" : "kernel of " + shortened_path(row.kernel, most_characters - 10);
    std::vector<std::string> lines = {row.operators, to_string(row.result)};
    if (!kernel.empty()) lines.insert(lines.begin() + 1, kernel);
    if (row.turns > 1) lines.push_back(fmt::format("× {} in a loop", row.turns));
    // Later turns of a loop have the boxes of the first.
    if (row.first_turn == g)
      box_of[g] = boxes.add(
          {shortened_path(group.name, most_characters), std::move(lines), std::move(tooltip), kind_class(row.kind)});
    const int box = box_of[g] = box_of[row.first_turn];
    for (std::size_t o = 0; o < group.operands.size(); ++o) {
      const std::optional<IndexBox> read = read_box(group, o);
      for (const Maker &maker : makers_of(makers, group.operands[o].value))
        if (maker.box < box && (!read || maker.part.empty() || intersection(maker.part, *read)))
          boxes.edges.emplace_back(maker.box, box);
    }
    for (IndexBox &part : stored_boxes(group)) makers[group.result].push_back({box, std::move(part)});
  }
  add_outputs(boxes, graph, makers);
  return draw(boxes, "The kernel calls of " + graph.name);
}

}  // namespace cnnc
