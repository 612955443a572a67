// Texts of networks in, graphs out.
#include "tests/frontend/check_helpers.hpp"

#include "compiler/frontend/check_report.hpp"

using namespace cnnc;
using namespace cnnc::check_helpers;

TEST_CASE("LeNet-5 becomes a graph") {
  const std::string text = R"(
/// LeNet-5, after LeCun et al., 1998.
network lenet5(image: f32[1, 28, 28]) -> (scores: f32[10]) {
  let features = image
    |> conv(6, kernel = 5, pad = 2) as conv1 |> tanh
    |> avg_pool(2)
    |> conv(16, kernel = 5) as conv2 |> tanh
    |> avg_pool(2)
  let logits = features |> flatten
    |> dense(120) as fc1 |> tanh
    |> dense(84)  as fc2 |> tanh
    |> dense(10)  as fc3
  return softmax(logits)
}
)";
  const Graph graph = graph_of(text);
  CHECK(graph.name == "lenet5");
  CHECK(graph.doc == "LeNet-5, after LeCun et al., 1998.");
  CHECK(table_of(text) == R"(network lenet5
  line  layer      operator  shape            parameters     MACs
     3  image      input     f32[1, 28, 28]
     5  conv1      conv      f32[6, 28, 28]          156  117 600
     5  tanh1      tanh      f32[6, 28, 28]
     6  avg_pool1  avg_pool  f32[6, 14, 14]
     7  conv2      conv      f32[16, 10, 10]       2 416  240 000
     7  tanh2      tanh      f32[16, 10, 10]
     8  avg_pool2  avg_pool  f32[16, 5, 5]
     9  flatten1   flatten   f32[400]
    10  fc1        dense     f32[120]             48 120   48 000
    10  tanh3      tanh      f32[120]
    11  fc2        dense     f32[84]              10 164   10 080
    11  tanh4      tanh      f32[84]
    12  fc3        dense     f32[10]                 850      840
    13  softmax1   softmax   f32[10]
        scores     output    f32[10]
        total                                     61 706  416 520
)");
  CHECK(weights_of(graph) ==
        "conv1.weight conv1.bias conv2.weight conv2.bias fc1.weight fc1.bias fc2.weight fc2.bias fc3.weight fc3.bias");
}

TEST_CASE("a graph has a node for each call, with its attributes in full") {
  CHECK(to_string(graph_of(network("return x |> conv(6, kernel = 3, stride = [2, 1], bias = false) as c |> relu"))) ==
        R"(graph f {
  %0: f32[4, 8, 8] = input x
  %1: f32[6, 4, 3, 3] = weight c.weight
  %2: f32[6, 3, 6] = conv(%0, c.weight, bias = false, channels = 6, dilation = [1, 1], groups = 1, kernel = [3, 3], pad = [0, 0, 0, 0], stride = [2, 1]) as c
  %3: f32[6, 3, 6] = relu(%2) as relu1
  return y = %3
}
)");
}

TEST_CASE("arithmetic of tensors and numbers broadcasts, numbers at either side") {
  CHECK(to_string(graph_of("network f(x: f32[4, 8], b: f32[4, 1]) -> (y: f32[4, 8]) { return -(2 - x) * b / 4 }")) ==
        R"(graph f {
  %0: f32[4, 8] = input x
  %1: f32[4, 1] = input b
  %2: f32[] = constant 2
  %6: f32[] = constant 4
  %3: f32[4, 8] = sub(%2, %0) as sub1
  %4: f32[4, 8] = neg(%3) as neg1
  %5: f32[4, 8] = mul(%4, %1) as mul1
  %7: f32[4, 8] = div(%5, %6) as div1
  return y = %7
}
)");
}

TEST_CASE("min and max are functions of numbers and operators of tensors") {
  CHECK(paths_of(graph_of(network("return max(x, min(2, 3)) |> min(x)"))) == "max1 min1");
}

TEST_CASE("operators, blocks and values have their own namespaces") {
  CHECK(paths_of(graph_of(network(
            "let relu = 2\nlet conv = relu * 2\nreturn x |> conv(conv, kernel = relu) |> relu"))) == "conv1 relu1");
}

TEST_CASE("a network or block may have an operator's name, and within itself that is the operator") {
  CHECK(paths_of(graph_of("network add(a: f32[2], b: f32[2]) -> (y: f32[2]) { return add(a, b) }")) == "add1");
  CHECK(paths_of(graph_of("block relu(x) { return relu(x) + 1 }\n" + network("return relu(x)"))) ==
        "relu1.relu1 relu1.add1");
}

TEST_CASE("several inputs and outputs, an input as output, one value twice, open dimensions") {
  const Graph graph = graph_of(R"(
network f(a: f32[2, 3], b: u8[5]) -> (p: f32[_, 3], q: u8[5], r: f32[2, 3]) {
  let s = relu(a)
  return s, b, s
})");
  CHECK(graph.inputs.size() == 2);
  CHECK(type_of_output(graph, 0) == "f32[2, 3]");
  CHECK(type_of_output(graph, 1) == "u8[5]");
  CHECK(graph.outputs[0].value == graph.outputs[2].value);
}

TEST_CASE("dimensions of types are compile-time values") {
  CHECK(type_of_output(
            graph_of("const N = 4\nnetwork f(x: f32[N, 2 * N]) -> (y: f32[N * N / 2, _]) { return concat(x, x) }")) ==
        "f32[8, 8]");
}

TEST_CASE("scalars have an empty shape") {
  CHECK(type_of_output(graph_of("network f(x: f32[]) -> (y: f32[]) { return x + 1 }")) == "f32[]");
}

TEST_CASE("loops are unrolled, and var holds what was assigned last") {
  const Graph graph = graph_of(network(R"(
  var y = x
  for i in 0..3 {
    y = y |> conv(4 + i, kernel = 1) as "stage{i}.conv"
    if i % 2 == 0 { y = relu(y) }
  }
  return y)"));
  CHECK(paths_of(graph) == "stage0.conv relu1 stage1.conv stage2.conv relu2");
  CHECK(type_of_output(graph) == "f32[6, 8, 8]");
}

TEST_CASE("return may stand in an if or a for") {
  CHECK(paths_of(graph_of(network("for i in 0..4 { if i == 1 { return tanh(x) } }\nreturn relu(x)"))) == "tanh1");
  CHECK(paths_of(graph_of(network("if x.rank == 3 { return relu(x) } else { return tanh(x) }"))) == "relu1");
}

TEST_CASE("shadowing in an inner scope ends with it, the parameters' scope lies outside the body's") {
  const Graph graph = graph_of(network(R"(
  let x = relu(x)
  const n = 1
  var y = x
  if n == 1 {
    const n = 2
    y = y |> conv(n, kernel = n)
  }
  return y |> conv(n, kernel = n))"));
  CHECK(type_of_output(graph) == "f32[1, 7, 7]");
}

TEST_CASE("weights given in the source may have fewer dimensions, and are rounded to f32") {
  const Graph graph = graph_of(R"(
const sobel = [[-1, 0, 1], [-2, 0, 2], [-1, 0, 1]]
network edges(image: f32[1, 8, 8]) -> (y: f32[1, 8, 8]) {
  return image |> conv(1, kernel = 3, pad = 1, weight = sobel, bias = 0.1)
})");
  const Value &weight = graph.values[static_cast<std::size_t>(graph.weights[0])];
  CHECK(weight.name == "conv1.weight");
  CHECK(weight.given_in_source);
  CHECK(to_string(weight.data.type()) == "f32[1, 1, 3, 3]");
  CHECK(weight.data.tensor().data == std::vector<double>{-1, 0, 1, -2, 0, 2, -1, 0, 1});
  const Value &bias = graph.values[static_cast<std::size_t>(graph.weights[1])];
  CHECK(bias.data.tensor().data == std::vector<double>{static_cast<double>(0.1F)});
}

TEST_CASE("tensor makes a constant, which may also be given as a weight") {
  const Graph graph =
      graph_of(network("let t = tensor([[[1]], [[2]], [[3]], [[4]]])\nreturn x * t |> conv(4, kernel = 1, bias = "
                       "tensor([1, 2, 3, 4]))"));
  CHECK(graph.values[static_cast<std::size_t>(graph.weights[1])].given_in_source);
  CHECK(type_of_output(graph) == "f32[4, 8, 8]");
}

TEST_CASE("operands may be named") {
  CHECK(paths_of(graph_of(network("return sub(b = x, a = relu(x))"))) == "relu1 sub1");
}

TEST_CASE("one network calls another, whose weights keep their paths") {
  const std::string backbone =
      "network backbone(x: f32[4, 8, 8]) -> (y: f32[4, 8, 8]) { return x |> conv(4, kernel = 1) as conv1 }\n";
  CHECK(weights_of(graph_of("network f(x: f32[4, 8, 8]) -> (y: f32[4, 8, 8]) { return backbone(x) |> relu }\n" +
                            backbone)) == "conv1.weight conv1.bias");
}

TEST_CASE("the words of C++ and of other languages name values and layers") {
  CHECK(weights_of(
            graph_of(network("let class = x\nlet int = class |> conv(2, kernel = 1) as template.new\nreturn int"))) ==
        "template.new.weight template.new.bias");
}

TEST_CASE("the JSON of check lists what a weights file has to give") {
  Checked checked;
  check(R"(
network f(x: f32[1, 4, 4]) -> (y: f32[_]) {
  return x |> conv(1, kernel = 3, weight = [[1, 1, 1], [1, 1, 1], [1, 1, 1]]) as box |> flatten
})",
        checked);
  REQUIRE(checked.networks.has_value());
  std::string json = check_json(*checked.networks);
  std::erase_if(json, [](char c) { return c == '\n' || c == ' '; });
  CHECK(json == R"({"networks":[{"name":"f","inputs":[{"name":"x","dtype":"f32","shape":[1,4,4]}],)"
                R"("outputs":[{"name":"y","dtype":"f32","shape":[4]}],)"
                R"("weights":[{"name":"box.bias","dtype":"f32","shape":[1]}],"macs":36,"parameters":1}]})");
}

TEST_CASE("of several networks one is chosen by name") {
  Checked checked;
  check("network a(x: f32[1]) -> (y: f32[1]) { return x }\nnetwork b(x: f32[1]) -> (y: f32[1]) { return x }", checked);
  REQUIRE(checked.networks.has_value());
  Diagnostics diagnostics;
  CHECK(select_network(*checked.networks, "b", "t.net", diagnostics)->name == "b");
  CHECK(select_network(*checked.networks, "", "t.net", diagnostics) == nullptr);
  CHECK(select_network(*checked.networks, "c", "t.net", diagnostics) == nullptr);
  REQUIRE(diagnostics.all().size() == 2);
  CHECK(render(diagnostics.all()[0], checked.sources, false) ==
        "t.net: error[E0421]: it has several networks: 'a', 'b'\nhint: choose one with --network NAME\n");
  CHECK(diagnostics.all()[1].message == "it has no network 'c', but 'a', 'b'");
}

TEST_CASE("an index known at compile time takes a position of axis 0") {
  CHECK(to_string(graph_of("network f(x: f32[4, 3, 2]) -> (y: f32[2], z: f32[3, 2]) { return x[1][-1], x[-4] }")) ==
        R"(graph f {
  %0: f32[4, 3, 2] = input x
  %1: f32[1, 3, 2] = slice(%0, axis = 0, start = 1, step = 1, stop = 2) as slice1
  %2: f32[3, 2] = reshape(%1, dims = [3, 2]) as reshape1
  %3: f32[1, 2] = slice(%2, axis = 0, start = 2, step = 1, stop = 3) as slice2
  %4: f32[2] = reshape(%3, dims = [2]) as reshape2
  %5: f32[1, 3, 2] = slice(%0, axis = 0, start = 0, step = 1, stop = 1) as slice3
  %6: f32[3, 2] = reshape(%5, dims = [3, 2]) as reshape3
  return y = %4, z = %6
}
)");
  const Graph bytes = graph_of("network f(x: u8[4]) -> (y: u8[]) { return x[3] }");
  CHECK(to_string(bytes.values[static_cast<std::size_t>(bytes.outputs[0].value)].type) == "u8[]");
}

TEST_CASE("a call with several results is taken apart") {
  const std::string text = R"(
block turned(x) {
  let a, b = split(x, [1, 3])
  return b, a
}
network f(x: f32[4, 8]) -> (y: f32[4, 4], z: f32[4, 4]) {
  let b, a = turned(x)
  var c, d = b |> split([2, 1])
  d, c = split(c, 2)
  return split(concat(a, c, d, a), 2, axis = 1)
}
)";
  CHECK(table_of(text) == R"(network f
  line  layer           operator  shape                 parameters  MACs
     6  x               input     f32[4, 8]
     3  turned1.split1  split     f32[1, 8], f32[3, 8]
     8  split1          split     f32[2, 8], f32[1, 8]
     9  split2          split     f32[1, 8], f32[1, 8]
    10  concat1         concat    f32[4, 8]
    10  split3          split     f32[4, 4], f32[4, 4]
        y               output    f32[4, 4]
        z               output    f32[4, 4]
        total                                                    0     0
)");
}

TEST_CASE("results are counted") {
  CHECK(faults_of(network("let a, b = split(x, 4)\nreturn a + b")) ==
        "2:12 E0219 2 names stand at the left, but this gives 4 values\n");
  CHECK(faults_of(network("return split(x, 2) |> relu")) ==
        "2:8 E0219 one value is wanted here, but this gives 2 values\n");
}

TEST_CASE("operators that only decompositions make have no name") {
  CHECK(faults_of(network("return resize_nearest(x, factor = 2)")) ==
        "2:8 E0202 there is no operator or block 'resize_nearest'\n");
}

TEST_CASE("the table: free parameters, and narrow gaps where it is wide") {
  CHECK(table_of("block b(x) { return x + (parameter([4, 1, 1]) as offset) }\n"
                 "network f(x: f32[4, 8, 8]) -> (y: f32[4, 8, 8], z: f32[2]) {\n"
                 "  return x |> b as first |> b as second, parameter([2]) as bias\n}\n") == R"(network f
  line  layer          operator   shape         parameters  MACs
     2  x              input      f32[4, 8, 8]
     1  first.offset   parameter  f32[4, 1, 1]           4
     1  first.add1     add        f32[4, 8, 8]
     1  second.offset  parameter  f32[4, 1, 1]           4
     1  second.add1    add        f32[4, 8, 8]
     3  bias           parameter  f32[2]                 2
        y              output     f32[4, 8, 8]
        z              output     f32[2]
        total                                           10     0
)");
  const std::string wide = table_of(
      "network f(image: f32[3, 224, 224]) -> (y: f32[64, 112, 112]) {\n"
      "  return image |> conv(64, kernel = 7, stride = 2, pad = 3) as "
      "a.path.that.is.rather.long.but.fits\n}\n");
  CHECK(wide.find("\nline layer ") != std::string::npos);
}

TEST_CASE("a recurrent layer gives all of its results, or the sequence where one value is wanted") {
  const std::string head = "network f(x: f32[5, 3], s: f32[8]) -> ";
  const Graph all = graph_of(head +
                             "(y: f32[5, 8], h: f32[8], c: f32[8]) {\n"
                             "  let y, h, c = x |> lstm(8, c0 = s) as rnn\n"
                             "  return y, h, c\n"
                             "}");
  CHECK(to_string(all).find("= lstm(%0, %1, rnn.weight_ih_l0, rnn.weight_hh_l0, rnn.bias_ih_l0, rnn.bias_hh_l0, "
                            "bias = true, c0 = true, h0 = false, hidden = 8) as rnn") != std::string::npos);
  graph_of(head + "(y: f32[5, 8], h: f32[8]) { return x |> gru(8, h0 = s) as rnn }");
  graph_of(head + "(y: f32[5, 8]) { return x |> gru(8, h0 = s) as rnn }");
  graph_of(head + "(y: f32[5, 2]) { let y = lstm(x, 8, h0 = s) as rnn\n return y |> dense(2) as fc }");
  graph_of("block twice(x) { return x |> gru(4) as a |> gru(8) as b }\n" + head +
           "(y: f32[5, 8]) { return relu(twice(x) as t) + s }");
}

TEST_CASE("states of recurrent layers are tensors, given by name") {
  const auto faults = [](const std::string &call) {
    return faults_of("network f(x: f32[5, 3]) -> (y: f32[5, 8]) { return x |> " + call + " as rnn }");
  };
  CHECK(faults("gru(8, true, x)").find("gru takes at most 3 arguments without a name") != std::string::npos);
  CHECK(faults("gru(8, h0 = true)").find("gru works on a tensor, but this is true") != std::string::npos);
  CHECK(faults("gru(8, c0 = x)").find("gru takes no argument 'c0'") != std::string::npos);
  CHECK(faults_of("network f(x: f32[5, 3]) -> (y: f32[5, 8]) {\nlet y, _h = x |> lstm(8) as rnn\nreturn y }") ==
        "2:13 E0219 2 names stand at the left, but this gives 3 values\n");
}
