#include "tests/random/check_network.hpp"

#include <fmt/format.h>

#include <cmath>
#include <exception>
#include <optional>

#include "compiler/driver/pipeline.hpp"
#include "compiler/eval/eval_graph.hpp"
#include "compiler/eval/eval_kernel.hpp"
#include "compiler/eval/eval_plan.hpp"
#include "tests/random/error_estimate.hpp"

namespace cnnc::test {

namespace {

/// What a form gives. A plan's interpreter does not tell of indices.
struct Outcome {
  std::vector<Tensor> outputs;
  std::optional<bool> bad_index;
};

Outcome outcome_of(const Graph &graph, const std::vector<Tensor> &inputs) {
  std::optional<BadIndex> fault;
  Outcome outcome{eval_graph(graph, inputs, &fault), {}};
  outcome.bad_index = fault.has_value();
  return outcome;
}

Outcome outcome_of(const Plan &plan, const std::vector<Tensor> &inputs) { return {eval_plan(plan, inputs), {}}; }

Outcome outcome_of(const Program &program, const std::vector<Tensor> &inputs) {
  std::vector<std::vector<float>> lanes;
  for (const Tensor &input : inputs) lanes.push_back(lanes_of(input));
  bool bad_index = false;
  const std::vector<std::vector<float>> results = eval_program(program, lanes, &bad_index);
  Outcome outcome{{}, bad_index};
  for (std::size_t i = 0; i < results.size(); ++i)
    outcome.outputs.push_back(tensor_of(program.outputs[i].type, results[i]));
  return outcome;
}

class Checker {
 public:
  Checker(const std::vector<Tensor> &inputs, EstimatedRun expected) : inputs_(inputs), expected_(std::move(expected)) {}

  double worst = 0;

  /// The fault of a form, empty if there is none.
  std::string check(const Stage &stage) {
    const Outcome outcome = std::visit([&](const auto &form) { return outcome_of(form, inputs_); }, stage);
    if (outcome.outputs.size() != expected_.outputs.size()) return "another number of outputs";
    for (std::size_t i = 0; i < outcome.outputs.size(); ++i)
      if (std::string fault = check_output(outcome.outputs[i], i); !fault.empty()) return fault;
    if (outcome.bad_index && *outcome.bad_index != expected_.fault.has_value())
      return *outcome.bad_index ? "an index is said to be out of range that is not"
                                : "an index out of range goes unnoticed";
    return "";
  }

 private:
  std::string check_output(const Tensor &actual, std::size_t number) {
    const EstimatedValue &expected = expected_.outputs[number];
    if (actual.type != expected.value.type) return fmt::format("output {} is {}", number, to_string(actual.type));
    for (std::size_t i = 0; i < actual.data.size(); ++i) {
      const double allowed = error_factor * expected.error[i];
      const double error = std::fabs(actual.data[i] - expected.value.data[i]);
      if (actual.data[i] == expected.value.data[i] || !std::isfinite(allowed)) continue;
      if (!(error <= allowed))
        return fmt::format("output {}, element {}: {}, expected {} (off by {}, allowed {})", number, i, actual.data[i],
                           expected.value.data[i], error, allowed);
      if (expected.settled) worst = std::max(worst, error / allowed);
    }
    return "";
  }

  const std::vector<Tensor> &inputs_;
  EstimatedRun expected_;
};

/// Graphs do not depend on the target: they are looked at with the first one only.
std::string check_target(const Graph &graph, const Target &target, bool first, Checker &checker) {
  Stage stage = graph;
  for (const Pass &pass : all_passes()) {
    stage = pass.run(std::move(stage), target);
    const bool last = &pass == &all_passes().back();
    if (!last && std::holds_alternative<Program>(stage)) continue;  // whole only when its buffers have places
    if (!first && std::holds_alternative<Graph>(stage)) continue;
    std::vector<std::string> faults = verify(stage);
    std::string fault = faults.empty() ? checker.check(stage) : "does not verify: " + faults[0];
    if (!fault.empty()) return fmt::format("{}, after {}: {}", target.name, pass.name, fault);
  }
  return "";
}

std::string check_targets(const Graph &graph, const std::vector<const Target *> &targets, Checker &checker) {
  const std::vector<std::string> faults = verify(graph);
  if (!faults.empty()) return "the graph does not verify: " + faults[0];
  for (const Target *target : targets) {
    std::string fault;
    try {
      fault = check_target(graph, *target, target == targets[0], checker);
    } catch (const std::exception &error) {
      fault = fmt::format("{}: {}", target->name, error.what());
    }
    if (!fault.empty()) return fault;
  }
  return "";
}

}  // namespace

NetworkCheck check_network(const Graph &graph, const std::vector<Tensor> &inputs,
                           const std::vector<const Target *> &targets) {
  NetworkCheck result;
  EstimatedRun expected = estimate_graph(graph, inputs);
  if (!expected.comparable) {
    result.verdict = Verdict::not_comparable;
    return result;
  }
  result.bad_index = expected.fault.has_value();
  Checker checker(inputs, std::move(expected));
  result.fault = check_targets(graph, targets, checker);
  result.worst = checker.worst;
  if (!result.fault.empty()) result.verdict = Verdict::wrong;
  return result;
}

}  // namespace cnnc::test
