#include "compiler/passes/fuse.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "compiler/ops/op.hpp"
#include "compiler/passes/compose_nests.hpp"
#include "compiler/support/checks.hpp"

namespace cnnc {

namespace {

class Fusion {
 public:
  Fusion(const Graph &graph, const Target &target) : most_window_points_(target.registers / 2) {
    plan_.graph = graph;
    for (std::size_t i = 0; i < graph.nodes.size(); ++i) start_group(static_cast<NodeId>(i));
    add_copies_for_outputs();
    for (std::size_t i = 0; i < plan_.groups.size(); ++i) {
      group_of_[plan_.groups[i].result] = i;
      count_operands(plan_.groups[i], 1);
    }
  }

  Plan run() {
    for (std::size_t i = 0; i < plan_.groups.size(); ++i) {
      while (take_copy(plan_.groups[i])) {
      }
      while (take_producer(plan_.groups[i])) {
      }
    }
    drop_unused();
    name_groups();
    return std::move(plan_);
  }

 private:
  void start_group(NodeId id) {
    const Node &node = plan_.graph.nodes[static_cast<std::size_t>(id)];
    CNNC_CHECK(node.results.size() == 1, "an operator with a nest has one result");
    Group group;
    group.nodes = {id};
    for (ValueId operand : node.operands) group.operands.push_back({operand, {}, {}});
    group.result = node.results[0];
    // One operand a value, however often it is read: a * a uses a once.
    accept(group, {}, nests_of(plan_.graph, node));
    plan_.groups.push_back(std::move(group));
  }

  /// An output that no group may store to, or that is stored already, is copied from its value.
  void add_copies_for_outputs() {
    std::set<ValueId> stored;
    for (Output &output : plan_.graph.outputs) {
      const Value value = plan_.graph.values[static_cast<std::size_t>(output.value)];
      if (value.kind == ValueKind::result && stored.insert(output.value).second) continue;
      Group group;
      group.operands = {{output.value, {}, {}}};
      Value copy;
      copy.name = output.name;
      copy.type = value.type;
      group.result = plan_.graph.add_value(copy);
      group.nests = {copy_nest(value.type.shape)};
      output.value = group.result;
      plan_.groups.push_back(std::move(group));
    }
    for (const Output &output : plan_.graph.outputs) outputs_.insert(output.value);
  }

  static Nest copy_nest(const Shape &shape) {
    Nest nest;
    std::vector<Index> here;
    for (std::size_t d = 0; d < shape.size(); ++d) {
      nest.axes.push_back({"d" + std::to_string(d), AxisKind::parallel, shape[d]});
      here.push_back(Index::variable(static_cast<IndexVar>(d)));
    }
    nest.operands = {shape};
    nest.reads = {{0, here, std::nullopt}};
    nest.body = read(0);
    nest.output = shape;
    nest.store = here;
    return nest;
  }

  Group *producer_of(ValueId value) {
    auto found = group_of_.find(value);
    if (found == group_of_.end() || plan_.groups[found->second].nests.empty()) return nullptr;
    return &plan_.groups[found->second];
  }

  void count_operands(const Group &group, int sign) {
    for (const GroupOperand &operand : group.operands) readers_[operand.value] += sign;
  }

  /// The groups and outputs that use a value.
  int uses(ValueId value) const {
    auto readers = readers_.find(value);
    return (outputs_.count(value) != 0 ? 1 : 0) + (readers != readers_.end() ? readers->second : 0);
  }

  bool take_copy(Group &group) {
    for (std::size_t o = 0; o < group.operands.size(); ++o) {
      Group *from = producer_of(group.operands[o].value);
      if (from == nullptr || from->nests.size() != 1 || !is_copy(from->nests[0])) continue;
      std::vector<Nest> composed;
      for (const Nest &nest : group.nests)
        if (auto one = compose_copy(nest, static_cast<int>(o), from->nests[0])) composed.push_back(std::move(*one));
      if (composed.size() != group.nests.size()) continue;
      count_operands(group, -1);
      accept(group, *from, std::move(composed));
      count_operands(group, 1);
      return true;
    }
    return false;
  }

  bool take_producer(Group &group) {
    if (group.nests.size() != 1) return false;
    for (std::size_t o = 0; o < group.operands.size(); ++o) {
      Group *from = producer_of(group.operands[o].value);
      if (from == nullptr || uses(from->result) != 1) continue;
      std::vector<Nest> fused = with_producer(group.nests[0], static_cast<int>(o), from->nests);
      if (fused.empty()) continue;
      count_operands(group, -1);
      count_operands(*from, -1);
      Group taken = std::exchange(*from, {});
      accept(group, taken, std::move(fused));
      count_operands(group, 1);
      return true;
    }
    return false;
  }

  /// The consumer at the end of each of the producer's nests; empty if it cannot be.
  std::vector<Nest> with_producer(const Nest &consumer, int operand, const std::vector<Nest> &producers) const {
    std::vector<Nest> fused;
    for (const Nest &producer : producers) {
      auto one = compose_epilogue(consumer, operand, producer);
      if (!one && producers.size() == 1) one = compose_pool(consumer, operand, producer, most_window_points_);
      if (!one) return {};
      fused.push_back(std::move(*one));
    }
    return fused;
  }

  /// The group's operands become its own followed by those of `from`, less those no longer read.
  static void accept(Group &group, const Group &from, std::vector<Nest> nests) {
    std::vector<GroupOperand> all = group.operands;
    all.insert(all.end(), from.operands.begin(), from.operands.end());
    std::vector<int> number(all.size(), -1);
    std::vector<GroupOperand> kept;
    std::map<ValueId, int> known;
    auto keep = [&](int operand) {
      int &position = number[static_cast<std::size_t>(operand)];
      if (position >= 0) return;
      auto [entry, added] =
          known.try_emplace(all[static_cast<std::size_t>(operand)].value, static_cast<int>(kept.size()));
      if (added) kept.push_back(all[static_cast<std::size_t>(operand)]);
      position = entry->second;
    };
    for (const Nest &nest : nests) {
      for (const Read &read : nest.reads) keep(read.operand);
      for (const Lookup &lookup : nest.lookups) keep(lookup.operand);
    }
    for (Nest &nest : nests) {
      std::vector<Shape> shapes(kept.size());
      for (std::size_t i = 0; i < all.size(); ++i)
        if (number[i] >= 0) shapes[static_cast<std::size_t>(number[i])] = nest.operands[i];
      for (Read &read : nest.reads) read.operand = number[static_cast<std::size_t>(read.operand)];
      for (Lookup &lookup : nest.lookups) lookup.operand = number[static_cast<std::size_t>(lookup.operand)];
      nest.operands = std::move(shapes);
    }
    group.operands = std::move(kept);
    group.nests = std::move(nests);
    group.nodes.insert(group.nodes.begin(), from.nodes.begin(), from.nodes.end());
  }

  void drop_unused() {
    for (std::size_t i = plan_.groups.size(); i-- > 0;) {
      Group &group = plan_.groups[i];
      if (group.nests.empty() || uses(group.result) != 0) continue;
      count_operands(group, -1);
      group = {};
    }
    std::erase_if(plan_.groups, [](const Group &group) { return group.nests.empty(); });
  }

  /// After the first layer with weights, or the first operator.
  void name_groups() {
    std::map<std::string, int> taken;
    for (Group &group : plan_.groups) {
      std::string name = group.nodes.empty() ? "copy" : "";
      for (NodeId id : group.nodes) {
        const Node &node = plan_.graph.nodes[static_cast<std::size_t>(id)];
        bool weighted = !parameters_present(*node.op, node.attrs).empty();
        std::string own = node.path.empty() ? std::string(node.op->name) : node.path;
        if (weighted || name.empty()) name = own;
        if (weighted) break;
      }
      for (char &c : name)
        if (!(c >= 'a' && c <= 'z') && !(c >= 'A' && c <= 'Z') && !(c >= '0' && c <= '9')) c = '_';
      int number = taken[name]++;
      group.name = number == 0 ? name : name + "_" + std::to_string(number + 1);
    }
  }

  Plan plan_;
  std::set<ValueId> outputs_;
  std::map<ValueId, std::size_t> group_of_;  ///< by its result
  std::map<ValueId, int> readers_;           ///< how many groups read a value
  std::int64_t most_window_points_;
};

}  // namespace

Plan fuse(const Graph &graph, const Target &target) { return Fusion(graph, target).run(); }

}  // namespace cnnc
