// What the parts of the emitted files have in common: everything that is settled before any of them is written.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "compiler/emit/emit.hpp"
#include "compiler/emit/emit_kernel.hpp"

namespace cnnc {

/// Where a model's packed weights are.
enum class WeightsPlace {
  none,      ///< it has none
  text,      ///< an array in the text
  included,  ///< NAME.weights, by .incbin
  file,      ///< NAME.weights, in the caller's memory
};

struct Module {
  const Program &program;
  const EmitOptions &options;
  const Target &target;
  WeightsPlace place = WeightsPlace::none;
  std::vector<std::string> functions;        ///< names of the kernels' functions
  std::vector<std::string> inputs, outputs;  ///< identifiers of the tensors
  std::string kernels;                       ///< their text
  std::set<std::string> used;                ///< names of the vocabulary in it
  std::string digest;
  StackBound stack;
  std::int64_t flops = 0, bytes = 0;  ///< of all calls
};

Module make_module(const Program &program, const EmitOptions &options);

/// The first line and the rest of the head comment: `what` the file is, then the model's doc, tensors and sizes.
void write_head(CppWriter &writer, const Module &module, std::string_view what);
/// "f32[1, 28, 28]".
std::string tensor_text(const ProgramTensor &tensor);

std::string emit_cpp(const Module &module);
std::string emit_hpp(const Module &module);
std::string emit_h(const Module &module);

/// The text with every `#include "cnnc/…"` replaced by that header, once each.
std::string paste_runtime(const std::string &text);

}  // namespace cnnc
