#include "tests/fuzz/mutate.hpp"

#include <algorithm>

namespace cnnc::fuzz {

std::uint64_t Random::next() {
  std::uint64_t z = state_ += 0x9E3779B97F4A7C15U;
  z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9U;
  z = (z ^ (z >> 27)) * 0x94D049BB133111EBU;
  return z ^ (z >> 31);
}

namespace {

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  return c >= 'A' && c <= 'F' ? c - 'A' + 10 : 0;
}

/// The word that begins at the opening quote `at`; `at` is left behind its end.
std::string read_word(std::string_view text, std::size_t &at) {
  std::string word;
  for (++at; at < text.size() && text[at] != '"' && text[at] != '\n'; ++at) {
    if (text[at] != '\\' || at + 1 >= text.size()) {
      word += text[at];
    } else if (text[at + 1] == 'x' && at + 3 < text.size()) {
      word += static_cast<char>(hex_digit(text[at + 2]) * 16 + hex_digit(text[at + 3]));
      at += 3;
    } else {
      word += text[++at];
    }
  }
  ++at;
  return word;
}

struct Piece {
  std::size_t begin, length;
};

Piece any_piece(const std::string &text, std::size_t longest, Random &random) {
  if (text.empty()) return {0, 0};
  const std::size_t begin = random.below(text.size());
  return {begin, 1 + random.below(std::min(longest, text.size() - begin))};
}

/// Exchanges the first byte of `set` from a random place on for another of the set.
void exchange(std::string &text, std::string_view set, Random &random) {
  if (text.empty()) return;
  const std::size_t at = text.find_first_of(set, random.below(text.size()));
  if (at != std::string::npos) text[at] = set[random.below(set.size())];
}

void change(std::string &text, const std::vector<std::string> &corpus, const std::vector<std::string> &dictionary,
            Random &random) {
  const std::size_t place = random.below(text.size() + 1);
  switch (random.below(12)) {
    case 0:
      if (!text.empty()) text[random.below(text.size())] ^= static_cast<char>(1U << random.below(8));
      break;
    case 1:
      text.insert(place, 1, static_cast<char>(random.below(256)));
      break;
    case 2: {
      const Piece piece = any_piece(text, 4, random);
      text.erase(piece.begin, piece.length);
      break;
    }
    case 3: {
      const Piece piece = any_piece(text, 200, random);
      text.erase(piece.begin, piece.length);
      break;
    }
    case 4: {
      const Piece piece = any_piece(text, 40, random);
      text.insert(place, text.substr(piece.begin, piece.length));
      break;
    }
    case 5: {
      const std::string &other = corpus[random.below(corpus.size())];
      const Piece piece = any_piece(other, 200, random);
      text.insert(place, other, piece.begin, piece.length);
      break;
    }
    case 6:
    case 7:
      if (!dictionary.empty()) text.insert(place, " " + dictionary[random.below(dictionary.size())] + " ");
      break;
    case 8:
      exchange(text, "()[]{}", random);
      break;
    case 9:
      exchange(text, "0123456789.eE", random);
      break;
    case 10:
      text.resize(place);
      break;
    case 11: {  // one word over and over: nesting
      const Piece piece = any_piece(text, 6, random);
      const std::string word = text.substr(piece.begin, piece.length);
      std::string many;
      for (std::size_t n = random.below(400); n > 0; --n) many += word;
      text.insert(place, many);
      break;
    }
  }
}

}  // namespace

std::vector<std::string> read_dictionary(std::string_view text) {
  std::vector<std::string> words;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t line_end = std::min(text.find('\n', at), text.size());
    if (text[at] != '#') {
      std::size_t quote = text.find('"', at);
      if (quote < line_end) words.push_back(read_word(text, quote));
    }
    at = line_end + 1;
  }
  return words;
}

std::string mutate(const std::vector<std::string> &corpus, const std::vector<std::string> &dictionary,
                   std::size_t longest, Random &random) {
  std::string text = corpus[random.below(corpus.size())];
  for (std::size_t changes = 1 + random.below(8); changes > 0; --changes) change(text, corpus, dictionary, random);
  if (text.size() > longest) text.resize(longest);
  return text;
}

}  // namespace cnnc::fuzz
