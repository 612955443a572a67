// Feeds mutated texts to the grammar and the checks behind it: no text may do more than be refused, with places in it.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>

#include "compiler/frontend/format.hpp"
#include "compiler/frontend/net_check.hpp"
#include "compiler/frontend/parse.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size) {
  cnnc::SourceMap sources;
  cnnc::Diagnostics diagnostics;
  const cnnc::FileId file = sources.add("fuzz.net", std::string(reinterpret_cast<const char *>(data), size));
  const cnnc::SourceTree tree = cnnc::lone_source(cnnc::parse(sources, file, diagnostics), diagnostics);
  const auto networks = cnnc::check_networks(tree, sources, diagnostics);
  if (networks.has_value() == diagnostics.has_errors()) std::abort();  // refused with a reason, or understood
  for (const cnnc::Diagnostic &diagnostic : diagnostics.all()) (void)render(diagnostic, sources, true);
  cnnc::Diagnostics form;
  const auto once = cnnc::format_source(sources, file, form);  // checks that its meaning stays
  if (once && *cnnc::format_source(sources, sources.add("again.net", *once), form) != *once) std::abort();
  return 0;
}
