// Expected shapes and faults are PyTorch 2's for the same arguments, where it has them.
#include <doctest/doctest.h>

#include "tests/ops/call.hpp"

using namespace cnnc;

using Ints = std::vector<std::int64_t>;

namespace {

Shape shape_of(const Called &called) {
  REQUIRE_MESSAGE(called.ok, called.message);
  return called.results[0].shape;
}

}  // namespace

TEST_CASE("a convolution counts its outputs by kernel, stride, padding and dilation") {
  CHECK(shape_of(call("conv", {3, 32, 30}, {{"channels", 8}, {"kernel", 5}})) == Shape{8, 28, 26});
  CHECK(shape_of(call("conv", {3, 32, 31}, {{"channels", 8}, {"kernel", 3}, {"stride", 2}})) == Shape{8, 15, 15});
  CHECK(shape_of(call("conv", {3, 9, 9}, {{"channels", 8}, {"kernel", 3}, {"pad", 1}, {"dilation", 2}})) ==
        Shape{8, 7, 7});
  CHECK(shape_of(call("conv", {3, 9, 9}, {{"channels", 2}, {"kernel", 3}, {"pad", Ints{0, 1, 2, 0}}})) ==
        Shape{2, 8, 9});
  CHECK(shape_of(call("conv", {3, 20}, {{"channels", 4}, {"kernel", 3}, {"stride", 3}})) == Shape{4, 6});
  CHECK(shape_of(call("depthwise", {3, 7, 7}, {{"kernel", 3}, {"multiplier", 2}})) == Shape{6, 5, 5});
}

TEST_CASE("padding is normalised to all begins, then all ends") {
  auto pads = [](const Shape &shape, const AttrValue &pad, std::int64_t stride = 1) {
    Called called = call("conv", shape, {{"channels", 1}, {"kernel", 4}, {"stride", stride}, {"pad", pad}});
    REQUIRE_MESSAGE(called.ok, called.message);
    return ints_attr(called.attrs, "pad");
  };
  CHECK(pads({1, 9, 9}, 2) == Ints{2, 2, 2, 2});
  CHECK(pads({1, 9, 9}, Ints{1, 2}) == Ints{1, 2, 1, 2});
  CHECK(pads({1, 9, 9}, Ints{1, 2, 3, 4}) == Ints{1, 3, 2, 4});
  CHECK(pads({1, 9}, Ints{1}) == Ints{1, 1});
  CHECK(pads({1, 9}, Ints{1, 2}) == Ints{1, 2});
  CHECK(pads({1, 9, 9}, "valid") == Ints{0, 0, 0, 0});
  CHECK(pads({1, 9, 8}, "same") == Ints{1, 1, 2, 2});     // the odd element at the end
  CHECK(pads({1, 9, 8}, "same", 2) == Ints{1, 1, 2, 1});  // ceil(9 / 2) = 5, ceil(8 / 2) = 4
  CHECK(pads({1, 9}, "causal") == Ints{3, 0});
}

TEST_CASE("normalised attributes, as written, are a fixed point of the shape rule") {
  Called first = call("conv", {1, 9, 9}, {{"channels", 1}, {"kernel", 3}, {"pad", Ints{1, 2, 3, 4}}});
  const OpDef &op = *find_operator("conv");
  CHECK(as_written(*find_attribute(op, "pad"), first.attrs.at("pad").value) == AttrValue{Ints{1, 2, 3, 4}});
  GivenAttrs again;
  for (const auto &[name, attr] : first.attrs)
    again.emplace_back(name, as_written(*find_attribute(op, name), attr.value));
  Called second = call("conv", {1, 9, 9}, again);
  CHECK(second.results == first.results);
  for (const auto &[name, attr] : first.attrs) CHECK(second.attrs.at(name).value == attr.value);
}

TEST_CASE("a pool steps by its kernel unless told otherwise, and can round up") {
  CHECK(shape_of(call("max_pool", {3, 9, 8}, {{"kernel", 2}})) == Shape{3, 4, 4});
  CHECK(shape_of(call("max_pool", {3, 9, 8}, {{"kernel", 2}, {"ceil", true}})) == Shape{3, 5, 4});
  CHECK(shape_of(call("avg_pool", {3, 7, 7}, {{"kernel", Ints{3, 2}}})) == Shape{3, 2, 3});
  // A last window that would begin in the padding behind the input is left out.
  CHECK(shape_of(call("max_pool", {1, 6, 5}, {{"kernel", 2}, {"stride", 3}, {"pad", 1}, {"ceil", true}})) ==
        Shape{1, 3, 2});
  // The kernel may exceed the input by less than a stride when rounding up.
  CHECK(shape_of(call("max_pool", {1, 3, 3}, {{"kernel", 4}, {"stride", 2}, {"ceil", true}})) == Shape{1, 1, 1});
  CHECK(!call("max_pool", {1, 1, 1}, {{"kernel", 4}, {"stride", 2}, {"ceil", true}}).ok);
  CHECK(shape_of(call("avg_pool", {4, 9}, {{"kernel", 3}, {"pad", "causal"}, {"stride", 1}})) == Shape{4, 9});
}

TEST_CASE("a window that lies wholly in padding is found wherever it is") {
  auto message = [](const Shape &shape, const GivenAttrs &attrs) { return call("max_pool", shape, attrs).message; };
  const char *height = "max_pool: a window lies wholly in the padding in height";
  // in front
  CHECK(message({1, 3, 3}, {{"kernel", 2}, {"stride", 1}, {"pad", Ints{2, 0, 0, 0}}}) == height);
  // behind
  CHECK(message({1, 3, 3}, {{"kernel", 2}, {"stride", 1}, {"pad", Ints{0, 2, 0, 0}}}) == height);
  // between two taps of a dilated window
  CHECK(message({1, 1, 9}, {{"kernel", 2}, {"dilation", Ints{3, 1}}, {"stride", 1}, {"pad", Ints{2, 0}}}) == height);
  CHECK(message({1, 3, 9}, {{"kernel", 2}, {"dilation", Ints{3, 1}}, {"stride", 1}, {"pad", Ints{2, 0}}}) == "");
}

TEST_CASE("large numbers are refused without overflow or delay") {
  std::int64_t huge = std::int64_t{1} << 62;
  CHECK(call("conv", {1, 9, 9}, {{"channels", huge}, {"kernel", 3}}).message ==
        "conv: channels must be at most 2147483647, but is 4611686018427387904");
  CHECK(!call("conv", {1, 9, 9}, {{"channels", 1}, {"kernel", huge}}).ok);
  CHECK(!call("conv", {1, 9, 9}, {{"channels", 1}, {"kernel", max_elements}, {"dilation", max_elements}}).ok);
  CHECK(!call("conv", {1, 9, 9}, {{"channels", max_elements}, {"kernel", 3}, {"pad", max_elements}}).ok);
  CHECK(!call("max_pool", {1, 9, 9}, {{"kernel", 2}, {"stride", 1}, {"pad", Ints{max_elements, 0, 0, 0}}}).ok);
  CHECK(!call("max_pool", {1, 1, 1},
              {{"kernel", max_elements}, {"stride", 1}, {"dilation", 2}, {"pad", Ints{max_elements, 0, 0, 0}}})
             .ok);
}

TEST_CASE("parameters have PyTorch's shapes") {
  Called conv = call("conv", {6, 9, 9}, {{"channels", 4}, {"kernel", Ints{3, 5}}, {"groups", 2}});
  CHECK(conv.parameters.at("weight") == Shape{4, 3, 3, 5});
  CHECK(conv.parameters.at("bias") == Shape{4});
  CHECK(!call("conv", {6, 9, 9}, {{"channels", 4}, {"kernel", 3}, {"bias", false}}).parameters.contains("bias"));
  CHECK(call("conv", {6, 9}, {{"channels", 4}, {"kernel", 3}}).parameters.at("weight") == Shape{4, 6, 3});
  CHECK(call("depthwise", {6, 9, 9}, {{"kernel", 3}, {"multiplier", 2}}).parameters.at("weight") == Shape{12, 1, 3, 3});
  CHECK(call("dense", {2, 9}, {{"units", 5}}).parameters.at("weight") == Shape{5, 9});
  CHECK(call("batch_norm", {6, 9}).parameters.at("running_var") == Shape{6});
}
