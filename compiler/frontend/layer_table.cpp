#include "compiler/frontend/layer_table.hpp"

#include <algorithm>
#include <set>
#include <utility>

#include "compiler/frontend/checker.hpp"
#include "compiler/frontend/evaluate.hpp"
#include "compiler/support/checks.hpp"

namespace cnnc::net {

namespace {

bool is_segment_character(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

/// Segments of letters, digits and '_', joined by single dots.
bool is_well_formed(const std::string &path) {
  bool segment_empty = true;
  for (char c : path) {
    if (c == '.' ? segment_empty : !is_segment_character(c)) return false;
    segment_empty = c == '.';
  }
  return !segment_empty;
}

constexpr std::size_t longest_path = 1000;  // with those of the blocks around it; nobody writes one

}  // namespace

std::optional<std::string> path_text(Checker &checker, Scope &scope, const ast::Path &path) {
  auto text = interpolate(checker, scope, path.parts, path.span);
  if (!text) return std::nullopt;
  if (is_well_formed(*text)) return text;
  checker.fault(DiagnosticKind::path_malformed, path.span, quoted(*text) + " is not the path of a layer",
                "a path is made of letters, digits and '_', in parts joined by dots, as in layer1.0.conv1");
  return std::nullopt;
}

bool is_short_enough(Checker &checker, const std::string &path, Span span) {
  if (path.size() <= longest_path) return true;
  return checker.exhaust(span, "the path of this layer has more than " + std::to_string(longest_path) + " characters");
}

int next_number(Checker &checker, const std::string &callee) { return ++checker.frame->counts[callee]; }

/// The calls that lead to a body, from the network on.
std::vector<std::size_t> calls_to(const LayerTable &table, std::size_t call) {
  std::vector<std::size_t> chain{call};
  for (; call != 0; call = table.calls[call].caller) chain.push_back(table.calls[call].caller);
  std::reverse(chain.begin(), chain.end());
  return chain;
}

/// One text in two calls has made two layers of one path: reported at the later call, which has no name, once.
void report_call_clash(Checker &checker, const std::string &path, std::size_t other) {
  LayerTable &table = checker.layers;
  const std::vector<std::size_t> now = calls_to(table, checker.frame->number), then = calls_to(table, other);
  std::size_t level = 0;
  while (level + 1 < std::min(now.size(), then.size()) && now[level] == then[level]) ++level;
  CallSite &call = table.calls[now[level]];
  const Span earlier = table.calls[then[level]].span;
  if (std::exchange(call.clash_told, true)) return;
  checker
      .report(DiagnosticKind::path_doubled, call.span,
              "this call has no name of its own: its layer " + quoted(path) + " is another's")
      .note(earlier, earlier.begin == call.span.begin && earlier.file == call.span.file ? "it comes here more than once"
                                                                                        : "that of this call")
      .hint("name the call with 'as'");
}

bool claim_path(Checker &checker, const std::string &path, Layer layer) {
  layer.call = checker.frame->number;
  const Span span = layer.span;
  const bool named = layer.named;
  const std::string kind(layer.op     ? layer.op->name
                         : layer.item ? std::string_view(name_of(*layer.item)->text)
                                      : std::string_view("parameter"));
  const auto [place, added] = checker.layers.layers.emplace(path, std::move(layer));
  if (added) return true;
  const Layer &other = place->second;
  const bool in_text = other.span.file != span.file || other.span.begin != span.begin;
  if (!in_text && other.call != checker.frame->number) {
    report_call_clash(checker, path, other.call);
    return false;
  }
  Diagnostic &fault =
      named
          ? checker.report(DiagnosticKind::path_doubled, span, "there is already a layer " + quoted(path))
          : checker.report(DiagnosticKind::path_doubled, span,
                           "this " + kind + " has no name and would be " + quoted(path) + ", which is another layer's");
  if (in_text)
    fault.note(other.span, other.named ? "the other " + quoted(path) + " is here"
                                       : "this unnamed layer is called " + quoted(path) + " after its number");
  else
    fault.note(other.span, "it comes here more than once");
  if (!named) fault.hint("give it a name with 'as'");
  if (named && !in_text) fault.hint(R"(put what differs into the path, as in "layer{i}")");
  return false;
}

bool claim_weight_name(Checker &checker, const std::string &name, Span span) {
  const auto [place, added] = checker.layers.weights.emplace(name, span);
  if (added) return true;
  checker.report(DiagnosticKind::path_doubled, span, "there is already a weight " + quoted(name))
      .note(place->second, "the other " + quoted(name) + " comes from here");
  return false;
}

std::string describe(const Layer &layer) {
  switch (layer.kind) {
    case LayerKind::layer:
      return "a " + std::string(layer.op->name);
    case LayerKind::instance:
      return "an instance of " + title(*layer.item);
    case LayerKind::parameter:
      return "a parameter";
  }
  CNNC_UNREACHABLE("unknown kind of layer");
}

const Layer *find_layer(const Checker &checker, const std::string &path, std::string &full_path) {
  for (const Frame *frame = checker.frame; frame; frame = frame->caller) {
    full_path = frame->prefix + path;
    const auto found = checker.layers.layers.find(full_path);
    if (found != checker.layers.layers.end()) return &found->second;
  }
  return nullptr;
}

void settle_numbered_paths(Graph &graph, const LayerTable &table) {
  std::set<std::string, std::less<>> taken;
  for (const auto &[path, layer] : table.layers) taken.insert(path);
  std::map<std::string, int> last_suffix;
  for (NodeId id : table.numbered) {
    Node &node = graph.nodes[static_cast<std::size_t>(id)];
    std::string path = node.path;
    while (!taken.insert(path).second) path = node.path + "_" + std::to_string(++last_suffix[node.path] + 1);
    node.path = path;
    for (ValueId result : node.results) graph.values[static_cast<std::size_t>(result)].name = path;
  }
}

}  // namespace cnnc::net
