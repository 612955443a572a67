// Random networks through the front end.
#pragma once

#include <string>

#include "tests/random/network.hpp"

namespace cnnc::test {

/// The fault of the network's text: it is refused, or means other numbers than the graph. Empty if there is none, or if
/// the language has no words for the network (a layer's weight that is also a tensor).
std::string text_fault(const RandomNetwork &network);

}  // namespace cnnc::test
