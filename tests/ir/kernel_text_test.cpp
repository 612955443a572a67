#include <doctest/doctest.h>

#include "tests/ir/small_kernel.hpp"

namespace cnnc {

using namespace test;

namespace {

Kernel dot_of_rows() {
  SmallKernel k;
  k.kernel.name = "rows";
  k.kernel.heading = {"linear 'fc1': f32[20] to f32[3]", "120 flops"};
  ParameterId x = k.in("x", 20);
  ParameterId w = k.in("w", 60);
  ParameterId y = k.out("y", 3);
  IndexVar i = k.loop_variable("i");
  IndexVar j = k.loop_variable("j");
  ValueVar sum = k.variable("sum", 8, false);
  ValueVar part = k.variable("part", 8, true);
  Stmt comment;
  comment.text = "lanes beyond the row are 0";
  Stmt fence;
  fence.kind = StmtKind::fence;
  ExprId product = k.apply(ExprKind::fma, k.use(part), k.load(w, v(i) * 20 + v(j), 8), k.use(sum));
  std::vector<Stmt> inner = {let(part, k.load(x, v(j), 8, 4)), fence, assign(sum, product)};
  std::vector<Stmt> outer = {assign(sum, k.constant(0.5F, 8)), loop(j, 0, 20, inner, 8), comment,
                             guard(0, v(i) * 2 - 1, 3, {store(y, v(i), k.use(sum))}),
                             store(y, v(i), k.splat(k.load(x, 0), 8), 2, -1)};
  return k.with({loop(i, 0, 3, outer)});
}

}  // namespace

TEST_CASE("a kernel is dumped like the program that it becomes") {
  CHECK(to_string(dot_of_rows()) ==
        "kernel rows\n"
        "# linear 'fc1': f32[20] to f32[3]\n"
        "# 120 flops\n"
        "in  x f32[20]\n"
        "in  w f32[60]\n"
        "out y f32[3]\n"
        "  for i from 0 to 3\n"
        "    var f32x8 sum = f32x8(0.5)\n"
        "    for j from 0 to 20 step 8\n"
        "      let f32x8 part = x[j : 4 of 8]\n"
        "      fence\n"
        "      sum = fma(part, w[20*i + j : 8], sum)\n"
        "    # lanes beyond the row are 0\n"
        "    if 0 <= 2*i - 1 <= 3\n"
        "      y[i] = sum\n"
        "    y[i : 2 step -1] = f32x8(x[0])\n");
}

TEST_CASE("a program is dumped as tensors, buffers, calls and kernels") {
  Program program;
  program.name = "net";
  program.target = "avx2";
  program.inputs = {{"image", {DType::f32, {4, 5}}}};
  program.outputs = {{"scores", {DType::f32, {3}}}};
  program.weights = std::vector<float>(60, 0);
  program.workspace_bytes = 128;
  program.buffers = {{"image", BufferKind::input, 20, 0, 0, 0},
                     {"fc1.weight", BufferKind::weights, 60, 0, 0, 0},
                     {"h", BufferKind::workspace, 7, 64, 0, 1},
                     {"scores", BufferKind::output, 3, 0, 0, 1}};
  program.calls = {{0, {0, 1, 3}}};
  program.kernels = {SmallKernel{}.kernel};
  CHECK(to_string(program) ==
        "program net for avx2\n"
        "input image f32[4, 5]\n"
        "output scores f32[3]\n"
        "weights 240 bytes, workspace 128 bytes\n"
        "\n"
        "buffers\n"
        "  input     image f32[20] number 0, calls 0 to 0\n"
        "  weights   fc1.weight f32[60] at byte 0, calls 0 to 0\n"
        "  workspace h f32[7] at byte 64, calls 0 to 1\n"
        "  output    scores f32[3] number 0, calls 0 to 1\n"
        "\n"
        "calls\n"
        "  0 k(image, fc1.weight, scores)\n"
        "\n"
        "kernel k\n");
}

TEST_CASE("a faulty kernel is dumped too") {
  SmallKernel k;
  CHECK(to_string(k.with({store(4, v(2), 9), let(3, 1)})) == "kernel k\n  ?4[?2] = ?9\n  ?3 = ?1\n");
}

}  // namespace cnnc
