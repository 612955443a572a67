// Text from outside, made harmless, and numbers, made readable: what HTML and SVG are written with.
//
// All that is written here is well-formed XML too, so that any parser can check it.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace cnnc {

/// `text` as content or as the value of a quoted attribute. Controls, characters that reorder or hide text and bytes
/// that are no UTF-8 are named, as in messages ("<1B>"): the result is a line of XML characters.
std::string escaped(std::string_view text);

/// At most `limit` characters (at least 1) of `text`, the last one an ellipsis if some are missing.
std::string shortened(std::string_view text, std::size_t limit);
/// The same for paths, whose ends tell most: the first one is the ellipsis.
std::string shortened_path(std::string_view text, std::size_t limit);

/// "812 B", "1.2 KiB", "97.5 MiB": one decimal, rounded to nearest.
std::string bytes_text(std::int64_t bytes);
/// "12.5 %" of a whole; nothing if the whole is 0.
std::string share_text(std::int64_t part, std::int64_t whole);
/// A coordinate in pixels: at most one decimal, without a trailing zero.
std::string coordinate(double value);

}  // namespace cnnc
