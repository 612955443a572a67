// Feeds mutated texts to the whole front end: what it accepts must be well formed graphs that can be reported, what it
// refuses must be refused with places in the text, and nothing may take long.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>

#include "compiler/frontend/check_report.hpp"
#include "compiler/frontend/net_check.hpp"
#include "compiler/frontend/parse.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size) {
  cnnc::SourceMap sources;
  cnnc::Diagnostics diagnostics;
  const cnnc::FileId file = sources.add("fuzz.net", std::string(reinterpret_cast<const char *>(data), size));
  const cnnc::SourceTree tree = cnnc::lone_source(cnnc::parse(sources, file, diagnostics), diagnostics);
  const auto networks = cnnc::check_networks(tree, sources, diagnostics);  // verifies what it returns
  for (const cnnc::Diagnostic &diagnostic : diagnostics.all()) (void)cnnc::render(diagnostic, sources, true);
  if (networks.has_value() == diagnostics.has_errors()) std::abort();
  if (!networks) return 0;
  (void)cnnc::check_json(*networks);
  for (const cnnc::Graph &graph : networks->graphs) (void)cnnc::to_string(graph);
  return 0;
}
