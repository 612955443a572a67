#include "compiler/frontend/parse.hpp"

#include <algorithm>
#include <cstdint>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "compiler/frontend/net_parse_state.hpp"
#include "compiler/frontend/net_read_file.hpp"

namespace cnnc {
namespace {

void report(std::vector<Fault> &faults, Diagnostics &diagnostics) {
  // In the order of the text; of two at one place, the one that was found first. (std::stable_sort of this library
  // calls what C++20 deprecates.)
  std::vector<std::pair<std::uint32_t, std::size_t>> order;
  for (std::size_t i = 0; i < faults.size(); ++i) order.emplace_back(faults[i].span.begin, i);
  std::sort(order.begin(), order.end());
  for (std::size_t i = 0; i < order.size(); ++i) {
    Fault &fault = faults[order[i].second];
    if (i == max_faults) {
      diagnostics.report(DiagnosticKind::too_many_syntax_errors, fault.span,
                         fmt::format("more than {} faults: the rest is not looked at", max_faults));
      return;
    }
    Diagnostic &diagnostic = diagnostics.report(fault.kind, fault.span, std::move(fault.message));
    if (!fault.hint.empty()) diagnostic.hint(std::move(fault.hint));
    if (fault.note) diagnostic.note(fault.note->span, std::move(fault.note->message));
  }
}

}  // namespace

ast::File parse(const SourceMap &sources, FileId id, Diagnostics &diagnostics) {
  ast::File file;
  file.file = id;
  const std::string_view text = sources.file(id).text();
  if (text.size() > max_source_bytes) {
    diagnostics.report_file(
        DiagnosticKind::file_too_large, sources.file(id).path(),
        fmt::format("is too large: it has {} bytes, at most {} can be read", text.size(), max_source_bytes));
    file.items.emplace_back().span = {id, 0, 0};
    return file;
  }
  std::vector<Fault> faults;
  const TokenText scanned = scan(text, id, faults);
  ParseState state;
  state.file = id;
  state.text = text;
  state.scanned = &scanned;
  state.faults = std::move(faults);
  state.given_up = state.faults.size() > max_faults;
  read_file(state, file);
  report(state.faults, diagnostics);
  return file;
}

}  // namespace cnnc
