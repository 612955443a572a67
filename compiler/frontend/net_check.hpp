// From the syntax tree to graphs: names, types, calls and shapes checked, blocks called, loops unrolled, compile-time
// values computed. One Graph per network of the file, in the order of the text; what it imports is called only.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "compiler/frontend/source_tree.hpp"
#include "compiler/ir/graph.hpp"
#include "compiler/support/diagnostics.hpp"

namespace cnnc {

struct Networks {
  std::vector<Graph> graphs;              ///< at least one
  std::vector<std::string> files_loaded;  ///< that the sources name, as paths
};

/// Checks parsed files; the networks are those of the first. Reports every fault that is independent of the others,
/// sorted by place, and warnings; gives graphs only if there is no error, neither its own nor one that the parser left
/// in the tree. Their weights have numbers only where the source gives them.
std::optional<Networks> check_networks(const SourceTree &tree, const SourceMap &sources, Diagnostics &diagnostics);

/// Reads, parses and checks the file `path` with all that it imports.
std::optional<Networks> load_networks(const std::string &path, SourceMap &sources, Diagnostics &diagnostics,
                                      const SourceOptions &options = {});

/// The network called `name`, or the only one if `name` is empty. Null, and reported as a fault of the file `path` with
/// the names there are, if that is none or not one.
const Graph *select_network(const Networks &networks, const std::string &name, const std::string &path,
                            Diagnostics &diagnostics);

}  // namespace cnnc
