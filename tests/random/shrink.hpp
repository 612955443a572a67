// Smaller networks that fail as well.
#pragma once

#include <functional>

#include "tests/random/network.hpp"

namespace cnnc::test {

/// Takes away outputs, later nodes and, by making values of the reference inputs, earlier nodes, as long as the
/// network fails still.
RandomNetwork shrink(RandomNetwork network, const std::function<bool(const RandomNetwork &)> &fails);

}  // namespace cnnc::test
