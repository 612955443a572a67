#include "compiler/report/markup.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "compiler/support/utf8.hpp"

namespace cnnc {

std::string escaped(std::string_view text) {
  std::string result;
  for (std::size_t at = 0; at < text.size();) {
    const Character character = character_at(text, at);
    // Valid UTF-8, but no characters of XML.
    const bool none = character.value == 0xFFFE || character.value == 0xFFFF;
    for (const char c : none ? "?" : shown(text, character, at)) {
      if (c == '&')
        result += "&amp;";
      else if (c == '<')
        result += "&lt;";
      else if (c == '>')
        result += "&gt;";
      else if (c == '"')
        result += "&quot;";
      else if (c == '\'')
        result += "&#39;";
      else
        result += c;
    }
    at += character.length;
  }
  return result;
}

std::string shortened(std::string_view text, std::size_t limit) {
  std::size_t characters = 0;
  std::size_t end = 0;  // of the part that stays if an ellipsis follows
  for (std::size_t at = 0; at < text.size(); at += character_at(text, at).length) {
    if (characters + 1 == limit) end = at;
    if (++characters > limit) return std::string(text.substr(0, end)) + "…";
  }
  return std::string(text);
}

std::string shortened_path(std::string_view text, std::size_t limit) {
  std::vector<std::size_t> starts;
  for (std::size_t at = 0; at < text.size(); at += character_at(text, at).length) starts.push_back(at);
  if (starts.size() <= limit) return std::string(text);
  return "…" + std::string(limit > 1 ? text.substr(starts[starts.size() - (limit - 1)]) : "");
}

std::string bytes_text(std::int64_t bytes) {
  constexpr std::string_view units[] = {"KiB", "MiB", "GiB", "TiB"};
  if (bytes < 1024) return fmt::format("{} B", bytes);
  std::size_t unit = 0;
  std::int64_t size = 1024;
  for (; unit + 1 < std::size(units) && bytes / size >= 1024; ++unit) size *= 1024;
  // Bytes are below 2^63 and a unit has at least 2^10 of them: tenths fit.
  const std::int64_t tenths = bytes / size * 10 + (bytes % size * 10 + size / 2) / size;
  return fmt::format("{}.{} {}", tenths / 10, tenths % 10, units[unit]);
}

std::string share_text(std::int64_t part, std::int64_t whole) {
  if (whole <= 0) return "";
  const auto tenths =
      static_cast<std::int64_t>(std::floor(static_cast<double>(part) / static_cast<double>(whole) * 1000 + 0.5));
  return fmt::format("{}.{} %", tenths / 10, tenths % 10);
}

std::string coordinate(double value) {
  const auto tenths = static_cast<std::int64_t>(std::floor(value * 10 + 0.5));
  const std::int64_t magnitude = std::max(tenths, -tenths);
  const std::string sign = tenths < 0 ? "-" : "";
  if (magnitude % 10 == 0) return fmt::format("{}{}", sign, magnitude / 10);
  return fmt::format("{}{}.{}", sign, magnitude / 10, magnitude % 10);
}

}  // namespace cnnc
