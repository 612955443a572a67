#include "compiler/support/utf8.hpp"

#include <algorithm>
#include <iterator>

#include <fmt/format.h>

#include "compiler/support/checks.hpp"

namespace cnnc {
namespace {

struct Interval {
  char32_t first, last;
};

// The ranges of Unicode 15 that matter to an underline, coarse where nothing is assigned in between.
constexpr Interval zero_width[] = {
    {0x0300, 0x036F}, {0x0483, 0x0489}, {0x0591, 0x05BD},   {0x0610, 0x061A},   {0x064B, 0x065F}, {0x0900, 0x0902},
    {0x0E34, 0x0E3A}, {0x0E47, 0x0E4E}, {0x1AB0, 0x1AFF},   {0x1DC0, 0x1DFF},   {0x20D0, 0x20FF}, {0x3099, 0x309A},
    {0xFE00, 0xFE0F}, {0xFE20, 0xFE2F}, {0x1F3FB, 0x1F3FF}, {0xE0100, 0xE01EF},
};
constexpr Interval wide[] = {
    {0x1100, 0x115F},   {0x231A, 0x231B},   {0x2329, 0x232A},   {0x23E9, 0x23EC},   {0x2614, 0x2615},
    {0x2648, 0x2653},   {0x26C4, 0x26C5},   {0x26F2, 0x26F5},   {0x2705, 0x2705},   {0x270A, 0x270B},
    {0x2728, 0x2728},   {0x274C, 0x274C},   {0x2753, 0x2757},   {0x2795, 0x2797},   {0x2B1B, 0x2B1C},
    {0x2E80, 0x303E},   {0x3041, 0x33FF},   {0x3400, 0x4DBF},   {0x4E00, 0x9FFF},   {0xA000, 0xA4CF},
    {0xA960, 0xA97F},   {0xAC00, 0xD7A3},   {0xF900, 0xFAFF},   {0xFE30, 0xFE6F},   {0xFF00, 0xFF60},
    {0xFFE0, 0xFFE6},   {0x16FE0, 0x18CFF}, {0x1B000, 0x1B2FF}, {0x1F300, 0x1F64F}, {0x1F680, 0x1F6FF},
    {0x1F900, 0x1F9FF}, {0x1FA70, 0x1FAFF}, {0x20000, 0x3FFFD},
};
// Controls, and what reorders or hides the text around it (CVE-2021-42574).
constexpr Interval hidden[] = {
    {0x00, 0x1F},     {0x7F, 0x9F},     {0xAD, 0xAD},     {0x061C, 0x061C}, {0x180E, 0x180E},   {0x200B, 0x200F},
    {0x2028, 0x202E}, {0x2060, 0x206F}, {0xFEFF, 0xFEFF}, {0xFFF9, 0xFFFB}, {0xE0000, 0xE007F},
};

template <std::size_t count>
bool lies_in(const Interval (&intervals)[count], char32_t value) {
  const Interval *after = std::upper_bound(std::begin(intervals), std::end(intervals), value,
                                           [](char32_t v, const Interval &interval) { return v < interval.first; });
  return after != std::begin(intervals) && value <= after[-1].last;
}

std::string name_of(const Character &character) {
  auto code = static_cast<unsigned>(character.value);
  return code < 0x80 || !character.valid ? fmt::format("<{:02X}>", code) : fmt::format("<U+{:04X}>", code);
}

bool is_named(const Character &character) { return !character.valid || lies_in(hidden, character.value); }

}  // namespace

Character character_at(std::string_view text, std::size_t offset) {
  CNNC_CHECK(offset < text.size(), "a character beyond the text");
  auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[offset + i]); };
  const unsigned char lead = byte(0);
  if (lead < 0x80) return {lead, 1, true};
  const std::size_t length = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
  const Character invalid{lead, 1, false};
  if (lead < 0xC2 || lead > 0xF4 || text.size() - offset < length) return invalid;
  char32_t value = lead & (0x7FU >> length);
  for (std::size_t i = 1; i < length; ++i) {
    if ((byte(i) & 0xC0U) != 0x80U) return invalid;
    value = value << 6 | (byte(i) & 0x3FU);
  }
  const char32_t least = length == 2 ? 0x80 : length == 3 ? 0x800 : 0x10000;
  if (value < least || value > 0x10FFFF || (value >= 0xD800 && value <= 0xDFFF)) return invalid;
  return {value, length, true};
}

std::string shown(std::string_view text, const Character &character, std::size_t offset) {
  if (is_named(character)) return name_of(character);
  return std::string(text.substr(offset, character.length));
}

std::size_t shown_width(const Character &character) {
  if (is_named(character)) return name_of(character).size();
  if (character.value < 0x300) return 1;
  if (lies_in(zero_width, character.value)) return 0;
  return lies_in(wide, character.value) ? 2 : 1;
}

}  // namespace cnnc
