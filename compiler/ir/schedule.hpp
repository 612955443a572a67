// Schedule: how the loops of one nest are made. Plain data, chosen by compiler/schedule, carried out by
// lower/instantiate.
//
// Meaning. Parallel axes become tile loops, in `order`, outermost first. A tile holds `tile` points of each parallel
// axis (vectors of `lanes` points, for the vector axis) and all points of the window axes; its accumulators are
// registers. Inside a tile the reduce axes run: first the outer loops of the axes with a `block`, then for each reduce
// axis, in the nest's order, loops that advance by `tile`, whose bodies are unrolled. `partials` splits every sum into
// that many independent ones. Results do not depend on a schedule but for the order of sums.
#pragma once

#include <string>
#include <vector>

#include "compiler/ir/nest.hpp"

namespace cnnc {

struct AxisSchedule {
  std::int64_t tile = 1;   ///< parallel: points (vectors) of a register tile; reduce: unrolled points
  std::int64_t block = 0;  ///< reduce: points of the outer loop's step, 0 for none; a multiple of `tile`

  bool operator==(const AxisSchedule &) const = default;
};

struct Schedule {
  AxisId vector_axis = -1;  ///< a parallel axis, or -1 for scalar code
  std::int64_t lanes = 1;
  std::vector<AxisSchedule> axes;  ///< by AxisId
  std::vector<AxisId> order;       ///< the parallel axes
  std::int64_t partials = 1;

  bool operator==(const Schedule &) const = default;
};

/// A schedule without vectors, tiles or unrolling: always legal.
Schedule scalar_schedule(const Nest &nest);
/// "oc: 2 vectors of 16; ow: tile 7; ic: unroll 4".
std::string to_string(const Schedule &schedule, const Nest &nest);
/// The faults of a schedule for a nest, empty if it can be carried out.
std::vector<std::string> verify(const Schedule &schedule, const Nest &nest);

}  // namespace cnnc
