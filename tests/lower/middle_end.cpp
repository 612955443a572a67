#include "tests/lower/middle_end.hpp"

#include <doctest/doctest.h>

#include <algorithm>

#include "compiler/eval/compare.hpp"
#include "compiler/eval/eval_kernel.hpp"
#include "compiler/lower/build_program.hpp"
#include "compiler/lower/plan_memory.hpp"
#include "compiler/schedule/assign_layouts.hpp"
#include "compiler/passes/decompose.hpp"
#include "compiler/passes/fuse.hpp"
#include "compiler/passes/gather_constants.hpp"
#include "compiler/schedule/join_in_place.hpp"
#include "compiler/schedule/pack_weights.hpp"

namespace cnnc::test {

namespace {

/// Terms of a size around one, in every group as many as its nests combine into one element.
Tolerance plan_tolerance(const Plan &plan) {
  double terms = 0;
  for (const Group &group : plan.groups)
    for (const Nest &nest : group.nests) {
      double points = 1;
      for (const Axis &axis : nest.axes)
        if (axis.kind != AxisKind::parallel) points *= static_cast<double>(axis.extent);
      terms += points;
    }
  return {.absolute = 0x1p-24 * (8 + terms),
          .relative = 0x1p-20,
          .reason = "terms of a size around one, rounded to f32 in every operation"};
}

}  // namespace

std::string text_of(const std::vector<std::string> &faults) {
  std::string text;
  for (const std::string &fault : faults) text += fault + "\n";
  return text;
}

void check_program(const Graph &graph, const std::vector<Tensor> &inputs, const std::vector<Tensor> &expected,
                   const Target &target) {
  Plan plan =
      pack_weights(assign_layouts(join_in_place(gather_constants(fuse(decompose(graph), target)), target), target));
  REQUIRE_MESSAGE(text_of(verify(plan)) == "", to_string(plan));
  Program program = plan_memory(build_program(plan, target));
  REQUIRE_MESSAGE(text_of(verify(program)) == "", to_string(program));

  std::vector<std::vector<float>> floats;
  for (const Tensor &input : inputs) floats.push_back(lanes_of(input));
  std::vector<std::vector<float>> outputs = eval_program(program, floats);
  REQUIRE(outputs.size() == expected.size());
  for (std::size_t i = 0; i < outputs.size(); ++i) {
    Tensor actual = tensor_of(expected[i].type, outputs[i]);
    auto mismatches = compare(actual, expected[i], plan_tolerance(plan));
    CHECK_MESSAGE(!mismatches, (mismatches ? to_string(*mismatches) : ""), "\n", to_string(program));
  }
}

}  // namespace cnnc::test
