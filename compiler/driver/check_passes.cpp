#include "compiler/driver/check_passes.hpp"

#include <algorithm>
#include <cmath>

#include "compiler/eval/compare.hpp"
#include "compiler/eval/eval_graph.hpp"
#include "compiler/eval/eval_kernel.hpp"
#include "compiler/eval/eval_plan.hpp"
#include "compiler/support/checks.hpp"

namespace cnnc {

namespace {

/// Numerical Recipes' 64-bit linear congruence; its upper bits are good enough for test inputs.
double next_uniform(std::uint64_t &state) {
  state = state * 6364136223846793005U + 1442695040888963407U;
  return static_cast<double>(static_cast<float>(static_cast<double>(state >> 40) / (1 << 23) - 1.0));
}

std::vector<Tensor> evaluate(const Graph &graph, const std::vector<Tensor> &inputs) {
  return eval_graph(graph, inputs);
}

std::vector<Tensor> evaluate(const Plan &plan, const std::vector<Tensor> &inputs) { return eval_plan(plan, inputs); }

std::vector<Tensor> evaluate(const Program &program, const std::vector<Tensor> &inputs) {
  std::vector<std::vector<float>> lanes;
  for (const Tensor &input : inputs) lanes.push_back(lanes_of(input));
  std::vector<Tensor> outputs;
  std::vector<std::vector<float>> results = eval_program(program, lanes);
  for (std::size_t i = 0; i < results.size(); ++i) outputs.push_back(tensor_of(program.outputs[i].type, results[i]));
  return outputs;
}

/// A number that the dtype has; small integers for i32, so that indices are in range now and then.
double next_number(std::uint64_t &state, DType dtype) {
  const double uniform = next_uniform(state);
  if (dtype == DType::i32) return std::floor(8 * uniform + 5);
  return converted(is_integer(dtype) ? 256 * uniform : uniform, dtype);
}

Tolerance tolerance_for(const Tensor &expected) {
  if (is_integer(expected.type.dtype)) return {1, 0, "a number near to an integer may be truncated to the one below"};
  double greatest = 0;
  for (double value : expected.data) greatest = std::max(greatest, std::fabs(value));
  if (expected.type.dtype != DType::f32)
    return {1e-2 * greatest, 0, "a number near to the middle between two of its type may be rounded either way"};
  return {1e-4 * greatest + 1e-6, 0, "sums of thousands of products in f32 lose about five of seven digits at worst"};
}

}  // namespace

PassChecker::PassChecker(const std::optional<Graph> &graph) {
  if (!graph) return;
  std::uint64_t state = 1;
  for (ValueId input : graph->inputs) {
    const TensorType type = with_samples(graph->values[static_cast<std::size_t>(input)].type, graph->batch);
    Tensor tensor{type, std::vector<double>(static_cast<std::size_t>(element_count(type.shape)))};
    for (double &value : tensor.data) value = next_number(state, type.dtype);
    inputs_.push_back(std::move(tensor));
  }
  expected_ = eval_graph(*graph, inputs_);
}

void PassChecker::check(const Stage &stage, std::string_view pass) const {
  if (!expected_) return;
  const auto *program = std::get_if<Program>(&stage);
  bool placed = program == nullptr || program->workspace_bytes > 0 ||
                std::none_of(program->buffers.begin(), program->buffers.end(),
                             [](const Buffer &buffer) { return buffer.kind == BufferKind::workspace; });
  if (!placed) return;  // a program runs once its buffers have places
  std::vector<Tensor> outputs = std::visit([&](const auto &form) { return evaluate(form, inputs_); }, stage);
  for (std::size_t i = 0; i < outputs.size(); ++i) {
    auto different = compare(outputs[i], (*expected_)[i], tolerance_for((*expected_)[i]));
    CNNC_CHECK(!different, "after " + std::string(pass) + " output " + std::to_string(i) +
                               " is another: " + (different ? to_string(*different) : ""));
  }
}

}  // namespace cnnc
