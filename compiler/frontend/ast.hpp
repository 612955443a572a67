// The syntax tree of a `.net` file: what the text says, before any name is looked up.
//
// Plain structs, owned from the top down. Every node carries the Span of its text without surrounding blanks, and every
// name its own, so that messages can point at the narrowest place. A tree is at most `max_tree_height` nodes high
// (the parser sees to it), so recursive walks need no guard of their own.
//
// Where the parser skipped text after a fault it leaves an Error… node. The fault has been reported; whoever meets such
// a node says nothing more about it, nor about what depends on it.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "compiler/support/source.hpp"

namespace cnnc::ast {

/// No expression, with all that lies within it, is higher; brackets nest at most max_nesting deep.
constexpr int max_tree_height = 1000;
constexpr int max_nesting = 256;

struct Expr;
struct Body;
struct If;
using ExprPtr = std::unique_ptr<Expr>;

struct Name {
  Span span;
  std::string text;
};

// -- Expressions ------------------------------------------------------------------------------------------------------

/// What recovery skipped.
struct ErrorExpr {};

struct IntLiteral {
  std::int64_t value = 0;
};

struct FloatLiteral {
  double value = 0;  ///< the nearest double of the text
};

struct BoolLiteral {
  bool value = false;
};

/// A piece of a string or path: literal text with its escapes resolved, or, where `value` is set, `{value}`.
struct StringPart {
  Span span;
  std::string text;
  ExprPtr value;
};

/// No parts is the empty string; a string without `{…}` is one part.
struct StringLiteral {
  std::vector<StringPart> parts;
};

/// A value, a dtype (`cast(f32)`), or `weights` in grad: what it is, is found out by its place and scope.
struct NameUse {
  Name name;
};

/// `[a, b, c]`
struct ListLiteral {
  std::vector<Expr> elements;
};

/// `[element for variable in list]`
struct Comprehension {
  ExprPtr element;
  Name variable;
  ExprPtr list;
};

enum class UnaryOp : std::uint8_t { negate, logical_not };

struct Unary {
  UnaryOp op = UnaryOp::negate;
  Span op_span;
  ExprPtr operand;
};

enum class BinaryOp : std::uint8_t {
  logical_or,
  logical_and,
  equal,
  not_equal,
  less,
  less_equal,
  greater,
  greater_equal,
  add,
  subtract,
  multiply,
  divide,
  remainder,
};

/// As the user writes it: "or", "==", "+".
std::string_view spelling(BinaryOp op);
std::string_view spelling(UnaryOp op);

struct Binary {
  BinaryOp op = BinaryOp::add;
  Span op_span;
  ExprPtr left;
  ExprPtr right;
};

/// `begin .. end`, half open.
struct Range {
  ExprPtr begin;
  ExprPtr end;
};

/// `base[index]`
struct Index {
  ExprPtr base;
  ExprPtr index;
};

/// `base.name`
struct Member {
  ExprPtr base;
  Name name;
};

/// What stands after `as` and `share =`. The text of a bare path (`downsample.0`) is one part; a quoted one may hold
/// `{…}`, and then only its value shows whether it is well formed: dots between segments of [A-Za-z0-9_]+.
struct Path {
  Span span;
  bool quoted = false;
  std::vector<StringPart> parts;
};

/// `value`, `name = value`, or `share = path` (then `path` is set and `value` is null).
struct Argument {
  Span span;
  std::optional<Name> name;
  ExprPtr value;
  std::optional<Path> path;
};

/// `callee(arguments) as label`. A step of a pipeline may lack the parentheses; a call outside always has them.
struct Call {
  Span span;  ///< all of it, label included
  Name callee;
  bool parenthesised = true;
  std::vector<Argument> arguments;
  std::optional<Path> label;
};

/// `input |> step |> step`: each step takes what is at its left as its first argument. At least one step.
struct Pipeline {
  ExprPtr input;
  std::vector<Call> steps;
};

/// What can be an expression. `If` is shared: as a statement it has no use for the values of its bodies.
struct Expr {
  using Node = std::variant<ErrorExpr, IntLiteral, FloatLiteral, BoolLiteral, StringLiteral, NameUse, ListLiteral,
                            Comprehension, Unary, Binary, Range, Index, Member, Call, Pipeline, std::unique_ptr<If>>;
  Span span;
  Node node;
  int height = 1;  ///< nodes on the longest way down, this one included

  template <class T>
  const T *as() const {
    return std::get_if<T>(&node);
  }
};

// -- Statements -------------------------------------------------------------------------------------------------------

struct Statement;

/// Statements in braces. In a branch of an `if`, what stands last may be a bare expression: `value`. An `if` that
/// stands last in a branch is also its `value`, whether or not anything will be done with it.
struct Body {
  Span span;  ///< with the braces
  std::vector<Statement> statements;
  ExprPtr value;  ///< may be null; always null in the bodies of networks, blocks and `for`
};

/// `if condition { … }`, or `else if condition { … }`
struct Branch {
  Span keyword;  ///< the word `if`
  ExprPtr condition;
  Body body;
};

struct If {
  Span span;
  std::vector<Branch> branches;  ///< at least one; tried in this order
  std::optional<Body> otherwise;
};

enum class BindingKind : std::uint8_t { let, var, constant };

/// `let a, b = value`, `var a = value`, `const A = value`; at least one name.
struct Binding {
  Span keyword;
  BindingKind kind = BindingKind::let;
  std::vector<Name> names;
  ExprPtr value;
};

/// `a = value`, `a, b = value`
struct Assignment {
  std::vector<Name> targets;
  ExprPtr value;
};

/// `return a, b`; at least one value.
struct Return {
  Span keyword;
  std::vector<Expr> values;
};

/// `for variable in over { … }`
struct For {
  Span keyword;
  Name variable;
  ExprPtr over;
  Body body;
};

struct ErrorStatement {};

struct Statement {
  using Node = std::variant<ErrorStatement, Binding, Assignment, Return, If, For>;
  Span span;
  Node node;

  template <class T>
  const T *as() const {
    return std::get_if<T>(&node);
  }
};

// -- Items ------------------------------------------------------------------------------------------------------------

/// One dimension of a type: a compile-time int, or `_`, which is inferred.
struct Dimension {
  Span span;
  ExprPtr value;  ///< null for `_`
};

/// `f32[1, 28, 28]`
struct Type {
  Span span;
  Name dtype;
  std::vector<Dimension> dimensions;
};

/// `name: type`
struct Input {
  Span span;
  Name name;
  Type type;
};

/// `name: type`, or `name: weights` (then `type` is empty): one output a weight.
struct Output {
  Span span;
  Name name;
  std::optional<Type> type;
};

/// `network name(inputs) -> (outputs) train { … }`
struct Network {
  Name name;
  std::vector<Input> inputs;
  std::vector<Output> outputs;
  std::optional<Span> train;  ///< the word `train`, if it is there
  Body body;
};

/// A parameter of a block; `value` is its default, or null.
struct Parameter {
  Span span;
  Name name;
  ExprPtr value;
};

/// `block name(parameters) { … }`
struct Block {
  Name name;
  std::vector<Parameter> parameters;
  Body body;
};

/// `const NAME = value`
struct Constant {
  Name name;
  ExprPtr value;
};

/// `import "file.net"`; `path` as written, escapes resolved.
struct Import {
  Span path_span;  ///< with the quotes
  std::string path;
  bool faulty = false;  ///< the parser has reported that it is no path
};

struct ErrorItem {};

struct Item {
  using Node = std::variant<ErrorItem, Network, Block, Constant, Import>;
  Span span;
  std::string doc;  ///< the `///` lines above, without the slashes and one blank, joined by '\n'
  Node node;

  template <class T>
  const T *as() const {
    return std::get_if<T>(&node);
  }
};

struct File {
  FileId file = no_file;
  std::vector<Item> items;
};

}  // namespace cnnc::ast
