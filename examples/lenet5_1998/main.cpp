// Shows the classes of the paper's LeNet-5 as it draws them, and runs it, untrained, on a handwritten digit.
#include <algorithm>
#include <cstdio>
#include <string>

#include "../common/idx.hpp"
#include "drawn_classes.hpp"
#include "lenet5_1998.hpp"

namespace {

constexpr std::size_t classes = 10, glyph_height = 12, glyph_width = 7, padded_side = 32;

// Ten drawings in a row, two points above one another a character.
void show(const drawn_classes::Points &points) {
  auto ink = [&](std::size_t i, std::size_t y, std::size_t x) {
    return points[(i * glyph_height + y) * glyph_width + x] > 0;
  };
  for (std::size_t y = 0; y < glyph_height; y += 2) {
    std::string line;
    for (std::size_t i = 0; i < classes; ++i) {
      line += ' ';
      for (std::size_t x = 0; x < glyph_width; ++x)
        line += ink(i, y, x) ? (ink(i, y + 1, x) ? "█" : "▀") : (ink(i, y + 1, x) ? "▄" : " ");
    }
    std::printf("%s\n", line.c_str());
  }
}

// A digit of 28 by 28 points in the middle of 32 by 32; paper is -0.1 and ink 1.175, which makes the mean about 0 and
// the variance about 1.
lenet5_1998::Image to_input(const std::uint8_t *pixels) {
  constexpr std::size_t border = (padded_side - Digits::side) / 2;
  lenet5_1998::Image image;
  image.fill(-0.1f);
  for (std::size_t y = 0; y < Digits::side; ++y)
    for (std::size_t x = 0; x < Digits::side; ++x) {
      const float ink = static_cast<float>(pixels[y * Digits::side + x]) / 255.0f;
      image[(y + border) * padded_side + x + border] = 1.275f * ink - 0.1f;
    }
  return image;
}

}  // namespace

int main() {
  const Digits digits = read_test_digits(DIGITS_FOLDER);
  if (digits.size() == 0) return 1;

  static drawn_classes::Workspace drawing_workspace;
  show(drawn_classes::Model{drawing_workspace}());

  static lenet5_1998::Workspace workspace;  // all the memory that a run needs
  const lenet5_1998::Distances distances = lenet5_1998::Model{workspace}(to_input(digits.image(0)));
  std::printf("\nsquared distances of a digit %d from them, before any training:\n", digits.labels[0]);
  for (const float distance : distances) std::printf("%8.1f", static_cast<double>(distance));
  const auto nearest = std::min_element(distances.begin(), distances.end()) - distances.begin();
  std::printf("\nthe nearest class is %d\n", static_cast<int>(nearest));
  return 0;
}
