#include "compiler/clang/audit_places.hpp"

#include "clang/Lex/Lexer.h"

#include <algorithm>
#include <tuple>

namespace cnnc {

Span AuditFaults::span(const clang::SourceManager &manager, const clang::LangOptions &options,
                       clang::SourceRange where) {
  clang::SourceLocation begin = manager.getFileLoc(where.getBegin());
  const auto [file, offset] = manager.getDecomposedLoc(begin);
  const auto known = files_.find(file.getHashValue());
  FileId id = no_file;
  if (known != files_.end()) {
    id = known->second;
  } else {
    const clang::OptionalFileEntryRef entry = manager.getFileEntryRefForID(file);
    if (!entry) return {};
    id = sources_.add(entry->getName().str(), manager.getBufferData(file).str());
    files_.emplace(file.getHashValue(), id);
  }
  // getExpansionRange ends at the last token of a macro's use; an end in another file is no end.
  const clang::SourceLocation last = manager.getExpansionRange(where.getEnd()).getEnd();
  const clang::SourceLocation end = clang::Lexer::getLocForEndOfToken(last, 0, manager, options);
  std::uint32_t end_offset = offset + 1;
  if (end.isValid() && manager.getFileID(end) == file) {
    end_offset = std::max(end_offset, static_cast<std::uint32_t>(manager.getFileOffset(end)));
  }
  return {id, offset, end_offset};
}

void AuditFaults::add(DiagnosticKind kind, const clang::SourceManager &manager, const clang::LangOptions &options,
                      clang::SourceRange where, std::string message, std::string hint) {
  if (where.isInvalid()) return add(kind, std::string(), std::move(message));
  Diagnostic fault{kind, span(manager, options, where), {}, std::move(message), {}, {}};
  if (!hint.empty()) fault.hint(std::move(hint));
  faults_.push_back(std::move(fault));
}

void AuditFaults::add(DiagnosticKind kind, std::string file, std::string message) {
  faults_.push_back({kind, {}, std::move(file), std::move(message), {}, {}});
}

void AuditFaults::hand_over(Diagnostics &diagnostics) {
  std::stable_sort(faults_.begin(), faults_.end(), [](const Diagnostic &a, const Diagnostic &b) {
    return std::tie(a.span.file, a.span.begin, a.kind) < std::tie(b.span.file, b.span.begin, b.kind);
  });
  for (Diagnostic &fault : faults_) {
    Diagnostic &reported = fault.span.known()
                               ? diagnostics.report(fault.kind, fault.span, std::move(fault.message))
                               : diagnostics.report_file(fault.kind, std::move(fault.file), std::move(fault.message));
    if (!fault.hint_.empty()) reported.hint(std::move(fault.hint_));
  }
  faults_.clear();
}

}  // namespace cnnc
