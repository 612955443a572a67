// Recognises handwritten digits with a multilayer perceptron, compiled by cnnc from mlp.net.
//
//   mlp_digits [FOLDER]      FOLDER holds the test images and labels; default: examples/data/mnist
#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>
#include <string>
#include <vector>

#include "../common/idx.hpp"
#include "../common/show.hpp"
#include "mlp.hpp"

namespace {

using Image = std::array<float, Digits::pixels_each>;

// The network was trained on ink from 0 to 1.
Image to_input(const std::uint8_t *pixels) {
  Image image;
  for (std::size_t i = 0; i < image.size(); ++i) image[i] = static_cast<float>(pixels[i]) / 255.0f;
  return image;
}

}  // namespace

int main(int argc, char **argv) {
  const Digits digits = read_test_digits(argc > 1 ? argv[1] : DIGITS_FOLDER);
  if (digits.size() == 0) return 1;
  std::vector<Image> images;
  for (std::size_t i = 0; i < digits.size(); ++i) images.push_back(to_input(digits.image(i)));

  static mlp::Workspace workspace;  // all the memory that a run needs
  mlp::Model model{workspace};

  for (std::size_t i = 0; i < 4; ++i) {
    const mlp::Scores scores = model(images[i]);
    show_digit(digits.image(i), digits.labels[i], scores.data());
  }

  std::size_t right = 0;
  const auto start = std::chrono::steady_clock::now();
  for (std::size_t i = 0; i < digits.size(); ++i) {
    const mlp::Scores scores = model(images[i]);
    right += std::max_element(scores.begin(), scores.end()) - scores.begin() == digits.labels[i];
  }
  const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - start;

  const auto count = static_cast<double>(digits.size());
  std::printf("  * is the label\n\n%zu of %zu digits right: %.2f %%, %.0f images a second on one thread\n", right,
              digits.size(), 100 * static_cast<double>(right) / count, count / seconds.count());
  return 0;
}
