// Draws a small scene, runs the filters of image_filters.net over it, and shows the results side by side.
//
//   image_filters [OUT.png [KEPT.png]]      with KEPT.png: fails unless the pictures are the same
#include <cstdio>
#include <vector>

#include "../common/picture.hpp"
#include "image_filters.hpp"
#include "scene.hpp"

int main(int argc, char **argv) {
  constexpr std::size_t width = 200, height = 150;
  const Picture scene = draw_scene(width, height);

  image_filters::Identity identity;
  image_filters::Edge edge;
  image_filters::Sharpen sharpen;
  image_filters::BoxBlur box_blur;
  image_filters::GaussianBlur gaussian_blur;
  image_filters::Emboss emboss;
  image_filters::SobelX sobel_x;
  image_filters::SobelY sobel_y;
  image_filters::Magnitude magnitude;

  static image_filters::Workspace workspace;  // all the memory that a run needs
  const cnnc_status status = image_filters::Model{workspace}.run(scene.bytes, identity, edge, sharpen, box_blur,
                                                                 gaussian_blur, emboss, sobel_x, sobel_y, magnitude);
  if (status != CNNC_OK) {
    std::fprintf(stderr, "image_filters: the network failed with status %d\n", static_cast<int>(status));
    return 1;
  }

  auto tile = [&](const char *caption, const auto &pixels) {
    return Tile{caption, to_picture(width, height, pixels.data(), pixels.size() / (width * height))};
  };
  const std::vector<Tile> tiles = {tile("identity", identity),
                                   tile("edge", edge),
                                   tile("sharpen", sharpen),
                                   tile("box blur", box_blur),
                                   tile("gaussian blur", gaussian_blur),
                                   tile("emboss", emboss),
                                   tile("sobel x", sobel_x),
                                   tile("sobel y", sobel_y),
                                   tile("sobel magnitude", magnitude)};

  const bool unchanged = tiles[0].picture.bytes == scene.bytes;
  std::printf("the identity filter %s the picture\n", unchanged ? "keeps" : "CHANGES");
  const bool same =
      save_and_compare(side_by_side(tiles, 3), argc > 1 ? argv[1] : "image_filters.png", argc > 2 ? argv[2] : nullptr);
  return unchanged && same ? 0 : 1;
}
