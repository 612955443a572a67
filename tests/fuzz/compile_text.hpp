// One text through the whole compiler.
#pragma once

#include <cstdint>
#include <string>

namespace cnnc::fuzz {

struct TextRun {
  std::string fault;    ///< of the compiler, empty if there is none
  bool parsed = false;  ///< no fault of the grammar
  int networks = 0;     ///< that the front end accepts
  int compared = 0;     ///< of them, small enough to be compiled and compared with the reference
};

/// Reads the text as a user's, who has drawn weights: it is refused with a reason, at a place of the text, or every
/// network in it that is small computes its reference in every form (see tests/random/check_network.hpp). `seed` draws
/// weights, inputs and the target.
TextRun compile_text(const std::string &text, std::uint64_t seed);

}  // namespace cnnc::fuzz
