// A mutator that knows the grammar, and the operators by their records: most of what it makes is a text that parses,
// and much of it a network that compiles.
#pragma once

#include <array>
#include <string>
#include <vector>

#include "tests/fuzz/fragments.hpp"
#include "tests/fuzz/mutate.hpp"

namespace cnnc::fuzz {

class TreeMutator {
 public:
  /// Takes pieces from the texts that parse.
  explicit TreeMutator(const std::vector<std::string> &corpus);

  /// `text` after one to four changes: numbers, names, operators, arguments, steps of pipelines, statements and
  /// expressions exchanged for others of their kind, left out or repeated; attributes and steps put in that some
  /// operator has. A text that does not parse is returned as it is.
  std::string mutate(const std::string &text, Random &random) const;

 private:
  std::string replacement(PieceKind kind, const std::string &old, Random &random) const;
  const std::string &piece(PieceKind kind, Random &random) const;
  std::string change(const std::string &text, Random &random) const;

  std::array<std::vector<std::string>, piece_kinds> pieces_;
};

}  // namespace cnnc::fuzz
