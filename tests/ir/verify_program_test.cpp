#include "tests/ir/faults.hpp"
#include "tests/ir/small_kernel.hpp"

namespace cnnc {

using namespace test;

namespace {

/// image[4] -> h[4] (with weights[4]) -> scores[4]: two calls of one kernel y = x * w.
Program two_layers() {
  SmallKernel k;
  k.kernel.name = "scale";
  ParameterId x = k.in("x", 4);
  ParameterId w = k.in("w", 4);
  ParameterId y = k.out("y", 4);
  Program program;
  program.kernels = {k.with({store(y, 0, k.apply(ExprKind::mul, k.load(x, 0, 4), k.load(w, 0, 4)), 4)})};
  program.inputs = {{"image", {DType::f32, {4}}}};
  program.outputs = {{"scores", {DType::f32, {2, 2}}}};
  program.weights = std::vector<float>(4, 1);
  program.workspace_bytes = 64;
  program.buffers = {{"image", BufferKind::input, 4, 0, 0, 0},
                     {"w", BufferKind::weights, 4, 0, 0, 1},
                     {"h", BufferKind::workspace, 4, 0, 0, 1},
                     {"scores", BufferKind::output, 4, 0, 1, 1}};
  program.calls = {{0, {0, 1, 2}}, {0, {2, 1, 3}}};
  return program;
}

}  // namespace

TEST_CASE("a program that keeps every promise has no faults") { CHECK(verify(two_layers()) == Faults{}); }

TEST_CASE("faults of kernels are faults of the program") {
  Program program = two_layers();
  program.kernels[0].parameters[2].written = false;
  CHECK(verify(program)[0] == "kernel scale: store to y, which is only read");
}

TEST_CASE("arguments match parameters in number and in elements") {
  Program program = two_layers();
  program.calls[0].arguments.pop_back();
  CHECK(verify(program)[0] == "call 0 of scale: 2 arguments for 3 parameters");
  program = two_layers();
  program.buffers[2].elements = 3;
  CHECK(verify(program) == Faults{"call 0 of scale: parameter y takes elements 0 to 3 of buffer h, which has 3",
                                  "call 1 of scale: parameter x takes elements 0 to 3 of buffer h, which has 3"});
}

TEST_CASE("calls name kernels and buffers that exist") {
  Program program = two_layers();
  program.calls[0].kernel = 1;
  CHECK(verify(program)[0] == "call 0: there is no kernel 1");
  program = two_layers();
  program.calls[0].arguments[1] = 4;
  CHECK(verify(program)[0] == "call 0 of scale: there is no buffer 4");
}

TEST_CASE("inputs and weights are not written") {
  Program program = two_layers();
  program.calls[0].arguments = {2, 0, 1};
  CHECK(verify(program)[1] == "call 0 of scale: parameter y writes to buffer w, which is only read");
}

TEST_CASE("a buffer is written before it is read") {
  Program program = two_layers();
  program.calls.erase(program.calls.begin());
  CHECK(verify(program) == Faults{"call 0 of scale: buffer h is read before it is written"});
}

TEST_CASE("every output is written") {
  Program program = two_layers();
  program.calls.pop_back();
  CHECK(verify(program) == Faults{"output scores is not written as a whole"});
}

TEST_CASE("a view lies in its buffer, and what it reads of it was written") {
  Program program = two_layers();
  program.buffers[2].elements = 12;
  program.calls = {{0, {0, 1, {2, 4}}}, {0, {{2, 4}, 1, 3}}};
  CHECK(verify(program) == Faults{});
  program.calls[0].arguments[2].offset = 9;
  CHECK(verify(program) == Faults{"call 0 of scale: parameter y takes elements 9 to 12 of buffer h, which has 12",
                                  "call 1 of scale: buffer h is read before it is written"});
  program.calls[0].arguments[2].offset = -1;
  CHECK(verify(program)[0] == "call 0 of scale: parameter y takes elements -1 to 2 of buffer h, which has 12");
  // Element 8 is written, but later.
  program.calls = {{0, {0, 1, {2, 4}}}, {0, {{2, 5}, 1, 3}}, {0, {0, 1, {2, 8}}}};
  program.buffers[2].last_use = 2;
  CHECK(verify(program) == Faults{"call 1 of scale: buffer h is read before it is written"});
  // What nobody writes is padding.
  program.calls.pop_back();
  CHECK(verify(program) == Faults{});
}

TEST_CASE("views of one buffer are apart where one of them is written") {
  Program program = two_layers();
  program.buffers[2].elements = 8;
  program.calls = {{0, {0, 1, 2}}, {0, {2, 1, {2, 4}}}, {0, {{2, 4}, 1, 3}}};
  program.buffers[1].last_use = program.buffers[2].last_use = 2;
  CHECK(verify(program) == Faults{});
  program.calls[1].arguments[2].offset = 3;
  CHECK(verify(program)[0] == "call 1 of scale: parameters x and y overlap, in buffers h and h");
  // Of an output there is no place, but the same holds.
  program = two_layers();
  program.buffers[3].elements = 8;
  program.outputs[0].type.shape = {8};
  program.calls = {{0, {0, 1, 3}}, {0, {3, 1, {3, 4}}}};
  CHECK(verify(program) == Faults{});
  program.calls[1].arguments[2].offset = 3;
  CHECK(verify(program)[0] == "call 1 of scale: parameters x and y overlap, in buffers scores and scores");
}

TEST_CASE("a parameter that is written overlaps no other, two that are only read may be one buffer") {
  Program program = two_layers();
  program.calls[1].arguments = {2, 2, 3};
  CHECK(verify(program) == Faults{});
  program.calls[1].arguments = {0, 3, 3};
  CHECK(verify(program) == Faults{"call 1 of scale: buffer scores is read before it is written",
                                  "call 1 of scale: parameters w and y overlap, in buffers scores and scores"});
}

TEST_CASE("buffers that live at once do not overlap") {
  Program program = two_layers();
  program.buffers.push_back({"g", BufferKind::workspace, 4, 0, 1, 1});
  CHECK(verify(program) == Faults{"buffers h and g overlap, and both live at call 1"});
  program.buffers[4].first_use = program.buffers[4].last_use = 2;
  CHECK(verify(program) == Faults{});
}

TEST_CASE("a buffer lives while it is used") {
  Program program = two_layers();
  program.buffers[2].last_use = 0;
  CHECK(verify(program) == Faults{"call 1 of scale: buffer h is used at call 1 but lives from 0 to 0"});
}

TEST_CASE("buffers lie at multiples of 64 bytes") {
  Program program = two_layers();
  program.workspace_bytes = 128;
  program.buffers[2].offset = 16;
  CHECK(verify(program) == Faults{"buffer h: offset 16 is no multiple of 64"});
}

TEST_CASE("buffers lie inside the workspace or the weights") {
  Program program = two_layers();
  program.buffers[2].offset = 64;
  program.weights = std::vector<float>(3, 1);
  CHECK(verify(program) == Faults{"buffer w: bytes 0 to 16 are not inside the weights of 12 bytes",
                                  "buffer h: bytes 64 to 80 are not inside the workspace of 64 bytes"});
}

TEST_CASE("buffers of inputs and outputs are theirs in number and size") {
  Program program = two_layers();
  program.inputs[0].type.shape = {5};
  program.buffers[3].offset = 1;
  CHECK(verify(program) == Faults{"buffer image: 4 elements for input image f32[5]",
                                  "buffer scores: there is no output number 1",
                                  "output scores is not written as a whole"});
}

TEST_CASE("a buffer has elements") {
  Program program = two_layers();
  program.buffers.push_back({"g", BufferKind::workspace, 0, 0, 9, 9});
  CHECK(verify(program) == Faults{"buffer g: 0 elements"});
}

}  // namespace cnnc
