// Statements: evaluated in order, `if` by its condition, `for` unrolled.
#include <fmt/format.h>

#include "compiler/frontend/evaluate.hpp"

namespace cnnc::net {

namespace {

/// Skipped text may have assigned to any variable.
void poison_variables(Scope &innermost) {
  for (Scope *scope = &innermost; scope; scope = scope->outer)
    for (auto &[name, variable] : scope->variables)
      if (variable.assignable) variable.value = {};
}

/// After a choice that could not be made: what any branch may have assigned is unknown.
void poison_assigned(Checker &checker, Scope &scope, const ast::Body &body);

void poison_assigned(Checker &checker, Scope &scope, const ast::If &choice) {
  for (const ast::Branch &branch : choice.branches) poison_assigned(checker, scope, branch.body);
  if (choice.otherwise) poison_assigned(checker, scope, *choice.otherwise);
}

void poison_assigned(Checker &checker, Scope &scope, const ast::Body &body) {
  for (const ast::Statement &statement : body.statements) {
    if (const auto *assignment = statement.as<ast::Assignment>())
      for (const ast::Name &target : assignment->targets)
        if (Variable *variable = scope.find(target.text)) variable->value = {};
    if (const auto *loop = statement.as<ast::For>()) poison_assigned(checker, scope, loop->body);
    if (const auto *choice = statement.as<ast::If>()) poison_assigned(checker, scope, *choice);
    if (statement.as<ast::ErrorStatement>()) poison_variables(scope);
    if (statement.as<ast::Return>() || statement.as<ast::ErrorStatement>()) checker.frame->poisoned = true;
  }
  if (!body.value) return;
  if (const auto *choice = body.value->as<std::unique_ptr<ast::If>>()) poison_assigned(checker, scope, **choice);
}

/// The values for `names`: of a call with as many results, or one value for one name.
std::vector<Datum> take_apart(Checker &checker, Scope &scope, const std::vector<ast::Name> &names,
                              const ast::Expr &expr) {
  if (names.size() == 1) return {evaluate_one(checker, scope, expr)};
  const Datum value = evaluate(checker, scope, expr);
  const auto *several = value.as<SeveralPtr>();
  if (several && (*several)->items.size() == names.size()) return (*several)->items;
  if (!value.is_poison())
    checker.fault(
        DiagnosticKind::value_count, expr.span,
        fmt::format("{} names stand at the left, but this gives {}", names.size(), describe(value, checker.graph)));
  return std::vector<Datum>(names.size());
}

void run_binding(Checker &checker, Scope &scope, const ast::Binding &binding) {
  std::vector<Datum> values = take_apart(checker, scope, binding.names, *binding.value);
  for (std::size_t i = 0; i < binding.names.size(); ++i) {
    if (binding.names[i].text == "_") continue;
    const auto *tensor = values[i].as<TensorRef>();
    const bool is_constant =
        tensor != nullptr && checker.graph.values[static_cast<std::size_t>(tensor->id)].kind == ValueKind::constant;
    if (binding.kind == ast::BindingKind::constant && tensor != nullptr && !is_constant)
      values[i] = checker.fault(DiagnosticKind::tensor_in_condition, binding.value->span,
                                "a const is a compile-time value, but this is " + describe(values[i], checker.graph),
                                "name it with 'let'");
    scope.variables.insert_or_assign(binding.names[i].text, Variable{values[i], binding.kind == ast::BindingKind::var});
  }
}

void run_assignment(Checker &checker, Scope &scope, const ast::Assignment &assignment) {
  const std::vector<Datum> values = take_apart(checker, scope, assignment.targets, *assignment.value);
  for (std::size_t i = 0; i < assignment.targets.size(); ++i) {
    Variable *variable = scope.find(assignment.targets[i].text);
    if (variable && variable->assignable) variable->value = values[i];  // else resolve_names has reported it
  }
}

void run_return(Checker &checker, Scope &scope, const ast::Return &statement) {
  Frame &frame = *checker.frame;
  if (frame.values_wanted > 0) {
    checker.fault(DiagnosticKind::return_misplaced, statement.keyword,
                  "'return' cannot stand in an 'if' that is a value", "end the branch with the value alone");
    frame.poisoned = true;
    return;
  }
  std::vector<Returned> returned;
  if (statement.values.size() == 1) {
    const ast::Expr &expr = statement.values.front();
    const Datum value = evaluate(checker, scope, expr);
    if (const auto *several = value.as<SeveralPtr>()) {
      for (const Datum &item : (*several)->items) returned.push_back({expr.span, item});
      frame.first_alone = (*several)->first_alone;
    } else {
      returned.push_back({expr.span, value});
    }
  } else {
    for (const ast::Expr &expr : statement.values) returned.push_back({expr.span, evaluate_one(checker, scope, expr)});
  }
  frame.returned = std::move(returned);
}

void run_for(Checker &checker, Scope &scope, const ast::For &loop) {
  const Datum over = evaluate_one(checker, scope, *loop.over);
  const std::vector<Datum> *items = over.items();
  if (!items) {
    if (!over.is_poison())
      checker.fault(DiagnosticKind::wrong_value, loop.over->span,
                    "'for' runs over a list, but this is " + describe(over, checker.graph),
                    over.as<std::int64_t>() ? "a range is written 0..n" : "");
    poison_assigned(checker, scope, loop.body);
    return;
  }
  for (const Datum &item : *items) {
    if (!checker.spend_steps(1, loop.keyword)) return;
    Scope inner{&scope, {}};
    inner.variables.emplace(loop.variable.text, Variable{item});
    run_body(checker, inner, loop.body, false);
    if (checker.exhausted() || checker.frame->returned) return;
  }
}

void run_statement(Checker &checker, Scope &scope, const ast::Statement &statement) {
  if (statement.as<ast::ErrorStatement>()) {
    poison_variables(scope);
    checker.frame->poisoned = true;
  }
  if (const auto *binding = statement.as<ast::Binding>()) run_binding(checker, scope, *binding);
  if (const auto *assignment = statement.as<ast::Assignment>()) run_assignment(checker, scope, *assignment);
  if (const auto *result = statement.as<ast::Return>()) run_return(checker, scope, *result);
  if (const auto *choice = statement.as<ast::If>()) run_if(checker, scope, *choice, false);
  if (const auto *loop = statement.as<ast::For>()) run_for(checker, scope, *loop);
}

Span closing_brace(const ast::Body &body) { return {body.span.file, body.span.end - 1, body.span.end}; }

}  // namespace

Datum run_body(Checker &checker, Scope &outer, const ast::Body &body, bool value_wanted) {
  Scope scope{&outer, {}};
  for (const ast::Statement &statement : body.statements) {
    if (!checker.spend_steps(1, statement.span)) return {};
    run_statement(checker, scope, statement);
    if (checker.frame->returned) return {};
  }
  if (checker.frame->poisoned && !body.value) return {};
  if (!body.value) {
    if (value_wanted)
      checker.fault(DiagnosticKind::value_missing, closing_brace(body), "this branch ends without a value",
                    "the value of a branch is the expression that stands last in it");
    return {};
  }
  if (value_wanted) return evaluate(checker, scope, *body.value);
  if (const auto *choice = body.value->as<std::unique_ptr<ast::If>>()) return run_if(checker, scope, **choice, false);
  const Datum value = evaluate(checker, scope, *body.value);
  if (!value.is_poison())
    checker.report(DiagnosticKind::value_unused, body.value->span, "nothing takes the value of this expression");
  return {};
}

std::optional<bool> condition(Checker &checker, Scope &scope, const ast::Expr &expr) {
  const Datum value = evaluate_one(checker, scope, expr);
  if (const bool *truth = value.as<bool>()) return *truth;
  if (value.is_tensor())
    checker.fault(DiagnosticKind::tensor_in_condition, expr.span,
                  "a condition is a compile-time value, but this is " + describe(value, checker.graph),
                  "choices are made at compile time, when a tensor's numbers are not known");
  else if (!value.is_poison())
    checker.fault(DiagnosticKind::wrong_value, expr.span,
                  "a condition is true or false, but this is " + describe(value, checker.graph),
                  value.is_number() ? "compare it: ... != 0" : "");
  return std::nullopt;
}

Datum run_if(Checker &checker, Scope &scope, const ast::If &choice, bool value_wanted) {
  if (value_wanted && !choice.otherwise) {
    checker.fault(DiagnosticKind::value_missing, choice.branches.front().keyword,
                  "this 'if' is a value, but has no 'else'", "add an 'else' with the value where no condition holds");
    return {};
  }
  if (value_wanted) ++checker.frame->values_wanted;
  Datum value;
  const ast::Body *taken = choice.otherwise ? &*choice.otherwise : nullptr;
  bool known = true;
  for (const ast::Branch &branch : choice.branches) {
    const auto holds = condition(checker, scope, *branch.condition);
    known = holds.has_value();
    if (!known) poison_assigned(checker, scope, choice);
    if (known && *holds) taken = &branch.body;
    if (!known || *holds) break;
  }
  if (known && taken) value = run_body(checker, scope, *taken, value_wanted);
  if (value_wanted) --checker.frame->values_wanted;
  return value;
}

}  // namespace cnnc::net
