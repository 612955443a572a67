// Shows a digit and what a network thinks of it in the terminal: two pixels a character, and a bar a score.
#pragma once

#include <cstdint>
#include <cstdio>
#include <string>

#include "idx.hpp"

inline void show_digit(const std::uint8_t *image, int label, const float *scores) {
  constexpr std::size_t rows = Digits::side / 2;
  constexpr int ink = 96, bar_length = 30;
  for (std::size_t row = 0; row < rows; ++row) {
    std::string line = "  ";
    for (std::size_t column = 0; column < Digits::side; ++column) {
      const bool top = image[2 * row * Digits::side + column] > ink;
      const bool bottom = image[(2 * row + 1) * Digits::side + column] > ink;
      line += top ? (bottom ? "█" : "▀") : (bottom ? "▄" : " ");
    }
    if (row >= 2 && row < 12) {
      const std::size_t digit = row - 2;
      line += "   " + std::to_string(digit) + (static_cast<int>(digit) == label ? " *" : "  ");
      const int length = static_cast<int>(scores[digit] * bar_length + 0.5f);
      for (int i = 0; i < bar_length; ++i) line += i < length ? "█" : " ";
      char percent[16];
      std::snprintf(percent, sizeof percent, " %5.1f %%", static_cast<double>(scores[digit]) * 100);
      line += percent;
    }
    std::printf("%s\n", line.c_str());
  }
}
