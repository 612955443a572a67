#include "compiler/ir/access.hpp"

#include "compiler/support/checks.hpp"

namespace cnnc {

bool body_reads(const Scalar &scalar, int read) {
  if (!scalar) return false;
  if (scalar->op == ScalarOp::read) return scalar->index == read;
  return body_reads(scalar->a, read) || body_reads(scalar->b, read) || body_reads(scalar->c, read);
}

bool reads_axes_only(const Nest &nest, const Read &read) {
  for (const Index &index : read.index)
    if (index.constant() != 0 || index.terms().size() != 1 || index.terms()[0].var < 0 ||
        static_cast<std::size_t>(index.terms()[0].var) >= nest.axes.size() || index.terms()[0].coefficient != 1)
      return false;
  return true;
}

bool skippable(const Nest &nest, const Read &read) {
  if (!read.pad) return true;
  int number = static_cast<int>(&read - nest.reads.data());
  const ScalarNode &body = *nest.body;
  if (nest.combine == Combine::max) return body.op == ScalarOp::read && *read.pad == identity(Combine::max);
  if (nest.combine != Combine::sum || *read.pad != 0) return false;
  if (body.op == ScalarOp::read) return true;
  // A factor of zero: the product adds nothing (a weight that is infinite or NaN is refused, or asked for).
  return body.op == ScalarOp::mul && ((body.a->op == ScalarOp::read && body.a->index == number) ||
                                      (body.b->op == ScalarOp::read && body.b->index == number));
}

std::optional<std::int64_t> lane_stride(const Nest &nest, const std::vector<Index> &index, const Layout *layout,
                                        AxisId axis, std::int64_t lanes, bool padded) {
  std::int64_t extent = nest.axes[static_cast<std::size_t>(axis)].extent;
  // The axis is a number of whole vectors and a lane: axis = lanes * axis' + lane.
  RangeOf known = [&](IndexVar var) -> Interval {
    if (var == lane_variable) return {0, std::min(lanes, extent) - 1};
    if (is_lookup(var)) return {0, nest.lookups[lookup_number(var)].limit - 1};
    std::int64_t points = nest.axes[static_cast<std::size_t>(var)].extent;
    return {0, (var == axis ? (points + lanes - 1) / lanes : points) - 1};
  };
  bool mentioned = false;
  std::vector<Index> split;
  for (const Index &dimension : index) {
    if (dimension.mentions(axis)) mentioned = true;
    split.push_back(substitute(
        dimension,
        [&](IndexVar var) {
          if (var != axis) return Index::variable(var);
          return Index::variable(axis) * lanes + Index::variable(lane_variable);
        },
        known));
  }
  if (!mentioned) return 0;
  if (layout == nullptr) return 1;
  if (padded)
    for (std::size_t d = 0; d < index.size(); ++d) {
      if (!index[d].mentions(axis)) continue;
      // A dimension that depends on the axis must lie inside by itself.
      Interval reach = bounds(index[d], axis_ranges(nest));
      if (reach.low < 0 || reach.high >= layout->shape[d]) return std::nullopt;
    }
  Index place = address(*layout, split, known);
  for (const IndexTerm &term : place.terms())
    if (term.quasi && (term.quasi->a.mentions(lane_variable) || term.quasi->b.mentions(lane_variable)))
      return std::nullopt;
  return place.coefficient(lane_variable);
}

bool vectorizable(const Nest &nest, AxisId axis, std::int64_t lanes, const OperandLayouts &operands,
                  const Layout &output) {
  if (nest.axes[static_cast<std::size_t>(axis)].kind != AxisKind::parallel) return false;
  for (const Lookup &lookup : nest.lookups)
    for (const Index &index : lookup.index)
      if (index.mentions(axis)) return false;
  for (const Read &read : nest.reads)
    if (!lane_stride(nest, read.index, operands[static_cast<std::size_t>(read.operand)], axis, lanes,
                     read.pad.has_value()))
      return false;
  std::optional<std::int64_t> stride = lane_stride(nest, nest.store, &output, axis, lanes, false);
  return stride && *stride != 0;
}

bool covers_whole_vectors(const std::vector<Index> &index, const Layout &layout, AxisId axis, std::int64_t extent,
                          std::int64_t lanes) {
  if (extent % lanes == 0) return true;
  // Rounded up to whole vectors, the axis still lies in the dimension that holds it, and alone is in it.
  std::int64_t rounded = (extent + lanes - 1) / lanes * lanes;
  for (std::size_t d = 0; d < index.size(); ++d) {
    if (!index[d].mentions(axis)) continue;
    // Behind a part of the dimension there is the rest of it, and not padding.
    if (index[d] != Index::variable(axis) || layout.shape[d] != extent) return false;
    std::int64_t capacity = 0;
    for (const LayoutDim &dim : layout.dims)
      if (dim.axis == static_cast<int>(d)) capacity = std::max(capacity, dim.extent * dim.divisor);
    if (capacity < rounded) return false;
  }
  return true;
}

}  // namespace cnnc
