#include "compiler/driver/pipeline.hpp"

#include <algorithm>
#include <chrono>

#include "compiler/driver/check_passes.hpp"
#include "compiler/lower/build_program.hpp"
#include "compiler/lower/plan_memory.hpp"
#include "compiler/schedule/assign_layouts.hpp"
#include "compiler/schedule/join_in_place.hpp"
#include "compiler/passes/batch_samples.hpp"
#include "compiler/passes/canonicalize.hpp"
#include "compiler/passes/decompose.hpp"
#include "compiler/passes/fold_batch_norm.hpp"
#include "compiler/passes/fold_constants.hpp"
#include "compiler/passes/fuse.hpp"
#include "compiler/passes/gather_constants.hpp"
#include "compiler/schedule/pack_weights.hpp"
#include "compiler/support/checks.hpp"

namespace cnnc {

namespace {

template <Graph (*pass)(const Graph &)>
Stage on_graph(Stage stage, const Target &) {
  return pass(std::get<Graph>(stage));
}

template <Plan (*pass)(Plan)>
Stage on_plan(Stage stage, const Target &) {
  return pass(std::get<Plan>(std::move(stage)));
}

constexpr Pass passes[] = {
    {"canonicalize", "later passes see only what the outputs need", on_graph<canonicalize>},
    {"fold_batch_norm", "a map by channel costs nothing inside the weights before it", on_graph<fold_batch_norm>},
    {"decompose", "only operators that are loops are left", on_graph<decompose>},
    {"fold_constants", "what depends on weights alone is computed once, here", on_graph<fold_constants>},
    {"fuse", "a value that stays in registers needs no memory",
     [](Stage stage, const Target &target) -> Stage { return fuse(std::get<Graph>(stage), target); }},
    {"batch_samples", "samples of a run are one more axis of every loop", on_plan<batch_samples>},
    {"gather_constants", "a constant in the shape of its axes can be laid out for any loops",
     on_plan<gather_constants>},
    {"join_in_place", "what is joined need not be made elsewhere first",
     [](Stage stage, const Target &target) -> Stage {
       return join_in_place(std::get<Plan>(std::move(stage)), target);
     }},
    {"assign_layouts", "vectors need neighbours in memory; loops need tiles",
     [](Stage stage, const Target &target) -> Stage {
       return assign_layouts(std::get<Plan>(std::move(stage)), target);
     }},
    {"pack_weights", "loops read weights front to back", on_plan<pack_weights>},
    {"instantiate", "the only place where loops are made",
     [](Stage stage, const Target &target) -> Stage {
       return build_program(std::get<Plan>(std::move(stage)), target);
     }},
    {"plan_memory", "buffers that never live together share bytes",
     [](Stage stage, const Target &) -> Stage { return plan_memory(std::get<Program>(std::move(stage))); }},
};

constexpr PassOrder orders[] = {
    {"fold_batch_norm", "decompose", "a decomposed batch norm is no longer known to be a map by channel"},
    {"fold_batch_norm", "fold_constants", "folding leaves nodes on weights"},
    {"decompose", "fold_constants", "decompositions make nodes on weights"},
    {"decompose", "fuse", "fusion needs the nest of every operator"},
    {"fold_constants", "fuse", "fusion takes a value without numbers for one that is computed at run time"},
    {"fuse", "gather_constants", "fusion changes the axes by which constants are read"},
    {"fuse", "batch_samples", "fusion matches axes with those of the tensors"},
    {"batch_samples", "gather_constants", "constants have no samples"},
    {"gather_constants", "join_in_place", "a group has several operands of one value then, each a view of its own"},
    {"join_in_place", "assign_layouts", "the parts of a value have one layout"},
    {"gather_constants", "assign_layouts", "layouts count on constants that can be laid out freely"},
    {"assign_layouts", "pack_weights", "the packing follows the loops"},
    {"pack_weights", "instantiate", "kernels address packed weights"},
    {"instantiate", "plan_memory", "lifetimes are known once the calls are"},
};

void check_form(const Stage &stage, std::string_view after) {
  std::vector<std::string> faults = verify(stage);
  CNNC_CHECK(faults.empty(), "after " + std::string(after) + ": " + (faults.empty() ? "" : faults[0]));
}

/// What a reader of the plan needs; the numbers of packed constants are as large as the weights.
Plan without_numbers(const Plan &plan) {
  Plan result{plan.graph, {}};
  for (const Group &group : plan.groups) {
    std::vector<GroupOperand> operands;
    for (const GroupOperand &operand : group.operands) {
      operands.push_back({operand.value, nullptr, operand.layout});
      if (operand.numbers) operands.back().numbers = std::make_shared<const std::vector<float>>();
    }
    result.groups.push_back(
        {group.name, group.nodes, std::move(operands), group.result, group.layout, group.nests, group.schedules});
  }
  return result;
}

}  // namespace

std::span<const Pass> all_passes() { return passes; }
std::span<const PassOrder> pass_orders() { return orders; }

std::vector<std::string> verify_pass_order(std::span<const Pass> rows, std::span<const PassOrder> constraints) {
  std::vector<std::string> faults;
  auto place = [&](std::string_view name) {
    return std::find_if(rows.begin(), rows.end(), [&](const Pass &pass) { return pass.name == name; });
  };
  for (const PassOrder &order : constraints) {
    auto before = place(order.before);
    auto after = place(order.after);
    if (before == rows.end() || after == rows.end())
      faults.push_back("a constraint names a pass that is not there: " + std::string(order.before) + ", " +
                       std::string(order.after));
    else if (before >= after)
      faults.push_back(std::string(order.before) + " must run before " + std::string(order.after) + ": " +
                       std::string(order.reason));
  }
  return faults;
}

Program compile_graph(Graph graph, const Target &target, const PipelineOptions &options) {
  std::vector<std::string> faults = verify_pass_order(passes, orders);
  CNNC_CHECK(faults.empty(), faults.empty() ? "" : faults[0]);
  PassChecker checker(options.check_passes ? std::optional<Graph>(graph) : std::nullopt);
  Stage stage = std::move(graph);
  check_form(stage, "the front end");
  for (const Pass &pass : passes) {
    auto begin = std::chrono::steady_clock::now();
    try {
      stage = pass.run(std::move(stage), target);
    } catch (const InternalError &error) {
      throw InternalError("in pass " + std::string(pass.name) + ": " + error.what());
    }
    if (options.times != nullptr)
      options.times->push_back(
          {pass.name, std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count()});
    bool dump = std::find(options.dump_after.begin(), options.dump_after.end(), pass.name) != options.dump_after.end();
    if (dump && options.dump != nullptr) *options.dump += to_string(stage);
    // A program is whole only after plan_memory.
    if (!std::holds_alternative<Program>(stage) || &pass == &passes[std::size(passes) - 1])
      check_form(stage, pass.name);
    checker.check(stage, pass.name);
    if (options.plan != nullptr && std::holds_alternative<Plan>(stage))
      *options.plan = without_numbers(std::get<Plan>(stage));
  }
  return std::get<Program>(std::move(stage));
}

}  // namespace cnnc
