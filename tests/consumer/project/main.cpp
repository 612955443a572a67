// Prints the first outputs of the network, so that a change of network or weights can be seen from outside.
#include <array>
#include <cstddef>
#include <cstdio>

#include "scorer.hpp"

int main() {
  static scorer::Workspace workspace;
  scorer::Model model{workspace};
  std::array<float, 64> x;
  for (std::size_t i = 0; i < x.size(); ++i) x[i] = static_cast<float>(i) / 64.0f;
  std::array<float, 64> y;
  if (model.run(x, y) != CNNC_OK) return 1;
  std::printf("%.4f %.4f %.4f ... %.4f\n", static_cast<double>(y[0]), static_cast<double>(y[1]),
              static_cast<double>(y[2]), static_cast<double>(y[63]));
  return 0;
}
