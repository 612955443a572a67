// Small results that a reader can check by hand, against the references. What nests give is compared with these
// references by tests/op_checks.
#include <doctest/doctest.h>

#include <cmath>
#include <limits>

#include "tests/ops/call.hpp"

using namespace cnnc;

using Ints = std::vector<std::int64_t>;
using Numbers = std::vector<double>;

TEST_CASE("a convolution correlates and does not flip its kernel") {
  Tensor x = counting({1, 3, 3});
  Tensor weight = tensor({1, 1, 2, 2}, {1, 0, 0, 10});
  CHECK(compute("conv", {x, weight}, {{"channels", 1}, {"kernel", 2}, {"bias", false}}) == Numbers{51, 62, 84, 95});
  CHECK(compute("conv", {x, weight, tensor({1}, {0.5})}, {{"channels", 1}, {"kernel", 2}, {"stride", 2}}) ==
        Numbers{51.5});
  CHECK(compute("conv", {x, weight}, {{"channels", 1}, {"kernel", 2}, {"bias", false}, {"pad", Ints{1, 0, 1, 0}}}) ==
        Numbers{10, 20, 30, 40, 51, 62, 70, 84, 95});
}

TEST_CASE("groups see their own channels") {
  Tensor x = tensor({2, 2}, {1, 2, 10, 20});
  Tensor weight = tensor({4, 1, 1}, {1, 2, 3, 4});
  CHECK(compute("conv", {x, weight}, {{"channels", 4}, {"kernel", 1}, {"groups", 2}, {"bias", false}}) ==
        Numbers{1, 2, 2, 4, 30, 60, 40, 80});
  CHECK(compute("depthwise", {x, weight}, {{"kernel", 1}, {"multiplier", 2}, {"bias", false}}) ==
        Numbers{1, 2, 2, 4, 30, 60, 40, 80});
}

TEST_CASE("a causal convolution sees nothing that comes later") {
  Tensor x = counting({1, 5});
  Tensor weight = tensor({1, 1, 2}, {100, 1});
  CHECK(compute("conv", {x, weight},
                {{"channels", 1}, {"kernel", 2}, {"dilation", 2}, {"pad", "causal"}, {"bias", false}}) ==
        Numbers{1, 2, 103, 204, 305});
}

TEST_CASE("dense layers work on the last axis") {
  Tensor weight = tensor({2, 3}, {1, 0, 0, 1, 1, 1});
  CHECK(compute("dense", {counting({2, 3}), weight, tensor({2}, {0, 0.5})}, {{"units", 2}}) ==
        Numbers{1, 6.5, 4, 15.5});
}

TEST_CASE("an average counts what lies in the padded image, or in the image alone") {
  Tensor x = counting({1, 3});
  GivenAttrs attrs{{"kernel", 2}, {"stride", 2}, {"pad", 1}};
  CHECK(compute("avg_pool", {x}, attrs) == Numbers{0.5, 2.5});
  attrs.emplace_back("include_pad", false);
  CHECK(compute("avg_pool", {x}, attrs) == Numbers{1, 2.5});
  // What reaches beyond the padding, as windows may when rounding up, never counts.
  CHECK(compute("avg_pool", {x}, {{"kernel", 2}, {"ceil", true}}) == Numbers{1.5, 3});
}

TEST_CASE("a maximum ignores its padding") {
  Tensor x = tensor({1, 2, 2}, {-1, -2, -3, -4});
  CHECK(compute("max_pool", {x}, {{"kernel", 2}, {"stride", 1}, {"pad", 1}}) ==
        Numbers{-1, -1, -2, -1, -1, -2, -3, -3, -4});
  // Only the taps in the input take time.
  CHECK(compute("max_pool", {x}, {{"kernel", max_elements}, {"pad", max_elements / 2}}) == Numbers{-1});
  CHECK(compute("global_max_pool", {x}) == Numbers{-1});
  CHECK(compute("global_avg_pool", {x}) == Numbers{-2.5});
}

TEST_CASE("reductions keep or drop their axes") {
  Tensor x = counting({2, 3});
  CHECK(compute("sum", {x}) == Numbers{21});
  CHECK(compute("mean", {x}, {{"axes", Ints{0}}}) == Numbers{2.5, 3.5, 4.5});
  CHECK(compute("max_over", {x}, {{"axes", Ints{-1}}}) == Numbers{3, 6});
  CHECK(call("sum", {2, 3, 4}, {{"axes", Ints{2, 0}}}).results[0].shape == Shape{3});
  CHECK(call("sum", {2, 3, 4}, {{"axes", Ints{2, 0}}, {"keep", true}}).results[0].shape == Shape{1, 3, 1});
  CHECK(call("mean", {2, 3, 4}).results[0].shape == Shape{});
}

TEST_CASE("softmax of large scores does not overflow") {
  CHECK(compute("softmax", {tensor({2}, {1000, 1000})}) == Numbers{0.5, 0.5});
  CHECK(compute("log_softmax", {tensor({2}, {-1000, -1000})}) == Numbers{-std::log(2), -std::log(2)});
}

TEST_CASE("batch_norm uses the stored statistics") {
  Tensor x = tensor({2, 2}, {1, 3, 5, 7});
  std::vector<Tensor> operands{x, tensor({2}, {2, 1}), tensor({2}, {0, 10}), tensor({2}, {1, 5}), tensor({2}, {4, 1})};
  CHECK(compute("batch_norm", operands, {{"eps", 0.0}}) == Numbers{0, 2, 10, 12});
}

TEST_CASE("padding repeats, mirrors or fills") {
  Tensor x = counting({1, 3});
  CHECK(compute("pad", {x}, {{"amount", Ints{2, 1}}, {"value", 9}}) == Numbers{9, 9, 1, 2, 3, 9});
  CHECK(compute("pad", {x}, {{"amount", Ints{2, 1}}, {"mode", "reflect"}}) == Numbers{3, 2, 1, 2, 3, 2});
  CHECK(compute("pad", {x}, {{"amount", Ints{2, 1}}, {"mode", "edge"}}) == Numbers{1, 1, 1, 2, 3, 3});
  CHECK(compute("pad", {counting({1, 1, 2})}, {{"amount", Ints{0, 1, 2, 0}}}) == Numbers{0, 0, 1, 2, 0, 0, 0, 0});
}

TEST_CASE("joining goes along any axis") {
  Tensor a = tensor({2, 1}, {1, 2});
  Tensor b = tensor({2, 2}, {3, 4, 5, 6});
  CHECK(compute("concat", {a, b}, {{"axis", 1}}) == Numbers{1, 3, 4, 2, 5, 6});
  CHECK(compute("concat", {b, b, b}).size() == 12);
  CHECK(call_typed("concat", {{DType::u8, {2}}, {DType::u8, {3}}}).results[0] == TensorType{DType::u8, {5}});
}

TEST_CASE("shapes broadcast as in NumPy") {
  CHECK(compute("sub", {counting({2, 1}), counting({3})}) == Numbers{0, -1, -2, 1, 0, -1});
  CHECK(compute("mul", {tensor({}, {2}), counting({3})}) == Numbers{2, 4, 6});
  CHECK(call_typed("add", {{DType::f32, {3, 1, 5}}, {DType::f32, {4, 1}}}).results[0].shape == Shape{3, 4, 5});
}

TEST_CASE("relu passes NaN on, and min and max give the second of two that do not compare") {
  double nan = std::numeric_limits<double>::quiet_NaN();
  Numbers relu = compute("relu", {tensor({3}, {nan, -1, 2})});
  CHECK(std::isnan(relu[0]));
  CHECK(relu[1] == 0);
  CHECK(relu[2] == 2);
  CHECK(compute("max", {tensor({1}, {nan}), tensor({1}, {1})}) == Numbers{1});
  CHECK(compute("leaky_relu", {tensor({2}, {-4, 4})}, {{"slope", 0.25}}) == Numbers{-1, 4});
}

TEST_CASE("one dimension of a reshape is inferred") {
  CHECK(call("reshape", {6, 4}, {{"dims", Ints{3, -1}}}).results[0].shape == Shape{3, 8});
  CHECK(ints_attr(call("reshape", {6, 4}, {{"dims", Ints{3, -1}}}).attrs, "dims") == Ints{3, 8});
  CHECK(call("reshape", {1}, {{"dims", Ints{}}}).results[0].shape == Shape{});
  CHECK(call("reshape", {6, 4}, {{"dims", Ints{5, -1}}}).message ==
        "reshape: 'a' is f32[6, 4], which has 24 elements, cannot become [5, -1]");
  CHECK(!call("reshape", {6, 4}, {{"dims", Ints{max_elements, max_elements, max_elements}}}).ok);
  CHECK(call_typed("flatten", {{DType::i8, {6, 4}}}).results[0] == TensorType{DType::i8, {24}});
}

TEST_CASE("a transposed convolution adds the kernel at every input") {
  Tensor weight = tensor({1, 1, 3}, {1, 2, 3});
  GivenAttrs attrs{{"channels", 1}, {"kernel", 3}, {"bias", false}};
  CHECK(compute("conv_transpose", {tensor({1, 2}, {1, 10}), weight}, attrs) == Numbers{1, 12, 23, 30});
  attrs.emplace_back("stride", 2);
  CHECK(compute("conv_transpose", {tensor({1, 2}, {1, 10}), weight}, attrs) == Numbers{1, 2, 13, 20, 30});
  attrs.insert(attrs.end(), {{"pad", 1}, {"output_pad", 1}});
  CHECK(compute("conv_transpose", {tensor({1, 2}, {1, 10}), weight}, attrs) == Numbers{2, 13, 20, 30});
  CHECK(compute("conv_transpose", {tensor({1, 2}, {1, 10}), tensor({1, 1, 2}, {1, 2}), tensor({1}, {0.5})},
                {{"channels", 1}, {"kernel", 2}, {"dilation", 2}}) == Numbers{1.5, 10.5, 2.5, 20.5});
}

TEST_CASE("groups of a transposed convolution see their own channels") {
  Tensor x = tensor({2, 1, 1}, {1, 10});
  Tensor weight = tensor({2, 2, 1, 1}, {1, 2, 3, 4});
  CHECK(compute("conv_transpose", {x, weight}, {{"channels", 4}, {"kernel", 1}, {"groups", 2}, {"bias", false}}) ==
        Numbers{1, 2, 30, 40});
  CHECK(compute("conv_transpose", {x, weight}, {{"channels", 2}, {"kernel", 1}, {"bias", false}}) == Numbers{31, 42});
}

TEST_CASE("the size of a transposed convolution is PyTorch's") {
  GivenAttrs attrs{{"channels", 8}, {"kernel", Ints{3, 4}}, {"stride", 2}, {"pad", 1}, {"dilation", Ints{1, 3}}};
  Called called = call("conv_transpose", {4, 5, 7}, attrs);
  CHECK(called.results[0].shape == Shape{8, 9, 20});
  CHECK(called.parameters.at("weight") == Shape{4, 8, 3, 4});
  attrs.emplace_back("output_pad", Ints{1, 2});
  CHECK(call("conv_transpose", {4, 5, 7}, attrs).results[0].shape == Shape{8, 10, 22});
  attrs.back().second = 2;
  CHECK(call("conv_transpose", {4, 5, 7}, attrs).message ==
        "conv_transpose: output_pad must be less than stride or dilation, but in height it is 2, and they are 2 and 1");
  CHECK(call("conv_transpose", {4, 2}, {{"channels", 2}, {"kernel", 3}, {"pad", 2}}).message ==
        "conv_transpose: padding 2 + 2 cuts off the whole output, which has 4 in length without it");
  CHECK(call("conv_transpose", {4, 2}, {{"channels", 2}, {"kernel", 3}, {"pad", "same"}}).message ==
        "conv_transpose: pad must be given in numbers, but is \"same\"");
  CHECK(call("conv_transpose", {4, 2}, {{"channels", 3}, {"kernel", 3}, {"groups", 2}}).message ==
        "conv_transpose: 3 output channels cannot be divided into 2 groups");
  constexpr std::int64_t most = max_elements;
  CHECK(call("conv_transpose", {1, most}, {{"channels", 1}, {"kernel", most}, {"stride", most}, {"dilation", most}})
            .message.find("a tensor has at most") != std::string::npos);
}
