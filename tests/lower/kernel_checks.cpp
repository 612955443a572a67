// Check 4: what instantiation makes of a nest computes the nest, whatever the schedule, the layouts and the target; its
// accesses are proved, and checked; every element is stored.
#include <doctest/doctest.h>

#include "compiler/eval/eval_kernel.hpp"
#include "compiler/lower/instantiate.hpp"
#include "compiler/passes/decompose.hpp"
#include "tests/lower/middle_end.hpp"
#include "tests/lower/packed_tensor.hpp"
#include "tests/lower/rounding_tolerance.hpp"
#include "tests/lower/varied_schedules.hpp"
#include "tests/op_checks/cases.hpp"

using namespace cnnc;
using namespace cnnc::test;

namespace {

/// A node's nests, on numbers.
struct NestCase {
  std::vector<Nest> nests;
  std::vector<Tensor> operands;  // floats
  Tensor expected;               // by the nests, in double
  Tolerance tolerance;
};

/// The nodes of a case, decomposed; operands of later nodes are rounded to f32, as kernels would see them.
std::vector<NestCase> nest_cases(const OpCase &c) {
  Graph graph = decompose(c.graph);
  std::vector<Tensor> values(graph.values.size());
  for (std::size_t i = 0; i < c.inputs.size(); ++i) values[static_cast<std::size_t>(graph.inputs[i])] = c.inputs[i];
  for (std::size_t i = 0; i < graph.values.size(); ++i)
    if (graph.values[i].data) values[i] = graph.values[i].data.tensor();
  std::vector<NestCase> cases;
  for (const Node &node : graph.nodes) {
    NestCase nest_case{nests_of(graph, node), {}, {}, {}};
    for (ValueId id : node.operands) nest_case.operands.push_back(values[static_cast<std::size_t>(id)]);
    std::vector<const Tensor *> operands;
    for (const Tensor &operand : nest_case.operands) operands.push_back(&operand);
    auto result = static_cast<std::size_t>(node.results[0]);
    Tensor expected{graph.values[result].type, {}};
    expected.data.assign(static_cast<std::size_t>(element_count(expected.type.shape)), 0);
    for (const Nest &nest : nest_case.nests) {
      eval_nest(nest, operands, expected);
      Tolerance tolerance = rounding_tolerance(nest, operands);
      if (tolerance.absolute > nest_case.tolerance.absolute) nest_case.tolerance = tolerance;
    }
    values[result] = expected;
    for (double &value : values[result].data) value = converted(value, expected.type.dtype);
    nest_case.expected = std::move(expected);
    cases.push_back(std::move(nest_case));
  }
  return cases;
}

void check_kernel(const NestCase &c, const std::vector<Schedule> &schedules, const std::vector<Layout> &layouts,
                  const Layout &output_layout, const Target &target) {
  std::vector<std::string> names;
  for (std::size_t i = 0; i < c.operands.size(); ++i) names.push_back("x" + std::string(i, '_'));
  std::vector<DType> dtypes;
  for (const Tensor &operand : c.operands) dtypes.push_back(operand.type.dtype);
  std::string chosen;
  for (std::size_t i = 0; i < schedules.size(); ++i) {
    chosen += to_string(schedules[i], c.nests[i]) + "\n" + to_string(c.nests[i]);
    REQUIRE(text_of(verify(schedules[i], c.nests[i])) == "");
  }
  CAPTURE(chosen);
  Kernel kernel =
      instantiate({"k", c.nests, schedules, names, layouts, output_layout, dtypes, c.expected.type.dtype}, target);
  std::string faults = text_of(verify(kernel));
  CHECK_MESSAGE(faults == "", to_string(kernel));
  if (!faults.empty()) return;

  std::vector<std::vector<float>> buffers;
  for (std::size_t i = 0; i < c.operands.size(); ++i) buffers.push_back(packed(c.operands[i], layouts[i]));
  buffers.push_back(nan_buffer(output_layout));
  eval_kernel(kernel, {buffers.begin(), buffers.end()});
  auto mismatches = compare(unpacked(buffers.back(), output_layout, c.expected.type.dtype), c.expected, c.tolerance);
  CHECK_MESSAGE(!mismatches, (mismatches ? to_string(*mismatches) : ""), "\n", to_string(kernel));
}

/// Every schedule of a nest; of several nests, the schedules of each go together by number.
void check_schedules(const NestCase &c, const std::vector<Layout> &layouts, const Layout &output,
                     const Target &target) {
  std::vector<std::vector<Schedule>> choices;
  std::size_t most = 0;
  for (const Nest &nest : c.nests) {
    choices.push_back(varied_schedules(nest, layouts, output, target));
    most = std::max(most, choices.back().size());
  }
  for (std::size_t n = 0; n < most; ++n) {
    std::vector<Schedule> schedules;
    for (const std::vector<Schedule> &of_nest : choices) schedules.push_back(of_nest[n % of_nest.size()]);
    check_kernel(c, schedules, layouts, output, target);
  }
}

void check_target(const Target &target) {
  for_each_case([&](const OpCase &op_case) {
    CAPTURE(op_case.name);
    for (const NestCase &c : nest_cases(op_case))
      for (int variant = 0; variant < 4; ++variant) {
        auto layout = [&](const Shape &shape, bool blocked) {
          return blocked ? channel_blocked(shape, target.lanes) : row_major(shape);
        };
        std::vector<Layout> layouts;
        for (const Tensor &operand : c.operands) layouts.push_back(layout(operand.type.shape, variant % 2 == 1));
        check_schedules(c, layouts, layout(c.expected.type.shape, variant / 2 == 1), target);
      }
  });
}

}  // namespace

TEST_CASE("kernels of every operator compute its nests on the generic target") {
  check_target(*find_target("generic"));
}

TEST_CASE("kernels of every operator compute its nests on sse2") { check_target(*find_target("sse2")); }

TEST_CASE("kernels of every operator compute its nests on avx2") { check_target(*find_target("avx2")); }

TEST_CASE("kernels of every operator compute its nests on avx512") { check_target(*find_target("avx512")); }
