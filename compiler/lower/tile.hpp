// One register tile of a nest: accumulators, the reduction with its unrolled taps and edges, the epilogues, the stores.
#pragma once

#include <map>
#include <set>
#include <string>
#include <tuple>
#include <vector>

#include "compiler/ir/layout.hpp"
#include "compiler/ir/nest.hpp"
#include "compiler/ir/schedule.hpp"
#include "compiler/lower/kernel_builder.hpp"
#include "compiler/target/target.hpp"

namespace cnnc {

/// What all tiles of a nest share.
struct TileContext {
  const Nest &nest;
  const Schedule &schedule;
  const Target &target;
  const std::vector<std::string> &operands;
  const std::vector<Layout> &layouts;
  const std::vector<DType> &dtypes;  ///< of the operands
  const Layout &output_layout;
  ParameterId output;
};

/// Where the tile loops stand: the axis's first point as an index over loop variables, and the points from there on
/// that are to be enumerated (vectors, for the vector axis).
struct AxisPosition {
  Index base;
  std::int64_t span = 1;
};

class TileBuilder {
 public:
  TileBuilder(const TileContext &context, KernelBuilder &builder, std::vector<AxisPosition> position,
              std::int64_t active_lanes);

  void build(std::vector<Stmt> &out);

 private:
  /// A point of the tile: offsets from the position by axis (parallel and window axes; points, not vectors).
  struct Point {
    std::vector<std::int64_t> offset;
    std::vector<ValueVar> accumulators;  ///< one per partial sum
    ExprId value = -1;                   ///< without accumulators: what the body gave
    std::vector<IndexVar> lookups;       ///< the nest's, here
  };
  using Points = std::vector<Point *>;
  struct Condition {
    Index subject;
    std::int64_t high;
    auto operator<=>(const Condition &) const = default;
    bool operator==(const Condition &) const = default;
  };
  struct Level {
    AxisId axis;
    bool loop;
    std::int64_t step;
  };
  using LoadKey = std::tuple<int, Index>;
  using Memo = std::map<LoadKey, ExprId>;

  void enumerate_points();
  void list_levels();
  void look_up(std::vector<Stmt> &out);
  void initialise(std::vector<Stmt> &out);
  void run_level(std::size_t level, const Points &points, std::vector<Stmt> &out);
  void enter(std::size_t level, const Points &points, std::vector<Stmt> &out);
  void run_tap(const Points &points, std::vector<Stmt> &out);
  void finish(std::vector<Stmt> &out);
  void store(const Point &point, ExprId value, std::vector<Stmt> &out);
  ExprId fold_partials(const Point &point, std::vector<Stmt> &out);

  /// False if the point lies outside for certain; else `conditions` are what must be tested here.
  bool conditions_of(const Point &point, std::vector<Condition> &conditions) const;
  bool is_fixed(const Index &index) const;
  Index at(const Index &index, const Point &point, bool lane) const;
  ExprId read_value(int number, const Point &point, Memo &memo, std::vector<Stmt> &out);
  ExprId evaluate(const Scalar &scalar, const Point &point, ExprId accumulator, Memo &memo,
                  std::map<const ScalarNode *, ExprId> &nodes, bool pads, std::vector<Stmt> &out);
  ExprId evaluate(const Scalar &scalar, const Point &point, ExprId accumulator, Memo &memo, std::vector<Stmt> &out,
                  bool pads = false);
  ExprId sum_of_products(ExprId a, ExprId b, ExprId sum);

  const TileContext &context_;
  const Nest &nest_;
  const Schedule &schedule_;
  KernelBuilder &builder_;
  std::vector<AxisPosition> position_;
  std::int64_t active_lanes_;
  RangeOf ranges_;
  std::vector<Point> points_;
  std::vector<Level> levels_;
  std::set<Condition> guarded_;
  bool padded_ = false;
  std::int64_t taps_ = 0;
};

}  // namespace cnnc
