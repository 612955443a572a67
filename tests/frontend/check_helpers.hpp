// Texts of networks in; graphs, faults or a value out, as text.
#pragma once

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <string>

#include "compiler/frontend/check_report.hpp"
#include "compiler/frontend/net_check.hpp"
#include "compiler/frontend/parse.hpp"

namespace cnnc::check_helpers {

struct Checked {
  SourceMap sources;
  Diagnostics diagnostics;
  std::optional<Networks> networks;
};

inline void check(const std::string &text, Checked &checked) {
  const FileId file = checked.sources.add("test.net", text);
  const SourceTree tree = lone_source(parse(checked.sources, file, checked.diagnostics), checked.diagnostics);
  checked.networks = check_networks(tree, checked.sources, checked.diagnostics);
}

/// One line a diagnostic: "3:7 E0201 message".
inline std::string faults_of(const std::string &text) {
  Checked checked;
  check(text, checked);
  std::string result;
  for (const Diagnostic &diagnostic : checked.diagnostics.all()) {
    if (diagnostic.span.known()) {
      const LineColumn at = checked.sources.file(diagnostic.span.file).line_column(diagnostic.span.begin);
      result += fmt::format("{}:{} ", at.line, at.column);
    }
    result += fmt::format("{} {}\n", info(diagnostic.kind).code, diagnostic.message);
  }
  CHECK(checked.networks.has_value() == !checked.diagnostics.has_errors());
  return result;
}

/// The graph of a text with one network and no faults, as text.
inline Graph graph_of(const std::string &text) {
  Checked checked;
  check(text, checked);
  std::string faults;
  for (const Diagnostic &diagnostic : checked.diagnostics.all()) faults += render(diagnostic, checked.sources, false);
  CHECK_MESSAGE(faults.empty(), faults);
  REQUIRE(checked.networks.has_value());
  return checked.networks->graphs.front();
}

/// What `cnnc check` prints of a text with one network and no faults.
inline std::string table_of(const std::string &text) {
  Checked checked;
  check(text, checked);
  REQUIRE(checked.networks.has_value());
  return check_text(checked.networks->graphs.front(), checked.sources);
}

/// `body` in the braces of a network with the input x: f32[4, 8, 8] and an output of any f32[_, _, _].
inline std::string network(const std::string &body) {
  return "network f(x: f32[4, 8, 8]) -> (y: f32[_, _, _]) {\n" + body + "\n}\n";
}

/// What a compile-time expression is, as it appears in the attribute or constant that it goes into; or its fault.
inline std::string value_of(const std::string &expression) {
  Checked checked;
  check(network("return x * (" + expression + ")"), checked);
  for (const Diagnostic &diagnostic : checked.diagnostics.all())
    return fmt::format("{} {}", info(diagnostic.kind).code, diagnostic.message);
  for (const Value &value : checked.networks->graphs.front().values)
    if (value.kind == ValueKind::constant) return fmt::format("{}", value.data.tensor().data.front());
  return "none";
}

/// Whether a compile-time condition holds: "true", "false", or its fault.
inline std::string truth_of(const std::string &condition) {
  const std::string value = value_of("if " + condition + " { 1 } else { 0 }");
  return value == "1" ? "true" : value == "0" ? "false" : value;
}

/// The paths of the layers, in order, joined by blanks.
inline std::string paths_of(const Graph &graph) {
  std::string text;
  for (const Node &node : graph.nodes) text += (text.empty() ? "" : " ") + node.path;
  return text;
}

/// The names of the weights, in order of use, joined by blanks.
inline std::string weights_of(const Graph &graph) {
  std::string text;
  for (ValueId id : graph.weights) text += (text.empty() ? "" : " ") + graph.values[static_cast<std::size_t>(id)].name;
  return text;
}

inline std::string type_of_output(const Graph &graph, std::size_t i = 0) {
  return to_string(graph.values[static_cast<std::size_t>(graph.outputs[i].value)].type);
}

}  // namespace cnnc::check_helpers
