// A scene to filter, drawn in whole numbers so that every machine draws the same: gradients, edges in all directions,
// fine texture and letters.
#pragma once

#include "../common/picture.hpp"

// Between two colours, the second one at `part` of `whole`.
inline Colour blend(Colour a, Colour b, int part, int whole) {
  Colour colour;
  for (std::size_t i = 0; i < 3; ++i) colour[i] = static_cast<std::uint8_t>(a[i] + (b[i] - a[i]) * part / whole);
  return colour;
}

inline void draw_disc(Picture &onto, int x0, int y0, int radius, Colour colour) {
  for (int y = y0 - radius; y <= y0 + radius; ++y)
    for (int x = x0 - radius; x <= x0 + radius; ++x)
      if ((x - x0) * (x - x0) + (y - y0) * (y - y0) <= radius * radius)
        onto.set(static_cast<std::size_t>(x), static_cast<std::size_t>(y), colour);
}

// A triangle that stands on a line, lit from the left.
inline void draw_peak(Picture &onto, int x0, int top, int bottom, int half_width, Colour lit, Colour shade) {
  for (int y = top; y < bottom; ++y) {
    const int reach = half_width * (y - top) / (bottom - top);
    for (int x = x0 - reach; x <= x0 + reach; ++x)
      onto.set(static_cast<std::size_t>(x), static_cast<std::size_t>(y), x < x0 + reach / 4 ? lit : shade);
  }
}

inline void draw_house(Picture &onto) {
  draw_peak(onto, 146, 58, 86, 36, {176, 62, 44}, {146, 44, 34});
  onto.fill(118, 86, 56, 36, {236, 222, 190});
  for (std::size_t i = 0; i < 2; ++i) {
    const std::size_t left = 125 + 28 * i;
    onto.fill(left, 92, 14, 14, {92, 66, 44});
    for (std::size_t pane = 0; pane < 4; ++pane)
      onto.fill(left + 2 + pane % 2 * 6, 94 + pane / 2 * 6, 4, 4, {150, 196, 226});
  }
  onto.fill(142, 102, 9, 20, {110, 72, 40});
}

inline Picture draw_scene(std::size_t width, std::size_t height) {
  Picture scene(width, height);
  constexpr int horizon = 104;
  std::uint32_t noise = 1;  // a linear congruential generator: grass
  for (int y = 0; y < static_cast<int>(height); ++y)
    for (int x = 0; x < static_cast<int>(width); ++x) {
      noise = noise * 1664525u + 1013904223u;
      const Colour sky = blend({70, 130, 210}, {224, 236, 244}, std::min(y, horizon), horizon);
      const Colour grass = blend({64, 128, 48}, {118, 172, 74}, static_cast<int>(noise >> 24), 255);
      scene.set(static_cast<std::size_t>(x), static_cast<std::size_t>(y), y < horizon ? sky : grass);
    }
  draw_disc(scene, 168, 30, 15, {252, 220, 90});
  draw_peak(scene, 100, 44, horizon, 64, {150, 148, 160}, {104, 104, 122});
  draw_peak(scene, 48, 26, horizon, 58, {136, 134, 150}, {92, 92, 112});
  draw_peak(scene, 48, 26, 43, 12, {250, 250, 252}, {214, 220, 232});
  draw_house(scene);
  write_text(scene, 12, 118, "CNNC", {250, 246, 236}, 3);
  return scene;
}
