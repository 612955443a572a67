// The scores of LeNet-5 for the 2,000 test digits, as they lie in memory: scores FOLDER OUTPUT. Prints the target of
// the model and how many digits are right.
#include <algorithm>
#include <array>
#include <cstdio>
#include <fstream>

#include "examples/common/idx.hpp"
#include "lenet5.hpp"

int main(int count, char **arguments) {
  if (count != 3) return 2;
  const Digits digits = read_test_digits(arguments[1]);
  std::ofstream output(arguments[2], std::ios::binary);
  static lenet5::Workspace workspace;
  const lenet5::Model model{workspace};
  std::size_t right = 0;
  for (std::size_t i = 0; i < digits.size(); ++i) {
    lenet5::Image image;
    for (std::size_t p = 0; p < image.size(); ++p) image[p] = static_cast<float>(digits.image(i)[p]) / 255.0f;
    const lenet5::Scores scores = model(image);
    right += std::max_element(scores.begin(), scores.end()) - scores.begin() == digits.labels[i];
    output.write(reinterpret_cast<const char *>(scores.data()), sizeof scores);
  }
  std::printf("%s: %zu of %zu\n", lenet5_model()->target, right, digits.size());
  return output.flush() ? 0 : 1;
}
