#include "compiler/emit/emit.hpp"

#include "compiler/emit/cpp_writer.hpp"
#include "compiler/emit/emit_expr.hpp"
#include "compiler/emit/names.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <limits>

using namespace cnnc;

namespace {

/// y[i] = tanh(x[i]) for two vectors of four, and a weight.
Program small_program() {
  Kernel kernel;
  kernel.name = "squash";
  kernel.heading = {"squash: 8 values"};
  kernel.fused = false;
  kernel.parameters = {{"x", 8, false}, {"y", 8, true}};
  kernel.loop_vars = {"i"};
  Expr load;
  load.kind = ExprKind::load;
  load.parameter = 0;
  load.lanes = 4;
  load.count = 4;
  load.at = Index::variable(0) * 4;
  Expr value;
  value.kind = ExprKind::tanh;
  value.lanes = 4;
  value.a = 0;
  kernel.exprs = {load, value};
  Stmt store;
  store.kind = StmtKind::store;
  store.parameter = 1;
  store.value = 1;
  store.count = 4;
  store.at = load.at;
  Stmt loop;
  loop.kind = StmtKind::loop;
  loop.loop_var = 0;
  loop.end = 2;
  loop.body = {store};
  kernel.body = {loop};
  Program program;
  program.name = "small";
  program.target = "generic";
  program.inputs = {{"image", {DType::f32, {8}}}};
  program.outputs = {{"scores", {DType::f32, {8}}}};
  program.buffers = {{"image", BufferKind::input, 8, 0, 0, 0}, {"scores", BufferKind::output, 8, 0, 0, 0}};
  program.kernels = {kernel};
  program.calls = {{0, {0, 1}}};
  program.weights = std::vector{1.5f};
  return program;
}

EmitOptions options_named(const char *prefix) {
  EmitOptions options;
  options.prefix = prefix;
  options.stem = prefix;
  return options;
}

bool contains(const std::string &text, std::string_view part) { return text.find(part) != std::string::npos; }

}  // namespace

TEST_CASE("A kernel is emitted as a person would write it") {
  EmittedFiles files = emit_program(small_program(), options_named("small"));
  CHECK(contains(files.cpp, R"(
// squash: 8 values
CNNC_KERNEL(generic) void squash(const float *x, float *y) {
  for (std::ptrdiff_t i = 0; i < 2; ++i) {
    store(y + 4*i, tanh(load(x + 4*i)));
  }
}
)"));
  CHECK(files.cpp.substr(0, 9) == "// cnnc 0");
  CHECK(files.hpp.substr(0, 9) == "// cnnc 0");
  CHECK(contains(files.cpp, "alignas(64) const float packed_weights[1] = {1.5f};"));
  CHECK(files.weights_name.empty());
  CHECK(files.h.empty());
}

TEST_CASE("Calls that repeat are written as a loop") {
  Program program = small_program();
  program.inputs[0].type.shape = {8 * 20};
  program.outputs[0].type.shape = {8 * 20};
  program.buffers = {{"image", BufferKind::input, 8 * 20, 0, 0, 19}, {"step", BufferKind::output, 8 * 20, 0, 0, 19}};
  program.calls.clear();
  for (std::int64_t t = 0; t < 20; ++t) program.calls.push_back({0, {{0, 8 * t}, {1, 152 - 8 * t}}});
  EmittedFiles files = emit_program(program, options_named("small"));
  CHECK(contains(files.cpp, R"(
  for (std::ptrdiff_t step_2 = 0; step_2 < 20; ++step_2) {
    squash(image + 8*step_2, step + 152 - 8*step_2);
  }
)"));
}

std::string weights_of(const EmittedFiles &files) {
  std::string bytes;
  files.write_weights([&](std::string_view piece) { bytes += piece; });
  return bytes;
}

TEST_CASE("The same program gives the same bytes") {
  EmitOptions options = options_named("small");
  options.weights_mode = WeightsMode::file;
  const Program program = small_program(), same = small_program();
  EmittedFiles first = emit_program(program, options), second = emit_program(same, options);
  CHECK(first.cpp == second.cpp);
  CHECK(first.hpp == second.hpp);
  CHECK(weights_of(first) == weights_of(second));
  CHECK(weights_of(first) == weights_image({program}));
}

TEST_CASE("The digest sees the kernels and the layout, not the values or the name") {
  Program program = small_program();
  std::string digest = weights_digest({program});
  CHECK(digest.size() == 64);
  program.weights = std::vector{7.0f};
  program.name = "other";
  program.doc = "other";
  CHECK(weights_digest({program}) == digest);
  Program moved = small_program();
  moved.buffers.push_back({"w", BufferKind::weights, 1, 0, 0, 0});
  CHECK(weights_digest({moved}) != digest);
  Program changed = small_program();
  changed.kernels[0].exprs[1].kind = ExprKind::exp;
  CHECK(weights_digest({changed}) != digest);
}

TEST_CASE("The weights image has the head that weights.hpp describes, and its size is a multiple of 64") {
  Program program = small_program();
  std::string image = weights_image({program});
  REQUIRE(image.size() == 128);
  CHECK(image.substr(0, 8) == "cnncw001");
  CHECK(image[48] == '\x80');
  CHECK(image[64 + 3] == 0x3f);  // 1.5f is 0x3fc00000
  CHECK(image[64 + 2] == '\xc0');
  CHECK(image[64 + 4] == 0);
}

TEST_CASE("The pasted text needs no header of the runtime, and holds each once") {
  EmitOptions options = options_named("small");
  options.embed_runtime = true;
  EmittedFiles files = emit_program(small_program(), options);
  for (const std::string *text : {&files.cpp, &files.hpp}) {
    CHECK(!contains(*text, "#include \"cnnc/"));
    CHECK(text->substr(0, 8) == "// cnnc ");
  }
  std::size_t at = files.cpp.find("#ifndef CNNC_MODEL_H");
  REQUIRE(at != std::string::npos);
  CHECK(files.cpp.find("#ifndef CNNC_MODEL_H", at + 1) == std::string::npos);
}

TEST_CASE("Comments cannot be left") {
  CHECK(comment_line("plain, with \xC3\xA9") == "plain, with \xC3\xA9");
  CHECK(comment_line("ends in \\") == "ends in \\.");
  CHECK(comment_line("ends in \\  ") == "ends in \\.");
  CHECK(comment_line("a */ b /* c") == "a * / b / * c");
  CHECK(comment_line("?\?/") == "? ?/");
  CHECK(comment_line("\r\x1b\xff\xE2\x80\xAE") == "<0D><1B><FF><U+202E>");
  CppWriter writer;
  writer.comment("one\ntwo \\\n#error three");
  CHECK(writer.take() == "// one\n// two \\.\n// #error three\n");
}

TEST_CASE("Literals are exact") {
  CHECK(string_literal("a\"b\\c?\n1") == "\"a\\042b\\134c\\077\\0121\"");
  CHECK(string_literal("\xff") == "\"\\377\"");
  CHECK(float_literal(1.0f) == "1.0f");
  CHECK(float_literal(-0.0f) == "-0.0f");
  CHECK(float_literal(0.1f) == "0.1f");
  CHECK(float_literal(1e-45f) == "1e-45f");
  CHECK(float_literal(3.4028235e38f) == "3.4028235e+38f");
  CHECK(float_literal(-INFINITY) == "-__builtin_inff()");
  CHECK(float_literal(NAN) == "__builtin_nanf(\"\")");
}

TEST_CASE("Identifiers are made safe, and different where they meet") {
  CHECK(safe_identifier("conv1.weight") == "conv1_weight");
  CHECK(safe_identifier("while") == "while_");
  CHECK(safe_identifier("tanh") == "tanh_");
  CHECK(safe_identifier("__x__y") == "x_y");
  CHECK(safe_identifier("_Bool") == "Bool");
  CHECK(safe_identifier("3d") == "n3d");
  CHECK(safe_identifier("") == "n");
  CHECK(safe_identifier("\"); system(\"rm") == "system_rm");
  CHECK(safe_identifier("EOF") == "EOF_");
  CHECK(pascal_case("class_scores") == "ClassScores");
  Scope scope;
  CHECK(scope.declare("x") == "x");
  std::size_t mark = scope.enter();
  CHECK(scope.declare("x") == "x_2");
  CHECK(scope.declare("while") == "while_");
  CHECK(scope.declare("while") == "while_2");
  scope.leave(mark);
  CHECK(scope.declare("x") == "x_2");
}

TEST_CASE("A prefix must be an identifier that nobody else has") {
  for (const char *bad : {"CNNC_OK", "FILE", "ldiv_t", "my_t", "alloca", "timespec", "sqrt", "wctomb"})
    CHECK_FALSE_MESSAGE(valid_prefix(bad), bad);
  for (const char *good : {"lenet5", "Net", "my_net", "EOF_net", "kernel", "t", "sqr", "rt", "abort2"})
    CHECK_MESSAGE(valid_prefix(good), good);
  for (const char *bad : {"", "3d", "_x", "_X", "a__b", "a-b", "a b", "while", "std", "cnnc", "cnnc_x", "main", "exp",
                          "index", "NULL", "x::y", "\xC3\xA9t", "printf", "f32x8"})
    CHECK_MESSAGE(!valid_prefix(bad), bad);
}

TEST_CASE("Index expressions are sums that a person reads, and offsets are added to a pointer at once") {
  Kernel kernel;
  ExprNames names{kernel, 4, {"x"}, {"i", "j"}, {}, {}};
  Index i = Index::variable(0), j = Index::variable(1);
  CHECK(index_text(names, Index()) == "0");
  CHECK(index_text(names, i * 28 + j - Index(1)) == "28*i + j - 1");
  CHECK(index_text(names, j - i * 2) == "-2*i + j");
  CHECK(index_text(names, floor_div(i, 2) * 3 + mod(i, 2)) == "3*index_div(i, 2) + index_mod(i, 2)");
  CHECK(address_text(names, 0, Index()) == "x");
  CHECK(address_text(names, 0, Index(5)) == "x + 5");
  CHECK(address_text(names, 0, i * 4) == "x + 4*i");
  CHECK(address_text(names, 0, i - Index(1)) == "x + (i - 1)");
  CHECK(address_text(names, 0, i * -1) == "x + (-i)");
}
