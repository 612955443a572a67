// One arena for all buffers: those that live at once lie apart, others may share.
#include "compiler/lower/plan_memory.hpp"

#include <doctest/doctest.h>

#include <algorithm>

using namespace cnnc;

namespace {

struct Life {
  std::int64_t elements;
  int first, last;
};

Program planned(const std::vector<Life> &lives) {
  Program program;
  for (const Life &life : lives)
    program.buffers.push_back({"b" + std::to_string(program.buffers.size()), BufferKind::workspace, life.elements, -1,
                               life.first, life.last});
  return plan_memory(program);
}

std::vector<std::int64_t> offsets(const Program &program) {
  std::vector<std::int64_t> result;
  for (const Buffer &buffer : program.buffers) result.push_back(buffer.offset);
  return result;
}

/// The most bytes, in multiples of 64, that live at one call: no arena can be smaller.
std::int64_t least_bytes(const std::vector<Life> &lives) {
  std::int64_t most = 0;
  for (const Life &at : lives) {
    std::int64_t bytes = 0;
    for (const Life &life : lives)
      if (life.first <= at.first && at.first <= life.last) bytes += (4 * life.elements + 63) / 64 * 64;
    most = std::max(most, bytes);
  }
  return most;
}

void check_placement(const std::vector<Life> &lives) {
  Program program = planned(lives);
  for (const Buffer &a : program.buffers) {
    CHECK(a.offset >= 0);
    CHECK(a.offset % 64 == 0);
    CHECK(a.offset + 4 * a.elements <= program.workspace_bytes);
    for (const Buffer &b : program.buffers) {
      bool both_live = a.first_use <= b.last_use && b.first_use <= a.last_use;
      if (&a == &b || !both_live) continue;
      CHECK((a.offset + 4 * a.elements <= b.offset || b.offset + 4 * b.elements <= a.offset));
    }
  }
  CHECK(program.workspace_bytes % 64 == 0);
}

}  // namespace

TEST_CASE("an operand and a result of one call are both live") {
  CHECK(offsets(planned({{16, 0, 1}, {16, 1, 2}})) == std::vector<std::int64_t>{0, 64});
}

TEST_CASE("buffers that never live at once share their bytes") {
  Program program = planned({{16, 0, 1}, {16, 1, 2}, {16, 2, 3}});
  CHECK(offsets(program) == std::vector<std::int64_t>{0, 64, 0});
  CHECK(program.workspace_bytes == 128);
}

TEST_CASE("buffers lie at multiples of 64 bytes, whatever their sizes") {
  Program program = planned({{1, 0, 1}, {17, 0, 1}, {16, 0, 1}});
  CHECK(offsets(program) == std::vector<std::int64_t>{128, 0, 192});
  CHECK(program.workspace_bytes == 256);
}

TEST_CASE("a buffer goes into the lowest gap that holds it") {
  // The second of three neighbours dies; a smaller buffer takes its place.
  Program program = planned({{48, 0, 9}, {32, 0, 3}, {16, 0, 9}, {16, 4, 9}});
  CHECK(program.buffers[3].offset == program.buffers[1].offset);
}

TEST_CASE("inputs, outputs and weights have no place in the workspace") {
  Program program;
  program.buffers = {{"x", BufferKind::input, 1000, 0, 0, 0},
                     {"w", BufferKind::weights, 1000, 128, 0, 0},
                     {"t", BufferKind::workspace, 16, -1, 0, 1},
                     {"y", BufferKind::output, 1000, 0, 1, 1}};
  Program result = plan_memory(program);
  CHECK(result.workspace_bytes == 64);
  CHECK(result.buffers[1].offset == 128);
  CHECK(result.buffers[3].offset == 0);
}

TEST_CASE("a program without temporaries needs no workspace") { CHECK(planned({}).workspace_bytes == 0); }

TEST_CASE("chains and residuals of many sizes are placed without overlap, near the least size possible") {
  std::uint32_t state = 1;
  auto below = [&](std::uint32_t bound) {
    state = state * 1664525U + 1013904223U;
    return static_cast<int>((state >> 16) % bound);
  };
  for (int round = 0; round < 200; ++round) {
    std::vector<Life> lives;
    for (int i = 0; i < 20; ++i) lives.push_back({1 + below(500), i, i + 1 + (below(4) == 0 ? below(8) : 0)});
    check_placement(lives);
    CHECK(planned(lives).workspace_bytes <= 3 * least_bytes(lives) / 2);
  }
}
