// The values of numbers and strings as written.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace cnnc {

/// The value of decimal digits; nullopt if it is above 2^63 - 1, but INT64_MIN for 2^63 itself, the number of
/// `-9223372036854775808` before its sign is looked at.
std::optional<std::int64_t> read_integer(std::string_view digits);

/// The double nearest to `1.5e-3`; nullopt if it is beyond the largest one. Too small a number is 0.
std::optional<double> read_real(std::string_view text);

/// `text` with its escapes resolved; unknown ones (which the scanner has noted) stand for the escaped character.
std::string unescape(std::string_view text);

}  // namespace cnnc
