#include "compiler/frontend/net_literals.hpp"

#include <charconv>
#include <system_error>

namespace cnnc {

std::optional<std::int64_t> read_integer(std::string_view digits) {
  std::uint64_t value = 0;
  const auto result = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  constexpr std::uint64_t beyond = std::uint64_t{1} << 63;
  if (result.ec != std::errc() || value > beyond) return std::nullopt;
  return value == beyond ? INT64_MIN : static_cast<std::int64_t>(value);
}

namespace {

/// Whether a number that no double can hold is too large, and not too small: by the place of its first digit that is
/// not zero, counted from the dot, with the exponent.
bool is_large(std::string_view text) {
  const std::size_t e = text.find_first_of("eE");
  const std::string_view mantissa = text.substr(0, e);
  const std::size_t dot = mantissa.find('.');
  const std::size_t first = mantissa.find_first_of("123456789");
  if (first == std::string_view::npos) return false;
  const auto whole = static_cast<std::int64_t>(dot == std::string_view::npos ? mantissa.size() : dot);
  std::int64_t exponent = 0;
  if (e != std::string_view::npos) {
    std::string_view digits = text.substr(e + 1);
    const bool negative = digits.starts_with('-');
    if (negative || digits.starts_with('+')) digits.remove_prefix(1);
    // The exponent may itself have more digits than fit; then it alone decides.
    if (std::from_chars(digits.data(), digits.data() + digits.size(), exponent).ec != std::errc()) return !negative;
    if (negative) exponent = -exponent;
  }
  return whole - static_cast<std::int64_t>(first) > -exponent;
}

}  // namespace

std::optional<double> read_real(std::string_view text) {
  double value = 0;
  const auto result = std::from_chars(text.data(), text.data() + text.size(), value);
  if (result.ec == std::errc::result_out_of_range) return is_large(text) ? std::nullopt : std::optional<double>(0.0);
  return value;
}

std::string unescape(std::string_view text) {
  std::string result;
  result.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '\\' || i + 1 == text.size()) {
      result += text[i];
      continue;
    }
    const char escaped = text[++i];
    result += escaped == 'n' ? '\n' : escaped == 't' ? '\t' : escaped;
  }
  return result;
}

}  // namespace cnnc
