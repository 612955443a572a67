#include "compiler/clang/audit_syntax.hpp"

#include "clang/ASTMatchers/ASTMatchFinder.h"
#include "clang/ASTMatchers/ASTMatchers.h"

#include <functional>
#include <regex>
#include <sstream>

namespace cnnc {
namespace {

using namespace clang::ast_matchers;

AST_MATCHER(clang::Stmt, is_run_time_type_or_coroutine) {
  return llvm::isa<clang::CXXTypeidExpr, clang::CXXDynamicCastExpr, clang::CoroutineBodyStmt, clang::CoawaitExpr,
                   clang::CoreturnStmt, clang::CoyieldExpr>(Node);
}
AST_MATCHER(clang::Stmt, is_unbounded_control) {
  return llvm::isa<clang::WhileStmt, clang::DoStmt, clang::GotoStmt, clang::IndirectGotoStmt, clang::CXXForRangeStmt,
                   clang::AddrLabelExpr>(Node);
}
AST_MATCHER(clang::VarDecl, has_variable_length) { return Node.getType()->isVariablyModifiedType(); }
AST_MATCHER(clang::VarDecl, is_thread_local) { return Node.getTLSKind() != clang::VarDecl::TLS_None; }

/// Constant throughout: the elements of arrays too, and no member is mutable. A reference is as constant as its object.
AST_MATCHER(clang::VarDecl, is_immutable) {
  clang::QualType type = Finder->getASTContext().getBaseElementType(Node.getType());
  if (type->isReferenceType()) type = Finder->getASTContext().getBaseElementType(type->getPointeeType());
  const clang::CXXRecordDecl *record = type->getAsCXXRecordDecl();
  if (record != nullptr && record->hasDefinition() && record->hasMutableFields()) return false;
  return type.isConstQualified() && !type.isVolatileQualified();
}
AST_MATCHER(clang::VarDecl, is_initialised_at_run_time) {
  const clang::ASTContext &context = Finder->getASTContext();
  if (Node.getType()->isDependentType()) return false;
  if (Node.needsDestruction(context) != clang::QualType::DK_none) return true;
  const clang::Expr *initial = Node.getInit();
  if (initial == nullptr || initial->isValueDependent()) return false;
  return !initial->isConstantInitializer(Finder->getASTContext(), Node.getType()->isReferenceType());
}
AST_MATCHER(clang::ValueDecl, has_type_of_standard_library) {
  clang::QualType type = Node.getType();
  while (true) {
    type = type.getNonReferenceType();
    if (const clang::Type *element = type->getPointeeOrArrayElementType(); element != type.getTypePtr()) {
      type = clang::QualType(element, 0);
      continue;
    }
    break;
  }
  const clang::RecordDecl *record = type->getAsRecordDecl();
  return record != nullptr && outermost_namespace(*record) == "std";
}
AST_MATCHER(clang::Decl, changes_what_runs) {
  return Node.hasAttr<clang::ConstructorAttr>() || Node.hasAttr<clang::DestructorAttr>() ||
         Node.hasAttr<clang::CleanupAttr>() || Node.hasAttr<clang::IFuncAttr>() || Node.hasAttr<clang::AliasAttr>() ||
         Node.hasAttr<clang::WeakAttr>() || Node.hasAttr<clang::WeakRefAttr>() ||
         (llvm::isa<clang::FunctionDecl>(Node) && Node.hasAttr<clang::AsmLabelAttr>());
}

/// An empty statement only keeps the compiler from moving loads; anything else would be code that is not audited.
AST_MATCHER(clang::AsmStmt, is_fence) {
  const auto *assembly = llvm::dyn_cast<clang::GCCAsmStmt>(&Node);
  if (assembly == nullptr || !assembly->getAsmString()->getString().empty() || assembly->isAsmGoto()) return false;
  for (unsigned i = 0; i < assembly->getNumClobbers(); ++i) {
    if (assembly->getClobber(i) != "memory") return false;
  }
  return true;
}

/// The lines that put a weights file into the read-only data under one label; the file's name is bare.
AST_MATCHER(clang::Decl, is_assembly_but_weights) {
  const auto *assembly = llvm::dyn_cast<clang::FileScopeAsmDecl>(&Node);
  if (assembly == nullptr) return false;
  static const std::regex directive(
      R"(\s*(\.(push)?section\s+\.l?rodata[.\w]*\s*(,\s*"a"\s*(,\s*[@%]progbits)?)?|\.popsection|\.previous|)"
      R"(\.(balign|p2align)\s+\d+|\.(globl|hidden|local)\s+[.\w]+|\.type\s+[.\w]+\s*,\s*[@%]object|)"
      R"(\.size\s+[.\w]+\s*,\s*(\d+|\.\s*-\s*[.\w]+)|[.\w]+:|)"
      R"(\.incbin\s+"[A-Za-z_]\w*\.weights"(\s*,\s*\d+){0,2})?\s*)");
  constexpr std::size_t longest = 200;  // std::regex needs stack for every character
  std::istringstream lines(assembly->getAsmString()->getString().str());
  for (std::string line; std::getline(lines, line);) {
    if (line.size() > longest || !std::regex_match(line, directive)) return true;
  }
  return false;
}

/// True if the integer constant `from` has the same value in the type of `to`.
bool constant_survives(const clang::Expr &from, const clang::Expr &to, const clang::ASTContext &context) {
  clang::Expr::EvalResult before;
  clang::Expr::EvalResult after;
  if (!from.EvaluateAsRValue(before, context) || !to.EvaluateAsRValue(after, context)) return false;
  if (before.Val.isInt() && after.Val.isInt())
    return llvm::APSInt::isSameValue(before.Val.getInt(), after.Val.getInt());
  if (before.Val.isFloat() && after.Val.isFloat()) {
    llvm::APFloat back = after.Val.getFloat();
    bool inexact = false;
    back.convert(before.Val.getFloat().getSemantics(), llvm::APFloat::rmNearestTiesToEven, &inexact);
    return back.bitwiseIsEqual(before.Val.getFloat());
  }
  if (before.Val.isInt() && after.Val.isFloat()) {
    llvm::APSInt back(before.Val.getInt().getBitWidth() + 1, false);
    bool exact = false;
    after.Val.getFloat().convertToInteger(back, llvm::APFloat::rmTowardZero, &exact);
    return exact && llvm::APSInt::isSameValue(back, before.Val.getInt());
  }
  return false;
}

/// True if some value of integer type `from` has another value, or none, in integer type `to`.
bool integer_narrows(clang::QualType from, clang::QualType to, const clang::ASTContext &context) {
  const auto bits = [&](clang::QualType type) { return context.getIntWidth(type); };
  const auto is_signed = [](clang::QualType type) { return type->isSignedIntegerOrEnumerationType(); };
  if (is_signed(from) && !is_signed(to)) return true;
  if (!is_signed(from) && is_signed(to)) return bits(from) >= bits(to);
  return bits(from) > bits(to);
}

bool narrows(clang::CastKind kind, clang::QualType from, clang::QualType to, const clang::ASTContext &context) {
  switch (kind) {
    case clang::CK_IntegralCast:
      return integer_narrows(from, to, context);
    case clang::CK_FloatingCast:
      return context.getFloatingTypeOrder(from, to) > 0;
    case clang::CK_IntegralToFloating: {
      const unsigned significant = llvm::APFloat::semanticsPrecision(context.getFloatTypeSemantics(to));
      return context.getIntWidth(from) - (from->isSignedIntegerOrEnumerationType() ? 1 : 0) > significant;
    }
    case clang::CK_FloatingToIntegral:
    case clang::CK_FloatingToBoolean:
    case clang::CK_IntegralToBoolean:
    case clang::CK_PointerToBoolean:
      return true;
    default:
      return false;  // Clang's list is open; all conversions between numbers are named above
  }
}

AST_MATCHER(clang::ImplicitCastExpr, is_narrowing) {
  const clang::Expr &from = *Node.getSubExpr();
  const clang::ASTContext &context = Finder->getASTContext();
  if (Node.isPartOfExplicitCast() || Node.isValueDependent() || Node.isTypeDependent()) return false;
  if (from.getType()->isVectorType() || Node.getType()->isVectorType()) return false;
  return narrows(Node.getCastKind(), from.getType(), Node.getType(), context) &&
         !constant_survives(from, Node, context);
}
/// a += b computes in the wider type of both and narrows to that of a.
AST_MATCHER(clang::BinaryOperator, narrows_its_result) {
  const auto *assignment = llvm::dyn_cast<clang::CompoundAssignOperator>(&Node);
  if (assignment == nullptr || Node.isTypeDependent() || Node.getType()->isVectorType()) return false;
  const clang::QualType from = assignment->getComputationResultType();
  const clang::QualType to = Node.getType();
  const clang::ASTContext &context = Finder->getASTContext();
  if (from->isIntegerType() && to->isIntegerType()) return integer_narrows(from, to, context);
  if (from->isRealFloatingType() && to->isRealFloatingType()) return context.getFloatingTypeOrder(from, to) > 0;
  return from->isRealFloatingType() && to->isIntegerType();
}

/// An element that C++ has no type for, as the runtime has it: cnnc::f16, cnnc::bf16.
bool is_element(clang::QualType type) {
  const clang::CXXRecordDecl *record = type->getAsCXXRecordDecl();
  return record != nullptr && is_of_runtime(*record) && (record->getName() == "f16" || record->getName() == "bf16");
}
/// A static_cast may give back to a void pointer of the C face its type: numbers, elements, or pointers to void.
bool is_typing_of_void_pointer(const clang::CastExpr &cast) {
  if (!llvm::isa<clang::CXXStaticCastExpr>(cast) || !cast.getSubExpr()->getType()->isVoidPointerType()) return false;
  const clang::QualType pointee = cast.getType()->getPointeeType();
  return !pointee.isNull() && (pointee->isArithmeticType() || is_element(pointee));
}
/// The embedded or mapped weights are bytes; they are read as numbers, and only so.
bool is_reading_of_weights(const clang::CastExpr &cast) {
  const clang::QualType from = cast.getSubExpr()->getType()->getPointeeType();
  const clang::QualType to = cast.getType()->getPointeeType();
  return !from.isNull() && !to.isNull() && from.isConstQualified() &&
         from->isSpecificBuiltinType(clang::BuiltinType::UChar) && to.isConstQualified() && to->isRealFloatingType();
}
AST_MATCHER(clang::CastExpr, reinterprets) {
  if (llvm::isa<clang::CXXReinterpretCastExpr>(Node)) return !is_reading_of_weights(Node);
  if (llvm::isa<clang::CXXConstCastExpr>(Node)) return true;
  switch (Node.getCastKind()) {
    case clang::CK_BitCast:
      if (llvm::isa<clang::ImplicitCastExpr>(Node)) return !Node.getType()->isVoidPointerType();
      return !is_typing_of_void_pointer(Node);
    case clang::CK_LValueBitCast:
    case clang::CK_LValueToRValueBitCast:
    case clang::CK_IntegralToPointer:
    case clang::CK_PointerToIntegral:
    case clang::CK_ReinterpretMemberPointer:
    case clang::CK_BaseToDerived:
    case clang::CK_BaseToDerivedMemberPointer:
    case clang::CK_AddressSpaceConversion:
      return true;
    case clang::CK_NoOp: {  // a C cast can take const away without a word
      if (!llvm::isa<clang::CStyleCastExpr>(Node) || !Node.getType()->isPointerType()) return false;
      const clang::QualType from = Node.getSubExpr()->getType();
      return from->isPointerType() && from->getPointeeType().isConstQualified() &&
             !Node.getType()->getPointeeType().isConstQualified();
    }
    default:
      return false;  // Clang's list is open; all kinds that keep bytes and change types are named above
  }
}

using Describe = std::function<std::string(const MatchFinder::MatchResult &)>;

/// A matcher that binds "found", and what to say of it.
class Rule : public MatchFinder::MatchCallback {
 public:
  Rule(AuditedSyntax &syntax, DiagnosticKind kind, Describe describe)
      : syntax_(syntax), kind_(kind), describe_(std::move(describe)) {}

  void run(const MatchFinder::MatchResult &result) override {
    const clang::DynTypedNode found = result.Nodes.getMap().at("found");
    clang::SourceRange where = found.getSourceRange();
    if (const auto *named = found.get<clang::NamedDecl>()) where = named->getLocation();
    syntax_.fault(kind_, where, describe_(result));
  }

 private:
  AuditedSyntax &syntax_;
  DiagnosticKind kind_;
  Describe describe_;
};

Describe say(std::string text) {
  return [text](const MatchFinder::MatchResult &) { return text; };
}
/// "'name' " and the text.
Describe say_name(std::string text) {
  return [text](const MatchFinder::MatchResult &result) {
    std::string name = "this";
    if (const auto *named = result.Nodes.getNodeAs<clang::NamedDecl>("found")) name = name_of(*named);
    if (const auto *use = result.Nodes.getNodeAs<clang::DeclRefExpr>("found")) name = name_of(*use->getDecl());
    return "'" + printable(name) + "' " + text;
  };
}
std::string describe_narrowing(const MatchFinder::MatchResult &result) {
  const auto &cast = *result.Nodes.getNodeAs<clang::ImplicitCastExpr>("found");
  const clang::PrintingPolicy &policy = result.Context->getPrintingPolicy();
  const auto name = [&](clang::QualType type) { return "'" + type.getUnqualifiedType().getAsString(policy) + "'"; };
  return "this narrows " + name(cast.getSubExpr()->getType()) + " to " + name(cast.getType()) + " without a cast";
}

/// One run over a set of declarations: the rules for emitted text, or the fewer for the runtime.
class Rules {
 public:
  explicit Rules(AuditedSyntax &syntax) : syntax_(syntax) {}

  template <class Matcher>
  void forbid(const Matcher &matcher, DiagnosticKind kind, Describe describe) {
    callbacks_.push_back(std::make_unique<Rule>(syntax_, kind, std::move(describe)));
    finder_.addMatcher(matcher, callbacks_.back().get());
  }

  void run(const std::vector<clang::Decl *> &declarations) {
    const std::vector<clang::Decl *> before = syntax_.context.getTraversalScope();
    syntax_.context.setTraversalScope(declarations);
    finder_.matchAST(syntax_.context);
    syntax_.context.setTraversalScope(before);
  }

 private:
  AuditedSyntax &syntax_;
  MatchFinder finder_;
  std::vector<std::unique_ptr<Rule>> callbacks_;
};

/// What neither emitted text nor the runtime's functions that it reaches may contain.
void add_common_rules(Rules &rules) {
  rules.forbid(cxxNewExpr().bind("found"), DiagnosticKind::audit_heap, say("'new' allocates memory of the heap"));
  rules.forbid(cxxDeleteExpr().bind("found"), DiagnosticKind::audit_heap, say("'delete' frees memory of the heap"));
  rules.forbid(cxxThrowExpr().bind("found"), DiagnosticKind::audit_exception, say("this throws an exception"));
  rules.forbid(cxxTryStmt().bind("found"), DiagnosticKind::audit_exception, say("this expects exceptions"));
  const auto stored = varDecl(hasGlobalStorage());
  rules.forbid(varDecl(stored, is_thread_local()).bind("found"), DiagnosticKind::audit_mutable_state,
               say_name("is thread-local: it outlives a call"));
  rules.forbid(varDecl(stored, unless(is_thread_local()), unless(is_immutable())).bind("found"),
               DiagnosticKind::audit_mutable_state, say_name("outlives a call and is not constant"));
  rules.forbid(declRefExpr(to(varDecl(stored, unless(is_immutable())))).bind("found"),
               DiagnosticKind::audit_mutable_state, say_name("outlives a call and is not constant"));
  rules.forbid(varDecl(stored, is_immutable(), is_initialised_at_run_time()).bind("found"),
               DiagnosticKind::audit_dynamic_initialisation, say_name("is computed or destroyed at run time"));
  rules.forbid(atomicExpr().bind("found"), DiagnosticKind::audit_foreign_call,
               say("atomic operations are not among the builtins that are allowed"));
  rules.forbid(stmt(is_run_time_type_or_coroutine()).bind("found"), DiagnosticKind::audit_run_time_types,
               say("this needs run-time type information or a coroutine's frame"));
  rules.forbid(varDecl(has_variable_length()).bind("found"), DiagnosticKind::audit_variable_length,
               say_name("has a length that is not constant, so its stack is not bounded"));
  rules.forbid(asmStmt(unless(is_fence())).bind("found"), DiagnosticKind::audit_assembly,
               say("this is assembly other than an empty fence"));
}

void add_emitted_rules(Rules &rules) {
  add_common_rules(rules);
  rules.forbid(stmt(is_unbounded_control()).bind("found"), DiagnosticKind::audit_unbounded_control,
               say("only 'for' loops that count are allowed"));
  const auto condition = anyOf(hasParent(ifStmt()), hasParent(forStmt()), hasParent(whileStmt()), hasParent(doStmt()),
                               hasParent(conditionalOperator()), hasParent(unaryOperator(hasOperatorName("!"))),
                               hasParent(binaryOperator(hasAnyOperatorName("&&", "||"))));
  const auto boolean = anyOf(hasCastKind(clang::CK_IntegralToBoolean), hasCastKind(clang::CK_PointerToBoolean));
  rules.forbid(implicitCastExpr(is_narrowing(), unless(allOf(boolean, condition))).bind("found"),
               DiagnosticKind::audit_narrowing, describe_narrowing);
  rules.forbid(binaryOperator(narrows_its_result()).bind("found"), DiagnosticKind::audit_narrowing,
               say("this assignment narrows its result without a cast"));
  rules.forbid(fieldDecl(isBitField()).bind("found"), DiagnosticKind::audit_narrowing,
               say_name("is a bit-field, which narrows what is stored in it"));
  rules.forbid(castExpr(reinterprets()).bind("found"), DiagnosticKind::audit_cast,
               say("this cast reads bytes as another type or takes 'const' away"));
  rules.forbid(recordDecl(isUnion()).bind("found"), DiagnosticKind::audit_cast,
               say_name("is a union, which reads bytes as another type"));
  rules.forbid(decl(is_assembly_but_weights()).bind("found"), DiagnosticKind::audit_assembly,
               say("this is assembly other than the inclusion of a weights file by its bare name"));
  rules.forbid(valueDecl(has_type_of_standard_library()).bind("found"), DiagnosticKind::audit_standard_library,
               say_name("has a type of the standard library, which only the header may use"));
  rules.forbid(decl(changes_what_runs()).bind("found"), DiagnosticKind::audit_attribute,
               say_name("has an attribute that changes what runs"));
}

}  // namespace

void audit_constructs(AuditedSyntax &syntax) {
  Rules emitted(syntax);
  add_emitted_rules(emitted);
  emitted.run(syntax.declarations);

  Rules runtime(syntax);
  add_common_rules(runtime);
  std::vector<clang::Decl *> reached = syntax.pasted_runtime;
  for (const clang::FunctionDecl *function : syntax.functions) {
    if (is_of_runtime(*function)) reached.push_back(const_cast<clang::FunctionDecl *>(function));
  }
  runtime.run(reached);
}

}  // namespace cnnc
