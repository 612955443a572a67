// The page and its drawings: text from outside is harmless in them, they load nothing, and they are the same each time.
#include <doctest/doctest.h>
#include <fmt/format.h>

#include "compiler/driver/pipeline.hpp"
#include "compiler/report/draw_graph.hpp"
#include "compiler/report/layer_rows.hpp"
#include "compiler/report/layered_layout.hpp"
#include "compiler/report/markup.hpp"
#include "compiler/report/report.hpp"
#include "compiler/report/report_tables.hpp"
#include "compiler/report/weight_sharing.hpp"
#include "tests/passes/pass_text.hpp"

using namespace cnnc;

namespace {

ReportInput input_of(Graph graph) {
  ReportInput input;
  input.graph = graph;
  PipelineOptions options;
  options.plan = &input.plan;
  input.program = compile_graph(std::move(graph), *find_target("generic"), options);
  return input;
}

Graph two_layers() {
  return passes::graph_of(
      "network n(x: f32[1, 6, 6]) -> (y: f32[3]) {\n"
      "  return x |> conv(2, kernel = 3) as first |> batch_norm as norm |> relu |> flatten |> dense(3) as last |> "
      "softmax\n"
      "}\n");
}

bool holds(const std::string &text, std::string_view part) { return text.find(part) != std::string::npos; }

}  // namespace

TEST_CASE("text from outside is escaped, and what is no character of XML is named") {
  CHECK(escaped("</script><b a='1' c=\"2\">&amp;") ==
        "&lt;/script&gt;&lt;b a=&#39;1&#39; c=&quot;2&quot;&gt;&amp;amp;");
  CHECK(escaped("a\x01z\n") == "a&lt;01&gt;z&lt;0A&gt;");
  CHECK(escaped("\xff\xfe") == "&lt;FF&gt;&lt;FE&gt;");
  CHECK(escaped("\xef\xbf\xbf") == "?");
  CHECK(escaped("größe 3 × 3") == "größe 3 × 3");
}

TEST_CASE("long text is cut between characters") {
  CHECK(shortened("convolution", 11) == "convolution");
  CHECK(shortened("convolution", 5) == "conv…");
  CHECK(shortened("äöüß", 3) == "äö…");
  CHECK(shortened("ab", 1) == "…");
  CHECK(shortened_path("layer1.0.conv1", 14) == "layer1.0.conv1");
  CHECK(shortened_path("layer1.0.conv1", 6) == "…conv1");
  CHECK(shortened_path("äöüß", 3) == "…üß");
  CHECK(shortened_path("ab", 1) == "…");
}

TEST_CASE("numbers are rounded to nearest") {
  CHECK(bytes_text(0) == "0 B");
  CHECK(bytes_text(1023) == "1023 B");
  CHECK(bytes_text(1536) == "1.5 KiB");
  CHECK(bytes_text(std::int64_t{46768844}) == "44.6 MiB");
  CHECK(share_text(1, 3) == "33.3 %");
  CHECK(share_text(1, 0).empty());
  CHECK(coordinate(-2.5) == "-2.5");
  CHECK(coordinate(3.04) == "3");
}

TEST_CASE("a name or comment with markup stays text on the page and in the drawings") {
  ReportInput input = input_of(two_layers());
  const std::string evil = "</script></title></style><b onmouseover=\"x('&')\">]]>--><!--";
  input.graph.doc = evil + "\n\nsecond paragraph";
  input.graph.name = input.plan.graph.name = input.program.name = evil;
  for (Graph *graph : {&input.graph, &input.plan.graph}) {
    for (Value &value : graph->values) value.name = evil;
    for (Node &node : graph->nodes) node.path = evil;
  }
  for (Group &group : input.plan.groups) group.name = evil;
  for (Kernel &kernel : input.program.kernels) kernel.name = evil;
  for (Buffer &buffer : input.program.buffers) buffer.name = evil;
  std::string all = report_html(input);
  for (const NamedDrawing &drawing : all_drawings()) all += standalone_svg(drawing.draw(input));
  CHECK_FALSE(holds(all, "<b "));
  CHECK_FALSE(holds(all, "</script"));
  CHECK_FALSE(holds(all, "<script"));
  CHECK_FALSE(holds(all, "]]>"));
  CHECK(holds(all, "&lt;/script&gt;"));
}

TEST_CASE("the page loads nothing and is the same each time") {
  const ReportInput input = input_of(two_layers());
  const std::string page = report_html(input);
  CHECK(page == report_html(input));
  CHECK(page.substr(0, html_mark.size()) == html_mark);
  for (const char *part : {"src=", "url(", "@import", "<script", "<link", "href=\"http"}) {
    CAPTURE(part);
    CHECK_FALSE(holds(page, part));
  }
}

TEST_CASE("every layer and every parameter is in one row or another") {
  const ReportInput input = input_of(two_layers());
  std::string layers;
  std::int64_t parameters = 0, macs = 0;
  for (const LayerRow &row : layer_rows(input)) {
    layers += row.layers + "; ";
    parameters += row.parameters;
    macs += row.macs;
  }
  for (const Node &node : input.graph.nodes) CHECK(holds(layers, node.path));
  CHECK(parameters == 2 * 9 + 2 + 4 * 2 + 3 * 32 + 3);
  CHECK(macs == 2 * 4 * 4 * 9 + 3 * 32);
}

TEST_CASE("of a list of targets, the weights that further ones add are told") {
  ReportInput input = input_of(two_layers());
  const std::string alone = key_figures(input)[3].second;
  CHECK(key_figures(input)[3].first == "weights");
  input.added_weights = {{"generic", 4 * input.program.weights.size()}, {"other", 2048}, {"third", 0}};
  CHECK(key_figures(input)[3].second == alone + "; 2.0 KiB more for other; 0 B more for third");
}

TEST_CASE("calls that a loop repeats have one row and one box") {
  const ReportInput input =
      input_of(passes::graph_of("network n(x: f32[200, 3]) -> (y: f32[200, 4]) { return gru(x, 4) as g }\n"));
  REQUIRE(input.program.calls.size() >= 400);
  const std::vector<LayerRow> rows = layer_rows(input);
  REQUIRE(rows.size() == input.program.calls.size());
  const Table table = layer_table(rows);
  CHECK(table.rows.size() < 20);
  std::size_t calls = 0;
  for (std::size_t i = 0; i < rows.size(); ++i)
    if (rows[i].first_turn == i) calls += rows[i].turns;
  CHECK(calls == rows.size());
  const Drawing drawing = draw_plan(input);
  CHECK(holds(drawing.body, "in a loop"));
  CHECK(drawing.height < 5000);
}

TEST_CASE("what has too many bends is not drawn") {
  LayoutGraph chain;
  for (int i = 0; i < 100; ++i) {
    chain.sizes.emplace_back(10, 10);
    if (i > 0) chain.edges.emplace_back(i - 1, i);
  }
  CHECK(bend_count(chain, 1000) == 0);
  chain.edges.emplace_back(0, 99);
  chain.edges.emplace_back(0, 50);
  CHECK(bend_count(chain, 1000) == 98);
  CHECK(bend_count(chain, 10) == 10);
  // Down and up again, the way up reading what the way down has made.
  auto drawn = [](int depth) {
    std::string text = "network n(x: f32[2]) -> (y: f32[2]) {\n  let down0 = relu(x)\n";
    for (int i = 1; i <= depth; ++i) text += fmt::format("  let down{} = relu(down{})\n", i, i - 1);
    text += fmt::format("  let up0 = down{}\n", depth);
    for (int i = 1; i <= depth; ++i) text += fmt::format("  let up{} = up{} + down{}\n", i, i - 1, depth - i);
    return !draw_graph(input_of(passes::graph_of(text + fmt::format("  return up{}\n}}\n", depth)))).body.empty();
  };
  CHECK(drawn(60));
  CHECK_FALSE(drawn(250));
}

TEST_CASE("the least workspace is the most that lives at one call") {
  Program program;
  program.calls.resize(3);
  program.buffers = {{"a", BufferKind::workspace, 10, 0, 0, 1, DType::f32},
                     {"b", BufferKind::workspace, 20, 64, 1, 2, DType::f32},
                     {"x", BufferKind::input, 99, 0, 0, 2, DType::f32}};
  CHECK(live_bytes(program) == std::vector<std::int64_t>{40, 120, 80});
  CHECK(least_workspace(program) == 120);
}

TEST_CASE("a convolution shares its weights, a fully connected layer does not") {
  const Graph graph = two_layers();
  const std::vector<SharedWeights> shared = shared_weights(graph);
  REQUIRE(shared.size() == 1);
  CHECK(graph.nodes[static_cast<std::size_t>(shared[0].node)].path == "first");
  CHECK(shared[0].parameters == 2 * 9 + 2);
  CHECK(shared[0].full_parameters == (36 + 1) * 32);
  CHECK(shared[0].connections == 9 * 32);
}

TEST_CASE("nodes of one layer do not overlap, and edges lead downwards") {
  LayoutGraph graph;
  graph.sizes.assign(7, {80, 30});
  graph.edges = {{0, 1}, {0, 2}, {0, 3}, {1, 4}, {2, 4}, {3, 5}, {4, 6}, {5, 6}, {0, 6}};
  const PlacedGraph placed = layered_layout(graph);
  REQUIRE(placed.nodes.size() == 7);
  for (const Rectangle &a : placed.nodes) {
    CHECK(a.x >= 0);
    CHECK(a.x + a.width <= placed.width);
    CHECK(a.y + a.height <= placed.height);
    for (const Rectangle &b : placed.nodes)
      CHECK((&a == &b || a.y != b.y || a.x + a.width < b.x || b.x + b.width < a.x));
  }
  for (const PlacedEdge &edge : placed.edges) CHECK(edge.from.y < edge.to.y);
  CHECK(placed.bends.size() == 2);
}
