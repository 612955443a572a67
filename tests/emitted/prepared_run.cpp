#include "tests/emitted/prepared_run.hpp"

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <cstring>

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

/// The element's bits; a NaN is as good as any NaN.
std::uint32_t element_at(const unsigned char *data, cnnc_dtype dtype, std::size_t i) {
  const std::size_t bytes = element_bytes(dtype);
  std::uint32_t bits = 0;
  std::memcpy(&bits, data + bytes * i, bytes);
  std::uint32_t infinity = dtype == CNNC_F32    ? 0x7f800000
                           : dtype == CNNC_F16  ? 0x7c00
                           : dtype == CNNC_BF16 ? 0x7f80
                                                : 0;
  const std::uint32_t size = infinity == 0 ? 0 : bits & (dtype == CNNC_F32 ? 0x7fffffff : 0x7fff);
  return size > infinity ? ~0U : bits;
}

}  // namespace

PreparedRun::PreparedRun(const Model &model, const Run &run, Placement placement)
    : model_(model),
      run_(run),
      workspace_(aligned(model.model->workspace_bytes)),
      weights_(aligned(model.weights.size())) {
  for (const std::vector<unsigned char> &input : run.inputs) {
    inputs_.emplace_back(input.size(), placement.flush, placement.shift);
    std::memcpy(inputs_.back().data(), input.data(), inputs_.back().size());
  }
  for (const std::vector<unsigned char> &output : run.expected)
    outputs_.emplace_back(output.size(), placement.flush, placement.shift);
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
    const cnnc_dtype dtype = model_.model->outputs[o].dtype;
    for (std::size_t i = 0; i < run_.expected[o].size() / element_bytes(dtype); ++i) {
      const std::uint32_t value = element_at(outputs_[o].data(), dtype, i);
      const std::uint32_t expected = element_at(run_.expected[o].data(), dtype, i);
      if (value == expected) continue;
      std::printf("  output %zu, element %zu: bits %08x, the interpreter gave %08x\n", o, i, value, expected);
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
