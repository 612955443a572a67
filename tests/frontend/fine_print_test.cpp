// The sentences of the language's fine print, one check or more for each that no other test here holds to.
#include <fmt/format.h>

#include "check_helpers.hpp"

namespace cnnc {

namespace {

using check_helpers::Checked;
using check_helpers::faults_of;
using check_helpers::graph_of;
using check_helpers::network;
using check_helpers::paths_of;
using check_helpers::truth_of;
using check_helpers::type_of_output;
using check_helpers::value_of;
using check_helpers::weights_of;

bool accepted(const std::string &text) {
  const std::string faults = faults_of(text);
  CHECK_MESSAGE(faults.empty(), faults);
  return faults.empty();
}

}  // namespace

TEST_CASE("text: words of C++ are names, trailing commas and comments in any script are fine") {
  CHECK(
      accepted("block class(namespace, template = [1, 2,],) { return namespace |> conv(template[0], kernel = 1,) }\n"
               "network int(new: f32[4, 8, 8,],) -> (delete: f32[_, _, _],) {\n"
               "  // 日本語, עברית\n  let this = new |> class as while.do\n  return this\n}\n"));
}

TEST_CASE("text: strings know four escapes and {expression}") {
  CHECK(truth_of("\"a\\n\\t\\\"\\\\\" == \"a\\n\\t\\\"\\\\\"") == "true");
  CHECK(truth_of("\"n{1 + 2}{true}{0.5}{\"s\"}\" == \"n3true0.5s\"") == "true");
  CHECK(faults_of(network("let _a = \"\\q\"\nreturn x")).find("E0110") != std::string::npos);
}

TEST_CASE("text: a namespace of their own for what is called; blanks part words; dots of floats") {
  CHECK(accepted(network("let relu = 2\nlet lettuce = x |> relu\nlet t = relu(lettuce)\nreturn t * relu")));
  CHECK(truth_of("len(0..4) == 4") == "true");
  CHECK(value_of("1.5 + 0.25") == "1.75");
  CHECK(faults_of(network("return x * 1.")).find("E0101") != std::string::npos);
  CHECK(faults_of(network("return x * .5")).find("E0101") != std::string::npos);
}

TEST_CASE("lines: only (, [ and - begin anew, in a body, outside of brackets") {
  CHECK(accepted(network("let\ny\n=\nx\n|>\nrelu\nas\nr\nreturn\ny\n+\nx")));
  CHECK(faults_of(network("let y = x\n- x\nreturn y")).find("E0116") != std::string::npos);
  CHECK(accepted(network("let y = (x\n- x)\nreturn y")));
  CHECK(accepted("const a = [1, 2]\n[0]\n" + network("return x * a")));
  CHECK(faults_of(network("relu(x)\nreturn x")).find("E0116") != std::string::npos);
}

TEST_CASE("precedence, from loose to tight") {
  CHECK(truth_of("true or false and false") == "true");
  CHECK(truth_of("not false and false") == "false");
  CHECK(truth_of("not 1 == 2") == "true");
  CHECK(truth_of("len(0..2 + 3) == 5") == "true");
  CHECK(value_of("2 + 3 * 4 - -1 % 3") == "12");
  CHECK(value_of("-[1, 2][1]") == "-2");
  CHECK(paths_of(graph_of(network("return x + x |> relu"))) == "add1 relu1");
  CHECK(faults_of(network("return x |> relu + x")).find("E0114") != std::string::npos);
  CHECK(faults_of(network("return (x + x) as a")).find("E0113") != std::string::npos);
  CHECK(faults_of(network("if 1 < 2 < 3 { return x }\nreturn x")).find("E0115") != std::string::npos);
  CHECK(accepted(network("return if x.rank == 2 { x } else if x.rank == 3 { relu(x) } else { tanh(x) }")));
}

TEST_CASE("paths: bare or quoted, no two alike; as on an operator without weights only names it") {
  CHECK(weights_of(graph_of(network("return x |> conv(4, kernel = 1, bias = false) as a.0.1b"))) == "a.0.1b.weight");
  CHECK(paths_of(graph_of(network("return x |> relu as r |> relu"))) == "r relu2");
  CHECK(faults_of(network("return x |> relu as r |> tanh as r")).find("E0250") != std::string::npos);
  CHECK(faults_of(network("return x |> relu as \"a..b\"")).find("E0251") != std::string::npos);
  CHECK(weights_of(graph_of("block basic(x) { return x |> conv(4, kernel = 1, bias = false) }\n" +
                            network("return x |> basic as first |> basic |> conv(4, kernel = 1, bias = false) as c\n"
                                    "  |> conv(4, kernel = 1, bias = false)"))) ==
        "first.conv1.weight basic2.conv1.weight c.weight conv2.weight");
}

TEST_CASE("paths: share is looked up in its own block, then outwards; on a block, all weights of an instance") {
  CHECK(weights_of(graph_of("block inner(x) { return x |> conv(4, kernel = 1, bias = false, share = outer) }\n" +
                            network("return x |> conv(4, kernel = 1, bias = false) as outer |> inner"))) ==
        "outer.weight");
  CHECK(weights_of(graph_of("block pair(x) { return x |> conv(4, kernel = 1, bias = false) |> batch_norm as n }\n" +
                            network("return x |> pair as p |> pair(share = p) as q"))) ==
        "p.conv1.weight p.n.weight p.n.bias p.n.running_mean p.n.running_var");
}

TEST_CASE("compile-time values") {
  CHECK(truth_of("[1] + [2, 3] == [1, 2, 3] and len([[1], [2]]) == 2 and [i * i for i in 1..4] == [1, 4, 9]") ==
        "true");
  CHECK(value_of("6 / 3") == "2");
  CHECK(value_of("7 / 3").find("E0213") == 0);
  CHECK(value_of("7 / 2.0") == "3.5");
  CHECK(value_of("-7 % 3") == "2");
  CHECK(value_of("7 % -3") == "-2");
  CHECK(value_of("floor_div(-7, 2)") == "-4");
  CHECK(value_of("9223372036854775807 + 1").find("E0212") == 0);
  CHECK(
      accepted(network("const a = [1, 2]\nvar b = a[0]\nlet c = \"{b}\"\nb = b + len(a)\n"
                       "return x |> conv(4, kernel = b) as \"c{c}\"")));
  CHECK(graph_of(network("return x + tensor([[[1]], [[2]], [[3]], [[4]]])")).values[1].data.tensor().data ==
        std::vector<double>{1, 2, 3, 4});
}

TEST_CASE("scope") {
  CHECK(accepted("block b(x) { let x = relu(x)\n return x }\n" + network("return x |> b")));
  CHECK(accepted(network("let y = relu(x)\nif y.rank == 3 { let y = tanh(x)\n return y }\nreturn y")));
  CHECK(faults_of(network("let y = x\nlet y = x\nreturn y")).find("E0206") != std::string::npos);
  CHECK(faults_of(network("let y = relu(x)\nreturn x")) == "2:5 W0209 'y' is never used\n");
  CHECK(faults_of("network f(x: f32[4]) -> (y: f32[4]) { return y }\n").find("E0201") != std::string::npos);
  CHECK(accepted("block two(x, n) { return x, x * n }\n" + network("let a, b = two(x, 3)\nreturn a + b")));
  CHECK(faults_of("block b(x) { return b(x) }\n" + network("return x |> b")).find("E0227") != std::string::npos);
  CHECK(faults_of(network("if x { return x }\nreturn x")).find("E0217") != std::string::npos);
}

TEST_CASE("scope: a network is called like a block, and its weights keep their paths") {
  const std::string text =
      "network inner(x: f32[4, 8, 8]) -> (y: f32[_, _, _]) { return x |> conv(4, kernel = 1, bias = false) as c }\n" +
      network("return x |> inner");
  Checked checked;
  check_helpers::check(text, checked);
  REQUIRE(checked.networks.has_value());
  REQUIRE(checked.networks->graphs.size() == 2);
  CHECK(weights_of(checked.networks->graphs[0]) == "c.weight");
  CHECK(weights_of(checked.networks->graphs[1]) == "c.weight");
  CHECK(faults_of(network("return x |> g") +
                  "network g(x: f32[4, 8, 8]) -> (y: f32[4, 8, 8]) { return x |> conv(4, kernel = 1) as c }\n")
            .empty());
}

TEST_CASE("outputs: _ is inferred, an input is one, and one value may be several") {
  const Graph graph = graph_of(
      "network f(x: f32[4, 8]) -> (a: f32[_, 8], b: f32[4, _], c: f32[_, _]) { let y = relu(x)\n return x, y, y }\n");
  CHECK(type_of_output(graph, 0) == "f32[4, 8]");
  CHECK(graph.outputs[1].value == graph.outputs[2].value);
  CHECK(faults_of("network f(x: f32[4, 8]) -> (a: f32[_]) { return x }\n").find("E0262") != std::string::npos);
}

TEST_CASE("a const inside a network may be a constant tensor, as at the top of a file") {
  CHECK(faults_of("network n(x: f32[2]) -> (y: f32[2]) {\n  const k = tensor([1, 2])\n  return x + k\n}\n").empty());
}

}  // namespace cnnc
