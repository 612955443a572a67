// The smallest box around several: what all reads of an operand together take, or all nests together store.
#pragma once

#include <optional>
#include <vector>

#include "compiler/ir/index.hpp"

namespace cnnc {

/// Enlarges the box to hold the other one, too; nothing is the empty box.
void include(std::optional<IndexBox> &box, const IndexBox &other);
/// The same for all values of an index, one dimension each.
void include(std::optional<IndexBox> &box, const std::vector<Index> &index, const RangeOf &range);

}  // namespace cnnc
