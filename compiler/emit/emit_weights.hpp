// The packed weights: as an image in a file, as text, and how the text of a model reaches them.
#pragma once

#include "compiler/emit/module.hpp"

namespace cnnc {

/// What the model's text needs before its namespace: the image by .incbin under a hidden symbol, or nothing.
void write_included_weights(CppWriter &writer, const Module &module);
/// What it needs inside: the array, or the identity that an image must bear, or nothing.
void write_weights(CppWriter &writer, const Module &module);
/// In run(): defines `weights`, the packed data, if there is any.
void write_weights_access(CppWriter &writer, const Module &module);
/// `constexpr cnnc::weights_identity identity = …;`.
void write_identity(CppWriter &writer, const Module &module);
/// Hands the weights file to `write`, see EmittedFiles. It may outlive the module, not the programs.
std::function<void(const std::function<void(std::string_view)> &)> weights_writer(const Module &module);
/// The file's bytes.
std::size_t image_bytes(const Module &module);

}  // namespace cnnc
