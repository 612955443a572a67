// The paths of layers and block instances: which are taken, what weights stand behind them, and the names of those
// that the user gave none.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "compiler/frontend/ast.hpp"
#include "compiler/ir/graph.hpp"

namespace cnnc::net {

struct Checker;
struct Frame;
struct Scope;

struct LayerWeight {
  std::string parameter;  ///< "weight"
  ValueId value;
};

enum class LayerKind : std::uint8_t { layer, instance, parameter };

/// A layer, an instance of a block or network, or a free parameter.
struct Layer {
  Span span;
  LayerKind kind = LayerKind::layer;
  const OpDef *op = nullptr;        ///< of a layer
  const ast::Item *item = nullptr;  ///< of an instance
  bool named = false;               ///< by the user
  bool usable = false;              ///< it was made without a fault, so that its weights are known
  std::vector<LayerWeight> weights;
  std::size_t call = 0;  ///< of the block or network in whose body it stands, by number in LayerTable::calls
};

/// A call of a block or network.
struct CallSite {
  std::size_t caller = 0;  ///< the call in whose body it stands
  Span span = {};          ///< the callee's name; unknown for the network being checked
  bool clash_told = false;
};

struct LayerTable {
  std::map<std::string, Layer, std::less<>> layers;  ///< by full path
  std::map<std::string, Span, std::less<>> weights;  ///< the weights' full names
  /// Nodes whose path is only for people: it gives way to any other of the same text.
  std::vector<NodeId> numbered;
  std::vector<CallSite> calls = {{}};  ///< by number; the first is the network itself
};

/// The evaluated text of a path ("layer1.0"), or nothing if it is not well formed (reported).
std::optional<std::string> path_text(Checker &checker, Scope &scope, const ast::Path &path);
/// False, and reported, if a full path is longer than any that a person reads.
bool is_short_enough(Checker &checker, const std::string &path, Span span);
/// Counts a call of `callee` within the running body; its number from 1.
int next_number(Checker &checker, const std::string &callee);
/// Makes `path` the name of a layer; false, and reported at the layer's span, if it is another's already.
bool claim_path(Checker &checker, const std::string &path, Layer layer);
/// Makes `name` that of a weight; false, and reported, if it is another's already: of a layer, or of a parameter whose
/// path looks like it.
bool claim_weight_name(Checker &checker, const std::string &name, Span span);
/// "a conv", "an instance of block 'basic'", "a parameter".
std::string describe(const Layer &layer);
/// The layer or instance that `path` names in the running body, or in the nearest body around it. Null if none does.
const Layer *find_layer(const Checker &checker, const std::string &path, std::string &full_path);
/// Gives each node of `numbered` a path that no other node has.
void settle_numbered_paths(Graph &graph, const LayerTable &table);

}  // namespace cnnc::net
