// Emission: a Program as C++ text; or several of one network, each for another target, as one text that chooses.
//
// Requires programs without faults (verify in ir/kernel.hpp) whose vectors have the target's lanes, or one.
// Ensures: the same program and options give the same bytes; the text needs the C++17 standard library's <cstddef> and
// <cstdint> and the runtime's headers and nothing else, compiles without a warning under -Wall -Wextra -Wpedantic
// -Wconversion, and computes what the kernel interpreter computes, bit for bit. No text from outside (names, headings,
// doc comments) can become code.
// Does not: decide anything. One switch per level of the IR; what to emit is settled before.
#pragma once

#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "compiler/ir/kernel.hpp"

namespace cnnc {

enum class WeightsMode {
  embed,   ///< NAME.weights, included by the text with .incbin; as text up to embed_as_text_bytes
  source,  ///< text, whatever the size
  file,    ///< NAME.weights, handed to run() by the caller
};

struct EmitOptions {
  std::string prefix;  ///< the C++ namespace and the start of the C symbols; must be valid_prefix
  WeightsMode weights_mode = WeightsMode::embed;
  bool embed_runtime = false;  ///< paste the runtime's headers instead of including them
  std::string stem;            ///< of the files to be written: "model" for model.cpp
  bool c_header = false;       ///< also a C header with the sizes as macros
};

struct EmittedFiles {
  std::string cpp, hpp;
  std::string h;             ///< empty unless asked for
  std::string weights_name;  ///< "NAME.weights"; empty if there is none
  /// Hands that file over, front to back: the image of cnnc/weights.hpp. It comes in pieces, for beside the programs'
  /// own weights there need not be room for it; the programs must still be there.
  std::function<void(const std::function<void(std::string_view)> &)> write_weights;
};

constexpr std::int64_t embed_as_text_bytes = 4096;

EmittedFiles emit_program(const Program &program, const EmitOptions &options);
/// The variants of one network, best first: each in a namespace of its own, named after its target. NAME_model() gives
/// the first that the CPU can run. Weights that several hold in one layout are there once, see Buffer::origin.
EmittedFiles emit_programs(std::span<const Program> variants, const EmitOptions &options);

/// How every text that cnnc writes begins; what does not begin so is not ours to overwrite.
constexpr std::string_view emitted_mark = "// cnnc ";
/// The same of weights files.
constexpr std::string_view weights_mark = "cnncw";

/// True if `prefix` can be a namespace and start a C symbol: an identifier that neither C++, the C library nor cnnc
/// reserves.
bool valid_prefix(std::string_view prefix);

/// By variant, the bytes of weights that it adds to those of the variants before it.
std::vector<std::int64_t> added_weights_bytes(std::span<const Program> variants);

/// 64 hexadecimal digits: SHA-256 of the emitted kernels, the tensors and the places of the weights, not of their
/// values. A weights file fits every program, or every list of variants, of the same digest.
std::string weights_digest(const std::vector<Program> &variants);
/// The whole weights file, see cnnc/weights.hpp.
std::string weights_image(const std::vector<Program> &variants);

}  // namespace cnnc
