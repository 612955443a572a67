// The loops that instantiation makes of a nest and a schedule, as text.
#include "compiler/lower/instantiate.hpp"

#include <doctest/doctest.h>

#include <cmath>

#include "compiler/eval/eval_kernel.hpp"
#include "compiler/support/checks.hpp"
#include "tests/passes/pass_text.hpp"

using namespace cnnc;

namespace {

/// y[i] = -x[i] for i < extent, or y[0] = sum of x[i].
Nest negation(std::int64_t extent) {
  Nest nest;
  nest.axes = {{"n", AxisKind::parallel, extent}};
  nest.operands = {{extent}};
  nest.reads = {{0, {Index::variable(0)}, std::nullopt}};
  nest.body = -read(0);
  nest.output = {extent};
  nest.store = {Index::variable(0)};
  return nest;
}

Nest sum(std::int64_t extent) {
  Nest nest = negation(extent);
  nest.axes[0].kind = AxisKind::reduce;
  nest.combine = Combine::sum;
  nest.body = read(0);
  nest.output = {1};
  nest.store = {Index(0)};
  return nest;
}

Kernel kernel_of(const Nest &nest, const Schedule &schedule) {
  std::vector<Layout> layouts{row_major(nest.operands[0])};
  return instantiate({"k", {nest}, {schedule}, {"x"}, layouts, row_major(nest.output), {DType::f32}, DType::f32},
                     passes::fake_target(4, 16));
}

/// The kernel's text, after it has been proved and run on 1, 2, 3, …
std::string checked_text(const Nest &nest, const Schedule &schedule) {
  Kernel kernel = kernel_of(nest, schedule);
  for (const std::string &fault : verify(kernel)) FAIL_CHECK(fault);
  std::vector<float> x(static_cast<std::size_t>(nest.operands[0][0]));
  std::vector<float> y(static_cast<std::size_t>(nest.output[0]), std::nanf(""));
  float total = 0;
  for (std::size_t i = 0; i < x.size(); ++i) total += x[i] = static_cast<float>(i + 1);
  eval_kernel(kernel, {x, y});
  if (nest.combine == Combine::sum)
    CHECK(y[0] == total);
  else
    for (std::size_t i = 0; i < y.size(); ++i) CHECK(y[i] == -x[i]);
  return to_string(kernel);
}

/// A schedule with this tile for the only axis.
Schedule tiled(const Nest &nest, std::int64_t tile) {
  Schedule schedule = scalar_schedule(nest);
  schedule.axes[0].tile = tile;
  return schedule;
}

}  // namespace

TEST_CASE("a schedule without tiles gives one loop over the points") {
  CHECK(checked_text(negation(7), tiled(negation(7), 1)) ==
        "kernel k\n"
        "in  x f32[7]\n"
        "out y f32[7]\n"
        "  for n from 0 to 7\n"
        "    let f32 x0 = x[n]\n"
        "    let f32 v0 = neg(x0)\n"
        "    y[n] = v0\n");
}

TEST_CASE("tiles have nearly equal sizes: six points in tiles of at most four are twice three") {
  CHECK(checked_text(negation(6), tiled(negation(6), 4)) ==
        "kernel k\n"
        "in  x f32[6]\n"
        "out y f32[6]\n"
        "  for n from 0 to 2\n"
        "    let f32 x0 = x[3*n]\n"
        "    let f32 v0 = neg(x0)\n"
        "    y[3*n] = v0\n"
        "    let f32 x1 = x[3*n + 1]\n"
        "    let f32 v1 = neg(x1)\n"
        "    y[3*n + 1] = v1\n"
        "    let f32 x2 = x[3*n + 2]\n"
        "    let f32 v2 = neg(x2)\n"
        "    y[3*n + 2] = v2\n");
}

TEST_CASE("the last vector is masked where memory ends with the last point") {
  Schedule schedule = tiled(negation(10), 1);
  schedule.vector_axis = 0;
  schedule.lanes = 4;
  CHECK(checked_text(negation(10), schedule) ==
        "kernel k\n"
        "in  x f32[10]\n"
        "out y f32[10]\n"
        "  for n from 0 to 2\n"
        "    let f32x4 x0 = x[4*n : 4]\n"
        "    let f32x4 v0 = neg(x0)\n"
        "    y[4*n : 4] = v0\n"
        "  let f32x4 x1 = x[8 : 2 of 4]\n"
        "  let f32x4 v1 = neg(x1)\n"
        "  y[8 : 2] = v1\n");
}

TEST_CASE("a sum is unrolled by its tile and has a tail") {
  CHECK(checked_text(sum(5), tiled(sum(5), 2)) ==
        "kernel k\n"
        "in  x f32[5]\n"
        "out y f32[1]\n"
        "  var f32 a0 = 0\n"
        "  for n from 0 to 2\n"
        "    let f32 x0 = x[2*n]\n"
        "    a0 = add(a0, x0)\n"
        "    let f32 x1 = x[2*n + 1]\n"
        "    a0 = add(a0, x1)\n"
        "  let f32 x2 = x[4]\n"
        "  a0 = add(a0, x2)\n"
        "  y[0] = a0\n");
}

TEST_CASE("partial sums take turns and are added up at the end") {
  Schedule schedule = tiled(sum(4), 4);
  schedule.partials = 2;
  CHECK(checked_text(sum(4), schedule) ==
        "kernel k\n"
        "in  x f32[4]\n"
        "out y f32[1]\n"
        "  var f32 a0 = 0\n"
        "  var f32 a1 = 0\n"
        "  let f32 x0 = x[0]\n"
        "  a0 = add(a0, x0)\n"
        "  let f32 x1 = x[1]\n"
        "  a1 = add(a1, x1)\n"
        "  let f32 x2 = x[2]\n"
        "  a0 = add(a0, x2)\n"
        "  let f32 x3 = x[3]\n"
        "  a1 = add(a1, x3)\n"
        "  let f32 s0 = add(a0, a1)\n"
        "  y[0] = s0\n");
}

TEST_CASE("a schedule that cannot be carried out is a fault of ours") {
  CHECK_THROWS_AS(kernel_of(negation(8), tiled(negation(8), 0)), InternalError);
}
