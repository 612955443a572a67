#include "compiler/clang/audit.hpp"

#include "compiler/clang/audit_syntax.hpp"

#include "clang/AST/ASTConsumer.h"
#include "clang/Basic/Diagnostic.h"
#include "clang/Basic/DiagnosticLex.h"
#include "clang/Basic/FileManager.h"
#include "clang/Frontend/CompilerInstance.h"
#include "clang/Frontend/FrontendAction.h"
#include "clang/Tooling/Tooling.h"
#include "llvm/Support/Program.h"
#include "llvm/Support/thread.h"

#include <exception>
#include <optional>

namespace cnnc {
namespace {

/// Turns what Clang finds wrong into faults of ours.
class CompileErrors : public clang::DiagnosticConsumer {
 public:
  explicit CompileErrors(AuditFaults &faults) : faults_(faults) {}

  void HandleDiagnostic(clang::DiagnosticsEngine::Level level, const clang::Diagnostic &found) override {
    if (level < clang::DiagnosticsEngine::Error) return;
    llvm::SmallString<256> text;
    found.FormatDiagnostic(text);
    const std::string message = "this does not compile: " + printable(text.str());
    const bool header_missing = found.getID() == clang::diag::err_pp_file_not_found;
    const std::string hint = header_missing ? "name the folder of the runtime's headers with -I" : "";
    if (found.hasSourceManager() && found.getLocation().isValid()) {
      faults_.add(DiagnosticKind::audit_does_not_compile, found.getSourceManager(), clang::LangOptions(),
                  found.getLocation(), message, hint);
    } else {
      faults_.add(DiagnosticKind::audit_does_not_compile, std::string(), message);
    }
  }

 private:
  AuditFaults &faults_;
};

class AuditConsumer : public clang::ASTConsumer {
 public:
  AuditConsumer(AuditFaults &faults, AuditReport &report) : faults_(faults), report_(report) {}

  void HandleTranslationUnit(clang::ASTContext &context) override {
    if (!faults_.empty()) return;  // a tree with holes proves nothing
    AuditedSyntax syntax{context, faults_, {}, {}, {}};
    for (clang::Decl *declaration : context.getTranslationUnitDecl()->decls()) {
      if (!is_in_main_file(*declaration, context.getSourceManager())) continue;
      const auto *space = llvm::dyn_cast<clang::NamespaceDecl>(declaration);
      const bool runtime = space != nullptr && space->getName() == "cnnc";
      (runtime ? syntax.pasted_runtime : syntax.declarations).push_back(declaration);
    }
    audit_calls(syntax, report_);
    audit_constructs(syntax);
    audit_loops(syntax, report_);
  }

 private:
  AuditFaults &faults_;
  AuditReport &report_;
};

class AuditAction : public clang::ASTFrontendAction {
 public:
  AuditAction(AuditFaults &faults, AuditReport &report) : faults_(faults), report_(report) {}

  std::unique_ptr<clang::ASTConsumer> CreateASTConsumer(clang::CompilerInstance &, llvm::StringRef) override {
    return std::make_unique<AuditConsumer>(faults_, report_);
  }

 private:
  AuditFaults &faults_;
  AuditReport &report_;
};

/// The name of the compiler decides where its own headers and those of libstdc++ are looked for.
std::string compiler_path() {
  if (const auto path = llvm::sys::findProgramByName("clang++-19")) return *path;
  return "clang++";
}

}  // namespace

llvm::StringRef outermost_namespace(const clang::Decl &declaration) {
  const clang::NamespaceDecl *outermost = nullptr;
  for (const clang::DeclContext *at = declaration.getDeclContext(); at != nullptr; at = at->getParent()) {
    if (const auto *space = llvm::dyn_cast<clang::NamespaceDecl>(at)) outermost = space;
  }
  return outermost != nullptr ? outermost->getName() : "";
}

bool is_in_main_file(const clang::Decl &declaration, const clang::SourceManager &manager) {
  return manager.isInMainFile(manager.getExpansionLoc(declaration.getLocation()));
}

std::string name_of(const clang::NamedDecl &named) {
  const std::string_view hidden = "(anonymous namespace)::";
  std::string name = named.getQualifiedNameAsString();
  for (std::size_t at; (at = name.find(hidden)) != std::string::npos;) name.erase(at, hidden.size());
  return name;
}

namespace {

/// Clang and the walks over its tree need stack for every level of an expression: sums of 50,000 terms overflow 8 MiB.
constexpr unsigned stack_bytes = 512u << 20;

template <class Work>
void run_with_stack(Work work) {
  std::exception_ptr fault;
  llvm::thread thread(std::optional<unsigned>(stack_bytes), [&] {
    try {
      work();
    } catch (...) {
      fault = std::current_exception();
    }
  });
  thread.join();
  if (fault) std::rethrow_exception(fault);
}

}  // namespace

AuditReport audit(const std::string &file, const std::vector<std::string> &arguments, SourceMap &sources,
                  Diagnostics &diagnostics) {
  // The default comes first, so that a -std of the caller wins. Warnings are the compilers' business.
  std::vector<std::string> command{compiler_path(), "-xc++", "-std=c++17"};
  command.insert(command.end(), arguments.begin(), arguments.end());
  command.insert(command.end(), {"-w", "-fsyntax-only", "-fno-caret-diagnostics", file});

  AuditReport report;
  AuditFaults faults(sources);
  CompileErrors errors(faults);
  const llvm::IntrusiveRefCntPtr<clang::FileManager> files(new clang::FileManager(clang::FileSystemOptions()));
  clang::tooling::ToolInvocation invocation(command, std::make_unique<AuditAction>(faults, report), files.get());
  invocation.setDiagnosticConsumer(&errors);
  bool ran = false;
  run_with_stack([&] { ran = invocation.run(); });
  if (!ran && faults.empty()) {
    faults.add(DiagnosticKind::audit_does_not_compile, file, "Clang could not be run on this file");
  }
  faults.hand_over(diagnostics);
  return report;
}

}  // namespace cnnc
