// Clang's source locations as our spans, and the faults found so far.
#pragma once

#include "compiler/support/diagnostics.hpp"

#include "clang/Basic/LangOptions.h"
#include "clang/Basic/SourceManager.h"

#include <map>
#include <string>
#include <vector>

namespace cnnc {

/// Collects the faults of an audit. A place inside a macro's expansion is the place where the macro is used.
class AuditFaults {
 public:
  explicit AuditFaults(SourceMap &sources) : sources_(sources) {}

  void add(DiagnosticKind kind, const clang::SourceManager &manager, const clang::LangOptions &options,
           clang::SourceRange where, std::string message, std::string hint = {});
  /// A fault that has no place in a text.
  void add(DiagnosticKind kind, std::string file, std::string message);
  bool empty() const { return faults_.empty(); }
  /// Reports them in the order of the text.
  void hand_over(Diagnostics &diagnostics);

 private:
  Span span(const clang::SourceManager &manager, const clang::LangOptions &options, clang::SourceRange where);

  SourceMap &sources_;
  std::map<unsigned, FileId> files_;  // by Clang's number
  std::vector<Diagnostic> faults_;
};

}  // namespace cnnc
