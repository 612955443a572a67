#include "compiler/frontend/checker.hpp"

#include <fmt/format.h>

namespace cnnc::net {

Variable *Scope::find(std::string_view name) {
  for (Scope *scope = this; scope; scope = scope->outer) {
    const auto found = scope->variables.find(name);
    if (found != scope->variables.end()) return &found->second;
  }
  return nullptr;
}

Diagnostic &Checker::report(DiagnosticKind kind, Span span, std::string message) {
  Diagnostic &diagnostic = diagnostics.report(kind, span, std::move(message));
  if (frame->call.known()) diagnostic.note(frame->call, "in this call of " + title(*frame->item));
  return diagnostic;
}

Datum Checker::fault(DiagnosticKind kind, Span span, std::string message, std::string hint) {
  report(kind, span, std::move(message)).hint(std::move(hint));
  return {};
}

Datum Checker::take(Outcome outcome, Span span) {
  if (auto *datum = std::get_if<Datum>(&outcome)) return std::move(*datum);
  auto &found = std::get<Fault>(outcome);
  return fault(found.kind, span, std::move(found.message), std::move(found.hint));
}

void Checker::forward(const Diagnostics &found) {
  for (const Diagnostic &diagnostic : found.all()) {
    Diagnostic &copy = report(diagnostic.kind, diagnostic.span, diagnostic.message);
    if (diagnostic.note_) copy.note(diagnostic.note_->span, diagnostic.note_->message);
    copy.hint(diagnostic.hint_);
  }
}

bool Checker::exhaust(Span span, const std::string &what) {
  if (!budget.exhausted) report(DiagnosticKind::compile_time_limit, span, what);
  budget.exhausted = true;
  return false;
}

bool Checker::spend_steps(std::int64_t count, Span span) {
  if (budget.exhausted) return false;
  if (count > max_steps - budget.steps)
    return exhaust(span, fmt::format("unrolled, this file has more than {} statements", max_steps));
  budget.steps += count;
  return true;
}

bool Checker::spend_items(std::int64_t count, Span span) {
  if (budget.exhausted) return false;
  if (count > max_items_made - budget.items)
    return exhaust(span, fmt::format("the lists and texts of this file have more than {} elements", max_items_made));
  budget.items += count;
  return true;
}

bool Checker::spend_loaded(std::int64_t numbers, Span span) {
  if (budget.exhausted) return false;
  if (numbers > max_loaded - budget.loaded_numbers)
    return exhaust(span, fmt::format("this file loads more than {} numbers", max_loaded));
  budget.loaded_numbers += numbers;
  return true;
}

bool Checker::spend_layer(Span span) {
  if (budget.exhausted) return false;
  if (budget.layers == max_layers)
    return exhaust(span, fmt::format("unrolled, this file has more than {} layers", max_layers));
  ++budget.layers;
  return true;
}

}  // namespace cnnc::net
