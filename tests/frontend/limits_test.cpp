// The table of limits in docs/language.md: each bound holds, and the largest that it admits is admitted.
#include <fmt/format.h>

#include "check_helpers.hpp"
#include "source_folder.hpp"
#include "weights_files.hpp"

namespace cnnc {

namespace {

using check_helpers::faults_of;
using check_helpers::network;

std::string times(const std::string &text, int count) {
  std::string result;
  for (int i = 0; i < count; ++i) result += text;
  return result;
}

/// The code of the only fault; empty if there is none.
std::string code_of(const std::string &text) {
  const std::string faults = faults_of(text);
  if (faults.empty()) return "";
  const std::size_t at = faults.find('E');
  return at == std::string::npos ? faults : faults.substr(at, 5);
}

}  // namespace

TEST_CASE("limits of the text") {
  CHECK(code_of(network("return " + times("(", 250) + "x" + times(")", 250))) == "");
  CHECK(code_of(network("return " + times("(", 300) + "x" + times(")", 300))) == "E0106");
  CHECK(code_of(network("return x * (1" + times(" + 1", 900) + ")")) == "");
  CHECK(code_of(network("return x * (1" + times(" + 1", 1100) + ")")) == "E0106");
  const auto named = [](int length) {
    return network("let " + times("a", length) + " = x\nreturn " + times("a", length));
  };
  CHECK(code_of(named(255)) == "");
  CHECK(code_of(named(256)) == "E0229");
  CHECK(code_of(network("return x * 9223372036854775807")) == "");
  CHECK(code_of(network("return x * 9223372036854775808")) == "E0108");
}

TEST_CASE("limits of what is unrolled") {
  const auto loop = [](const std::string &count, const std::string &body) {
    return network("var n = 0\nfor i in 0.." + count + " { " + body + " }\nreturn x * n");
  };
  CHECK(code_of(loop("400000", "n = i")) == "");
  CHECK(code_of(loop("1100000", "n = i")) == "E0226");
  CHECK(code_of(network("let n = len(0..7000000)\nreturn x * n")) == "");
  CHECK(code_of(network("let n = len(0..9000000)\nreturn x * n")) == "E0226");
  const auto nested = [](int depth) {
    return network("var a = [1]\nfor i in 1.." + std::to_string(depth) + " { a = [a] }\nreturn x * len(a)");
  };
  CHECK(code_of(nested(16)) == "");
  CHECK(code_of(nested(17)) == "E0226");
  const auto chain = [](int depth) {
    std::string text = "block b0(x) { return relu(x) }\n";
    for (int i = 1; i < depth; ++i) text += fmt::format("block b{}(x) {{ return x |> b{} }}\n", i, i - 1);
    return text + network(fmt::format("return x |> b{}", depth - 1));
  };
  CHECK(code_of(chain(64)) == "");
  CHECK(code_of(chain(65)) == "E0226");
  const auto layers = [](const std::string &count) {
    return "network f(x: f32[]) -> (y: f32[]) { var y = x\nfor i in 0.." + count + " { y = relu(y) }\nreturn y }\n";
  };
  CHECK(code_of(layers("50000")) == "");
  CHECK(code_of(layers("50001")) == "E0226");
  const auto path = [](int length) { return network("return x |> relu as " + times("a", length)); };
  CHECK(code_of(path(1000)) == "");
  CHECK(code_of(path(1001)) == "E0226");
}

TEST_CASE("limits of tensors") {
  const auto of_rank = [](int rank) {
    const std::string type = "f32[1" + times(", 1", rank - 1) + "]";
    return "network f(x: " + type + ") -> (y: " + type + ") { return x }\n";
  };
  CHECK(code_of(of_rank(16)) == "");
  CHECK(code_of(of_rank(17)) == "E0263");
  const auto of_size = [](const std::string &size) {
    return "network f(x: f32[" + size + "]) -> (y: f32[_]) { return x }\n";
  };
  CHECK(code_of(of_size("2147483647")) == "");
  CHECK(code_of(of_size("2147483648")) == "E0244");
}

TEST_CASE("limits of files") {
  const check_helpers::SourceFolder folder;
  folder.write("large.net", std::string((std::size_t{8} << 20) + 1, ' '));
  CHECK(folder.faults_of("large.net").find("E0404") == 0);
  // Each use as a weight is a copy: 2^20 numbers fit 63 times beside the file's own.
  folder.write("w.npy", npy_of("<f4", "(1024, 1024)", std::string(std::size_t{4} << 20, '\0')));
  const auto uses = [&](const std::string &count) {
    folder.write("f.net", "network f(x: f32[1024]) -> (y: f32[1024]) {\n  var y = x\n  for i in 0.." + count +
                              " { y = y |> dense(1024, weight = load(\"w.npy\"), bias = false) }\n  return y\n}\n");
    return folder.faults_of("f.net");
  };
  CHECK(uses("3").empty());
  CHECK(uses("64").find("this file loads more than 67108864 numbers") != std::string::npos);
}

}  // namespace cnnc
