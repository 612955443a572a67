// What compile, run and golden begin with: one network of a file, with its weights.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "compiler/driver/options.hpp"
#include "compiler/ir/graph.hpp"

namespace cnnc {

struct LoadedNetwork {
  Graph graph;
  std::vector<std::string> files_read;  ///< sources and weights, as the user would name them
};

/// The network of the file that the options select, checked, without weights from files.
std::optional<LoadedNetwork> load_network(const NetworkOptions &options, Session &session);

/// Gives the graph its weights: from the file, at random, or from STEM.safetensors beside the model (which a note on
/// stderr says). False if a fault was reported.
bool load_weights(LoadedNetwork &network, const std::string &model, const WeightsOptions &options, Session &session);

}  // namespace cnnc
