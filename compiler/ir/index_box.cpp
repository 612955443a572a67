#include "compiler/ir/index_box.hpp"

#include <algorithm>

namespace cnnc {

void include(std::optional<IndexBox> &box, const IndexBox &other) {
  if (!box) {
    box = other;
    return;
  }
  for (std::size_t d = 0; d < other.size(); ++d)
    (*box)[d] = {std::min((*box)[d].low, other[d].low), std::max((*box)[d].high, other[d].high)};
}

void include(std::optional<IndexBox> &box, const std::vector<Index> &index, const RangeOf &range) {
  IndexBox reached;
  for (const Index &dimension : index) reached.push_back(bounds(dimension, range));
  include(box, reached);
}

}  // namespace cnnc
