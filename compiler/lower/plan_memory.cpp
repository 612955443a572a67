#include "compiler/lower/plan_memory.hpp"

#include <algorithm>

namespace cnnc {

namespace {

constexpr std::int64_t alignment = 64;

std::int64_t bytes_of(const Buffer &buffer) { return (byte_size(buffer) + alignment - 1) / alignment * alignment; }

}  // namespace

Program plan_memory(Program program) {
  std::vector<Buffer *> pending;
  for (Buffer &buffer : program.buffers)
    if (buffer.kind == BufferKind::workspace) pending.push_back(&buffer);
  std::stable_sort(pending.begin(), pending.end(),
                   [](const Buffer *a, const Buffer *b) { return bytes_of(*a) > bytes_of(*b); });
  std::vector<const Buffer *> placed;
  program.workspace_bytes = 0;
  for (Buffer *buffer : pending) {
    std::vector<const Buffer *> neighbours;
    for (const Buffer *other : placed)
      if (other->first_use <= buffer->last_use && buffer->first_use <= other->last_use) neighbours.push_back(other);
    std::sort(neighbours.begin(), neighbours.end(),
              [](const Buffer *a, const Buffer *b) { return a->offset < b->offset; });
    std::int64_t offset = 0;
    for (const Buffer *other : neighbours) {
      if (offset + bytes_of(*buffer) <= other->offset) break;
      offset = std::max(offset, other->offset + bytes_of(*other));
    }
    buffer->offset = offset;
    placed.push_back(buffer);
    program.workspace_bytes = std::max(program.workspace_bytes, offset + bytes_of(*buffer));
  }
  return program;
}

}  // namespace cnnc
