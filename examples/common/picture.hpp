// Pictures of red, green and blue bytes: drawn on, put side by side with captions, written to and read from PNG files.
#pragma once

#include <png.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <string>
#include <vector>

using Colour = std::array<std::uint8_t, 3>;

struct Picture {
  std::size_t width = 0, height = 0;
  std::vector<std::uint8_t> bytes;  ///< row after row, pixel after pixel: red, green, blue

  Picture() = default;
  Picture(std::size_t w, std::size_t h, Colour colour = {255, 255, 255}) : width(w), height(h), bytes(3 * w * h) {
    for (std::size_t y = 0; y < h; ++y)
      for (std::size_t x = 0; x < w; ++x) set(x, y, colour);
  }

  // What lies outside the picture is not drawn.
  void set(std::size_t x, std::size_t y, Colour colour) {
    if (x < width && y < height) std::copy(colour.begin(), colour.end(), bytes.begin() + at(x, y));
  }
  Colour get(std::size_t x, std::size_t y) const {
    const auto i = static_cast<std::size_t>(at(x, y));
    return {bytes[i], bytes[i + 1], bytes[i + 2]};
  }
  void fill(std::size_t left, std::size_t top, std::size_t w, std::size_t h, Colour colour) {
    for (std::size_t y = top; y < top + h; ++y)
      for (std::size_t x = left; x < left + w; ++x) set(x, y, colour);
  }

 private:
  std::ptrdiff_t at(std::size_t x, std::size_t y) const { return static_cast<std::ptrdiff_t>(3 * (y * width + x)); }
};

// A picture of bytes that have one channel (grey) or three.
inline Picture to_picture(std::size_t width, std::size_t height, const std::uint8_t *pixels, std::size_t channels) {
  Picture picture(width, height);
  for (std::size_t i = 0; i < width * height; ++i)
    for (std::size_t c = 0; c < 3; ++c) picture.bytes[3 * i + c] = pixels[channels * i + (channels == 3 ? c : 0)];
  return picture;
}

inline void paste(Picture &onto, const Picture &from, std::size_t left, std::size_t top, std::size_t zoom = 1) {
  for (std::size_t y = 0; y < zoom * from.height; ++y)
    for (std::size_t x = 0; x < zoom * from.width; ++x) onto.set(left + x, top + y, from.get(x / zoom, y / zoom));
}

// Letters of 5 by 7 dots, six columns each; a byte is a column, its lowest bit at the top. Other signs are blanks.
inline void write_text(Picture &onto, std::size_t left, std::size_t top, const std::string &text, Colour colour,
                       std::size_t zoom = 1) {
  static constexpr char signs[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-%+/";
  static constexpr std::uint8_t columns[][5] = {
      {0x7c, 0x12, 0x11, 0x12, 0x7c}, {0x7f, 0x49, 0x49, 0x49, 0x36}, {0x3e, 0x41, 0x41, 0x41, 0x22},
      {0x7f, 0x41, 0x41, 0x41, 0x3e}, {0x7f, 0x49, 0x49, 0x49, 0x41}, {0x7f, 0x09, 0x09, 0x09, 0x01},
      {0x3e, 0x41, 0x49, 0x49, 0x7a}, {0x7f, 0x08, 0x08, 0x08, 0x7f}, {0x00, 0x41, 0x7f, 0x41, 0x00},
      {0x20, 0x40, 0x41, 0x3f, 0x01}, {0x7f, 0x08, 0x14, 0x22, 0x41}, {0x7f, 0x40, 0x40, 0x40, 0x40},
      {0x7f, 0x02, 0x0c, 0x02, 0x7f}, {0x7f, 0x04, 0x08, 0x10, 0x7f}, {0x3e, 0x41, 0x41, 0x41, 0x3e},
      {0x7f, 0x09, 0x09, 0x09, 0x06}, {0x3e, 0x41, 0x51, 0x21, 0x5e}, {0x7f, 0x09, 0x19, 0x29, 0x46},
      {0x26, 0x49, 0x49, 0x49, 0x32}, {0x01, 0x01, 0x7f, 0x01, 0x01}, {0x3f, 0x40, 0x40, 0x40, 0x3f},
      {0x1f, 0x20, 0x40, 0x20, 0x1f}, {0x3f, 0x40, 0x38, 0x40, 0x3f}, {0x63, 0x14, 0x08, 0x14, 0x63},
      {0x07, 0x08, 0x70, 0x08, 0x07}, {0x61, 0x51, 0x49, 0x45, 0x43}, {0x3e, 0x51, 0x49, 0x45, 0x3e},
      {0x00, 0x42, 0x7f, 0x40, 0x00}, {0x42, 0x61, 0x51, 0x49, 0x46}, {0x21, 0x41, 0x45, 0x4b, 0x31},
      {0x18, 0x14, 0x12, 0x7f, 0x10}, {0x27, 0x45, 0x45, 0x45, 0x39}, {0x3c, 0x4a, 0x49, 0x49, 0x30},
      {0x01, 0x71, 0x09, 0x05, 0x03}, {0x36, 0x49, 0x49, 0x49, 0x36}, {0x06, 0x49, 0x49, 0x29, 0x1e},
      {0x00, 0x60, 0x60, 0x00, 0x00}, {0x08, 0x08, 0x08, 0x08, 0x08}, {0x23, 0x13, 0x08, 0x64, 0x62},
      {0x08, 0x08, 0x3e, 0x08, 0x08}, {0x20, 0x10, 0x08, 0x04, 0x02}};
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char upper = text[i] >= 'a' && text[i] <= 'z' ? static_cast<char>(text[i] - 'a' + 'A') : text[i];
    const char *sign = std::strchr(signs, upper);
    if (sign == nullptr || *sign == '\0') continue;
    for (std::size_t x = 0; x < 5; ++x)
      for (std::size_t y = 0; y < 7; ++y)
        if (columns[sign - signs][x] >> y & 1) onto.fill(left + zoom * (6 * i + x), top + zoom * y, zoom, zoom, colour);
  }
}

struct Tile {
  std::string caption;
  Picture picture;
};

// Pictures of one size in rows, with a margin around each and its caption below.
inline Picture side_by_side(const std::vector<Tile> &tiles, std::size_t columns, std::size_t zoom = 1) {
  constexpr std::size_t margin = 10, caption_height = 12;
  const std::size_t width = zoom * tiles[0].picture.width, height = zoom * tiles[0].picture.height;
  const std::size_t rows = (tiles.size() + columns - 1) / columns;
  Picture sheet(columns * (width + margin) + margin, rows * (height + margin + caption_height) + margin);
  for (std::size_t i = 0; i < tiles.size(); ++i) {
    const std::size_t left = margin + i % columns * (width + margin);
    const std::size_t top = margin + i / columns * (height + margin + caption_height);
    paste(sheet, tiles[i].picture, left, top, zoom);
    write_text(sheet, left, top + height + 5, tiles[i].caption, {60, 60, 60});
  }
  return sheet;
}

// False, with the reason on stderr, if the file cannot be written.
inline bool write_png(const Picture &picture, const std::string &path) {
  png_image head{};
  head.version = PNG_IMAGE_VERSION;
  head.width = static_cast<png_uint_32>(picture.width);
  head.height = static_cast<png_uint_32>(picture.height);
  head.format = PNG_FORMAT_RGB;
  if (png_image_write_to_file(&head, path.c_str(), 0, picture.bytes.data(), 0, nullptr) != 0) return true;
  std::fprintf(stderr, "%s: %s\n", path.c_str(), head.message);
  return false;
}

// An empty picture, with the reason on stderr, if the file is not a PNG file that can be read.
inline Picture read_png(const std::string &path) {
  png_image head{};
  head.version = PNG_IMAGE_VERSION;
  if (png_image_begin_read_from_file(&head, path.c_str()) == 0) {
    std::fprintf(stderr, "%s: %s\n", path.c_str(), head.message);
    return {};
  }
  head.format = PNG_FORMAT_RGB;
  Picture picture(head.width, head.height);
  if (png_image_finish_read(&head, nullptr, picture.bytes.data(), 0, nullptr) != 0) return picture;
  std::fprintf(stderr, "%s: %s\n", path.c_str(), head.message);
  return {};
}

// Writes the picture, and says how many of its pixels are not those of the picture kept in `kept`, if that is a path.
// False if there is any, or on a fault, with the reason on stderr.
inline bool save_and_compare(const Picture &picture, const std::string &path, const char *kept) {
  if (!write_png(picture, path)) return false;
  std::printf("%s: %zu by %zu pixels\n", path.c_str(), picture.width, picture.height);
  if (kept == nullptr) return true;
  const Picture expected = read_png(kept);
  if (expected.width != picture.width || expected.height != picture.height) {
    std::fprintf(stderr, "%s: %zu by %zu pixels\n", kept, expected.width, expected.height);
    return false;
  }
  std::size_t different = 0;
  for (std::size_t y = 0; y < picture.height; ++y)
    for (std::size_t x = 0; x < picture.width; ++x) different += picture.get(x, y) != expected.get(x, y);
  std::printf("%zu pixels differ from %s\n", different, kept);
  return different == 0;
}
