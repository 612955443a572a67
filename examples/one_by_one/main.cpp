// Changes the colours of a small scene with 1x1 convolutions, and says how far dense layers on each pixel are from
// them.
//
//   one_by_one [OUT.png [KEPT.png]]      with KEPT.png: fails unless the pictures are the same
#include <cstdio>

#include "../common/picture.hpp"
#include "../image_filters/scene.hpp"
#include "one_by_one.hpp"

int main(int argc, char **argv) {
  constexpr std::size_t width = 200, height = 150;
  const ::Picture scene = draw_scene(width, height);

  one_by_one::Grey grey;
  one_by_one::Sepia sepia;
  one_by_one::Negative negative;
  one_by_one::Swapped swapped;
  one_by_one::Difference difference;

  static one_by_one::Workspace workspace;  // all the memory that a run needs
  const cnnc_status status = one_by_one::Model{workspace}.run(scene.bytes, grey, sepia, negative, swapped, difference);
  if (status != CNNC_OK) {
    std::fprintf(stderr, "one_by_one: the network failed with status %d\n", static_cast<int>(status));
    return 1;
  }
  std::printf("largest difference between conv(kernel = 1) and dense on each pixel: %g\n",
              static_cast<double>(difference[0]));

  const Picture sheet = side_by_side({{"the picture", scene},
                                      {"grey", to_picture(width, height, grey.data(), 1)},
                                      {"sepia", to_picture(width, height, sepia.data(), 3)},
                                      {"negative", to_picture(width, height, negative.data(), 3)},
                                      {"red and blue swapped", to_picture(width, height, swapped.data(), 3)}},
                                     3);
  const bool same = save_and_compare(sheet, argc > 1 ? argv[1] : "one_by_one.png", argc > 2 ? argv[2] : nullptr);
  return difference[0] == 0 && same ? 0 : 1;
}
