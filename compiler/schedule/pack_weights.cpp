#include "compiler/schedule/pack_weights.hpp"

#include "compiler/ir/access.hpp"
#include "compiler/support/checks.hpp"

namespace cnnc {

namespace {

std::int64_t ceil_div(std::int64_t a, std::int64_t b) { return (a + b - 1) / b; }

/// The layout that follows the loops of lower/instantiate: tile loops, reduce loops, unrolled points, the vectors of a
/// tile.
Layout layout_of_loops(const Nest &nest, const Schedule &schedule, const Read &read) {
  Layout layout{nest.operands[static_cast<std::size_t>(read.operand)], {}};
  std::vector<int> dimension(nest.axes.size(), -1);
  for (std::size_t d = 0; d < read.index.size(); ++d)
    dimension[static_cast<std::size_t>(read.index[d].terms()[0].var)] = static_cast<int>(d);
  auto add = [&](std::size_t axis, std::int64_t extent, std::int64_t divisor) {
    if (dimension[axis] >= 0 && extent > 1) layout.dims.push_back({dimension[axis], extent, divisor});
  };
  std::int64_t vectors = 1;
  for (AxisId id : schedule.order) {
    auto a = static_cast<std::size_t>(id);
    if (id == schedule.vector_axis) {
      vectors = schedule.axes[a].tile * schedule.lanes;
      add(a, ceil_div(nest.axes[a].extent, vectors), vectors);
    } else {
      add(a, nest.axes[a].extent, 1);
    }
  }
  auto each = [&](auto body) {
    for (std::size_t a = 0; a < nest.axes.size(); ++a)
      if (nest.axes[a].kind != AxisKind::parallel) body(a, nest.axes[a].extent, schedule.axes[a]);
  };
  each([&](std::size_t a, std::int64_t extent, const AxisSchedule &s) {
    if (s.block > 0) add(a, ceil_div(extent, s.block), s.block);
  });
  each([&](std::size_t a, std::int64_t extent, const AxisSchedule &s) {
    add(a, ceil_div(s.block > 0 ? s.block : extent, s.tile), s.tile);
  });
  each([&](std::size_t a, std::int64_t, const AxisSchedule &s) { add(a, s.tile, 1); });
  if (schedule.vector_axis >= 0) add(static_cast<std::size_t>(schedule.vector_axis), vectors, 1);
  return layout;
}

/// A layout's address is a sum of one term for each logical axis: by axis, the term of every index.
std::vector<std::vector<std::int64_t>> address_terms(const Layout &layout) {
  std::vector<std::vector<std::int64_t>> terms;
  for (std::int64_t extent : layout.shape) terms.emplace_back(static_cast<std::size_t>(extent), 0);
  std::int64_t stride = 1;
  for (auto dim = layout.dims.rbegin(); dim != layout.dims.rend(); ++dim) {
    std::vector<std::int64_t> &of_axis = terms[static_cast<std::size_t>(dim->axis)];
    for (std::size_t i = 0; i < of_axis.size(); ++i)
      of_axis[i] += static_cast<std::int64_t>(i) / dim->divisor % dim->extent * stride;
    stride *= dim->extent;
  }
  return terms;
}

std::vector<float> laid_out(const std::vector<float> &data, const Layout &layout) {
  std::vector<float> result(static_cast<std::size_t>(element_count(layout)), 0.0F);
  const std::vector<std::vector<std::int64_t>> terms = address_terms(layout);
  std::vector<std::size_t> index(terms.size(), 0);
  const std::size_t row = terms.empty() ? 1 : terms.back().size();
  for (std::size_t first = 0; first < data.size(); first += row) {
    std::int64_t base = 0;
    for (std::size_t d = 0; d + 1 < terms.size(); ++d) base += terms[d][index[d]];
    for (std::size_t i = 0; i < row; ++i)
      result[static_cast<std::size_t>(base + (terms.empty() ? 0 : terms.back()[i]))] = data[first + i];
    for (std::size_t d = terms.size() < 2 ? 0 : terms.size() - 1; d-- > 0;) {
      if (++index[d] < terms[d].size()) break;
      index[d] = 0;
    }
  }
  return result;
}

}  // namespace

Plan pack_weights(Plan plan) {
  for (Group &group : plan.groups)
    for (std::size_t n = 0; n < group.nests.size(); ++n)
      for (const Read &read : group.nests[n].reads) {
        GroupOperand &operand = group.operands[static_cast<std::size_t>(read.operand)];
        if (!operand.packed || !reads_axes_only(group.nests[n], read)) continue;
        CNNC_CHECK(operand.layout == row_major(operand.layout.shape), "a constant is packed once");
        operand.layout = layout_of_loops(group.nests[n], group.schedules[n], read);
        operand.packed = laid_out(*operand.packed, operand.layout);
      }
  return plan;
}

}  // namespace cnnc
