// Paths of layers and block instances: numbers, names, nesting, sharing.
#include "tests/frontend/check_helpers.hpp"

using namespace cnnc;
using namespace cnnc::check_helpers;

namespace {

const std::string pair_block =
    "block pair(x, n) { return x |> conv(n, kernel = 1) as first |> relu |> conv(n, kernel = 1, bias = false) }\n";

}  // namespace

TEST_CASE("an unnamed layer has its operator's name and its number, named ones counted") {
  CHECK(weights_of(graph_of(network(
            "return x |> conv(4, kernel = 1) as a |> conv(4, kernel = 1, bias = false) |> dense(3, bias = false)"))) ==
        "a.weight a.bias conv2.weight dense1.weight");
}

TEST_CASE("unnamed instances of a block are numbered in their block, and layers within each instance anew") {
  CHECK(
      weights_of(graph_of(pair_block + network("return x |> pair(2) |> pair(3)"))) ==
      "pair1.first.weight pair1.first.bias pair1.conv2.weight pair2.first.weight pair2.first.bias pair2.conv2.weight");
}

TEST_CASE("paths nest with dots, and text in them is evaluated") {
  const std::string text =
      pair_block + "block stack(x, n) { var y = x\nfor i in 0..n { y = y |> pair(4) as \"{i}\" }\nreturn y }\n" +
      network("return x |> stack(2) as layer.1");
  CHECK(weights_of(graph_of(text)) ==
        "layer.1.0.first.weight layer.1.0.first.bias layer.1.0.conv2.weight "
        "layer.1.1.first.weight layer.1.1.first.bias layer.1.1.conv2.weight");
}

TEST_CASE("as on an operator without weights only names it") {
  CHECK(paths_of(graph_of(network("return x |> relu as act |> tanh"))) == "act tanh1");
}

TEST_CASE("the number of an operator without weights gives way to a name") {
  CHECK(paths_of(graph_of(network("return x |> relu |> tanh as relu1"))) == "relu1_2 relu1");
}

TEST_CASE("two layers with one path are an error at the second") {
  CHECK(faults_of(network("return x |> relu as a |> tanh as a")) == "2:34 E0250 there is already a layer 'a'\n");
  CHECK(faults_of(network("return x |> conv(4, kernel = 1) |> conv(4, kernel = 1) as conv1")) ==
        "2:59 E0250 there is already a layer 'conv1'\n");
  CHECK(faults_of(pair_block + network("return x |> pair(2) as p |> conv(2, kernel = 1) as p.first")) ==
        "3:52 E0250 there is already a layer 'p.first'\n");
  CHECK(faults_of("network g(x: f32[4, 8, 8]) -> (y: f32[4, 8, 8]) { return x |> conv(4, kernel = 1) }\n" +
                  network("return g(g(x))")) ==
        "3:8 E0250 this call has no name of its own: its layer 'conv1' is another's\n");
}

TEST_CASE("a path must be well formed once its text is known") {
  CHECK(faults_of(network("return x |> relu as \"a..b\"")).find("E0251") != std::string::npos);
  CHECK(faults_of(network("const e = \"\"\nreturn x |> relu as \"{e}\"")) ==
        "3:21 E0251 '' is not the path of a layer\n");
  CHECK(faults_of(network("const e = \"../x\"\nreturn x |> relu as \"{e}\"")) ==
        "3:21 E0251 '../x' is not the path of a layer\n");
}

TEST_CASE("a layer shares the weights of an earlier one of its operator and shapes") {
  const Graph graph =
      graph_of(network("let a = x |> conv(4, kernel = 1) as c\nreturn a |> conv(4, kernel = 1, share = c)"));
  CHECK(weights_of(graph) == "c.weight c.bias");
  CHECK(graph.nodes[0].operands[1] == graph.nodes[1].operands[1]);
  CHECK(paths_of(graph) == "c conv2");
}

TEST_CASE("what is shared is looked up in its own block, then outwards") {
  const std::string block =
      "block b(x) { let a = x |> conv(4, kernel = 1) as inner\nreturn a |> conv(4, kernel = 1, share = inner) |> "
      "conv(4, kernel = 1, share = outer) }\n";
  CHECK(weights_of(graph_of(block + network("return x |> conv(4, kernel = 1) as outer |> b as b1"))) ==
        "outer.weight outer.bias b1.inner.weight b1.inner.bias");
}

TEST_CASE("an instance shares all the weights of an earlier one") {
  CHECK(weights_of(graph_of(pair_block + network("return x |> pair(4) as p |> pair(4, share = p)"))) ==
        "p.first.weight p.first.bias p.conv2.weight");
  const std::string nested = pair_block + "block outer(x) { return x |> pair(4) |> pair(4) as q }\n";
  CHECK(weights_of(
            graph_of(nested + network("return x |> outer |> outer(share = outer1) |> outer(share = outer1) as o"))) ==
        "outer1.pair1.first.weight outer1.pair1.first.bias outer1.pair1.conv2.weight "
        "outer1.q.first.weight outer1.q.first.bias outer1.q.conv2.weight");
}

TEST_CASE("sharing what does not exist, or does not fit, is an error at the path") {
  CHECK(faults_of(network("return x |> conv(4, kernel = 1, share = c)")) ==
        "2:41 E0253 there is no earlier layer 'c'\n");
  CHECK(faults_of(network("return x |> conv(4, kernel = 1) as c |> dense(4, share = c)")) ==
        "2:58 E0254 dense 'dense1' cannot share with 'c', which is a conv\n");
  CHECK(faults_of(network("return x |> conv(4, kernel = 1) as c |> conv(4, kernel = 1, bias = false, share = c)")) ==
        "2:83 E0254 conv 'conv2' needs weight [4, 4, 1, 1], but 'c' has bias [4], weight [4, 4, 1, 1]\n");
  CHECK(faults_of(pair_block + network("return x |> pair(4) as p |> pair(2, share = p)"))
            .find("E0254 conv 'pair2.first' needs") != std::string::npos);
  CHECK(faults_of(network("return x |> relu as r |> relu(share = r)")) == "2:39 E0252 relu has no weights to share\n");
}
