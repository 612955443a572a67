// The state of checking one network: its graph as far as it is built, and where in the text the walk is.
//
// A network is checked by running it: statements in order, blocks at each of their calls, loops unrolled. What is known
// at compile time becomes Data, operators become nodes of the graph. Every fault is reported where it is found and
// leaves Poison behind, so that the walk goes on and finds the next one that is independent of it.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <unordered_map>
#include <vector>

#include "compiler/frontend/arithmetic.hpp"
#include "compiler/frontend/layer_table.hpp"
#include "compiler/frontend/program.hpp"

namespace cnnc::net {

// Bounds on what a few lines can ask for, far above what any network needs; each is for a whole file.
constexpr std::int64_t max_steps = 1'000'000;               ///< statements run, calls, elements of comprehensions
constexpr std::int64_t max_items_made = 8'000'000;          ///< elements of lists and characters of texts, all together
constexpr std::int64_t max_layers = 50'000;                 ///< nodes of all graphs
constexpr std::int64_t max_loaded = std::int64_t{1} << 26;  ///< numbers read with `load`, and their copies as weights
constexpr std::size_t max_rank = 16;                        ///< axes of a tensor
constexpr int max_call_depth = 64;                          ///< blocks in blocks
constexpr int max_evaluation_depth = 1'500;  ///< expressions in expressions, across calls; bounds the stack

struct Variable {
  Datum value;
  bool assignable = false;
};

struct Scope {
  Scope *outer = nullptr;
  std::unordered_map<std::string_view, Variable> variables;  // looked up only

  Variable *find(std::string_view name);
};

struct Returned {
  Span span;  ///< the expression
  Datum value;
};

/// What is running: the body of a network, of one call of a block or network, or the value of a constant.
struct Frame {
  const ast::Item *item = nullptr;
  Frame *caller = nullptr;
  Span call = {};           ///< the callee's name in the call; unknown for the network being checked
  std::size_t number = 0;   ///< of the call, in the layer table
  std::string prefix = {};  ///< of the paths of its layers: "", "layer1.0."
  /// The prefix of the earlier instance whose weights this one uses, and where the source says so.
  std::optional<std::string> shared_prefix = {};
  Span share_span = {};
  std::map<std::string, int, std::less<>> counts = {};  ///< calls so far, by the name of what is called
  std::optional<std::vector<Returned>> returned = {};
  bool first_alone = false;  ///< what is returned is a call that gives its first result where one value is wanted
  bool poisoned = false;     ///< text was skipped or a choice is unknown: no fault if nothing is returned
  int values_wanted = 0;     ///< running branches of an `if` that is an expression
};

enum class ConstantState : std::uint8_t { running, done };

struct ConstantValue {
  ConstantState state = ConstantState::running;
  Datum value;
};

/// By their items, looked up only. Those without tensors in them are the same for all networks of a file.
using Constants = std::map<const ast::Item *, ConstantValue>;

/// The files that `load` has read in this run.
struct LoadedFiles {
  std::map<std::string, SharedTensor> tensors;  ///< by path; empty where a fault was reported
  std::vector<std::string> paths;               ///< in the order of reading
};

/// What has been used of the bounds, by all the networks of a file.
struct Budget {
  LoadedFiles loaded;
  std::int64_t steps = 0;
  std::int64_t items = 0;
  std::int64_t layers = 0;
  std::int64_t loaded_numbers = 0;
  int hints = 0;           ///< of those that look through all layers
  bool exhausted = false;  ///< a bound was reached, and reported; nothing more is evaluated
};

struct Checker {
  const Program &program;
  Diagnostics &diagnostics;
  Budget &budget;
  const Constants &known_constants;  ///< evaluated already
  Graph graph;
  LayerTable layers;
  Constants constants;                    ///< those that are not known_constants: their tensors are in this graph
  std::map<std::string, ValueId> loaded;  ///< constants of the graph, by the path of their file
  std::set<ValueId> loaded_values;        ///< the same
  Frame *frame = nullptr;                 ///< set whenever something is evaluated
  int call_depth = 0;
  int evaluation_depth = 0;

  Checker(const Program &program, Diagnostics &diagnostics, Budget &budget, const Constants &known_constants)
      : program(program), diagnostics(diagnostics), budget(budget), known_constants(known_constants) {}

  /// Reports a fault; within a call, with the call as its note. Returns Poison, for `return checker.fault(…)`.
  Datum fault(DiagnosticKind kind, Span span, std::string message, std::string hint = {});
  /// The same, for those that add a note of their own.
  Diagnostic &report(DiagnosticKind kind, Span span, std::string message);
  /// Reports what a function on data found wrong.
  Datum take(Outcome outcome, Span span);
  /// Hands on what a shape rule reported.
  void forward(const Diagnostics &found);

  bool exhausted() const { return budget.exhausted; }
  /// False, and reported at `span`, where a bound is exceeded.
  bool spend_steps(std::int64_t count, Span span);
  bool spend_items(std::int64_t count, Span span);
  bool spend_layer(Span span);
  bool spend_loaded(std::int64_t numbers, Span span);
  bool exhaust(Span span, const std::string &what);

  const TensorType &type_of(TensorRef tensor) const { return graph.values[static_cast<std::size_t>(tensor.id)].type; }
};

}  // namespace cnnc::net
