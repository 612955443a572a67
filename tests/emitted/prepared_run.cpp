#include "tests/emitted/prepared_run.hpp"

#include <algorithm>
#include <cstdio>

#if __has_include(<valgrind/memcheck.h>)
#include <valgrind/memcheck.h>
#else
#define VALGRIND_MAKE_MEM_UNDEFINED(address, size) static_cast<void>(0)
#define VALGRIND_MAKE_MEM_DEFINED(address, size) static_cast<void>(0)
#define VALGRIND_CHECK_MEM_IS_DEFINED(address, size) 0
#endif

namespace {

/// Alignment is promised for these two, so they touch the page that must not be touched at their end.
GuardedMemory aligned(std::size_t bytes) { return {bytes, Flush::end, 0}; }

bool same_bits(float a, float b) { return std::memcmp(&a, &b, sizeof a) == 0 || (a != a && b != b); }

float element(const GuardedMemory &tensor, std::size_t i) {
  float value = 0;
  std::memcpy(&value, tensor.data() + sizeof value * i, sizeof value);
  return value;
}

}  // namespace

PreparedRun::PreparedRun(const Model &model, const Run &run, Placement placement)
    : model_(model),
      run_(run),
      workspace_(aligned(model.model->workspace_bytes)),
      weights_(aligned(model.weights.size())) {
  for (const std::vector<float> &input : run.inputs) {
    inputs_.emplace_back(sizeof(float) * input.size(), placement.flush, placement.shift);
    std::memcpy(inputs_.back().data(), input.data(), inputs_.back().size());
  }
  for (const std::vector<float> &output : run.expected)
    outputs_.emplace_back(sizeof(float) * output.size(), placement.flush, placement.shift);
  if (!model.weights.empty()) std::memcpy(weights_.data(), model.weights.data(), model.weights.size());
  for (const GuardedMemory &input : inputs_) input_addresses_.push_back(input.data());
  for (const GuardedMemory &output : outputs_) output_addresses_.push_back(output.data());
  forget();
}

void PreparedRun::forget() {
  for (GuardedMemory &output : outputs_) {
    output.fill_with_nan();
    VALGRIND_MAKE_MEM_UNDEFINED(output.data(), output.size());
  }
  workspace_.fill_with_nan();
  VALGRIND_MAKE_MEM_UNDEFINED(workspace_.data(), workspace_.size());
}

cnnc_status PreparedRun::run_with(const void *weights) {
  return model_.model->run(weights, input_addresses_.data(), output_addresses_.data(), workspace_.data());
}

cnnc_status PreparedRun::run_in(void *workspace) {
  return model_.model->run(weights(), input_addresses_.data(), output_addresses_.data(), workspace);
}

bool PreparedRun::as_expected() const {
  for (std::size_t o = 0; o < outputs_.size(); ++o) {
    if (VALGRIND_CHECK_MEM_IS_DEFINED(outputs_[o].data(), outputs_[o].size()) != 0) return false;
    for (std::size_t i = 0; i < run_.expected[o].size(); ++i) {
      const float value = element(outputs_[o], i), expected = run_.expected[o][i];
      if (same_bits(value, expected)) continue;
      std::printf("  output %zu, element %zu: %a, the interpreter gave %a\n", o, i, static_cast<double>(value),
                  static_cast<double>(expected));
      return false;
    }
  }
  return true;
}

bool PreparedRun::intact() const {
  bool good = workspace_.intact() && weights_.intact();
  for (const GuardedMemory &output : outputs_) good = good && output.intact();
  for (std::size_t i = 0; i < inputs_.size(); ++i)
    good = good && inputs_[i].intact() && std::memcmp(inputs_[i].data(), run_.inputs[i].data(), inputs_[i].size()) == 0;
  return good && std::equal(model_.weights.begin(), model_.weights.end(), weights_.data());
}

bool PreparedRun::outputs_untouched() const {
  for (const GuardedMemory &output : outputs_) {
    VALGRIND_MAKE_MEM_DEFINED(output.data(), output.size());
    for (std::size_t i = 0; i < output.size(); ++i)
      if (output.data()[i] != 0xff) return false;
  }
  return true;
}
