// page_colours FILE.png: prints the size of a picture and how many colours it has.
#include <png.h>

#include <cstdint>
#include <cstdio>
#include <set>
#include <vector>

int main(int argc, char **argv) {
  if (argc != 2) return 2;
  png_image image{};
  image.version = PNG_IMAGE_VERSION;
  if (png_image_begin_read_from_file(&image, argv[1]) == 0) {
    std::fprintf(stderr, "%s: %s\n", argv[1], image.message);
    return 1;
  }
  image.format = PNG_FORMAT_RGBA;
  std::vector<std::uint32_t> pixels(PNG_IMAGE_SIZE(image) / sizeof(std::uint32_t));
  if (png_image_finish_read(&image, nullptr, pixels.data(), 0, nullptr) == 0) {
    std::fprintf(stderr, "%s: %s\n", argv[1], image.message);
    return 1;
  }
  const std::set<std::uint32_t> colours(pixels.begin(), pixels.end());
  std::printf("%u %u %zu\n", image.width, image.height, colours.size());
}
