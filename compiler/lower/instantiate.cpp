#include "compiler/lower/instantiate.hpp"

#include <algorithm>

#include "compiler/lower/kernel_builder.hpp"
#include "compiler/lower/tile.hpp"
#include "compiler/ir/access.hpp"
#include "compiler/support/checks.hpp"

namespace cnnc {

namespace {

constexpr std::ptrdiff_t most_edges_written_out = 8;

/// A run of equal tiles along a parallel axis: `trips` tiles of `span` points (vectors), `step` points apart.
struct Segment {
  std::int64_t first = 0;
  std::int64_t step = 1;
  std::int64_t trips = 1;
  std::int64_t span = 1;
  std::int64_t active_lanes = 0;  ///< of the vector axis; 0 for other axes
};

class NestLoops {
 public:
  NestLoops(const TileContext &context, KernelBuilder &builder) : context_(context), builder_(builder) {
    position_.resize(context.nest.axes.size());
  }

  void emit(std::size_t depth, std::vector<Stmt> &out) {
    if (depth == context_.schedule.order.size()) {
      TileBuilder(context_, builder_, position_, active_lanes_).build(out);
      return;
    }
    AxisId axis = context_.schedule.order[depth];
    const std::string &name = context_.nest.axes[static_cast<std::size_t>(axis)].name;
    for (const Segment &segment : segments(axis)) {
      if (segment.active_lanes > 0) active_lanes_ = segment.active_lanes;
      AxisPosition &position = position_[static_cast<std::size_t>(axis)];
      position.span = segment.span;
      if (segment.trips == 1) {
        position.base = segment.first;
        emit(depth + 1, out);
        continue;
      }
      Stmt loop;
      loop.kind = StmtKind::loop;
      loop.loop_var = builder_.loop_variable(name, segment.trips);
      loop.end = segment.trips;
      position.base = Index::variable(loop.loop_var) * segment.step + segment.first;
      emit(depth + 1, loop.body);
      out.push_back(std::move(loop));
    }
  }

 private:
  std::vector<Segment> segments(AxisId axis) const {
    return axis == context_.schedule.vector_axis ? vector_segments(axis) : point_segments(axis);
  }

  std::vector<Segment> vector_segments(AxisId axis) const {
    std::int64_t extent = context_.nest.axes[static_cast<std::size_t>(axis)].extent;
    std::int64_t lanes = context_.schedule.lanes;
    std::int64_t tile = context_.schedule.axes[static_cast<std::size_t>(axis)].tile;
    // The last vector stands alone if some access must not touch what lies behind the last point.
    std::int64_t whole = masked(axis) ? extent / lanes : (extent + lanes - 1) / lanes;
    std::vector<Segment> result;
    if (whole / tile > 0) result.push_back({0, tile * lanes, whole / tile, tile, lanes});
    std::int64_t done = whole / tile * tile;
    if (whole > done) result.push_back({done * lanes, lanes, 1, whole - done, lanes});
    if (whole * lanes < extent) result.push_back({whole * lanes, lanes, 1, 1, extent - whole * lanes});
    return result;
  }

  bool masked(AxisId axis) const {
    const Nest &nest = context_.nest;
    std::int64_t extent = nest.axes[static_cast<std::size_t>(axis)].extent;
    auto partial = [&](const std::vector<Index> &index, const Layout &layout) {
      return !covers_whole_vectors(index, layout, axis, extent, context_.schedule.lanes);
    };
    for (const Read &read : nest.reads)
      if (partial(read.index, context_.layouts[static_cast<std::size_t>(read.operand)])) return true;
    return partial(nest.store, context_.output_layout);
  }

  /// Tiles of nearly equal size; those that can meet the padding are apart from those that cannot. A few such tiles are
  /// written out, each with what it needs; many, as a wide padding has, are loops with tests.
  std::vector<Segment> point_segments(AxisId axis) const {
    std::int64_t extent = context_.nest.axes[static_cast<std::size_t>(axis)].extent;
    std::int64_t tile = std::min(context_.schedule.axes[static_cast<std::size_t>(axis)].tile, extent);
    std::int64_t tiles = (extent + tile - 1) / tile;
    std::int64_t size = (extent + tiles - 1) / tiles;
    std::int64_t large = extent - tiles * (size - 1);  // how many have `size` points; the others have one less
    std::vector<bool> inside;
    for (std::int64_t i = 0, first = 0; i < tiles; first += i < large ? size : size - 1, ++i)
      inside.push_back(tile == 1 || lies_inside(axis, first, i < large ? size : size - 1));
    bool edges_in_loops = std::count(inside.begin(), inside.end(), false) > most_edges_written_out;
    std::vector<Segment> result;
    std::int64_t first = 0;
    for (std::int64_t i = 0; i < tiles; ++i) {
      auto tile_number = static_cast<std::size_t>(i);
      std::int64_t span = i < large ? size : size - 1;
      bool as_before = i > 0 && result.back().span == span && inside[tile_number] == inside[tile_number - 1];
      if (as_before && (inside[tile_number] || edges_in_loops))
        ++result.back().trips;
      else
        result.push_back({first, span, 1, span, 0});
      first += span;
    }
    return result;
  }

  bool lies_inside(AxisId axis, std::int64_t first, std::int64_t span) const {
    RangeOf all = axis_ranges(context_.nest);
    RangeOf tile = [&](IndexVar var) { return var == axis ? Interval{first, first + span - 1} : all(var); };
    for (const Read &read : context_.nest.reads) {
      if (!read.pad) continue;
      const Shape &shape = context_.nest.operands[static_cast<std::size_t>(read.operand)];
      for (std::size_t d = 0; d < read.index.size(); ++d) {
        if (!read.index[d].mentions(axis)) continue;
        Interval reach = bounds(read.index[d], tile);
        if (reach.low < 0 || reach.high >= shape[d]) return false;
      }
    }
    return true;
  }

  const TileContext &context_;
  KernelBuilder &builder_;
  std::vector<AxisPosition> position_;
  std::int64_t active_lanes_ = 1;
};

void require(const Nest &nest, const Schedule &schedule) {
  std::vector<std::string> faults = verify(schedule, nest);
  CNNC_CHECK(faults.empty(), faults.empty() ? "" : "a schedule that cannot be carried out: " + faults[0]);
  int padded = 0;
  for (const Read &read : nest.reads) {
    if (read.pad) ++padded;
    CNNC_CHECK(nest.combine == Combine::none || skippable(nest, read), "a padded read that cannot be left out");
  }
  CNNC_CHECK(nest.combine != Combine::none || padded <= 1, "a nest without a reduction pads at most one read");
}

}  // namespace

Kernel instantiate(const InstantiateInput &input, const Target &target) {
  Kernel kernel;
  kernel.name = input.name;
  kernel.fused = target.fma;
  for (std::size_t i = 0; i < input.operands.size(); ++i)
    kernel.parameters.push_back(
        {input.operands[i], element_count(input.operand_layouts[i]), false, input.operand_dtypes[i]});
  kernel.parameters.push_back({"y", element_count(input.output_layout), true, input.output_dtype});
  KernelBuilder builder(kernel);
  for (std::size_t i = 0; i < input.nests.size(); ++i) {
    require(input.nests[i], input.schedules[i]);
    TileContext context{input.nests[i],
                        input.schedules[i],
                        target,
                        input.operands,
                        input.operand_layouts,
                        input.operand_dtypes,
                        input.output_layout,
                        static_cast<ParameterId>(input.operands.size())};
    NestLoops(context, builder).emit(0, kernel.body);
  }
  return kernel;
}

}  // namespace cnnc
