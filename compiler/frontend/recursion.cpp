#include "compiler/frontend/recursion.hpp"

namespace cnnc::net {

namespace {

enum class Visit : std::uint8_t { running, done };

struct Step {
  const ast::Item *item;
  std::size_t next = 0;  ///< the call to look at next
};

const std::vector<CallSite> &calls_of(const CallGraph &calls, const ast::Item *item) {
  static const std::vector<CallSite> none;
  const auto found = calls.find(item);
  return found == calls.end() ? none : found->second;
}

void report_cycle(const std::vector<Step> &path, const CallSite &call, Diagnostics &diagnostics) {
  const ast::Item *last = path.back().item;
  const std::string name = title(*call.callee);
  if (last == call.callee) {
    diagnostics.report(DiagnosticKind::recursion, call.span, name + " calls itself")
        .hint("repeat with 'for', which runs at compile time");
    return;
  }
  diagnostics.report(DiagnosticKind::recursion, call.span, name + " calls itself through " + title(*last))
      .note(name_of(*call.callee)->span, name + " is defined here")
      .hint("repeat with 'for', which runs at compile time");
}

void search_from(const ast::Item *start, const CallGraph &calls, std::map<const ast::Item *, Visit> &visits,
                 Diagnostics &diagnostics) {
  std::vector<Step> path = {{start}};
  visits[start] = Visit::running;
  while (!path.empty()) {
    Step &step = path.back();
    const std::vector<CallSite> &sites = calls_of(calls, step.item);
    if (step.next == sites.size()) {
      visits[step.item] = Visit::done;
      path.pop_back();
      continue;
    }
    const CallSite &call = sites[step.next++];
    const auto [visit, fresh] = visits.emplace(call.callee, Visit::running);
    if (fresh)
      path.push_back({call.callee});
    else if (visit->second == Visit::running)
      report_cycle(path, call, diagnostics);
  }
}

}  // namespace

void report_recursion(const Program &program, const CallGraph &calls, Diagnostics &diagnostics) {
  std::map<const ast::Item *, Visit> visits;
  for (const FileItems &items : program.files)
    for (const ast::Item &item : items.file->items)
      if (!visits.contains(&item)) search_from(&item, calls, visits, diagnostics);
}

}  // namespace cnnc::net
