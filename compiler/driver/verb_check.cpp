#include <CLI/CLI.hpp>

#include "compiler/driver/options.hpp"
#include "compiler/driver/verbs.hpp"
#include "compiler/frontend/check_report.hpp"
#include "compiler/frontend/net_check.hpp"
#include "compiler/support/output_files.hpp"

namespace cnnc {

namespace {

constexpr const char *examples =
    "Examples:\n"
    "  cnnc check lenet5.net          # every layer with its shapes, or what is wrong\n"
    "  cnnc check lenet5.net --json   # inputs, outputs, weights, multiply-accumulates and parameters, for programs\n"
    "\n"
    "It needs no weights. 'cnnc explain CODE' prints what an error's code means.";

}  // namespace

int verb_check(const Arguments &arguments, Session &session) {
  CLI::App app("Parses and checks a file and prints every value's shape.", "cnnc check");
  NetworkOptions options;
  add_network_options(app, options);
  bool json = false;
  app.add_flag("--json", json, "print one JSON object instead");
  app.footer(examples);
  if (const std::optional<int> code = parse_arguments(app, arguments, session)) return *code;
  if (options.model.empty()) {
    session.usage("no model is given");
    return exit_usage;
  }
  std::optional<Networks> networks = load_networks(options.model, session.sources, session.diagnostics, options.source);
  if (!networks) return exit_fault;
  if (!options.network.empty()) {
    const Graph *graph = select_network(*networks, options.network, options.model, session.diagnostics);
    if (graph == nullptr) return exit_fault;
    networks = Networks{{*graph}, {}};
  }
  std::string text = json ? check_json(*networks) : "";
  for (std::size_t i = 0; !json && i < networks->graphs.size(); ++i)
    text += (i == 0 ? "" : "\n") + check_text(networks->graphs[i], session.sources);
  return write_standard_output(text, session.diagnostics) ? exit_success : exit_fault;
}

}  // namespace cnnc
