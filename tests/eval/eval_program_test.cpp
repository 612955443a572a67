#include <doctest/doctest.h>

#include <cmath>

#include "compiler/eval/compare.hpp"
#include "compiler/eval/eval_kernel.hpp"
#include "compiler/support/checks.hpp"
#include "tests/ir/small_kernel.hpp"

namespace cnnc {

using namespace test;

namespace {

/// y = x * w on `count` of four elements.
Kernel scale(std::int64_t count) {
  SmallKernel k;
  ParameterId x = k.in("x", 4);
  ParameterId w = k.in("w", 4);
  ParameterId y = k.out("y", 4);
  return k.with({store(y, 0, k.apply(ExprKind::mul, k.load(x, 0, 4), k.load(w, 0, 4)), count)});
}

/// image * weights * weights, through a buffer in the workspace.
Program two_layers(std::int64_t count = 4) {
  Program program;
  program.kernels = {scale(count)};
  program.inputs = {{"image", {DType::f32, {4}}}};
  program.outputs = {{"scores", {DType::f32, {2, 2}}}};
  program.weights = std::vector<float>{1, 2, 3, 4};
  program.workspace_bytes = 16;
  program.buffers = {{"image", BufferKind::input, 4, 0, 0, 0},
                     {"w", BufferKind::weights, 4, 0, 0, 1},
                     {"h", BufferKind::workspace, 4, 0, 0, 1},
                     {"scores", BufferKind::output, 4, 0, 1, 1}};
  program.calls = {{0, {0, 1, 2}}, {0, {2, 1, 3}}};
  return program;
}

}  // namespace

TEST_CASE("a program's calls run in order on inputs, weights, workspace and outputs") {
  CHECK(eval_program(two_layers(), {{1, 1, 1, 2}}) == std::vector<std::vector<float>>{{1, 4, 9, 32}});
}

TEST_CASE("what a kernel fails to write shows as NaN") {
  std::vector<float> scores = eval_program(two_layers(3), {{1, 1, 1, 2}})[0];
  CHECK_FALSE(compare_bits(scores, std::vector<float>{1, 4, 9, NAN}));
}

TEST_CASE("a buffer is NaN at its first call, whatever another has left there") {
  Program program = two_layers(3);
  program.kernels.push_back(scale(4));
  program.calls[0].kernel = 1;  // writes all of h
  program.outputs.push_back({"again", {DType::f32, {4}}});
  program.buffers.push_back({"g", BufferKind::workspace, 4, 0, 2, 3});
  program.buffers.push_back({"again", BufferKind::output, 4, 1, 3, 3});
  program.calls.push_back({0, {0, 1, 4}});  // writes three elements of g, where h was
  program.calls.push_back({1, {4, 1, 5}});
  std::vector<float> again = eval_program(program, {{1, 1, 1, 2}})[1];
  CHECK_FALSE(compare_bits(again, std::vector<float>{1, 4, 9, NAN}));
}

TEST_CASE("inputs fit the program's") {
  CHECK_THROWS_AS(eval_program(two_layers(), {}), InternalError);
  CHECK_THROWS_AS(eval_program(two_layers(), {{1, 2, 3}}), InternalError);
}

TEST_CASE("inputs and weights are not written, buffers lie in their memory") {
  Program program = two_layers();
  program.calls[1].arguments = {2, 0, 1};
  CHECK_THROWS_AS(eval_program(program, {{1, 1, 1, 2}}), InternalError);
  program = two_layers();
  program.workspace_bytes = 12;
  CHECK_THROWS_AS(eval_program(program, {{1, 1, 1, 2}}), InternalError);
}

}  // namespace cnnc
