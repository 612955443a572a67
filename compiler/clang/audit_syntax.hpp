// What the parts of the audit share while Clang's syntax tree lives. Only for files of this folder.
#pragma once

#include "compiler/clang/audit.hpp"
#include "compiler/clang/audit_places.hpp"

#include "clang/AST/ASTContext.h"
#include "clang/AST/Decl.h"

#include <string>
#include <vector>

namespace cnnc {

struct AuditedSyntax {
  clang::ASTContext &context;
  AuditFaults &faults;
  std::vector<clang::Decl *> declarations;    ///< of the main file, at the top, less those of namespace cnnc
  std::vector<clang::Decl *> pasted_runtime;  ///< those
  /// Definitions in the main file and those of the runtime that they reach, in the order of discovery.
  std::vector<const clang::FunctionDecl *> functions;

  void fault(DiagnosticKind kind, clang::SourceRange where, std::string message, std::string hint = {}) {
    faults.add(kind, context.getSourceManager(), context.getLangOpts(), where, std::move(message), std::move(hint));
  }
};

/// "cnnc" for what is the runtime's, wherever its text is; empty for what lies in no namespace.
llvm::StringRef outermost_namespace(const clang::Decl &declaration);
inline bool is_of_runtime(const clang::Decl &declaration) { return outermost_namespace(declaration) == "cnnc"; }
bool is_in_main_file(const clang::Decl &declaration, const clang::SourceManager &manager);
/// "lenet5::run", as messages name it.
std::string name_of(const clang::NamedDecl &named);

/// Finds `functions`, and fills the report's functions and calls; reports calls that are not allowed and recursion.
void audit_calls(AuditedSyntax &syntax, AuditReport &report);
/// Reports what single declarations, statements and expressions may not be.
void audit_constructs(AuditedSyntax &syntax);
/// Bounds the loops of the main file's functions and adds them to the report.
void audit_loops(AuditedSyntax &syntax, AuditReport &report);

}  // namespace cnnc
