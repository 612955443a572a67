// Operators that move data: small results that a reader can check by hand, and what their shape rules refuse.
#include <doctest/doctest.h>

#include "tests/ops/call.hpp"

using namespace cnnc;

using Ints = std::vector<std::int64_t>;
using Numbers = std::vector<double>;

TEST_CASE("a slice counts as Python does") {
  Tensor x = counting({5});
  CHECK(compute("slice", {x}, {{"start", 1}, {"stop", 3}}) == Numbers{2, 3});
  CHECK(compute("slice", {x}, {{"start", -2}}) == Numbers{4, 5});
  CHECK(compute("slice", {x}, {{"stop", -3}}) == Numbers{1, 2});
  CHECK(compute("slice", {x}, {{"start", -100}, {"stop", 100}, {"step", 2}}) == Numbers{1, 3, 5});
  CHECK(compute("slice", {counting({2, 3})}, {{"axis", -1}, {"start", 1}}) == Numbers{2, 3, 5, 6});
  CHECK(call("slice", {3, 7}, {{"axis", 1}, {"step", 100}}).results[0].shape == Shape{3, 1});
  constexpr std::int64_t least = INT64_MIN;
  CHECK(call("slice", {7}, {{"start", least}, {"stop", INT64_MAX}, {"step", INT64_MAX}}).results[0].shape == Shape{1});
}

TEST_CASE("a slice without elements, or backwards, is refused") {
  CHECK(call("slice", {5}, {{"start", 3}, {"stop", 3}}).message ==
        "slice: nothing lies from 3 to 3 along axis 0: 'a' is f32[5]");
  CHECK(call("slice", {5}, {{"start", 9}}).message == "slice: nothing lies from 5 to 5 along axis 0: 'a' is f32[5]");
  CHECK(call("slice", {5}, {{"step", 0}}).message ==
        "slice: a slice goes forwards, by a step of at least 1, but step is 0");
  CHECK(call("slice", {}, {}).message == "slice takes a tensor with at least 1 axis, but 'a' is f32[]");
}

TEST_CASE("an element is a slice without its axis") {
  Graph graph;
  ValueId value = add_constant(graph, counting({2, 3}));
  for (OpCall &call : element_calls({2, 3}, 1)) {
    std::vector<std::pair<std::string, AttrValue>> attrs;
    for (auto &[name, attr] : call.attrs) attrs.emplace_back(name, attr.value);
    value = apply(graph, call.op->name, {value}, attrs)[0];
  }
  CHECK(graph.values[value].type == TensorType{DType::f32, {3}});
}

TEST_CASE("a split has as many results as parts") {
  CHECK(compute_all("split", {counting({2, 4})}, {{"parts", Ints{1, 3}}, {"axis", 1}}) ==
        std::vector<Numbers>{{1, 5}, {2, 3, 4, 6, 7, 8}});
  CHECK(compute_all("split", {counting({4})}, {{"parts", 2}}) == std::vector<Numbers>{{1, 2}, {3, 4}});
  CHECK(call("split", {6}, {{"parts", 4}}).message ==
        "split along axis 0: 6 elements do not make 4 equal parts: 'a' is f32[6]");
  CHECK(call("split", {6}, {{"parts", 0}}).message ==
        "split along axis 0: there must be at least 1 part, not 0: 'a' is f32[6]");
  CHECK(call("split", {6}, {{"parts", Ints{4, 0, 2}}}).message ==
        "split along axis 0: a part has at least 1 element, not 0: 'a' is f32[6]");
  CHECK(call("split", {6}, {{"parts", Ints{4, INT64_MAX}}}).message ==
        "split along axis 0: the sizes must add up to 6, and these to more: 'a' is f32[6]");
  CHECK(call("split", {6}, {{"parts", Ints{2, 3}}}).message ==
        "split along axis 0: the sizes must add up to 6, and these to 5: 'a' is f32[6]");
}

TEST_CASE("a transpose reverses the axes, or takes them in the order given") {
  CHECK(compute("transpose", {counting({2, 3})}) == Numbers{1, 4, 2, 5, 3, 6});
  CHECK(call("transpose", {2, 3, 5}).results[0].shape == Shape{5, 3, 2});
  Called rotated = call("transpose", {2, 3, 5}, {{"axes", Ints{-1, 0, 1}}});
  CHECK(rotated.results[0].shape == Shape{5, 2, 3});
  CHECK(ints_attr(rotated.attrs, "axes") == Ints{2, 0, 1});
  CHECK(call("transpose", {2, 3}, {{"axes", Ints{0, 2}}}).message ==
        "transpose: there is no axis 2: 'a' is f32[2, 3], which has axes -2 to 1");
  CHECK(call("transpose", {2, 3}, {{"axes", Ints{0, -2}}}).message == "transpose: axis 0 is named twice");
  CHECK(call("transpose", {2, 3}, {{"axes", Ints{1}}}).message ==
        "transpose: axes must name every axis once, but has 1 entry, and 'a' is f32[2, 3]");
}

TEST_CASE("channels become pixels row by row") {
  CHECK(compute("pixel_shuffle", {tensor({4, 1, 2}, {1, 2, 10, 20, 100, 200, 1000, 2000})}, {{"factor", 2}}) ==
        Numbers{1, 10, 2, 20, 100, 1000, 200, 2000});
  CHECK(call("pixel_shuffle", {9, 2, 4}, {{"factor", 3}}).results[0].shape == Shape{1, 6, 12});
  CHECK(call("pixel_shuffle", {9, 2}, {{"factor", 3}}).message ==
        "pixel_shuffle takes [channels, height, width], but 'a' is f32[9, 2]");
  CHECK(call("pixel_shuffle", {6, 2, 2}, {{"factor", 2}}).message ==
        "pixel_shuffle: 6 channels cannot be divided by 4, the square of factor 2");
}

TEST_CASE("upsampling repeats, or draws lines, as PyTorch's interpolate does") {
  Tensor x = tensor({1, 2}, {0, 4});
  CHECK(compute("upsample", {x}) == Numbers{0, 0, 4, 4});
  CHECK(compute("upsample", {x}, {{"mode", "bilinear"}}) == Numbers{0, 1, 3, 4});
  CHECK(compute("upsample", {x}, {{"factor", 4}, {"mode", "bilinear"}}) == Numbers{0, 0, 0.5, 1.5, 2.5, 3.5, 4, 4});
  CHECK(compute("upsample", {tensor({1, 2}, {0, 3})}, {{"mode", "bilinear"}, {"align_corners", true}}) ==
        Numbers{0, 1, 2, 3});
  CHECK(compute("upsample", {counting({1, 2, 2})}, {{"factor", Ints{1, 2}}}) == Numbers{1, 1, 2, 2, 3, 3, 4, 4});
  CHECK(compute("upsample", {tensor({1, 2, 2}, {0, 4, 8, 12})}, {{"mode", "bilinear"}}) ==
        Numbers{0, 1, 3, 4, 2, 3, 5, 6, 6, 7, 9, 10, 8, 9, 11, 12});
}

TEST_CASE("upsampling refuses what it cannot do") {
  CHECK(call("upsample", {1, 2}, {{"factor", 0}}).message == "upsample: factor must be at least 1, but is 0");
  CHECK(call("upsample", {1, 2, 2}, {{"factor", Ints{2}}}).message ==
        "upsample: factor takes one int, or one each for height and width, but has 1 entries");
  CHECK(call("upsample", {1, 2}, {{"align_corners", true}}).message ==
        "upsample: align_corners is for mode \"bilinear\", and the mode is \"nearest\"");
  CHECK(call("upsample", {1 << 20, 1 << 10, 1}, {{"factor", max_elements}}).message.find("a tensor has at most") !=
        std::string::npos);
  CHECK(call_typed("upsample", {{DType::u8, {1, 2}}}, {{"mode", "bilinear"}}).message ==
        "upsample computes on f32, but 'a' is u8[1, 2]");
}

TEST_CASE("what only moves data takes any element type") {
  TensorType image{DType::u8, {4, 2, 2}};
  const std::pair<std::string, GivenAttrs> calls[] = {{"slice", {{"start", 1}}}, {"split", {{"parts", 2}}},
                                                      {"transpose", {}},         {"upsample", {}},
                                                      {"dropout", {}},           {"pixel_shuffle", {{"factor", 2}}},
                                                      {"stop_gradient", {}},     {"reshape", {{"dims", Ints{16}}}},
                                                      {"pad", {{"amount", 1}}},  {"concat", {}}};
  for (const auto &[name, attrs] : calls) {
    CAPTURE(name);
    Called called = call_typed(name, {image}, attrs);
    REQUIRE(called.ok);
    for (const TensorType &result : called.results) CHECK(result.dtype == DType::u8);
  }
}

TEST_CASE("dropout is for training") {
  CHECK(compute("dropout", {counting({3})}) == Numbers{1, 2, 3});
  CHECK(call("dropout", {3}, {{"rate", 1.5}}).message == "dropout: rate must be at most 1, but is 1.5");
  CHECK(call("dropout", {3}, {{"rate", -0.5}}).message == "dropout: rate must be at least 0, but is -0.5");
}
