// Attributes and shapes drawn without knowing what operator they are for: what its shape rule refuses is thrown away.
#pragma once

#include <vector>

#include "compiler/ops/op.hpp"
#include "tests/random/draw.hpp"

namespace cnnc::test {

/// An extent: mostly small, often just beside a number of lanes.
std::int64_t draw_extent(Draw &draw);
/// A shape of rank 0 to 4 of few elements.
Shape draw_shape(Draw &draw);

/// A value of the kind, for a call whose data operands have these types.
AttrValue draw_attribute(Draw &draw, const AttrSpec &attribute, const std::vector<TensorType> &operands);

}  // namespace cnnc::test
