#include "compiler/lower/roll_calls.hpp"

#include <algorithm>

namespace cnnc {

namespace {

constexpr std::size_t longest = 64;  // calls of a turn
constexpr std::size_t fewest_turns = 4;
constexpr std::size_t fewest_saved = 16;  // calls

/// Where an argument lies.
struct Place {
  BufferKind memory = BufferKind::workspace;
  DType dtype = DType::f32;
  std::int64_t number = 0;  ///< of an input or output
  std::int64_t offset = 0;  ///< bytes

  bool same_memory(const Place &other) const {
    return memory == other.memory && dtype == other.dtype && number == other.number;
  }
};

class Roller {
 public:
  Roller(const Program &program, const std::vector<std::int64_t> &offsets) : program_(program) {
    for (const Call &call : program.calls) {
      places_.emplace_back();
      for (const Argument &argument : call.arguments) {
        const Buffer &buffer = program.buffers[static_cast<std::size_t>(argument.buffer)];
        const std::int64_t at = offsets[static_cast<std::size_t>(argument.buffer)];
        const bool tensor = buffer.kind == BufferKind::input || buffer.kind == BufferKind::output;
        places_.back().push_back({buffer.kind, buffer.dtype, tensor ? at : 0,
                                  (tensor ? 0 : at) + argument.offset * byte_size(buffer.dtype)});
      }
    }
  }

  std::vector<CallLoop> run() {
    std::vector<CallLoop> loops;
    for (std::size_t i = 0; i < places_.size();) {
      CallLoop best{i, 1, 1, {}};
      std::size_t best_saved = 0;
      for (std::size_t length = 1; length <= longest && i + fewest_turns * length <= places_.size(); ++length) {
        CallLoop loop = loop_at(i, length);
        const std::size_t saved = (loop.times - 1) * length;
        if (loop.times < fewest_turns || saved < fewest_saved || saved <= best_saved) continue;
        best_saved = saved;
        best = std::move(loop);
      }
      i += best.length * best.times;
      if (best.times == 1 && !loops.empty() && loops.back().times == 1)
        ++loops.back().length;
      else
        loops.push_back(std::move(best));
    }
    for (CallLoop &loop : loops)
      if (loop.times == 1)
        for (std::size_t c = 0; c < loop.length; ++c) loop.strides.emplace_back(places_[loop.first + c].size(), 0);
    return loops;
  }

 private:
  CallLoop loop_at(std::size_t first, std::size_t length) const {
    CallLoop loop{first, length, 1, {}};
    for (std::size_t c = 0; c < length; ++c) {
      auto strides = step(first + c, first + length + c);
      if (strides.empty()) return loop;
      loop.strides.push_back(std::move(strides));
    }
    auto goes_on = [&](std::size_t turn) {
      for (std::size_t c = 0; c < length; ++c)
        if (step(first + (turn - 1) * length + c, first + turn * length + c) != loop.strides[c]) return false;
      return true;
    };
    do ++loop.times;
    while (first + (loop.times + 1) * length <= places_.size() && goes_on(loop.times));
    return loop;
  }

  /// How far the arguments of a call lie behind those of an earlier one; empty if they are not of one kind.
  std::vector<std::int64_t> step(std::size_t from, std::size_t to) const {
    if (program_.calls[from].kernel != program_.calls[to].kernel) return {};
    std::vector<std::int64_t> strides;
    for (std::size_t a = 0; a < places_[from].size(); ++a) {
      const Place &before = places_[from][a], &after = places_[to][a];
      const std::int64_t stride = after.offset - before.offset;
      if (!before.same_memory(after) || stride % byte_size(before.dtype) != 0) return {};
      strides.push_back(stride);
    }
    return strides;
  }

  const Program &program_;
  std::vector<std::vector<Place>> places_;  ///< by call, by argument
};

}  // namespace

std::vector<CallLoop> roll_calls(const Program &program, const std::vector<std::int64_t> &offsets) {
  return Roller(program, offsets).run();
}

std::vector<CallLoop> roll_calls(const Program &program) {
  std::vector<std::int64_t> offsets;
  for (const Buffer &buffer : program.buffers) offsets.push_back(buffer.offset);
  return roll_calls(program, offsets);
}

}  // namespace cnnc
