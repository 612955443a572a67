// Where the nodes of a directed acyclic graph are drawn: in layers, edges downwards.
//
// Sugiyama, Tagawa, Toda, "Methods for visual understanding of hierarchical system structures", IEEE Trans. SMC 11,
// 1981: layers by longest paths; in each layer an order by barycentres, the one with the fewest crossings kept; then
// places along the layer, as near to the neighbours' as the order allows. An edge that passes layers has a bend in
// each; edges from one node share their bends until they part.
#pragma once

#include <utility>
#include <vector>

#include "compiler/report/svg.hpp"

namespace cnnc {

struct LayoutGraph {
  std::vector<std::pair<double, double>> sizes;  ///< width and height of each node, in pixels
  std::vector<std::pair<int, int>> edges;        ///< from a node to a later one
};

/// A part of an edge, from the bottom of a node or bend to the top of one in the next layer.
struct PlacedEdge {
  Point from, to;
  bool arrives = false;  ///< at a node
};

/// The straight piece of an edge through a layer.
struct PlacedBend {
  Point top, bottom;
};

struct PlacedGraph {
  double width = 0, height = 0;
  std::vector<Rectangle> nodes;
  std::vector<PlacedEdge> edges;
  std::vector<PlacedBend> bends;
};

/// The bends that the drawing has, counted up to `most`: time grows faster than their number.
std::size_t bend_count(const LayoutGraph &graph, std::size_t most);
PlacedGraph layered_layout(const LayoutGraph &graph);

}  // namespace cnnc
