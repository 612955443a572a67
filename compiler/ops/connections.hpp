// Which inputs each output channel of a convolution sees: the table behind conv's `connections`.
#pragma once

#include <cstdint>
#include <vector>

#include "compiler/ops/op.hpp"

namespace cnnc {

/// Output channels first, first + step, …, `count` of them, that see the same inputs (in rising order; maybe none).
struct ConnectedOutputs {
  std::int64_t first;
  std::int64_t step;
  std::int64_t count;
  std::vector<std::int64_t> inputs;

  /// Channel `k` of them.
  Index channel(const Index &k) const { return k * step + first; }
};

/// Attribute `connections`, if it is given, has one row for each output channel with a 0 or 1 for each input channel,
/// and there are no groups beside it.
bool check_connections(InferContext &context, std::int64_t channels, std::int64_t inputs);
/// Every output channel once. Those with inputs stand in front; each part is as large as its channels' steps allow.
std::vector<ConnectedOutputs> connected_outputs(const AttrTable &table);
/// A convolution whose table has so many different rows that loops for each would be long: as one over all inputs, with
/// zeros for what is absent. Appends it and returns its result; nothing where the rows are few.
std::vector<ValueId> fill_connections(Graph &graph, const Node &node);
/// By element of the weight [channels, inputs, kernel…], whether it stands at an absent connection; empty if no
/// connections are given.
std::vector<bool> absent_weights(const Attrs &attrs, const Shape &weight);
/// numbers[j], for rising numbers, as an index that rises with j: a gap before numbers[p] adds its width from p on.
/// Only gaps make it other than affine. `j` is a variable with values in [0, numbers.size()).
Index number_at(const std::vector<std::int64_t> &numbers, const Index &j);

}  // namespace cnnc
