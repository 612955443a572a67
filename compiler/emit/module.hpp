// What the parts of the emitted files have in common: everything that is settled before any of them is written.
#pragma once

#include <set>
#include <span>
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

/// The model on one target.
struct Variant {
  const Program &program;
  const Target &target;
  std::vector<std::string> functions{};  ///< names of the kernels' functions
  std::string kernels{};                 ///< their text
  std::set<std::string> used{};          ///< names of the vocabulary in it
  StackBound stack{};
  std::int64_t flops = 0, bytes = 0;           ///< of all calls
  std::int64_t weights_bytes = 0;              ///< that it adds to those of the variants before it
  std::vector<std::int64_t> buffer_offsets{};  ///< as in its program, but of weights: in the weights of all variants
};

struct Module {
  const EmitOptions &options;
  std::vector<Variant> variants{};  ///< best first; one, or several that are chosen from when the model runs
  WeightsImage weights{};           ///< of all variants
  WeightsPlace place = WeightsPlace::none;
  std::vector<std::string> inputs{}, outputs{};  ///< identifiers of the tensors
  std::string digest{};

  /// For what all variants have in common: name, doc and tensors.
  const Program &common() const { return variants.front().program; }
  bool is_list() const { return variants.size() > 1; }
};

/// The module refers to its arguments.
Module make_module(std::span<const Program> variants, const EmitOptions &options);

/// Sets `weights` and where each variant finds its own in it.
void join_weights(Module &module);

/// Of the variant that needs the most.
std::int64_t workspace_bytes(const Module &module);

/// The first line and the rest of the head comment: `what` the file is, then the model's doc, tensors and sizes.
void write_head(CppWriter &writer, const Module &module, std::string_view what);
/// "f32[1, 28, 28]".
std::string tensor_text(const ProgramTensor &tensor);

std::string emit_cpp(const Module &module);
std::string emit_hpp(const Module &module);
std::string emit_h(const Module &module);
/// The C functions that every header of the model declares, each after `linkage`.
void write_declarations(CppWriter &writer, const Module &module, std::string_view linkage);

/// The text with every `#include "cnnc/…"` replaced by that header, once each; parts of headers (.inl) wherever they
/// are.
std::string paste_runtime(const std::string &text);

}  // namespace cnnc
