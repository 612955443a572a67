// The parts of the driver that have a meaning of their own; the program as a whole is tested in end_to_end.sh.
#include <doctest/doctest.h>

#include <fstream>
#include <iterator>
#include <string>

#include "compiler/driver/depfile.hpp"
#include "compiler/driver/runner.hpp"
#include "compiler/driver/tensor_files.hpp"
#include "compiler/support/version.hpp"

namespace cnnc {
namespace {

Tensor tensor(DType dtype, Shape shape, std::vector<double> data) {
  return {{dtype, std::move(shape)}, std::move(data)};
}

TEST_CASE("the version is that of the CMake project") {
  std::ifstream file(std::string(CNNC_SOURCE_DIR) + "/CMakeLists.txt");
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  CHECK(text.find("project(cnnc VERSION " + std::string(version) + " ") != std::string::npos);
}

TEST_CASE("names in a depfile are escaped as make reads them") {
  CHECK(escape_for_make("a/b.net") == "a/b.net");
  CHECK(escape_for_make("a b") == "a\\ b");
  CHECK(escape_for_make("a\\ b") == "a\\\\\\ b");
  CHECK(escape_for_make("a\\b") == "a\\b");
  CHECK(escape_for_make("#1 $HOME") == "\\#1\\ $$HOME");
  CHECK(depfile_text("x.cpp", {"a.net", "b c"}) == "x.cpp: \\\n  a.net \\\n  b\\ c\n");
}

TEST_CASE("a depfile of ours is known by its form") {
  const IsOurs ours = is_our_depfile("x.cpp");
  const auto head = [](const std::string &text) { return text.substr(0, output_head_bytes); };
  CHECK(ours(depfile_text("x.cpp", {"a.net"})));
  CHECK(ours(depfile_text("x.cpp", {"a"})));
  CHECK(ours(depfile_text("other.cpp", {"a b.net", "c"})));
  CHECK(ours(head(depfile_text("other.cpp", {"a.net", std::string(1000, 'c'), "d"}))));
  const std::string deep = std::string(1000, 'd') + "/x.cpp";
  CHECK(is_our_depfile(deep)(head(depfile_text(deep, {"a.net"}))));
  for (const char *text :
       {"", "x.cpp: \\\n", "x.cpp: \\\n  a.net", "x.cpp: a.net\n", "x.cpp: \\\n  a.net\n\tcnnc a.net\n",
        "x.cpp: \\\n  a.net \\\n", "all: \\\n  main.o\n", ": \\\n  a.net\n", "main.o: main.c \\\n a.net\n"}) {
    CAPTURE(text);
    CHECK_FALSE(ours(text));
  }
}

TEST_CASE("a runner's description is read, and what is none is refused") {
  const auto model = parse_description("input f32 3 1 28 28 image\ninput i32 0 label\noutput f32 1 10 scores\n");
  REQUIRE(model);
  CHECK(model->inputs.size() == 2);
  CHECK(model->inputs[0].type == TensorType{DType::f32, {1, 28, 28}});
  CHECK(model->inputs[1].name == "label");
  CHECK(model->inputs[1].type == TensorType{DType::i32, {}});
  CHECK(model->outputs[0].type == TensorType{DType::f32, {10}});
  for (const char *text : {"", "input f32 0 x\n", "output f33 0 y\n", "output f32 2 1 y\n", "output f32 1 0 y\n",
                           "output f32 99 y\n", "output f32 2 65536 65536 y\n", "hello\noutput f32 0 y\n"}) {
    CAPTURE(text);
    CHECK_FALSE(parse_description(text));
  }
}

TEST_CASE("tensors are printed in full, in the shortest digits that give them back") {
  CHECK(readable("y", tensor(DType::f32, {}, {0.1F})) == "y: f32[]\n0.1\n");
  CHECK(readable("y", tensor(DType::f32, {3}, {1, -0.5, 1e30F})) == "y: f32[3]\n[1, -0.5, 1e+30]\n");
  CHECK(readable("y", tensor(DType::i32, {2, 2}, {1, 2, 3, -4})) == "y: i32[2, 2]\n[[1, 2],\n [3, -4]]\n");
}

TEST_CASE("of large tensors the ends are printed") {
  const std::string text = readable("y", tensor(DType::u8, {2000}, std::vector<double>(2000, 7)));
  CHECK(text == "y: u8[2000]\n[7, 7, 7, ..., 7, 7, 7]\n");
  const std::string rows = readable("y", tensor(DType::u8, {1001, 1}, std::vector<double>(1001, 7)));
  CHECK(rows == "y: u8[1001, 1]\n[[7],\n [7],\n [7],\n ...,\n [7],\n [7],\n [7]]\n");
}

TEST_CASE("long rows are wrapped") {
  const std::string text = readable("y", tensor(DType::f32, {50}, std::vector<double>(50, 0.125)));
  for (std::size_t begin = 0; begin < text.size();) {
    const std::size_t end = text.find('\n', begin);
    CHECK(end - begin <= 100);
    begin = end + 1;
  }
}

TEST_CASE("values are rounded to the type of their tensor") {
  CHECK(as_held(tensor(DType::f32, {1}, {0.1})).data[0] == 0.1F);
  CHECK(as_held(tensor(DType::f16, {1}, {0.1})).data[0] == 0x1.998p-4);
  CHECK(as_held(tensor(DType::bf16, {3}, {0.1, 1 + 0x1p-8, 1 + 0x1.8p-7})).data ==
        std::vector<double>{0x1.9ap-4, 1, 1 + 0x1p-6});
  CHECK(as_held(tensor(DType::i32, {1}, {2147483647})).data[0] == 2147483647);
}

}  // namespace
}  // namespace cnnc
