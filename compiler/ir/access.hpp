// How a nest's reads and stores touch memory: what cost models, layouts and instantiation ask before they choose.
#pragma once

#include <optional>

#include "compiler/ir/layout.hpp"
#include "compiler/ir/nest.hpp"

namespace cnnc {

/// The variable that stands for a lane of the vector axis; it is larger than any axis or loop variable.
constexpr IndexVar lane_variable = 1 << 24;

/// Layouts of a nest's operands. Null is a constant that will be packed in the order of the loops: its lanes are
/// neighbours and its vectors whole, whatever the vector axis.
using OperandLayouts = std::vector<const Layout *>;

/// True if what lies outside adds nothing to the reduction: a sum of products or of the read itself padded with 0, a
/// maximum of the read padded with -infinity.
bool skippable(const Nest &nest, const Read &read);
/// True if every index of the read is an axis: what constants are packed by.
bool reads_axes_only(const Nest &nest, const Read &read);
bool body_reads(const Scalar &scalar, int read);

/// The distance, in elements, between the lanes of an access along `axis` in blocks of `lanes`; 0 if it does not depend
/// on the axis; nothing if the lanes are not evenly spaced, or a padded dimension depends on the axis.
std::optional<std::int64_t> lane_stride(const Nest &nest, const std::vector<Index> &index, const Layout *layout,
                                        AxisId axis, std::int64_t lanes, bool padded);
/// True if `axis` can be the vector axis of the nest with these layouts.
bool vectorizable(const Nest &nest, AxisId axis, std::int64_t lanes, const OperandLayouts &operands,
                  const Layout &output);
/// True if a whole vector may be read or written for every block of `lanes` points of the axis, the last one too.
bool covers_whole_vectors(const std::vector<Index> &index, const Layout &layout, AxisId axis, std::int64_t extent,
                          std::int64_t lanes);

}  // namespace cnnc
