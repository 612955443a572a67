// The pieces of a text that can be exchanged for others of their kind without a fault of the grammar.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace cnnc::fuzz {

enum class PieceKind : std::uint8_t { expression, number, name, callee, argument, step, statement, dimension, item };
constexpr std::size_t piece_kinds = 9;

struct Fragment {
  PieceKind kind;
  std::size_t begin,
      end;  ///< bytes of the text; a statement or item has its line to itself, an argument its commas not
};

/// All of them, from the outside in; nothing if the text has a fault of the grammar.
std::vector<Fragment> fragments_of(const std::string &text);

}  // namespace cnnc::fuzz
