// The inputs and outputs of a network as files and as text: what run and golden share.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "compiler/driver/session.hpp"
#include "compiler/frontend/weights_write.hpp"
#include "compiler/ir/graph.hpp"
#include "compiler/ir/kernel.hpp"

namespace cnnc {

/// Reads the inputs that `arguments` name, in the order of `expected`. Each argument is `FILE.npy` (for the only
/// input), `NAME=FILE.npy`, or an .npz file with an array for each of several inputs. Arrays must have the input's
/// shape and a dtype whose every value the input's can hold; floats are rounded to it.
std::optional<std::vector<Tensor>> read_inputs(const std::vector<ProgramTensor> &expected,
                                               const std::vector<std::string> &arguments, Session &session);

/// `text` as NumPy would print it, with f32 in its shortest exact form; the middle of large tensors is left out.
std::string readable(const std::string &name, const Tensor &tensor);

/// What `run` and `golden` know of a graph's inputs.
std::vector<ProgramTensor> inputs_of(const Graph &graph);
/// The outputs of the reference interpreter by their names, rounded to their types.
/// Nothing, and reported, where an index is out of range: compiled code returns CNNC_BAD_INDEX then.
std::optional<NamedTensors> evaluate_outputs(const Graph &graph, const std::vector<Tensor> &inputs,
                                             Diagnostics &diagnostics);

}  // namespace cnnc
