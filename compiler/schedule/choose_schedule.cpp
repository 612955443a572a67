#include "compiler/schedule/choose_schedule.hpp"

#include <algorithm>
#include <limits>

#include "compiler/schedule/cost.hpp"

namespace cnnc {

namespace {

constexpr std::int64_t most_vectors = 8;
constexpr std::int64_t most_positions = 28;
constexpr std::int64_t chains_to_fill = 8;  // latency 4 × 2 multiply-adds a cycle
constexpr std::int64_t line = 16;           // floats of a cache line

/// Every number that is read along the vector axis is read once, and they are more than any near cache holds (4 MiB):
/// memory sets the pace, whatever the tile. Then the tile is one that every target can have, so that the weights of a
/// dense layer, most of those of many networks, lie in one order for all of them and are stored once.
bool streams(const Nest &nest, AxisId vector_axis) {
  if (nest.combine == Combine::none) return false;
  std::int64_t count = 1;
  for (std::size_t a = 0; a < nest.axes.size(); ++a) {
    if (nest.axes[a].kind == AxisKind::parallel && static_cast<AxisId>(a) != vector_axis && nest.axes[a].extent > 1)
      return false;
    if (nest.axes[a].kind == AxisKind::window) return false;
    count *= nest.axes[a].extent;
  }
  return nest.axes[static_cast<std::size_t>(vector_axis)].extent >= line && count >= std::int64_t{1} << 20;
}

class Chooser {
 public:
  Chooser(const Nest &nest, AxisId vector_axis, const OperandLayouts &operands, const Layout &output,
          const Target &target, std::int64_t unrolled)
      : nest_(nest),
        operands_(operands),
        target_(target),
        unrolled_(unrolled),
        model_(nest, vector_axis, vector_axis < 0 ? 1 : target.lanes, operands, output) {
    base_ = scalar_schedule(nest);
    base_.vector_axis = vector_axis;
    base_.lanes = vector_axis < 0 ? 1 : target.lanes;
    reduces_ = nest.combine != Combine::none;
    streams_ = base_.vector_axis >= 0 && streams(nest, base_.vector_axis);
    // Weights are read along the vector axis: its loop outermost reads them once.
    auto place = std::find(base_.order.begin(), base_.order.end(), vector_axis);
    if (reduces_ && place != base_.order.end()) std::rotate(base_.order.begin(), place, place + 1);
  }

  RankedSchedule best() {
    RankedSchedule best{base_, streams_ ? std::numeric_limits<double>::infinity() : model_(base_)};
    std::vector<AxisId> positions;
    for (AxisId axis : base_.order)
      if (axis != base_.vector_axis && extent(axis) > 1) positions.push_back(axis);
    AxisId inner = positions.empty() ? -1 : positions.back();
    AxisId outer = positions.size() < 2 ? -1 : positions[positions.size() - 2];
    std::int64_t vectors = base_.vector_axis < 0 ? 1 : (extent(base_.vector_axis) + target_.lanes - 1) / target_.lanes;
    const std::int64_t fewest = streams_ ? std::max<std::int64_t>(1, line / base_.lanes) : 1;
    const std::int64_t most = streams_ ? fewest : std::min(vectors, reduces_ ? most_vectors : 2);
    for (std::int64_t v = fewest; v <= most; ++v)
      for (std::int64_t i = 1; i <= (inner < 0 ? 1 : std::min(extent(inner), limit())); ++i)
        for (std::int64_t o = 1; o <= (outer < 0 || i < extent(inner) ? 1 : std::min(extent(outer), limit())); ++o) {
          Schedule candidate = base_;
          if (base_.vector_axis >= 0) axis(candidate, base_.vector_axis).tile = v;
          if (inner >= 0) axis(candidate, inner).tile = i;
          if (outer >= 0) axis(candidate, outer).tile = o;
          if (!complete(candidate)) break;
          double cost = model_(candidate);
          if (cost < best.cost) best = {candidate, cost};
        }
    unroll(best.schedule);
    return best;
  }

 private:
  std::int64_t extent(AxisId axis) const { return nest_.axes[static_cast<std::size_t>(axis)].extent; }
  static AxisSchedule &axis(Schedule &schedule, AxisId axis) { return schedule.axes[static_cast<std::size_t>(axis)]; }
  std::int64_t limit() const { return reduces_ ? most_positions : 4; }

  /// Adds partial sums where the chain of sums would wait; false if the registers do not suffice.
  bool complete(Schedule &schedule) const {
    if (registers_needed(nest_, schedule, target_) > target_.registers) return false;
    if (!reduces_) return true;
    std::int64_t taps = 1;
    for (const Axis &axis : nest_.axes)
      if (axis.kind == AxisKind::reduce) taps *= axis.extent;
    for (std::int64_t partials : {2, 4}) {
      if (accumulators(nest_, schedule) >= chains_to_fill || taps < 2 * partials) break;
      Schedule more = schedule;
      more.partials = partials;
      if (registers_needed(nest_, more, target_) > target_.registers) break;
      schedule = more;
    }
    return true;
  }

  /// True if a guard must decide about this reduce axis in its loop: unrolling it would repeat the guard.
  bool guarded(std::size_t reduce, const Schedule &schedule) const {
    for (const Read &read : nest_.reads) {
      if (!read.pad) continue;
      for (std::size_t d = 0; d < read.index.size(); ++d) {
        if (!read.index[d].mentions(static_cast<AxisId>(reduce))) continue;
        for (AxisId parallel : schedule.order)
          if (read.index[d].mentions(parallel) && schedule.axes[static_cast<std::size_t>(parallel)].tile == 1 &&
              extent(parallel) > 1)
            return true;
      }
    }
    return false;
  }

  /// The block in which an axis lies contiguous in some operand's layout, 0 if it is not blocked.
  std::int64_t block_of(std::size_t reduce) const {
    for (const Read &read : nest_.reads)
      for (std::size_t d = 0; d < read.index.size(); ++d) {
        if (read.index[d].coefficient(static_cast<AxisId>(reduce)) != 1) continue;
        int parts = 0;
        std::int64_t block = 0;
        const Layout *layout = operands_[static_cast<std::size_t>(read.operand)];
        if (layout == nullptr) continue;
        for (const LayoutDim &dim : layout->dims)
          if (dim.axis == static_cast<int>(d)) {
            ++parts;
            if (dim.divisor == 1) block = dim.extent;
          }
        if (parts > 1) return block;
      }
    return 0;
  }

  void unroll(Schedule &schedule) const {
    if (!reduces_) return;
    std::int64_t size = streams_ ? most_vectors : accumulators(nest_, schedule) / schedule.partials;
    for (std::size_t a = nest_.axes.size(); a-- > 0;) {
      if (nest_.axes[a].kind != AxisKind::reduce) continue;
      AxisSchedule &axis = schedule.axes[a];
      std::int64_t whole = nest_.axes[a].extent;
      std::int64_t block = block_of(a);
      if (streams_ && block > 0) block = std::max(block, line);
      if (block > 0 && whole > block) axis.block = block;
      std::int64_t span = axis.block > 0 ? axis.block : whole;
      if (guarded(a, schedule)) continue;
      std::int64_t room = std::max<std::int64_t>(1, unrolled_ / size);
      if (span <= room) {
        axis.tile = span;
      } else {
        // A divisor leaves no tail.
        std::int64_t tile = std::min<std::int64_t>(room, 8);
        while (tile > 1 && span % tile != 0) --tile;
        if (tile == 1 && room >= 4 && span >= 16) tile = 4;
        axis.tile = axis.block > 0 && axis.block % tile != 0 ? 1 : tile;
      }
      size *= axis.tile;
    }
  }

  const Nest &nest_;
  const OperandLayouts &operands_;
  const Target &target_;
  std::int64_t unrolled_;  ///< the most operations of an unrolled loop body
  CostModel model_;
  Schedule base_;
  bool reduces_ = false;
  bool streams_ = false;
};

}  // namespace

RankedSchedule choose_schedule(const Nest &nest, AxisId vector_axis, const OperandLayouts &operands,
                               const Layout &output, const Target &target, std::int64_t unrolled) {
  return Chooser(nest, vector_axis, operands, output, target, unrolled).best();
}

std::int64_t unroll_budget(std::size_t nests) {
  constexpr std::int64_t network = 4096;
  const auto each = network / static_cast<std::int64_t>(std::max<std::size_t>(nests, 1));
  return std::clamp(each, least_unrolled, most_unrolled);
}

RankedSchedule choose_schedule(const Nest &nest, const OperandLayouts &operands, const Layout &output,
                               const Target &target, std::int64_t unrolled) {
  RankedSchedule best = choose_schedule(nest, -1, operands, output, target, unrolled);
  for (AxisId axis = 0; axis < static_cast<AxisId>(nest.axes.size()); ++axis) {
    if (!vectorizable(nest, axis, target.lanes, operands, output)) continue;
    RankedSchedule candidate = choose_schedule(nest, axis, operands, output, target, unrolled);
    if (candidate.cost < best.cost) best = std::move(candidate);
  }
  return best;
}

}  // namespace cnnc
