#include "compiler/clang/audit_syntax.hpp"

#include "clang/AST/ExprCXX.h"
#include "clang/AST/RecursiveASTVisitor.h"
#include "clang/Basic/Builtins.h"

#include <algorithm>
#include <array>
#include <map>
#include <set>

namespace cnnc {
namespace {

/// What emitted text may call beside functions: nothing that could allocate, fail or reach libm.
constexpr std::array<std::string_view, 12> allowed_builtins = {
    "__builtin_assume_aligned", "__builtin_cpu_init", "__builtin_cpu_supports", "__builtin_expect",
    "__builtin_huge_valf",      "__builtin_inff",     "__builtin_memcpy",       "__builtin_memset",
    "__builtin_nanf",           "__builtin_offsetof", "__builtin_prefetch",     "__builtin_unreachable"};

/// Those that the runtime may call in addition: each is an instruction, or its portable form.
constexpr std::array<std::string_view, 16> allowed_builtins_of_runtime = {
    "__builtin_abort",  "__builtin_bit_cast", "__builtin_copysign", "__builtin_copysignf",
    "__builtin_fabs",   "__builtin_fabsf",    "__builtin_floor",    "__builtin_floorf",
    "__builtin_fma",    "__builtin_fmaf",     "__builtin_huge_val", "__builtin_is_constant_evaluated",
    "__builtin_memcmp", "__builtin_sqrt",     "__builtin_sqrtf",    "__builtin_trap"};

constexpr std::array<std::string_view, 14> heap_functions = {
    "malloc", "calloc",  "realloc", "free",    "aligned_alloc",    "posix_memalign", "memalign",
    "valloc", "pvalloc", "strdup",  "strndup", "__builtin_malloc", "__builtin_free", "__builtin_calloc"};

template <std::size_t N>
bool is_in(const std::array<std::string_view, N> &names, std::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

enum class Callee { of_file, of_runtime, builtin, intrinsic, trivial, heap, standard, undefined, foreign };

/// True for the compiler's own functions of one instruction each. Inline functions of the C library are none.
bool is_intrinsic(const clang::FunctionDecl &function, const clang::SourceManager &manager) {
  const clang::SourceLocation where = manager.getExpansionLoc(function.getLocation());
  return manager.isInSystemHeader(where) && manager.getFilename(where).contains("/clang/") &&
         function.hasAttr<clang::AlwaysInlineAttr>() && function.getDeclContext()->getRedeclContext()->isFileContext();
}

Callee classify(const clang::FunctionDecl &callee, bool from_runtime, const clang::ASTContext &context) {
  const clang::SourceManager &manager = context.getSourceManager();
  const std::string name = callee.getNameAsString();
  if (is_in(heap_functions, name) || callee.isReplaceableGlobalAllocationFunction()) return Callee::heap;
  if (const unsigned builtin = callee.getBuiltinID(); builtin != 0 && name.rfind("__builtin_", 0) == 0) {
    if (is_in(allowed_builtins, name)) return Callee::builtin;
    if (!from_runtime) return Callee::foreign;
    const bool instruction = context.BuiltinInfo.isTSBuiltin(builtin);
    return instruction || is_in(allowed_builtins_of_runtime, name) ? Callee::builtin : Callee::foreign;
  }
  if (outermost_namespace(callee) == "std") return Callee::standard;
  if (callee.isTrivial()) return Callee::trivial;
  const clang::FunctionDecl *definition = nullptr;
  const bool defined = callee.isDefined(definition) || callee.isDefaulted();
  if (is_of_runtime(callee)) return defined ? Callee::of_runtime : Callee::undefined;
  if (is_in_main_file(definition != nullptr ? *definition : callee, manager)) {
    return defined ? Callee::of_file : Callee::undefined;
  }
  if (from_runtime && is_intrinsic(callee, manager)) return Callee::intrinsic;
  return Callee::foreign;
}

struct CallPlace {
  const clang::FunctionDecl *callee;
  clang::SourceRange where;
};

/// The calls of one function's body, those that the syntax leaves unsaid (constructors, destructors, default
/// arguments) among them. Lambdas and local classes have functions of their own.
class CallFinder : public clang::RecursiveASTVisitor<CallFinder> {
 public:
  explicit CallFinder(AuditedSyntax &syntax) : syntax_(syntax) {}

  bool shouldVisitImplicitCode() const { return true; }

  void find(const clang::FunctionDecl &function) {
    if (const auto *constructor = llvm::dyn_cast<clang::CXXConstructorDecl>(&function)) {
      for (const clang::CXXCtorInitializer *member : constructor->inits()) TraverseStmt(member->getInit());
    }
    if (const auto *destructor = llvm::dyn_cast<clang::CXXDestructorDecl>(&function)) {
      for (const auto &base : destructor->getParent()->bases()) add_destructor(base.getType(), function.getLocation());
      for (const auto *field : destructor->getParent()->fields()) {
        add_destructor(field->getType(), function.getLocation());
      }
    }
    TraverseStmt(function.getBody());
  }

  bool TraverseLambdaExpr(clang::LambdaExpr *lambda) {
    for (clang::Expr *captured : lambda->capture_inits()) TraverseStmt(captured);
    return true;
  }
  bool TraverseDecl(clang::Decl *declaration) {
    if (llvm::isa_and_nonnull<clang::TagDecl, clang::FunctionDecl>(declaration)) return true;
    return RecursiveASTVisitor::TraverseDecl(declaration);
  }

  bool VisitCallExpr(clang::CallExpr *call) {
    callee_names_.insert(call->getCallee()->IgnoreParenImpCasts());
    const clang::FunctionDecl *callee = call->getDirectCallee();
    if (callee == nullptr) return indirect(*call);
    const auto *method = llvm::dyn_cast<clang::CXXMethodDecl>(callee);
    if (method != nullptr && method->isVirtual()) {
      syntax_.fault(DiagnosticKind::audit_indirect_call, call->getSourceRange(),
                    "'" + name_of(*callee) + "' is virtual, so which function runs is not fixed");
      return true;
    }
    calls.push_back({callee, call->getSourceRange()});
    return true;
  }
  bool VisitCXXConstructExpr(clang::CXXConstructExpr *construct) {
    calls.push_back({construct->getConstructor(), construct->getSourceRange()});
    return true;
  }
  bool VisitCXXInheritedCtorInitExpr(clang::CXXInheritedCtorInitExpr *construct) {
    calls.push_back({construct->getConstructor(), construct->getSourceRange()});
    return true;
  }
  bool VisitCXXBindTemporaryExpr(clang::CXXBindTemporaryExpr *temporary) {
    calls.push_back({temporary->getTemporary()->getDestructor(), temporary->getSourceRange()});
    return true;
  }
  bool VisitVarDecl(clang::VarDecl *variable) {
    if (!variable->getType()->isDependentType()) add_destructor(variable->getType(), variable->getLocation());
    return true;
  }
  bool VisitCXXDefaultArgExpr(clang::CXXDefaultArgExpr *argument) { return TraverseStmt(argument->getExpr()); }
  bool VisitCXXDefaultInitExpr(clang::CXXDefaultInitExpr *member) { return TraverseStmt(member->getExpr()); }
  bool VisitDeclRefExpr(clang::DeclRefExpr *use) {
    const auto *function = llvm::dyn_cast<clang::FunctionDecl>(use->getDecl());
    if (function != nullptr && callee_names_.count(use) == 0) addresses_taken.push_back(function->getCanonicalDecl());
    return true;
  }

  std::vector<CallPlace> calls;
  std::vector<clang::SourceRange> calls_of_table;
  std::vector<const clang::FunctionDecl *> addresses_taken;

 private:
  bool indirect(const clang::CallExpr &call) {
    const clang::Expr *callee = call.getCallee()->IgnoreParenImpCasts();
    if (llvm::isa<clang::CXXPseudoDestructorExpr>(callee)) return true;
    const auto *member = llvm::dyn_cast<clang::MemberExpr>(callee);
    const auto *field = member != nullptr ? llvm::dyn_cast<clang::FieldDecl>(member->getMemberDecl()) : nullptr;
    if (field != nullptr && field->getParent()->getName() == "cnnc_model") {
      calls_of_table.push_back(call.getSourceRange());
      return true;
    }
    syntax_.fault(DiagnosticKind::audit_indirect_call, call.getSourceRange(),
                  "this calls through a pointer, so which function runs is not fixed",
                  "only the table of the C face, cnnc_model, may be called through");
    return true;
  }

  void add_destructor(clang::QualType type, clang::SourceLocation where) {
    const clang::QualType element = syntax_.context.getBaseElementType(type);
    if (element.isDestructedType() != clang::QualType::DK_cxx_destructor) return;
    calls.push_back({element->getAsCXXRecordDecl()->getDestructor(), where});
  }

  AuditedSyntax &syntax_;
  std::set<const clang::Expr *> callee_names_;
};

/// The definitions that lie in some declarations, instances of templates among them.
class DefinitionFinder : public clang::RecursiveASTVisitor<DefinitionFinder> {
 public:
  bool shouldVisitTemplateInstantiations() const { return true; }
  bool VisitFunctionDecl(clang::FunctionDecl *function) {
    if (function->doesThisDeclarationHaveABody() && !function->isDependentContext()) found.push_back(function);
    return true;
  }
  bool VisitLambdaExpr(clang::LambdaExpr *lambda) {
    if (!lambda->getCallOperator()->isDependentContext()) found.push_back(lambda->getCallOperator());
    return true;
  }

  std::vector<const clang::FunctionDecl *> found;
};

/// The graph of calls: functions are numbered in the order of discovery.
class CallGraph {
 public:
  CallGraph(AuditedSyntax &syntax, AuditReport &report) : syntax_(syntax), report_(report) {}

  void build() {
    DefinitionFinder finder;
    for (clang::Decl *declaration : syntax_.declarations) finder.TraverseDecl(declaration);
    for (const clang::FunctionDecl *function : finder.found) number(*function);
    find_addresses_in_tables();
    for (std::size_t i = 0; i < syntax_.functions.size(); ++i) follow(i);  // grows while the runtime is discovered
    for (const auto &[caller, where] : table_calls_) {
      for (const clang::FunctionDecl *target : addresses_taken_) {
        if (numbers_.count(target) != 0) edges_[caller].push_back({numbers_.at(target), where});
      }
    }
  }

  void forbid_recursion() {
    states_.assign(syntax_.functions.size(), {});
    for (std::size_t i = 0; i < states_.size(); ++i) report_.deepest_call = std::max(report_.deepest_call, depth(i));
  }

 private:
  struct Edge {
    std::size_t callee;
    clang::SourceRange where;
  };
  struct State {
    bool entered = false;
    int depth = 0;  // of the finished; 0 while its calls are followed
  };

  std::size_t number(const clang::FunctionDecl &function) {
    const clang::FunctionDecl *definition = &function;
    function.isDefined(definition);
    const auto [at, is_new] = numbers_.emplace(function.getCanonicalDecl(), syntax_.functions.size());
    if (!is_new) return at->second;
    syntax_.functions.push_back(definition);
    edges_.emplace_back();
    const clang::SourceManager &manager = syntax_.context.getSourceManager();
    report_.functions.push_back(
        {name_of(function), manager.getExpansionLineNumber(definition->getLocation()), is_of_runtime(function), {}});
    return at->second;
  }

  /// Initialisers outside functions call nothing (they are constant), but tables take addresses.
  void find_addresses_in_tables() {
    struct Tables : clang::RecursiveASTVisitor<Tables> {
      std::vector<clang::Expr *> initial;
      bool VisitVarDecl(clang::VarDecl *variable) {
        if (variable->hasGlobalStorage() && variable->hasInit()) initial.push_back(variable->getInit());
        return true;
      }
    } tables;
    for (clang::Decl *declaration : syntax_.declarations) tables.TraverseDecl(declaration);
    CallFinder finder(syntax_);
    for (clang::Expr *initial : tables.initial) finder.TraverseStmt(initial);
    addresses_taken_ = finder.addresses_taken;
  }

  void follow(std::size_t caller) {
    CallFinder finder(syntax_);
    finder.find(*syntax_.functions[caller]);
    addresses_taken_.insert(addresses_taken_.end(), finder.addresses_taken.begin(), finder.addresses_taken.end());
    for (const clang::SourceRange &where : finder.calls_of_table) table_calls_.push_back({caller, where});
    const bool from_runtime = report_.functions[caller].runtime;
    for (const CallPlace &call : finder.calls) {
      const Callee kind = classify(*call.callee, from_runtime, syntax_.context);
      if (kind == Callee::of_file || kind == Callee::of_runtime) {
        const std::size_t callee = number(*call.callee);
        edges_[caller].push_back({callee, call.where});
      }
      if (!from_runtime) count(kind);
      forbid(kind, call);
    }
  }

  void count(Callee kind) {
    if (kind == Callee::of_file) ++report_.calls_in_file;
    if (kind == Callee::of_runtime) ++report_.calls_of_runtime;
    if (kind == Callee::builtin) ++report_.calls_of_builtins;
  }

  void forbid(Callee kind, const CallPlace &call) {
    const std::string name = "'" + name_of(*call.callee) + "'";
    switch (kind) {
      case Callee::of_file:
      case Callee::of_runtime:
      case Callee::builtin:
      case Callee::intrinsic:
      case Callee::trivial:
        return;
      case Callee::heap:
        return syntax_.fault(DiagnosticKind::audit_heap, call.where, name + " allocates or frees memory of the heap");
      case Callee::standard:
        return syntax_.fault(DiagnosticKind::audit_standard_library, call.where,
                             name + " is of the standard library, which only the header may use");
      case Callee::undefined:
        return syntax_.fault(DiagnosticKind::audit_foreign_call, call.where,
                             name + " is declared but not defined here, so what it does is unknown");
      case Callee::foreign:
        return syntax_.fault(DiagnosticKind::audit_foreign_call, call.where,
                             name + " is neither a function of this file nor of the runtime");
    }
  }

  /// Functions on the longest chain of calls that starts here; reports calls that lead back into their own chain.
  int depth(std::size_t function) {
    State &state = states_[function];
    if (state.entered) return state.depth;
    state.entered = true;
    chain_.push_back(function);
    int deepest = 0;
    for (const Edge &edge : edges_[function]) {
      const bool open = states_[edge.callee].entered && states_[edge.callee].depth == 0;
      if (open) {
        report_round(edge);
      } else {
        deepest = std::max(deepest, depth(edge.callee));
      }
    }
    chain_.pop_back();
    return states_[function].depth = deepest + 1;
  }

  void report_round(const Edge &edge) {
    const std::string name = "'" + name_of(*syntax_.functions[edge.callee]) + "'";
    std::string through;
    for (auto at = std::find(chain_.begin(), chain_.end(), edge.callee) + 1; at != chain_.end(); ++at) {
      through += (through.empty() ? " through '" : ", '") + name_of(*syntax_.functions[*at]) + "'";
    }
    syntax_.fault(DiagnosticKind::audit_recursion, edge.where, name + " calls itself" + through);
  }

  AuditedSyntax &syntax_;
  AuditReport &report_;
  std::map<const clang::FunctionDecl *, std::size_t> numbers_;
  std::vector<std::vector<Edge>> edges_;
  std::vector<std::pair<std::size_t, clang::SourceRange>> table_calls_;
  std::vector<const clang::FunctionDecl *> addresses_taken_;
  std::vector<State> states_;
  std::vector<std::size_t> chain_;
};

}  // namespace

void audit_calls(AuditedSyntax &syntax, AuditReport &report) {
  CallGraph graph(syntax, report);
  graph.build();
  graph.forbid_recursion();
}

}  // namespace cnnc
