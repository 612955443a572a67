// Calls that repeat are loops, and the loops are exactly these calls.
#include "compiler/lower/roll_calls.hpp"

#include <doctest/doctest.h>

#include <algorithm>

using namespace cnnc;

namespace {

/// One buffer in each memory, 64 floats in the workspace and bytes behind them.
Program empty_program() {
  Program program;
  program.buffers = {{"x", BufferKind::input, 1000, 0, 0, 0},
                     {"y", BufferKind::output, 1000, 0, 0, 0},
                     {"z", BufferKind::output, 1000, 1, 0, 0},
                     {"w", BufferKind::weights, 1000, 0, 0, 0},
                     {"h", BufferKind::workspace, 1000, 0, 0, 0},
                     {"i", BufferKind::workspace, 1000, 4096, 0, 0},
                     {"bytes", BufferKind::workspace, 1000, 8192, 0, 0, DType::u8}};
  return program;
}

constexpr BufferId x = 0, y = 1, z = 2, w = 3, h = 4, i = 5, bytes = 6;

/// "kernel(memory.number@offset, …)".
std::string text_of(const Program &program, int kernel, const std::vector<Argument> &arguments,
                    const std::vector<std::int64_t> &further) {
  std::string text = std::to_string(kernel);
  for (std::size_t a = 0; a < arguments.size(); ++a) {
    const Buffer &buffer = program.buffers[static_cast<std::size_t>(arguments[a].buffer)];
    const bool tensor = buffer.kind == BufferKind::input || buffer.kind == BufferKind::output;
    const std::int64_t at = arguments[a].offset * byte_size(buffer.dtype) + further[a];
    text += " " + std::to_string(static_cast<int>(buffer.kind)) + "." + std::to_string(tensor ? buffer.offset : 0) +
            "@" + std::to_string(at + (tensor ? 0 : buffer.offset));
  }
  return text;
}

/// "3 2x10 1": the loops as length x times. Checks that they are the program's calls.
std::string loops_of(const Program &program) {
  std::vector<std::string> wanted, made;
  for (const Call &call : program.calls)
    wanted.push_back(
        text_of(program, call.kernel, call.arguments, std::vector<std::int64_t>(call.arguments.size(), 0)));
  std::string text;
  for (const CallLoop &loop : roll_calls(program)) {
    text += (text.empty() ? "" : " ") + std::to_string(loop.length);
    if (loop.times > 1) text += "x" + std::to_string(loop.times);
    CHECK(loop.first == made.size());
    REQUIRE(loop.strides.size() == loop.length);
    for (std::size_t turn = 0; turn < loop.times; ++turn)
      for (std::size_t c = 0; c < loop.length; ++c) {
        const Call &call = program.calls[loop.first + c];
        std::vector<std::int64_t> further = loop.strides[c];
        for (std::int64_t &stride : further) stride *= static_cast<std::int64_t>(turn);
        made.push_back(text_of(program, call.kernel, call.arguments, further));
      }
  }
  CHECK(made == wanted);
  return text;
}

}  // namespace

TEST_CASE("steps that take the last state from two places in turn are a loop of two steps") {
  Program program = empty_program();
  program.calls.push_back({0, {x, w, h}});
  for (std::int64_t t = 0; t < 21; ++t) {
    const BufferId from = t % 2 == 0 ? h : i, to = t % 2 == 0 ? i : h;
    program.calls.push_back({1, {{x, 3 * t}, w, from, to}});
    program.calls.push_back({2, {to, {y, 5 * t}}});
  }
  program.calls.push_back({3, {y, z}});
  CHECK(loops_of(program) == "1 4x10 3");
}

TEST_CASE("a loop goes backwards, and over bytes") {
  Program program = empty_program();
  for (std::int64_t t = 0; t < 20; ++t) program.calls.push_back({0, {{x, 100 - t}, {bytes, 3 * t}}});
  CHECK(loops_of(program) == "1x20");
  const std::vector<CallLoop> loops = roll_calls(program);
  CHECK(loops[0].strides == std::vector<std::vector<std::int64_t>>{{-4, 3}});
}

TEST_CASE("few turns, and turns that save little, stay as they are") {
  Program program = empty_program();
  for (std::int64_t t = 0; t < 16; ++t) program.calls.push_back({0, {{x, t}, {y, t}}});
  CHECK(loops_of(program) == "16");  // fifteen calls saved
  program.calls.push_back({0, {{x, 16}, {y, 16}}});
  CHECK(loops_of(program) == "1x17");
  program.calls.clear();
  for (std::int64_t t = 0; t < 3; ++t)
    for (int k = 0; k < 30; ++k) program.calls.push_back({k, {{x, t}, y}});
  CHECK(loops_of(program) == "90");
}

TEST_CASE("another kernel, tensor, memory, type of element or distance ends a loop") {
  const std::pair<Call, const char *> others[] = {
      {{1, {{x, 30}, {y, 30}}}, "1x30 1 1x30"}, {{0, {{x, 30}, {z, 30}}}, "1x30 1 1x30"},
      {{0, {{h, 30}, {y, 30}}}, "1x30 1 1x30"}, {{0, {{x, 30}, {bytes, 30}}}, "1x30 1 1x30"},
      {{0, {{x, 31}, {y, 30}}}, "1x30 1 1x30"}, {{0, {{x, 30}, {y, 30}}}, "1x61"}};
  for (const auto &[call, loops] : others) {
    Program program = empty_program();
    for (std::int64_t t = 0; t < 61; ++t) program.calls.push_back({0, {{x, t}, {y, t}}});
    program.calls[30] = call;
    CHECK(loops_of(program) == loops);
  }
}

TEST_CASE("a program without calls has no loops") { CHECK(loops_of(empty_program()).empty()); }
