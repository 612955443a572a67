// What other libraries call our operators and their arguments: for hints.
#pragma once

#include <string>
#include <string_view>

namespace cnnc {

/// The operator that PyTorch (module or function), Keras or ONNX call so: "Conv2d" is "conv". Empty if there is none.
std::string_view operator_called(std::string_view foreign);

/// A hint for an argument that an operator of ours does not have: that it is called otherwise here ("kernel_size" is
/// 'kernel', if `op` has that), or that it is not needed. Empty if the name says nothing.
std::string argument_hint(std::string_view op, std::string_view foreign);

}  // namespace cnnc
