// Receptive fields of networks for which others have published them, and of every way in which a nest may read.
#include "compiler/report/receptive_field.hpp"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <fstream>
#include <iterator>

#include "compiler/ops/op.hpp"
#include "tests/passes/pass_text.hpp"

using namespace cnnc;

namespace {

std::string example(const std::string &path) {
  std::ifstream file(std::string(CNNC_SOURCE_DIR) + "/examples/" + path);
  REQUIRE(file);
  return {std::istreambuf_iterator<char>(file), {}};
}

/// "7 jump 2 first 0.5 sees -3…3" of the first result of a layer, along an axis of an input.
std::string field_of(const Graph &graph, const std::string &layer, std::size_t axis, std::size_t input = 0) {
  for (const ReceptiveField &field : receptive_fields(graph)) {
    const Node &node = graph.nodes[static_cast<std::size_t>(field.node)];
    if (node.path != layer || field.result != 0 || field.input != input) continue;
    const FieldAxis &own = field.axes[axis];
    return fmt::format("{} jump {} first {} sees {}…{}", own.size(), own.jump, own.first, own.range.low,
                       own.range.high);
  }
  return "none";
}

}  // namespace

TEST_CASE("LeNet-5 sees five pixels, then six, fourteen, sixteen, and at last all") {
  const Graph lenet5 = passes::graph_of(example("lenet5/lenet5.net"));
  for (const std::size_t axis : {1, 2}) {
    CHECK(field_of(lenet5, "conv1", axis) == "5 jump 1 first 0 sees 12…16");
    CHECK(field_of(lenet5, "tanh1", axis) == "5 jump 1 first 0 sees 12…16");
    CHECK(field_of(lenet5, "avg_pool1", axis) == "6 jump 2 first 0.5 sees 12…17");
    CHECK(field_of(lenet5, "conv2", axis) == "14 jump 2 first 4.5 sees 8…21");
    CHECK(field_of(lenet5, "avg_pool2", axis) == "16 jump 4 first 5.5 sees 6…21");
    CHECK(field_of(lenet5, "fc1", axis) == "32 jump 0 first 13.5 sees -2…29");
    CHECK(field_of(lenet5, "softmax1", axis) == "32 jump 0 first 13.5 sees -2…29");
  }
  CHECK(field_of(lenet5, "conv1", 0) == "1 jump 0 first 0 sees 0…0");
}

TEST_CASE("ResNet-18's stem sees seven pixels at every second place, its last block 435") {
  const Graph resnet = passes::graph_of(example("zoo/resnet18.net"));
  CHECK(field_of(resnet, "conv1", 1) == "7 jump 2 first 0 sees 109…115");
  CHECK(field_of(resnet, "max_pool1", 1) == "11 jump 4 first 0 sees 107…117");
  CHECK(field_of(resnet, "layer1.0.conv2", 1) == "27 jump 4 first 0 sees 99…125");
  // The shortcut's field lies in that of the convolutions beside it.
  CHECK(field_of(resnet, "layer2.0.downsample.0", 1) == "43 jump 8 first 0 sees 91…133");
  CHECK(field_of(resnet, "layer4.1.relu2", 1) == "435 jump 32 first 0 sees -121…313");
  CHECK(field_of(resnet, "fc", 1) == "627 jump 0 first 96 sees -217…409");
  CHECK(field_of(resnet, "conv1", 0) == "3 jump 0 first 1 sees 0…2");
}

TEST_CASE("MobileNet sees 315 pixels, as Araujo, Norris and Sim find") {
  const Graph mobilenet = passes::graph_of(example("zoo/mobilenet_v1.net"));
  const Node *last = nullptr;  // on the image, before it is averaged
  for (const Node &node : mobilenet.nodes)
    if (mobilenet.values[static_cast<std::size_t>(node.results[0])].type.shape == Shape{1024, 7, 7}) last = &node;
  REQUIRE(last != nullptr);
  CHECK(field_of(mobilenet, last->path, 1).substr(0, 11) == "315 jump 32");
}

TEST_CASE("eight causal layers of dilations 1 to 128 hear 511 samples, none of them later") {
  const Graph tcn = passes::graph_of(example("zoo/audio_tcn.net"));
  CHECK(field_of(tcn, "layer1", 1) == "3 jump 1 first -1 sees 510…512");
  CHECK(field_of(tcn, "layer3", 1) == "15 jump 1 first -7 sees 498…512");
  CHECK(field_of(tcn, "last", 1) == "511 jump 1 first -255 sees 2…512");
}

TEST_CASE("a field follows elements through concat, slice, transpose, reshape and upsample") {
  const Graph graph = passes::graph_of(
      "network n(x: f32[2, 10, 8]) -> (y: f32[16, 12, 2], z: f32[1, 16, 12]) {\n"
      "  let wide = conv(x, 2, kernel = 3, pad = 1) as wide\n"
      "  let both = concat(x, wide) as both\n"
      "  let one = slice(both, start = 1, stop = 2) as one\n"
      "  let part = slice(one, axis = 1, start = 2, stop = 8) as part\n"
      "  let turned = transpose(part, axes = [2, 1, 0]) as turned\n"
      "  let high = concat(turned, turned, axis = 2) as high\n"
      "  let flat = reshape(turned, [1, 8, 6]) as flat\n"
      "  return concat(high, high) |> reshape([16, 6, 2]) |> upsample([2, 1]) as last, upsample(flat, 2) as scaled\n"
      "}\n");
  // The middle of four channels is the first of those that a convolution gave, the middle of one is the input's own.
  CHECK(field_of(graph, "both", 1) == "3 jump 1 first 0 sees 4…6");
  CHECK(field_of(graph, "one", 0) == "1 jump 1 first 1 sees 1…1");
  CHECK(field_of(graph, "part", 1) == "1 jump 1 first 2 sees 5…5");
  CHECK(field_of(graph, "turned", 1) == "1 jump 1 first 2 sees 5…5");
  CHECK(field_of(graph, "turned", 2) == "1 jump 1 first 0 sees 4…4");
  CHECK(field_of(graph, "high", 1) == "1 jump 1 first 2 sees 5…5");
  CHECK(field_of(graph, "scaled", 2).substr(0, 2) == "1 ");
}

TEST_CASE("each branch counts: a sum sees what either of its operands sees") {
  const Graph graph = passes::graph_of(
      "network n(x: f32[1, 16], z: f32[1, 16]) -> (y: f32[1, 16], other: f32[1, 16]) {\n"
      "  let wide = x |> conv(1, kernel = 3, dilation = 4, pad = 4) as wide\n"
      "  return wide + x, relu(z) as rectified\n"
      "}\n");
  CHECK(field_of(graph, "wide", 1) == "9 jump 1 first 0 sees 4…12");
  CHECK(field_of(graph, "add1", 1) == "9 jump 1 first 0 sees 4…12");
  CHECK(field_of(graph, "add1", 1, 1) == "none");
  CHECK(field_of(graph, "rectified", 1) == "none");
  CHECK(field_of(graph, "rectified", 1, 1) == "1 jump 1 first 0 sees 8…8");
}

TEST_CASE("a nest that stores every second place is asked for its own places only") {
  Nest nest;
  nest.axes = {{"i", AxisKind::parallel, 4}};
  nest.operands = {{4}};
  nest.output = {8};
  nest.reads = {{0, {Index::variable(0)}, std::nullopt}};
  nest.store = {Index::variable(0) * 2 + 1};
  nest.body = read(0);
  CHECK(box_read(nest, 0, {{3, 5}}) == IndexBox{{1, 2}});
  CHECK_FALSE(box_read(nest, 0, {{4, 4}}).has_value());
  CHECK(box_read(nest, 0, {{-4, 20}}) == IndexBox{{0, 3}});
}
