// The stack that a call really takes.
#pragma once

#include <cstddef>
#include <functional>

/// Runs `call` on a thread of its own whose stack has room for `bytes` and a little more, and gives the number of bytes
/// below the caller's frame that were written.
std::size_t stack_use(std::size_t bytes, const std::function<void()> &call);
