// Moves and turns a digit, and shows how much its feature maps change before and after pooling.
//
//   invariance [OUT.png [KEPT.png]]      with KEPT.png: fails unless the pictures are the same
#include <array>
#include <cmath>
#include <cstdio>
#include <string>
#include <vector>

#include "../common/idx.hpp"
#include "../common/picture.hpp"
#include "invariance.hpp"

namespace {

constexpr int side = static_cast<int>(Digits::side);
using Ink = std::array<std::uint8_t, Digits::pixels_each>;

// The digit turned by the angle whose cosine and sine are given in 1/256, then moved to the right. In whole numbers, so
// that every machine finds the same: positions in 1/256 of a pixel, the four neighbours weighted by their nearness.
Ink moved(const Ink &digit, int right, int cosine, int sine) {
  auto at = [&](int y, int x) {
    return y < 0 || x < 0 || y >= side || x >= side ? 0 : int{digit[static_cast<std::size_t>(y * side + x)]};
  };
  constexpr int unit = 256, centre = unit * (side - 1) / 2;
  Ink result;
  for (int y = 0; y < side; ++y)
    for (int x = 0; x < side; ++x) {
      const int dx = (x - right) * unit - centre, dy = y * unit - centre;
      const int from_x = (cosine * dx + sine * dy) / unit + centre, from_y = (cosine * dy - sine * dx) / unit + centre;
      const int x0 = from_x >> 8, y0 = from_y >> 8, part_x = from_x & 255, part_y = from_y & 255;
      const int upper = at(y0, x0) * (unit - part_x) + at(y0, x0 + 1) * part_x;
      const int lower = at(y0 + 1, x0) * (unit - part_x) + at(y0 + 1, x0 + 1) * part_x;
      const int value = (upper * (unit - part_y) + lower * part_y) / (unit * unit);
      result[static_cast<std::size_t>(y * side + x)] = static_cast<std::uint8_t>(value);
    }
  return result;
}

// Four maps of one size.
struct Maps {
  std::size_t side;
  std::vector<float> values;
};

// The maps of the network's five outputs, in their order.
std::vector<Maps> features_of(const Ink &digit) {
  invariance::Image image;
  for (std::size_t i = 0; i < image.size(); ++i) image[i] = static_cast<float>(digit[i]) / 255.0f;
  std::vector<Maps> maps;
  for (std::size_t map_side : {28, 14, 7, 14, 7})
    maps.push_back({map_side, std::vector<float>(4 * map_side * map_side)});
  static invariance::Workspace workspace;
  const cnnc_status status = invariance::Model{workspace}.run(image, maps[0].values, maps[1].values, maps[2].values,
                                                              maps[3].values, maps[4].values);
  if (status != CNNC_OK) CNNC_FAIL(status);
  return maps;
}

// |a - b| / |a|, lengths of vectors (L2), in percent.
double change(const Maps &a, const Maps &b) {
  double difference = 0, length = 0;
  for (std::size_t i = 0; i < a.values.size(); ++i) {
    const double x = static_cast<double>(a.values[i]), y = static_cast<double>(b.values[i]);
    difference += (x - y) * (x - y);
    length += x * x;
  }
  return 100 * std::sqrt(difference / length);
}

// The four maps as lights of four colours, the largest value as bright as can be; as large as a digit times 4.
Picture draw(const Maps &maps) {
  constexpr int lights[4][3] = {{255, 90, 0}, {0, 120, 255}, {230, 0, 140}, {40, 220, 60}};
  const float largest = *std::max_element(maps.values.begin(), maps.values.end());
  const std::size_t points = maps.side * maps.side;
  Picture small(maps.side, maps.side);
  for (std::size_t i = 0; i < points; ++i)
    for (std::size_t colour = 0; colour < 3; ++colour) {
      int light = 0;
      for (std::size_t map = 0; map < 4; ++map)
        light += static_cast<int>(maps.values[map * points + i] / largest * 255.0f) * lights[map][colour] / 255;
      small.bytes[3 * i + colour] = static_cast<std::uint8_t>(std::min(light, 255));
    }
  Picture picture(4 * Digits::side, 4 * Digits::side);
  paste(picture, small, 0, 0, picture.width / maps.side);
  return picture;
}

Picture draw(const Ink &digit) {
  Picture picture(4 * Digits::side, 4 * Digits::side);
  paste(picture, to_picture(Digits::side, Digits::side, digit.data(), 1), 0, 0, 4);
  return picture;
}

}  // namespace

int main(int argc, char **argv) {
  const Digits digits = read_test_digits(DIGITS_FOLDER);
  if (digits.size() == 0) return 1;
  Ink digit;
  std::copy_n(digits.image(1), digit.size(), digit.begin());

  struct Row {
    const char *name;
    Ink ink;
  };
  const std::vector<Row> rows = {{"as it is", digit},
                                 {"1 to the right", moved(digit, 1, 256, 0)},
                                 {"2 to the right", moved(digit, 2, 256, 0)},
                                 {"turned by 15", moved(digit, 0, 247, 66)}};
  const char *const columns[] = {"features", "max 2", "max 4", "average 2", "average 4"};

  std::printf("change in percent  ");
  for (const char *column : columns) std::printf("%11s", column);
  std::printf("\n");
  const std::vector<Maps> original = features_of(digit);
  std::vector<Tile> tiles;
  for (const Row &row : rows) {
    const std::vector<Maps> maps = features_of(row.ink);
    tiles.push_back({row.name, draw(row.ink)});
    std::printf("  %-17s", row.name);
    for (std::size_t i = 0; i < maps.size(); ++i) {
      const double percent = change(original[i], maps[i]);
      std::printf("%11.1f", percent);
      char number[16];
      std::snprintf(number, sizeof number, " %.0f%%", percent);
      tiles.push_back({columns[i] + std::string(tiles.size() < 6 ? "" : number), draw(maps[i])});
    }
    std::printf("\n");
  }
  const bool same =
      save_and_compare(side_by_side(tiles, 6), argc > 1 ? argv[1] : "invariance.png", argc > 2 ? argv[2] : nullptr);
  return same ? 0 : 1;
}
