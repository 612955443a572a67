// The words of a `.net` text. The grammar is written over these, so blanks, comments, lines, keywords and the inside of
// strings are settled here once, in one linear run.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "compiler/frontend/fault.hpp"
#include "compiler/support/source.hpp"

namespace cnnc {

enum class TokenKind : std::uint8_t {
  end,    ///< once, after everything else
  error,  ///< text whose fault has been noted; the grammar says nothing more about it
  identifier,
  integer,
  real,
  malformed_number,  ///< `3x3`: fine in a path, a fault elsewhere
  string_begin,      ///< the opening quote
  string_text,       ///< literal text, escapes unresolved
  insert_begin,      ///< `{` in a string
  insert_end,        ///< `}` in a string
  string_end,        ///< the closing quote
#define CNNC_TOKEN(name, spelling) name,
#include "compiler/frontend/net_tokens.def"
#undef CNNC_TOKEN
};

struct Token {
  TokenKind kind = TokenKind::end;
  bool begins_line = false;  ///< only blanks stand before it on its line
  std::int32_t doc = -1;     ///< index into TokenText::docs of the `///` lines right above, or -1
  std::uint32_t begin = 0;   ///< bytes [begin, end) of the text
  std::uint32_t end = 0;
};

struct TokenText {
  std::vector<Token> tokens;  ///< never empty: the last is `end`
  std::vector<std::string> docs;
};

/// The fixed spelling of a word or sign; empty for kinds that have none.
std::string_view spelling(TokenKind kind);

bool is_keyword(TokenKind kind);

/// The words of `text`, which is file `file`. Faults (unknown characters, bytes that are no UTF-8, open strings,
/// unknown escapes) go to `faults`. Strings end with their line at the latest.
TokenText scan(std::string_view text, FileId file, std::vector<Fault> &faults);

}  // namespace cnnc
