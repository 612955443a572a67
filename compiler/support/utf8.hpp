// Characters of UTF-8 text, and how wide a terminal shows them.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace cnnc {

struct Character {
  char32_t value = 0;      ///< the byte itself where it is no UTF-8
  std::size_t length = 1;  ///< in bytes
  bool valid = false;
};

/// The character at `offset`, which must lie within `text`. Overlong forms, surrogates and values beyond U+10FFFF are
/// not valid; then the length is 1, so that reading goes on at the next byte.
Character character_at(std::string_view text, std::size_t offset);

/// How the character is shown in messages. Controls, characters that reorder or hide text, and bytes that are no
/// UTF-8 are named instead of sent to the terminal: `<00>`, `<1B>`, `<U+202E>`, `<FF>`.
std::string shown(std::string_view text, const Character &character, std::size_t offset);

/// Columns that a terminal takes for what shown() gives: 0 for combining marks, 2 for wide characters.
std::size_t shown_width(const Character &character);

}  // namespace cnnc
