// What a nest costs under a schedule, in cycles of one core, roughly: enough to rank schedules, not to predict times.
//
// Model. Two multiply-adds and two loads a cycle; a chain of dependent multiply-adds takes four cycles a link; a
// strided vector access costs one load a lane; every tile pays for its loops and its epilogue. Bytes beyond the caches
// are not seen.
#pragma once

#include <vector>

#include "compiler/ir/layout.hpp"
#include "compiler/ir/schedule.hpp"
#include "compiler/ir/access.hpp"
#include "compiler/target/target.hpp"

namespace cnnc {

/// Accumulators of a tile, partial sums included.
std::int64_t accumulators(const Nest &nest, const Schedule &schedule);
/// Registers that a tile of the schedule needs: accumulators, one vector of each of the tile's weights, a broadcast,
/// and a product where multiply and add are apart.
std::int64_t registers_needed(const Nest &nest, const Schedule &schedule, const Target &target);

/// Answers for many schedules of one nest with one vector axis; what depends on the layouts is looked at once.
class CostModel {
 public:
  CostModel(const Nest &nest, AxisId vector_axis, std::int64_t lanes, const OperandLayouts &operands,
            const Layout &output);
  double operator()(const Schedule &schedule) const;

 private:
  struct Access {
    std::vector<std::size_t> axes;  ///< that it depends on
    double lanes = 1;               ///< loads for one vector
    bool reduces = false;
  };
  Access access(const std::vector<Index> &index, const Layout *layout, bool padded) const;
  double distinct(const Access &access, const Schedule &schedule) const;

  const Nest &nest_;
  AxisId vector_axis_;
  std::int64_t lanes_;
  std::vector<Access> reads_;
  Access store_;
};

}  // namespace cnnc
