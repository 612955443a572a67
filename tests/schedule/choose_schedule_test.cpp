// Schedules as pure functions of a nest, its layouts and the facts of a target, which here are invented.
#include "compiler/schedule/choose_schedule.hpp"

#include <doctest/doctest.h>

#include "compiler/passes/decompose.hpp"
#include "compiler/passes/fuse.hpp"
#include "compiler/passes/gather_constants.hpp"
#include "compiler/schedule/cost.hpp"
#include "tests/passes/pass_text.hpp"

using namespace cnnc;
using namespace cnnc::passes;

namespace {

/// The only group of a network, with its operands' layouts: constants are yet to be packed, all else is row-major.
struct Problem {
  Plan plan;
  std::vector<Layout> layouts;
  OperandLayouts operands;
  Layout output;

  const Nest &nest() const { return plan.groups[0].nests[0]; }
};

/// For `body`, which uses x of a type and returns any of a rank.
Problem problem_of(const std::string &type, const std::string &result, const std::string &body) {
  Graph graph = graph_of("network n(x: f32" + type + ") -> (y: f32" + result + ") { return " + body + " }\n");
  Problem problem{gather_constants(fuse(decompose(graph), fake_target(8, 32))), {}, {}, {}};
  REQUIRE(problem.plan.groups.size() == 1);
  const Group &group = problem.plan.groups[0];
  for (const Shape &shape : group.nests[0].operands) problem.layouts.push_back(row_major(shape));
  for (std::size_t i = 0; i < group.operands.size(); ++i)
    problem.operands.push_back(group.operands[i].numbers ? nullptr : &problem.layouts[i]);
  problem.output = row_major(group.nests[0].output);
  return problem;
}

RankedSchedule choice(const Problem &problem, const Target &target) {
  return choose_schedule(problem.nest(), problem.operands, problem.output, target);
}

std::string chosen(const Problem &problem, const Target &target) {
  return to_string(choice(problem, target).schedule, problem.nest());
}

std::vector<Problem> problems() {
  std::vector<Problem> result;
  result.push_back(problem_of("[3, 17, 19]", "[_, _, _]", "x |> conv(24, kernel = 3, pad = 1) as c |> relu"));
  result.push_back(
      problem_of("[1, 28, 28]", "[_, _, _]", "x |> conv(6, kernel = 5, pad = 2) as c |> tanh |> avg_pool(2)"));
  result.push_back(problem_of("[21, 9, 7]", "[_, _, _]", "x |> depthwise(kernel = 3, stride = 2) as d"));
  result.push_back(problem_of("[400]", "[_]", "x |> dense(120) as d |> tanh"));
  result.push_back(problem_of("[84]", "[_]", "x |> dense(10) as d"));
  result.push_back(problem_of("[5, 13, 13]", "[_, _, _]", "x |> max_pool(3, stride = 2)"));
  result.push_back(problem_of("[64, 7, 7]", "[_, _, _]", "x |> global_avg_pool"));
  result.push_back(problem_of("[7, 5]", "[_, _]", "x |> exp"));
  return result;
}

std::vector<Target> targets() {
  std::vector<Target> result;
  for (std::int64_t lanes : {4, 8, 16})
    for (std::int64_t registers : {8, 16, 32, 64}) result.push_back(fake_target(lanes, registers));
  return result;
}

}  // namespace

TEST_CASE("schedules can be carried out, fit the registers and stay within the budget of code, on any target") {
  for (const Problem &problem : problems())
    for (const Target &target : targets()) {
      CAPTURE(to_string(problem.nest()));
      CAPTURE(target.lanes);
      CAPTURE(target.registers);
      const Nest &nest = problem.nest();
      Schedule schedule = choice(problem, target).schedule;
      CAPTURE(to_string(schedule, nest));
      CHECK(verify(schedule, nest).empty());
      // A window is kept in registers whole; fusion allows those of half the registers it was told of, here 32.
      if (nest.pool_combine == Combine::none || target.registers >= 32)
        CHECK(registers_needed(nest, schedule, target) <= target.registers);
      std::int64_t operations = accumulators(nest, schedule) / schedule.partials;
      for (std::size_t a = 0; a < nest.axes.size(); ++a)
        if (nest.axes[a].kind == AxisKind::reduce) operations *= schedule.axes[a].tile;
      CHECK(operations <= most_unrolled);
      CHECK((schedule.vector_axis < 0 || schedule.lanes == target.lanes));
    }
}

TEST_CASE("the same problem gives the same schedule") {
  for (const Problem &problem : problems())
    CHECK(chosen(problem, fake_target(8, 16)) == chosen(problem, fake_target(8, 16)));
}

TEST_CASE("more registers never cost more") {
  for (const Problem &problem : problems())
    for (std::int64_t lanes : {4, 8, 16}) {
      CAPTURE(to_string(problem.nest()));
      CHECK(choice(problem, fake_target(lanes, 32)).cost <= choice(problem, fake_target(lanes, 16)).cost);
    }
}

TEST_CASE("wider vectors cost less where there is enough to fill them") {
  Problem problem = problem_of("[16, 18, 18]", "[_, _, _]", "x |> conv(64, kernel = 3) as c");
  CHECK(choice(problem, fake_target(16, 32)).cost < choice(problem, fake_target(8, 32)).cost);
  CHECK(choice(problem, fake_target(8, 32)).cost < choice(problem, fake_target(4, 32)).cost);
}

TEST_CASE("of a dense layer the units are vectors, for its weights can be packed so") {
  Problem problem = problem_of("[400]", "[_]", "x |> dense(120) as d");
  CHECK(chosen(problem, fake_target(16, 32)) == "u: 8 vectors of 16; k: unroll 8");
}

TEST_CASE("a short chain of sums is split into partial sums") {
  Problem problem = problem_of("[84]", "[_]", "x |> dense(10) as d");
  CHECK(choice(problem, fake_target(16, 32)).schedule.partials == 4);
  CHECK(choice(problem_of("[400]", "[_]", "x |> dense(120) as d"), fake_target(16, 32)).schedule.partials == 1);
}

TEST_CASE("what needs no sum has no partial sums and unrolls nothing") {
  Problem problem = problem_of("[7, 16]", "[_, _]", "x |> exp");
  Schedule schedule = choice(problem, fake_target(8, 16)).schedule;
  CHECK(schedule.partials == 1);
  CHECK(schedule.vector_axis == 1);  // neighbours in memory
}

TEST_CASE("an axis whose neighbours are far apart in memory is no vector axis where another is near") {
  Problem problem = problem_of("[16, 16]", "[_, _]", "x |> tanh");
  CHECK(choice(problem, fake_target(8, 16)).schedule.vector_axis == 1);
}

TEST_CASE("a scalar schedule is taken where nothing can be a vector") {
  Problem problem = problem_of("[84]", "[_]", "x |> dense(1) as d");
  Schedule schedule =
      choose_schedule(problem.nest(), -1, problem.operands, problem.output, fake_target(8, 16)).schedule;
  CHECK(schedule.vector_axis == -1);
  CHECK(schedule.lanes == 1);
  CHECK(verify(schedule, problem.nest()).empty());
}

TEST_CASE("a target without multiply-add keeps a register for the product") {
  Problem problem = problem_of("[3, 17, 19]", "[_, _, _]", "x |> conv(24, kernel = 3) as c");
  Target without = fake_target(8, 16);
  without.fma = false;
  Schedule schedule = choice(problem, fake_target(8, 16)).schedule;
  CHECK(registers_needed(problem.nest(), schedule, without) ==
        registers_needed(problem.nest(), schedule, fake_target(8, 16)) + 1);
  CHECK(registers_needed(problem.nest(), choice(problem, without).schedule, without) <= 16);
}

TEST_CASE("the more kernels a network has, the less each of them is unrolled") {
  CHECK(unroll_budget(0) == most_unrolled);
  CHECK(unroll_budget(16) == 256);
  CHECK(unroll_budget(21) == 195);
  CHECK(unroll_budget(500) == least_unrolled);
}
