// Weights: from files, or drawn at random, into a graph.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "compiler/frontend/array.hpp"
#include "compiler/ir/graph.hpp"
#include "compiler/support/diagnostics.hpp"

namespace cnnc {

/// The arrays of a .safetensors or .npz file or of a folder of .npy files, by name; a single .npy file gives one array
/// under its stem. What a file is, its content decides. With `wanted`, only those are read (see WantedArrays).
std::optional<Arrays> read_arrays(const std::string &path, const WantedArrays *wanted, Diagnostics &diagnostics);

/// The same as tensors of f32: f16, bf16 and integers as they are, f64 rounded to nearest. A tensor that is not wanted
/// has no data.
std::optional<Weights> read_weights(const std::string &path, Diagnostics &diagnostics,
                                    const WantedArrays *wanted = nullptr);

/// The weights of a graph whose numbers do not stand in the source.
WantedArrays wanted_weights(const Graph &graph);

struct BindOptions {
  bool allow_non_finite = false;
};

/// Gives every weight that does not stand in the source its numbers. All that are missing or have another shape are one
/// error; so are all that are NaN or infinite; all that the graph does not use are one warning. PyTorch's counters
/// ("num_batches_tracked") are no weights of anything and are passed over.
bool bind_weights(Graph &graph, const Weights &weights, const std::string &file, const BindOptions &options,
                  Diagnostics &diagnostics);

/// He initialisation: each weight as its operator says, normal with variance 2 / fan-in, or zero, or one; a
/// free parameter normal with deviation 0.02. A weight's
/// numbers depend on the seed, its name, its shape and nothing else, and are the same on every machine. The normal
/// distribution is approximated by the sum of twelve uniform numbers (it has no value beyond six deviations).
void random_weights(Graph &graph, std::uint64_t seed);

}  // namespace cnnc
