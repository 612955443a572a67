#include "compiler/frontend/resolve_names.hpp"

#include <fmt/format.h>

#include <deque>
#include <set>

#include "compiler/frontend/recursion.hpp"
#include "compiler/ir/types.hpp"

namespace cnnc::net {

namespace {

/// What a name in a scope is, as far as the rules for names differ.
enum class NameKind : std::uint8_t { let, var, constant, parameter, input, loop_variable };

struct Entry {
  Span span;
  NameKind kind;
  bool used = false;
};

struct NameScope {
  std::map<std::string_view, Entry> names;
  bool incomplete = false;  ///< text was skipped here, which may have defined anything
};

struct Pending {
  DiagnosticKind kind;
  Span span;
  std::string message;
  std::string hint;
  std::optional<Note> note;
  const ast::Item *item;
};

/// Hints are searched for among all names; a file with more faults than this has one cause for them.
constexpr int most_hints = 100;

class Resolver {
 public:
  explicit Resolver(const Program &program) : program_(program) {}

  void resolve_item(const ast::Item &item);
  void warn_of_unused_constants();
  bool finish(Diagnostics &diagnostics);

 private:
  Pending &report(DiagnosticKind kind, Span span, std::string message);
  bool is_short(const ast::Name &name);
  void open_scope() { scopes_.emplace_back(); }
  void close_scope();
  void define(const ast::Name &name, NameKind kind);
  Entry *find(std::string_view name);
  void use(const ast::Name &name);
  void report_unknown(const ast::Name &name);
  void assign(const ast::Name &name);

  void resolve(const ast::Expr &expr);
  void resolve(const ast::ExprPtr &expr);
  void resolve(const std::vector<ast::StringPart> &parts);
  void resolve(const ast::Call &call);
  void resolve(const ast::If &choice);
  void resolve(const ast::Type &type);
  void resolve(const ast::Comprehension &list);
  void resolve_body(const ast::Body &body);
  void resolve_statement(const ast::Statement &statement);
  void resolve_loop(const ast::For &loop);

  const Program &program_;
  const ast::Item *item_ = nullptr;
  std::deque<NameScope> scopes_;
  std::set<const ast::Item *> used_constants_;  // looked up only, as are the calls below
  std::vector<Pending> pending_;
  CallGraph calls_;
  std::map<const ast::Item *, Span> first_calls_;  // looked up only: the order of pointers reaches no output
  bool names_too_long_ = false;
  int hints_ = 0;
  bool skipped_text_ = program_.incomplete;  ///< then uses may be missing, and no value is called unused
  int special_depth_ = 0;                    ///< within grad(…), whose arguments have names of their own
};

Pending &Resolver::report(DiagnosticKind kind, Span span, std::string message) {
  return pending_.emplace_back(Pending{kind, span, std::move(message), {}, {}, item_});
}

bool Resolver::is_short(const ast::Name &name) {
  if (name.text.size() <= longest_name) return true;
  report(DiagnosticKind::name_too_long, name.span,
         fmt::format("this name has {} bytes, and a name has at most {}", name.text.size(), longest_name));
  names_too_long_ = true;
  return false;
}

void Resolver::close_scope() {
  for (const auto &[name, entry] : scopes_.back().names) {
    if (entry.used || name.starts_with('_') || entry.kind == NameKind::loop_variable) continue;
    const bool outside = entry.kind == NameKind::parameter || entry.kind == NameKind::input;
    const char *what = entry.kind == NameKind::input ? "input " : entry.kind == NameKind::parameter ? "parameter " : "";
    report(DiagnosticKind::value_unused, entry.span,
           what + quoted(name) + (entry.kind == NameKind::var ? " is never read" : " is never used"))
        .hint = outside ? "" : "a name that begins with '_' may stay unused";
  }
  scopes_.pop_back();
}

void Resolver::define(const ast::Name &name, NameKind kind) {
  if (name.text == "_" || !is_short(name)) return;  // '_' takes a value and forgets it
  const auto [place, added] = scopes_.back().names.emplace(name.text, Entry{name.span, kind});
  if (added) return;
  Pending &fault =
      report(DiagnosticKind::name_taken, name.span, quoted(name.text) + " is already defined in this scope");
  fault.note = Note{place->second.span, "the first " + quoted(name.text) + " is here"};
  if (place->second.kind == NameKind::var) fault.hint = "an assignment needs no 'var'";
}

Entry *Resolver::find(std::string_view name) {
  for (std::size_t i = scopes_.size(); i-- > 0;) {
    const auto found = scopes_[i].names.find(name);
    if (found != scopes_[i].names.end()) return &found->second;
  }
  return nullptr;
}

void Resolver::use(const ast::Name &name) {
  if (!is_short(name)) return;
  if (Entry *entry = find(name.text)) {
    entry->used = true;
    return;
  }
  const FileItems &seen = program_.seen_at(name.span);
  const auto constant = seen.constants.find(name.text);
  if (constant != seen.constants.end()) {
    used_constants_.insert(constant->second);
    return;
  }
  if (dtype_named(name.text) || special_depth_ > 0) return;  // cast(f32), wrt = weights
  for (const NameScope &scope : scopes_)
    if (scope.incomplete) return;
  if (!seen.incomplete) report_unknown(name);
}

void Resolver::report_unknown(const ast::Name &name) {
  Pending &fault = report(DiagnosticKind::unknown_name, name.span, "there is no value " + quoted(name.text) + " here");
  if (++hints_ > most_hints) return;
  const Callee callee = find_callee(program_, name, item_);
  if (callee.known()) {
    fault.hint = quoted(name.text) +
                 (callee.item ? " is a " + std::string(callee.item->as<ast::Block>() ? "block" : "network")
                              : std::string(callee.op ? " is an operator" : " is a function")) +
                 ": call it, " + printable(name.text) + "(...)";
    return;
  }
  if (name.text == "True" || name.text == "False") {
    fault.hint = name.text == "True" ? "write 'true'" : "write 'false'";
    return;
  }
  fault.hint = import_hint(program_, name, &FileItems::constants);
  if (!fault.hint.empty()) return;
  std::vector<std::string_view> candidates;
  for (const NameScope &scope : scopes_)
    for (const auto &[candidate, entry] : scope.names) candidates.push_back(candidate);
  for (const auto &[candidate, item] : program_.seen_at(name.span).constants) candidates.push_back(candidate);
  const std::string_view nearest = nearest_name(name.text, candidates);
  if (nearest.empty()) return;
  fault.hint = "did you mean " + quoted(nearest) + "?";
  if (Entry *entry = find(nearest)) entry->used = true;  // very likely
}

void Resolver::assign(const ast::Name &name) {
  if (name.text == "_" || !is_short(name)) return;
  Entry *entry = find(name.text);
  const auto &constants = program_.seen_at(name.span).constants;
  const bool constant = !entry && constants.contains(name.text);
  if (!entry && !constant) {
    use(name);  // reports that there is no such name
    return;
  }
  if (entry && entry->kind == NameKind::var) return;
  Pending &fault =
      report(DiagnosticKind::not_assignable, name.span, quoted(name.text) + " cannot be assigned: it is no 'var'");
  const Span where = entry ? entry->span : name_of(*constants.at(name.text))->span;
  fault.note = Note{where, quoted(name.text) + " is defined here"};
  if (entry && entry->kind == NameKind::let) fault.hint = "define it with 'var' in place of 'let'";
}

// -- Expressions ------------------------------------------------------------------------------------------------------

void Resolver::resolve(const ast::ExprPtr &expr) {
  if (expr) resolve(*expr);
}

void Resolver::resolve(const std::vector<ast::StringPart> &parts) {
  for (const ast::StringPart &part : parts) resolve(part.value);
}

void Resolver::resolve(const ast::Expr &expr) {
  if (expr.as<ast::ErrorExpr>()) skipped_text_ = true;
  if (const auto *text = expr.as<ast::StringLiteral>()) resolve(text->parts);
  if (const auto *use_of = expr.as<ast::NameUse>()) use(use_of->name);
  if (const auto *list = expr.as<ast::ListLiteral>())
    for (const ast::Expr &element : list->elements) resolve(element);
  if (const auto *list = expr.as<ast::Comprehension>()) resolve(*list);
  if (const auto *unary = expr.as<ast::Unary>()) resolve(unary->operand);
  if (const auto *binary = expr.as<ast::Binary>()) {
    resolve(binary->left);
    resolve(binary->right);
  }
  if (const auto *range = expr.as<ast::Range>()) {
    resolve(range->begin);
    resolve(range->end);
  }
  if (const auto *index = expr.as<ast::Index>()) {
    resolve(index->base);
    resolve(index->index);
  }
  if (const auto *member = expr.as<ast::Member>()) resolve(member->base);
  if (const auto *call = expr.as<ast::Call>()) resolve(*call);
  if (const auto *pipeline = expr.as<ast::Pipeline>()) {
    resolve(pipeline->input);
    for (const ast::Call &step : pipeline->steps) resolve(step);
  }
  if (const auto *choice = expr.as<std::unique_ptr<ast::If>>()) resolve(**choice);
}

void Resolver::resolve(const ast::Comprehension &list) {
  resolve(list.list);
  open_scope();
  define(list.variable, NameKind::loop_variable);
  resolve(list.element);
  close_scope();
}

void Resolver::resolve(const ast::Call &call) {
  if (!is_short(call.callee)) return;
  const Callee callee = find_callee(program_, call.callee, item_);
  if (callee.item) {
    calls_[item_].push_back({callee.item, call.callee.span});
    first_calls_.emplace(callee.item, call.callee.span);
  } else if (!callee.known() && is_later_operator(call.callee.text)) {
    report(DiagnosticKind::not_supported, call.callee.span,
           quoted(call.callee.text) + " is not supported by this version");
  } else if (!callee.known() && !program_.seen_at(call.callee.span).incomplete) {
    Pending &fault = report(DiagnosticKind::unknown_operator, call.callee.span,
                            "there is no operator or block " + quoted(call.callee.text));
    if (++hints_ <= most_hints) fault.hint = callee_hint(program_, call.callee);
  }
  const bool special = callee.form == SpecialForm::grad;
  special_depth_ += special ? 1 : 0;
  for (const ast::Argument &argument : call.arguments) {
    resolve(argument.value);
    if (argument.path) resolve(argument.path->parts);
  }
  special_depth_ -= special ? 1 : 0;
  if (call.label) resolve(call.label->parts);
}

void Resolver::resolve(const ast::If &choice) {
  for (const ast::Branch &branch : choice.branches) {
    resolve(branch.condition);
    resolve_body(branch.body);
  }
  if (choice.otherwise) resolve_body(*choice.otherwise);
}

void Resolver::resolve(const ast::Type &type) {
  for (const ast::Dimension &dimension : type.dimensions) resolve(dimension.value);
}

// -- Statements -------------------------------------------------------------------------------------------------------

void Resolver::resolve_body(const ast::Body &body) {
  open_scope();
  bool returned = false;
  bool warned = false;
  for (const ast::Statement &statement : body.statements) {
    if (returned && !warned) {
      report(DiagnosticKind::statement_unreachable, statement.span, "nothing after 'return' is reached");
      warned = true;
    }
    returned = returned || statement.as<ast::Return>() != nullptr;
    resolve_statement(statement);
  }
  resolve(body.value);
  close_scope();
}

void Resolver::resolve_statement(const ast::Statement &statement) {
  if (statement.as<ast::ErrorStatement>()) {
    skipped_text_ = true;
    scopes_.back().incomplete = true;
  }
  if (const auto *binding = statement.as<ast::Binding>()) {
    resolve(binding->value);
    const NameKind kind = binding->kind == ast::BindingKind::var        ? NameKind::var
                          : binding->kind == ast::BindingKind::constant ? NameKind::constant
                                                                        : NameKind::let;
    for (const ast::Name &name : binding->names) define(name, kind);
  }
  if (const auto *assignment = statement.as<ast::Assignment>()) {
    resolve(assignment->value);
    for (const ast::Name &target : assignment->targets) assign(target);
  }
  if (const auto *result = statement.as<ast::Return>())
    for (const ast::Expr &value : result->values) resolve(value);
  if (const auto *choice = statement.as<ast::If>()) resolve(*choice);
  if (const auto *loop = statement.as<ast::For>()) resolve_loop(*loop);
}

void Resolver::resolve_loop(const ast::For &loop) {
  resolve(loop.over);
  open_scope();
  define(loop.variable, NameKind::loop_variable);
  resolve_body(loop.body);
  close_scope();
}

// -- Items ------------------------------------------------------------------------------------------------------------

void Resolver::resolve_item(const ast::Item &item) {
  const ast::Name *name = name_of(item);
  if (name && !is_short(*name)) return;
  item_ = &item;
  open_scope();
  if (item.as<ast::ErrorItem>()) skipped_text_ = true;
  if (const auto *constant = item.as<ast::Constant>()) resolve(constant->value);
  if (const auto *block = item.as<ast::Block>()) {
    for (const ast::Parameter &parameter : block->parameters) {
      resolve(parameter.value);
      define(parameter.name, NameKind::parameter);
    }
    resolve_body(block->body);
  }
  if (const auto *network = item.as<ast::Network>()) {
    for (const ast::Input &input : network->inputs) resolve(input.type);
    for (const ast::Output &output : network->outputs)
      if (output.type) resolve(*output.type);
    for (const ast::Input &input : network->inputs) define(input.name, NameKind::input);
    resolve_body(network->body);
  }
  close_scope();
  item_ = nullptr;
}

void Resolver::warn_of_unused_constants() {
  for (const auto &[name, item] : program_.files.front().constants) {
    const Span span = name_of(*item)->span;
    const bool own = span.file == program_.main().file;  // imported ones are there for all who import them
    if (own && !used_constants_.contains(item) && !name.starts_with('_'))
      report(DiagnosticKind::value_unused, span, "const " + quoted(name) + " is never used");
  }
}

bool Resolver::finish(Diagnostics &diagnostics) {
  for (Pending &fault : pending_) {
    // Text that was skipped may use a value, and may be why the rest looks like another statement.
    const bool doubtful =
        fault.kind == DiagnosticKind::value_unused || fault.kind == DiagnosticKind::statement_unreachable;
    if (doubtful && skipped_text_) continue;
    Diagnostic &reported = diagnostics.report(fault.kind, fault.span, std::move(fault.message));
    reported.hint(std::move(fault.hint));
    const auto call = first_calls_.find(fault.item);
    const bool warning = info(fault.kind).severity == Severity::warning;
    if (fault.note)
      reported.note(fault.note->span, std::move(fault.note->message));
    else if (call != first_calls_.end() && !warning)
      reported.note(call->second, title(*fault.item) + " is first called here");
  }
  report_recursion(program_, calls_, diagnostics);
  return !names_too_long_;
}

}  // namespace

bool resolve_names(const Program &program, Diagnostics &diagnostics) {
  Resolver resolver(program);
  for (const FileItems &items : program.files)
    for (const ast::Item &item : items.file->items) resolver.resolve_item(item);
  resolver.warn_of_unused_constants();
  return resolver.finish(diagnostics);
}

}  // namespace cnnc::net
