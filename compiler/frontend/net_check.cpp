#include "compiler/frontend/net_check.hpp"

#include <algorithm>
#include <utility>

#include "compiler/frontend/check_types.hpp"
#include "compiler/frontend/evaluate.hpp"
#include "compiler/frontend/resolve_names.hpp"
#include "compiler/support/checks.hpp"

namespace cnnc {

namespace {

using namespace net;  // the parts of the front end that nobody else sees

void refuse_unsupported(Checker &checker, const ast::Network &network) {
  if (network.train)
    checker.fault(DiagnosticKind::not_supported, *network.train, "'train' is not supported by this version");
  for (const ast::Output &output : network.outputs)
    if (!output.type)
      checker.fault(DiagnosticKind::not_supported, output.span,
                    "an output of gradients ('weights') is not supported by this version");
}

void report_doubled_name(Checker &checker, std::map<std::string_view, Span> &names, const ast::Name &name,
                         const char *what) {
  const auto [place, added] = names.emplace(name.text, name.span);
  if (added) return;
  checker
      .report(DiagnosticKind::name_taken, name.span,
              "there is already an " + std::string(what) + " " + quoted(name.text))
      .note(place->second, "the first " + quoted(name.text) + " is here");
}

/// The inputs as variables. What has no valid type is Poison there.
void add_inputs(Checker &checker, const ast::Network &network, Scope &scope) {
  for (const ast::Input &input : network.inputs) {
    Datum value;
    if (auto type = input_type(checker, input.type))
      value = {TensorRef{checker.graph.add_value({.name = input.name.text,
                                                  .type = std::move(*type),
                                                  .kind = ValueKind::input,
                                                  .producer = -1,
                                                  .data = {},
                                                  .given_in_source = false,
                                                  .span = input.name.span})}};
    scope.variables.insert_or_assign(input.name.text, Variable{value});
  }
}

/// `constants` are those that no network's graph takes part in.
Graph check_network(const Program &program, const ast::Item &item, const Constants &constants, Budget &budget,
                    Diagnostics &diagnostics) {
  const ast::Network &network = *item.as<ast::Network>();
  Checker checker(program, diagnostics, budget, constants);
  checker.graph.name = network.name.text;
  checker.graph.doc = item.doc;
  Frame frame{.item = &item};
  checker.frame = &frame;

  refuse_unsupported(checker, network);
  std::map<std::string_view, Span> names;
  for (const ast::Output &output : network.outputs) report_doubled_name(checker, names, output.name, "output");
  Scope inputs;
  add_inputs(checker, network, inputs);
  run_body(checker, inputs, network.body, false);
  if (!frame.returned && !frame.poisoned && !checker.exhausted())
    checker.fault(DiagnosticKind::return_missing,
                  {network.body.span.file, network.body.span.end - 1, network.body.span.end},
                  title(item) + " ends without 'return'");
  const auto outputs = check_outputs(checker, network);
  settle_numbered_paths(checker.graph, checker.layers);
  if (outputs)
    for (std::size_t i = 0; i < outputs->size(); ++i)
      checker.graph.outputs.push_back({network.outputs[i].name.text, (*outputs)[i]});
  return std::move(checker.graph);
}

bool holds_tensor(const Datum &datum) { return datum.is_tensor(); }  // lists hold none

/// Evaluates every constant once, for its faults; the values without tensors serve all networks.
Constants evaluate_constants(const Program &program, Budget &budget, Diagnostics &diagnostics) {
  const Constants none;
  Checker checker(program, diagnostics, budget, none);
  Frame frame;
  checker.frame = &frame;
  for (const FileItems &items : program.files)
    for (const ast::Item &item : items.file->items)
      if (item.as<ast::Constant>()) constant_value(checker, item);
  std::erase_if(checker.constants, [](const auto &entry) { return holds_tensor(entry.second.value); });
  return std::move(checker.constants);
}

/// Hands on the faults in the order of the text, file by file.
void sort_into(Diagnostics &diagnostics, const Diagnostics &found) {
  std::vector<const Diagnostic *> sorted;
  for (const Diagnostic &diagnostic : found.all()) sorted.push_back(&diagnostic);
  std::stable_sort(sorted.begin(), sorted.end(), [](const Diagnostic *a, const Diagnostic *b) {
    return std::pair(a->span.file, a->span.begin) < std::pair(b->span.file, b->span.begin);
  });
  for (const Diagnostic *diagnostic : sorted) {
    Diagnostic &copy = diagnostics.report(diagnostic->kind, diagnostic->span, diagnostic->message);
    copy.file = diagnostic->file;
    copy.note_ = diagnostic->note_;
    copy.hint_ = diagnostic->hint_;
  }
}

/// "'a', 'b'", cut where the file has more networks than one would read.
std::string quoted_names(const Networks &networks) {
  constexpr std::size_t most = 20;
  std::string text;
  for (std::size_t i = 0; i < std::min(most, networks.graphs.size()); ++i)
    text += (i ? ", " : "") + quoted(networks.graphs[i].name);
  if (networks.graphs.size() > most) text += " and " + std::to_string(networks.graphs.size() - most) + " more";
  return text;
}

}  // namespace

std::optional<Networks> check_networks(const SourceTree &tree, const SourceMap &sources, Diagnostics &diagnostics) {
  Diagnostics found;
  const Program program = index_items(tree, sources, found);
  const ast::File &file = program.main();
  const bool evaluable = resolve_names(program, found);
  Budget budget;
  const Constants constants = evaluable ? evaluate_constants(program, budget, found) : Constants();
  Networks networks;
  for (const ast::Item &item : file.items)
    if (evaluable && item.as<ast::Network>())
      networks.graphs.push_back(check_network(program, item, constants, budget, found));
  if (networks.graphs.empty() && evaluable && !program.files.front().incomplete)
    found.report_file(DiagnosticKind::network_absent, sources.file(file.file).path(), "there is no network in it")
        .hint("network name(image: f32[1, 28, 28]) -> (scores: f32[10]) { ... }");
  networks.files_loaded = std::move(budget.loaded.paths);
  const bool ok = !found.has_errors() && !diagnostics.has_errors();
  sort_into(diagnostics, found);
  if (!ok) return std::nullopt;
  for (const Graph &graph : networks.graphs) {
    const std::vector<std::string> faults = verify(graph);
    CNNC_CHECK(faults.empty(), "checking made a malformed graph: " + faults.front());
  }
  return networks;
}

std::optional<Networks> load_networks(const std::string &path, SourceMap &sources, Diagnostics &diagnostics,
                                      const SourceOptions &options) {
  const SourceTree tree = read_source_tree(path, options, sources, diagnostics);
  if (tree.files.empty()) return std::nullopt;
  return check_networks(tree, sources, diagnostics);
}

const Graph *select_network(const Networks &networks, const std::string &name, const std::string &path,
                            Diagnostics &diagnostics) {
  if (name.empty()) {
    if (networks.graphs.size() == 1) return &networks.graphs.front();
    diagnostics
        .report_file(DiagnosticKind::network_not_chosen, path, "it has several networks: " + quoted_names(networks))
        .hint("choose one with --network NAME");
    return nullptr;
  }
  for (const Graph &graph : networks.graphs)
    if (graph.name == name) return &graph;
  std::vector<std::string_view> names;
  for (const Graph &graph : networks.graphs) names.push_back(graph.name);
  diagnostics
      .report_file(DiagnosticKind::network_unknown, path,
                   "it has no network " + quoted(name) + ", but " + quoted_names(networks))
      .hint(nearest_hint(name, names));
  return nullptr;
}

}  // namespace cnnc
