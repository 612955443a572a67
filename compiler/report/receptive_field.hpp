// Receptive fields: which elements of the inputs one element of a value depends on.
//
// Found by following boxes of indices backwards through the nests' reads: what a nest reads for the elements of a box
// is again a box. So it holds for every operator that has loops; a composed one is followed through what it comes down
// to. A box is the smallest that holds all that is read: holes of a dilated window, and what lies between two branches,
// are in it. Indices outside the input are padding; they count, so that a field has the same size at the border.
// Araujo, Norris, Sim, "Computing Receptive Fields of Convolutional Neural Networks", Distill, 2019.
#pragma once

#include <optional>
#include <vector>

#include "compiler/ir/graph.hpp"
#include "compiler/ir/nest.hpp"

namespace cnnc {

/// One axis of an input.
struct FieldAxis {
  Interval range;         ///< indices that the value's middle element depends on; those in the padding too
  std::int64_t jump = 0;  ///< how far the range moves if the element moves by one, along the same axis or else another
  double first = 0;       ///< middle of the range of the element at index 0: 0 is the middle of the input's first one

  std::int64_t size() const { return range.high - range.low + 1; }
};

struct ReceptiveField {
  NodeId node;
  std::size_t result;           ///< of the node
  std::size_t input;            ///< number of the network's input
  std::vector<FieldAxis> axes;  ///< by dimension of the input
};

/// The fields of every node's results in the inputs that they depend on: by node, result and input.
std::vector<ReceptiveField> receptive_fields(const Graph &graph);

/// What the nest reads of its operand `operand` for the elements of a box of its output; nothing if it reads none. It
/// may lie outside the tensor.
std::optional<IndexBox> box_read(const Nest &nest, int operand, const IndexBox &output);

}  // namespace cnnc
