#include <fmt/format.h>

#include <set>

#include "compiler/report/draw_fields.hpp"
#include "compiler/report/draw_graph.hpp"
#include "compiler/report/draw_memory.hpp"
#include "compiler/report/markup.hpp"
#include "compiler/report/page_style.hpp"
#include "compiler/report/report.hpp"
#include "compiler/report/report_tables.hpp"
#include "compiler/support/version.hpp"

namespace cnnc {

namespace {

std::string figure(const Drawing &drawing) {
  if (drawing.body.empty()) return "<p>These are too many to be drawn. The table has them all.</p>\n";
  return "<div class=\"scroll\"><div class=\"drawn\">\n" + inline_svg(drawing) + "</div></div>\n";
}

/// The page may load and run nothing; browsers are told so.
std::string head(const ReportInput &input) {
  return fmt::format(
      "{}<html xmlns=\"http://www.w3.org/1999/xhtml\" lang=\"en\">\n<head>\n<meta charset=\"utf-8\"/>\n"
      "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\"/>\n"
      "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"/>\n"
      "<title>{}: a report by cnnc</title>\n<style>\n{}{}</style>\n</head>\n<body>\n",
      html_mark, escaped(input.graph.name), drawing_style(), page_style());
}

/// Paragraphs of a comment: its lines, parted by empty ones.
std::string doc_html(const std::string &doc) {
  std::string text, paragraph;
  const auto finish = [&] {
    if (!paragraph.empty()) text += "<p class=\"doc\">" + escaped(paragraph) + "</p>\n";
    paragraph.clear();
  };
  for (std::size_t at = 0; at < doc.size();) {
    const std::size_t end = std::min(doc.find('\n', at), doc.size());
    const std::string line = doc.substr(at, end - at);
    if (line.find_first_not_of(" \t\r") == std::string::npos)
      finish();
    else
      paragraph += (paragraph.empty() ? "" : " ") + line;
    at = end + 1;
  }
  finish();
  return text;
}

std::string summary(const ReportInput &input) {
  std::string text = "<header>\n<h1>" + escaped(input.graph.name) + "</h1>\n" + doc_html(input.graph.doc);
  text +=
      "<nav><a href=\"#graph\">Graph</a><a href=\"#layers\">Layers</a><a href=\"#memory\">Memory</a>"
      "<a href=\"#fields\">Receptive fields</a><a href=\"#sharing\">Weight sharing</a></nav>\n";
  text += "<dl class=\"figures\">\n";
  for (const auto &[name, figure] : key_figures(input))
    text += fmt::format("<div><dt>{}</dt><dd>{}</dd></div>\n", escaped(name), escaped(figure));
  return text + "</dl>\n</header>\n";
}

std::string kinds_html(const std::vector<LayerRow> &rows, const Graph &graph) {
  std::set<int> present;
  for (const LayerRow &row : rows) present.insert(row.kind);
  for (const Node &node : graph.nodes) present.insert(kind_of(node));
  std::string text = "<ul class=\"kinds\">";
  for (const int kind : present)
    if (static_cast<std::size_t>(kind) < kind_names().size())
      text += fmt::format("<li class=\"k{}\"><span></span>{}</li>", kind % kinds_in_style,
                          escaped(kind_names()[static_cast<std::size_t>(kind)]));
  return text + "</ul>\n";
}

std::string graph_section(const ReportInput &input, const std::vector<LayerRow> &rows) {
  return "<section id=\"graph\">\n<h2>Graph</h2>\n"
         "<p>Left, the network as it is written: a box for each layer with its operator, its path and the shape of its "
         "result. Right, what is left after fusion: a box for each kernel call, and the operators that it computes "
         "without a detour through memory. Pointing at a box shows more.</p>\n" +
         kinds_html(rows, input.graph) + "<div class=\"pair\">\n<div>\n<h3>As written</h3>\n" +
         figure(draw_graph(input)) + "</div>\n<div>\n<h3>As computed</h3>\n" + figure(draw_plan(input)) +
         "</div>\n</div>\n</section>\n";
}

std::string layer_section(const std::vector<LayerRow> &rows) {
  return "<section id=\"layers\">\n<h2>Layers</h2>\n"
         "<p>A row for each kernel call, in order. Bytes are those that it reads and writes, weights included, each "
         "counted once. A schedule says how many results are in registers at once, and how far inner loops are "
         "unrolled.</p>\n" +
         to_html(layer_table(rows)) + "</section>\n";
}

std::string memory_section(const ReportInput &input) {
  const Drawing drawing = draw_memory(input);
  const std::string body =
      drawing.body.empty()
          ? "<p>This network needs no workspace: no value is left to be kept between two calls.</p>\n"
          : "<p>Every value that one call leaves for another has a place in the workspace from the call that makes it "
            "to "
            "the last one that reads it. The line is what is live; no workspace can be smaller than its highest "
            "point.</p>\n" +
                figure(drawing);
  return "<section id=\"memory\">\n<h2>Memory over time</h2>\n" + body + "</section>\n";
}

std::string field_section(const ReportInput &input) {
  std::string text =
      "<section id=\"fields\">\n<h2>Receptive fields</h2>\n"
      "<p>The field of a layer is what one element of its result depends on in the input. Its jump is how far it moves "
      "from one element to the next, and first is where the middle of the first element's field lies, counted from the "
      "middle of the input's first element. Indices below zero, or beyond the input, are padding.</p>\n";
  const std::vector<ReceptiveField> fields = receptive_fields(input.graph);
  for (std::size_t i = 0; i < input.graph.inputs.size(); ++i) {
    const Table table = field_table(input.graph, fields, i);
    if (table.rows.empty()) continue;
    const Value &value = input.graph.values[static_cast<std::size_t>(input.graph.inputs[i])];
    text += fmt::format("<h3>In {}: {}</h3>\n", escaped(value.name), escaped(to_string(value.type)));
    const Drawing drawing = draw_fields(input.graph, fields, i);
    if (!drawing.body.empty()) text += figure(drawing);
    text += to_html(table);
  }
  return text + "</section>\n";
}

std::string sharing_section(const ReportInput &input) {
  const Table table = sharing_table(input.graph);
  const std::string body = table.rows.empty()
                               ? "<p>No layer of this network uses its weights at more than one place.</p>\n"
                               : "<p>These layers use the same weights at many places. A fully connected layer between "
                                 "the same tensors would "
                                 "have a weight for each pair of an input and a result.</p>\n" +
                                     to_html(table);
  return "<section id=\"sharing\">\n<h2>Weight sharing in numbers</h2>\n" + body + "</section>\n";
}

}  // namespace

std::string report_html(const ReportInput &input) {
  const std::vector<LayerRow> rows = layer_rows(input);
  return head(input) + summary(input) + "<main>\n" + graph_section(input, rows) + layer_section(rows) +
         memory_section(input) + field_section(input) + sharing_section(input) + "</main>\n" +
         fmt::format("<footer>Made by cnnc {}.</footer>\n</body>\n</html>\n", version);
}

}  // namespace cnnc
