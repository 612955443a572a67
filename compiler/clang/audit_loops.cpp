#include "compiler/clang/affine.hpp"
#include "compiler/clang/audit_syntax.hpp"

#include "clang/AST/ExprCXX.h"
#include "clang/AST/RecursiveASTVisitor.h"

#include <algorithm>
#include <map>
#include <set>

namespace cnnc {
namespace {

/// Uses of a variable that could change it: all but reading its value, or naming it as constant.
class ChangeFinder : public clang::RecursiveASTVisitor<ChangeFinder> {
 public:
  explicit ChangeFinder(const clang::VarDecl &variable) : variable_(variable) {}

  bool VisitImplicitCastExpr(clang::ImplicitCastExpr *cast) {
    const bool reads = cast->getCastKind() == clang::CK_LValueToRValue;
    const bool constant = cast->getCastKind() == clang::CK_NoOp && cast->getType().isConstQualified();
    if (reads || constant) harmless_.insert(cast->getSubExpr()->IgnoreParens());
    return true;
  }
  bool VisitDeclRefExpr(clang::DeclRefExpr *use) {
    if (use->getDecl() == &variable_ && harmless_.count(use) == 0 && !use->getType().isConstQualified()) {
      found.push_back(use);
    }
    return true;
  }

  std::vector<const clang::Expr *> found;

 private:
  const clang::VarDecl &variable_;
  std::set<const clang::Expr *> harmless_;
};

class LoopAuditor {
 public:
  LoopAuditor(AuditedSyntax &syntax, AuditedFunction &function) : syntax_(syntax), function_(function) {}

  void walk(const clang::Stmt *statement) {
    if (statement == nullptr) return;
    if (const auto *loop = llvm::dyn_cast<clang::ForStmt>(statement)) return walk_loop(*loop);
    if (const auto *lambda = llvm::dyn_cast<clang::LambdaExpr>(statement)) {
      for (const clang::Expr *captured : lambda->capture_inits()) walk(captured);
      return;  // its body is a function of its own
    }
    if (const auto *declaration = llvm::dyn_cast<clang::DeclStmt>(statement)) note_constants(*declaration);
    for (const clang::Stmt *child : statement->children()) walk(child);
  }

 private:
  /// A loop around the place that is looked at. After a fault its variable has no range, and what depends on it is
  /// not reported again.
  struct Enclosing {
    const clang::VarDecl *variable;
    bool known;
  };

  void walk_loop(const clang::ForStmt &loop) {
    const clang::VarDecl *variable = declared_variable(loop);
    Range values;
    bool known = false;
    if (variable != nullptr) {
      const std::size_t place = function_.loops.size();
      const clang::SourceManager &manager = syntax_.context.getSourceManager();
      function_.loops.push_back({variable->getNameAsString(), manager.getExpansionLineNumber(loop.getForLoc()),
                                 static_cast<int>(enclosing_.size()), 0});
      known = measure(loop, *variable, values, function_.loops[place].trip_count);
      forbid_changes(loop, *variable);
    }
    enclosing_.push_back({variable, known});
    ranges_.push_back(values);
    walk(loop.getBody());
    enclosing_.pop_back();
    ranges_.pop_back();
  }

  void fault(clang::SourceRange where, std::string message) {
    syntax_.fault(DiagnosticKind::audit_loop_shape, where, std::move(message),
                  "write 'for (std::int64_t i = BEGIN; i < END; i += STEP)'");
  }

  const clang::VarDecl *declared_variable(const clang::ForStmt &loop) {
    const auto *declaration = llvm::dyn_cast_or_null<clang::DeclStmt>(loop.getInit());
    const auto *variable = declaration != nullptr && declaration->isSingleDecl()
                               ? llvm::dyn_cast<clang::VarDecl>(declaration->getSingleDecl())
                               : nullptr;
    if (variable != nullptr && variable->hasInit() && variable->hasLocalStorage() &&
        variable->getType()->isIntegerType() && !variable->getType()->isBooleanType()) {
      return variable;
    }
    fault(loop.getInit() != nullptr ? loop.getInit()->getSourceRange() : clang::SourceRange(loop.getForLoc()),
          "this loop does not declare one integer of its own to count with");
    return nullptr;
  }

  /// The greatest trip count, and the values that the variable takes in the body; false after a fault.
  bool measure(const clang::ForStmt &loop, const clang::VarDecl &variable, Range &values, std::int64_t &trip_count) {
    const clang::Expr *end_expression = nullptr;
    bool inclusive = false;
    if (!read_condition(loop, variable, end_expression, inclusive)) return false;
    std::int64_t step = 0;
    if (!read_step(loop, variable, step)) return false;
    const auto begin = read_bound(*variable.getInit(), "start");
    auto end = read_bound(*end_expression, "end");
    if (!begin || !end) return false;
    if (inclusive) end = add(*end, bound(1));
    const std::optional<Measure> measured = end ? evaluate(*begin, *end) : std::nullopt;
    if (!measured || !stays_within(variable, *measured, step)) {
      syntax_.fault(DiagnosticKind::audit_trip_count, end_expression->getSourceRange(),
                    "'" + variable.getNameAsString() + "' cannot be shown to stay within '" +
                        variable.getType().getUnqualifiedType().getAsString() + "', so this loop may never end");
      return false;
    }
    trip_count = std::max<std::int64_t>(0, (measured->distance + step - 1) / step);
    values = {measured->begin.low, std::max(measured->begin.low, measured->end.high - 1)};
    return true;
  }

  struct Measure {
    Range begin, end;
    std::int64_t distance = 0;
  };

  std::optional<Measure> evaluate(const Bound &begin, const Bound &end) const {
    const auto begin_range = range(begin, ranges_);
    const auto end_range = range(end, ranges_);
    const auto distance = greatest_distance(begin, end, ranges_);
    if (!begin_range || !end_range || !distance) return std::nullopt;
    return Measure{*begin_range, *end_range, *distance};
  }

  /// The last addition must not overflow either.
  bool stays_within(const clang::VarDecl &variable, const Measure &measured, std::int64_t step) const {
    return fits(variable, measured.begin.low) && fits(variable, measured.begin.high) &&
           fits(variable, measured.end.low) && fits(variable, measured.end.high + step);
  }

  bool fits(const clang::VarDecl &variable, std::int64_t value) const { return fits(variable.getType(), value); }

  bool fits(clang::QualType type, std::int64_t value) const {
    const unsigned bits = syntax_.context.getIntWidth(type);
    const bool is_signed = type->isSignedIntegerType();
    if (!is_signed && value < 0) return false;
    const unsigned magnitude = is_signed ? bits - 1 : bits;
    return magnitude >= 63 || (value < (std::int64_t{1} << magnitude) && value >= -(std::int64_t{1} << magnitude));
  }

  static const clang::Expr *strip(const clang::Expr *expression) { return expression->IgnoreParenImpCasts(); }
  static bool names(const clang::Expr *expression, const clang::VarDecl &variable) {
    const auto *use = llvm::dyn_cast<clang::DeclRefExpr>(strip(expression));
    return use != nullptr && use->getDecl() == &variable;
  }

  bool read_condition(const clang::ForStmt &loop, const clang::VarDecl &variable, const clang::Expr *&end,
                      bool &inclusive) {
    const auto *comparison =
        loop.getCond() != nullptr ? llvm::dyn_cast<clang::BinaryOperator>(strip(loop.getCond())) : nullptr;
    const bool counts = comparison != nullptr && loop.getConditionVariable() == nullptr &&
                        (comparison->getOpcode() == clang::BO_LT || comparison->getOpcode() == clang::BO_LE) &&
                        names(comparison->getLHS(), variable);
    if (!counts) {
      fault(loop.getCond() != nullptr ? loop.getCond()->getSourceRange() : clang::SourceRange(loop.getForLoc()),
            "this loop does not run while '" + variable.getNameAsString() + "' is less than a bound");
      return false;
    }
    end = comparison->getRHS();
    inclusive = comparison->getOpcode() == clang::BO_LE;
    return true;
  }

  bool read_step(const clang::ForStmt &loop, const clang::VarDecl &variable, std::int64_t &step) {
    const clang::Expr *increment = loop.getInc() != nullptr ? strip(loop.getInc()) : nullptr;
    if (const auto *unary = llvm::dyn_cast_or_null<clang::UnaryOperator>(increment);
        unary != nullptr && unary->isIncrementOp() && names(unary->getSubExpr(), variable)) {
      step = 1;
      return true;
    }
    const auto *binary = llvm::dyn_cast_or_null<clang::CompoundAssignOperator>(increment);
    const bool adds =
        binary != nullptr && binary->getOpcode() == clang::BO_AddAssign && names(binary->getLHS(), variable);
    const clang::SourceRange where =
        increment != nullptr ? increment->getSourceRange() : clang::SourceRange(loop.getForLoc());
    const std::optional<std::int64_t> constant = adds ? constant_value(*binary->getRHS()) : std::nullopt;
    if (!constant) {
      fault(where, "this loop does not add a constant to '" + variable.getNameAsString() + "' each time");
      return false;
    }
    step = constant.value_or(0);
    if (step > 0 && step <= (std::int64_t{1} << 32)) return true;
    syntax_.fault(DiagnosticKind::audit_trip_count, where, "with this step the loop does not come to its end");
    return false;
  }

  std::optional<std::int64_t> constant_value(const clang::Expr &expression) const {
    clang::Expr::EvalResult result;
    if (expression.isValueDependent() || !expression.EvaluateAsInt(result, syntax_.context)) return std::nullopt;
    return result.Val.getInt().tryExtValue();
  }

  std::optional<Bound> read_bound(const clang::Expr &expression, const char *what) {
    mentions_unknown_ = false;
    auto result = parse(expression);
    if (!result && !mentions_unknown_) {
      fault(expression.getSourceRange(), std::string("the ") + what +
                                             " of this loop is neither constant nor affine in " +
                                             "the variables of enclosing loops, nor the least or greatest of such");
    }
    return result;
  }

  /// The exact value of an expression, if its own arithmetic is exact: what could wrap in its type has none.
  std::optional<Bound> parse(const clang::Expr &expression) {
    auto result = parse_exactly(expression);
    if (!result || !expression.getType()->isIntegerType()) return result;
    const auto values = range(*result, ranges_);
    const bool exact = values && fits(expression.getType(), values->low) && fits(expression.getType(), values->high);
    return exact ? result : std::nullopt;
  }

  std::optional<Bound> parse_exactly(const clang::Expr &expression) {
    const clang::Expr *inner = expression.IgnoreParens();
    const auto *binary = llvm::dyn_cast<clang::BinaryOperator>(inner);
    // Before all constants: folding a long sum anew at each of its operators would take quadratic time.
    if (binary != nullptr && (binary->isAdditiveOp() || binary->getOpcode() == clang::BO_Mul)) {
      return parse_binary(*binary);
    }
    if (const auto constant = constant_value(*inner)) return bound(*constant);
    if (const auto *cast = llvm::dyn_cast<clang::CastExpr>(inner)) return parse_cast(*cast);
    if (const auto *list = llvm::dyn_cast<clang::InitListExpr>(inner); list != nullptr && list->getNumInits() == 1) {
      return parse(*list->getInit(0));
    }
    if (const auto *temporary = llvm::dyn_cast<clang::MaterializeTemporaryExpr>(inner)) {
      return parse(*temporary->getSubExpr());
    }
    if (const auto *use = llvm::dyn_cast<clang::DeclRefExpr>(inner)) return parse_name(*use);
    if (const auto *unary = llvm::dyn_cast<clang::UnaryOperator>(inner)) {
      const auto operand = parse(*unary->getSubExpr());
      if (!operand) return std::nullopt;
      if (unary->getOpcode() == clang::UO_Minus) return multiply(*operand, -1);
      return unary->getOpcode() == clang::UO_Plus ? operand : std::nullopt;
    }
    if (const auto *choice = llvm::dyn_cast<clang::ConditionalOperator>(inner)) return parse_conditional(*choice);
    if (const auto *call = llvm::dyn_cast<clang::CallExpr>(inner)) return parse_call(*call);
    return std::nullopt;
  }

  /// Casts that keep the value of every integer; those that do not are faults of their own or end the proof.
  std::optional<Bound> parse_cast(const clang::CastExpr &cast) {
    const clang::QualType from = cast.getSubExpr()->getType();
    const clang::QualType to = cast.getType();
    if (cast.getCastKind() == clang::CK_IntegralCast) {
      const auto bits = [&](clang::QualType type) { return syntax_.context.getIntWidth(type); };
      const bool widens =
          bits(to) > bits(from) || (bits(to) == bits(from) && from->isSignedIntegerType() == to->isSignedIntegerType());
      if (!widens || (from->isSignedIntegerType() && !to->isSignedIntegerType())) return std::nullopt;
    } else if (cast.getCastKind() != clang::CK_NoOp && cast.getCastKind() != clang::CK_LValueToRValue) {
      return std::nullopt;
    }
    return parse(*cast.getSubExpr());
  }

  std::optional<Bound> parse_name(const clang::DeclRefExpr &use) {
    for (std::size_t i = 0; i < enclosing_.size(); ++i) {
      if (enclosing_[i].variable != use.getDecl()) continue;
      if (enclosing_[i].known) return bound_variable(i);
      mentions_unknown_ = true;
      return std::nullopt;
    }
    const auto constant = constants_.find(use.getDecl());
    return constant != constants_.end() ? std::optional<Bound>(constant->second) : std::nullopt;
  }

  /// + - *
  std::optional<Bound> parse_binary(const clang::BinaryOperator &binary) {
    const auto left = parse(*binary.getLHS());
    const auto right = parse(*binary.getRHS());
    if (!left || !right) return std::nullopt;
    if (binary.getOpcode() == clang::BO_Add) return add(*left, *right);
    if (binary.getOpcode() == clang::BO_Sub) {
      const auto negative = multiply(*right, -1);
      return negative ? add(*left, *negative) : std::nullopt;
    }
    if (right->is_constant()) return multiply(*left, right->of.front().constant);
    if (left->is_constant()) return multiply(*right, left->of.front().constant);
    return std::nullopt;
  }

  /// a < b ? a : b and its three mirror images.
  std::optional<Bound> parse_conditional(const clang::ConditionalOperator &choice) {
    const auto *comparison = llvm::dyn_cast<clang::BinaryOperator>(choice.getCond()->IgnoreParenImpCasts());
    if (comparison == nullptr || !comparison->isRelationalOp()) return std::nullopt;
    const auto left = parse(*comparison->getLHS());
    const auto right = parse(*comparison->getRHS());
    const auto yes = parse(*choice.getTrueExpr());
    const auto no = parse(*choice.getFalseExpr());
    if (!left || !right || !yes || !no) return std::nullopt;
    const bool less = comparison->getOpcode() == clang::BO_LT || comparison->getOpcode() == clang::BO_LE;
    if (yes->of == left->of && no->of == right->of) {
      return choose(less ? Choice::least : Choice::greatest, *left, *right);
    }
    if (yes->of == right->of && no->of == left->of) {
      return choose(less ? Choice::greatest : Choice::least, *left, *right);
    }
    return std::nullopt;
  }

  /// index_min and index_max of the runtime.
  std::optional<Bound> parse_call(const clang::CallExpr &call) {
    const clang::FunctionDecl *callee = call.getDirectCallee();
    if (callee == nullptr || call.getNumArgs() != 2 || !is_of_runtime(*callee)) return std::nullopt;
    const std::string name = callee->getNameAsString();
    if (name != "index_min" && name != "index_max") return std::nullopt;
    const auto left = parse(*call.getArg(0));
    const auto right = parse(*call.getArg(1));
    if (!left || !right) return std::nullopt;
    return choose(name == "index_min" ? Choice::least : Choice::greatest, *left, *right);
  }

  /// Constants such as `const std::int64_t rows = min(8, 30 - y);` stand for their values in bounds below.
  void note_constants(const clang::DeclStmt &declaration) {
    for (const clang::Decl *declared : declaration.decls()) {
      const auto *variable = llvm::dyn_cast<clang::VarDecl>(declared);
      if (variable == nullptr || !variable->hasInit() || !variable->hasLocalStorage()) continue;
      if (!variable->getType().isConstQualified() || !variable->getType()->isIntegerType()) continue;
      if (auto value = parse(*variable->getInit())) constants_.emplace(variable, std::move(*value));
    }
  }

  void forbid_changes(const clang::ForStmt &loop, const clang::VarDecl &variable) {
    ChangeFinder finder(variable);
    finder.TraverseStmt(const_cast<clang::Stmt *>(loop.getBody()));
    for (const clang::Expr *use : finder.found) {
      syntax_.fault(DiagnosticKind::audit_loop_variable_changed, use->getSourceRange(),
                    "'" + variable.getNameAsString() + "' counts this loop and could be changed here");
    }
  }

  AuditedSyntax &syntax_;
  AuditedFunction &function_;
  std::vector<Enclosing> enclosing_;
  std::vector<Range> ranges_;
  std::map<const clang::Decl *, Bound> constants_;
  bool mentions_unknown_ = false;
};

}  // namespace

void audit_loops(AuditedSyntax &syntax, AuditReport &report) {
  for (std::size_t i = 0; i < syntax.functions.size(); ++i) {
    if (report.functions[i].runtime) continue;
    LoopAuditor(syntax, report.functions[i]).walk(syntax.functions[i]->getBody());
  }
}

}  // namespace cnnc
