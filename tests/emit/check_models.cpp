// Runs emitted models through their C description and compares every bit with what the kernel interpreter gave: twice
// in a row, on unaligned memory, from two threads at once, all models in one program, without an allocation.
//
// Usage: check_models FOLDER; see emit_cases.cpp for what is in it. stack.txt there, if any, has a line
// "NAME BYTES" with the stack that the compiler says a run takes.
#include "cnnc/model.h"
#include "cnnc/weights.hpp"

#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <string>
#include <thread>
#include <vector>

#define CASE(name, file) extern "C" const cnnc_model *name##_model(void);
#include "cases.inc"
#undef CASE

extern "C" void *__libc_malloc(std::size_t);
namespace {
std::atomic<long> allocations{0};
}
#ifdef __has_feature
#if __has_feature(address_sanitizer)
#define CHECKED_BY_SANITIZER
#endif
#endif
#if !defined(__SANITIZE_ADDRESS__) && !defined(CHECKED_BY_SANITIZER)  // it has a malloc of its own
extern "C" void *malloc(std::size_t size) {
  ++allocations;
  return __libc_malloc(size);
}
#endif

namespace {

int failures = 0;

void expect(bool condition, const std::string &name, const char *what) {
  if (condition) return;
  ++failures;
  std::printf("%s: %s\n", name.c_str(), what);
}

std::string read(const std::string &path) {
  std::ifstream file(path, std::ios::binary);
  return std::string(std::istreambuf_iterator<char>(file), {});
}

std::size_t elements(const cnnc_tensor &tensor) {
  std::size_t product = 1;
  for (std::uint32_t i = 0; i < tensor.rank; ++i) product *= tensor.shape[i];
  return product;
}

/// Memory whose start is `shift` bytes beyond a multiple of 64, with bytes behind it that must stay as they are.
struct Region {
  Region(std::size_t bytes, std::size_t shift) : size(bytes), memory(bytes + 192 + shift, '\x5a') {
    const std::size_t over = reinterpret_cast<std::uintptr_t>(memory.data()) % 64;
    start = memory.data() + (64 - over) + shift;
  }
  bool intact() const {
    for (const char *p = memory.data(); p < memory.data() + memory.size(); ++p)
      if ((p < start || p >= start + size) && *p != '\x5a') return false;
    return true;
  }
  std::size_t size;
  std::vector<char> memory;
  char *start;
};

/// One run's inputs and outputs.
struct Run {
  Run(const cnnc_model &model, const std::string &inputs, std::size_t shift) : workspace(model.workspace_bytes, 0) {
    std::size_t offset = 0;
    for (std::uint32_t i = 0; i < model.input_count; ++i) {
      in.emplace_back(4 * elements(model.inputs[i]), shift);
      std::memcpy(in.back().start, inputs.data() + offset, in.back().size);
      offset += in.back().size;
    }
    for (std::uint32_t i = 0; i < model.output_count; ++i) out.emplace_back(4 * elements(model.outputs[i]), shift);
    // What a model does not write shows: as a NaN, like the interpreter's.
    std::memset(workspace.start, 0xff, workspace.size);
    for (Region &region : out) std::memset(region.start, 0xff, region.size);
    for (Region &region : in) in_pointers.push_back(region.start);
    for (Region &region : out) out_pointers.push_back(region.start);
  }
  cnnc_status operator()(const cnnc_model &model, const void *weights) {
    return model.run(weights, in_pointers.data(), out_pointers.data(), workspace.start);
  }
  bool equals(const std::string &expected) const {
    std::size_t offset = 0;
    for (const Region &region : out)
      for (std::size_t i = 0; i < region.size; i += 4, offset += 4) {
        float got, wanted;
        std::memcpy(&got, region.start + i, 4);
        std::memcpy(&wanted, expected.data() + offset, 4);
        if (std::memcmp(&got, &wanted, 4) != 0 && !(got != got && wanted != wanted)) {
          std::printf("  byte %zu: got %a, expected %a\n", offset, double(got), double(wanted));
          return false;
        }
      }
    return offset == expected.size();
  }
  bool intact() const {
    bool good = workspace.intact();
    for (const Region &region : in) good = good && region.intact();
    for (const Region &region : out) good = good && region.intact();
    return good;
  }

  Region workspace;
  std::vector<Region> in, out;
  std::vector<const void *> in_pointers;
  std::vector<void *> out_pointers;
};

void check_weights_file(const cnnc_model &model, const std::string &name, const Region &weights, Run &run) {
  expect(model.weights_bytes == weights.size, name, "weights_bytes is not the size of the file");
  expect(run(model, nullptr) == CNNC_BAD_WEIGHTS, name, "runs without weights");
  Region other(weights.size, 0);
  std::memcpy(other.start, weights.start, weights.size);
  other.start[20] ^= 1;
  expect(run(model, other.start) == CNNC_BAD_WEIGHTS, name, "runs with another model's weights");
  const auto *bytes = reinterpret_cast<const unsigned char *>(weights.start);
  expect(cnnc::weights_word(bytes + 40) == cnnc::weights_checksum(bytes + 64, weights.size - 64), name, "checksum");
}

/// False if this CPU cannot run the model.
bool check(const cnnc_model &model, const std::string &folder, const std::string &name, bool file) {
  const std::string inputs = read(folder + "/" + name + ".inputs"), expected = read(folder + "/" + name + ".expected");
  const std::string image = file ? read(folder + "/" + name + ".weights") : "";
  Region weights(image.size(), 0);
  if (file) std::memcpy(weights.start, image.data(), image.size());
  expect(model.abi_version == 1 && model.workspace_alignment == 64, name, "description");
  expect(std::string(model.name) == "every \"kind\"?\n", name, "name");
  expect(model.inputs[1].dtype == CNNC_F32 && std::string(model.inputs[1].name) == "scale+1", name, "input");
  for (std::size_t shift = 0; shift < 6; ++shift) {
    Run run(model, inputs, shift);
    if (shift == 0 && run(model, weights.start) == CNNC_BAD_TARGET) return false;
    if (shift == 0 && file) check_weights_file(model, name, weights, run);
    for (int again = 0; again < 2; ++again) {
      const long before = allocations;
      const cnnc_status status = run(model, weights.start);
      expect(allocations == before, name, "allocates");
      expect(status == CNNC_OK, name, "status");
      expect(run.equals(expected), name, "outputs differ from the interpreter's");
      expect(run.intact(), name, "wrote outside its memory");
    }
  }
  Run first(model, inputs, 0), second(model, inputs, 1);
  auto many = [&](Run &run) {
    for (int i = 0; i < 50; ++i)
      if (run(model, weights.start) != CNNC_OK) std::abort();
  };
  std::thread thread(many, std::ref(first));
  many(second);
  thread.join();
  expect(first.equals(expected) && second.equals(expected), name, "two threads disturb each other");
  return true;
}

void check_stack(const cnnc_model &model, const std::string &folder, const std::string &name) {
  std::ifstream lines(folder + "/stack.txt");
  std::string of;
  std::size_t bytes = 0;
  while (lines >> of >> bytes) {
    if (of != name) continue;
    std::printf("%s: stack %zu of %zu\n", name.c_str(), bytes, model.stack_bytes);
    expect(bytes <= model.stack_bytes, name, "takes more stack than it says");
  }
}

}  // namespace

int main(int count, char **arguments) {
  if (count != 2) return 2;
  int ran = 0;
#define CASE(name, file)                                                    \
  if (check(*name##_model(), arguments[1], #name, file))                    \
    ++ran;                                                                  \
  else                                                                      \
    std::printf(#name ": this CPU has not the instruction set, not run\n"); \
  check_stack(*name##_model(), arguments[1], #name);
#include "cases.inc"
#undef CASE
  std::printf("%d models ran, %d failures\n", ran, failures);
  return failures == 0 && ran > 0 ? 0 : 1;
}
