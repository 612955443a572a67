// Recurrent layers: formulas that a reader can check, states that go in and out, and what the shape rules refuse.
#include <doctest/doctest.h>

#include <cmath>

#include "tests/ops/call.hpp"

using namespace cnnc;

using Numbers = std::vector<double>;

namespace {

double sigmoid(double x) { return 1 / (1 + std::exp(-x)); }

/// Numbers in [-1, 1], no two neighbours alike.
Tensor numbers(const Shape &shape, int seed) {
  Tensor result = tensor(shape, {});
  for (std::int64_t i = 0; i < element_count(shape); ++i)
    result.data.push_back(static_cast<double>((i * 37 + seed * 11 + 5) % 41) / 20.0 - 1);
  return result;
}

Tensor rows(const Tensor &x, std::int64_t first, std::int64_t count) {
  std::int64_t width = x.type.shape[1];
  return tensor({count, width}, {x.data.begin() + first * width, x.data.begin() + (first + count) * width});
}

/// Runs the layer on the parts of a sequence, each with the state that the one before left; all results of the last
/// part, but the sequence whole.
std::vector<Numbers> in_parts(const std::string &name, const std::vector<std::int64_t> &parts, std::int64_t states) {
  constexpr std::int64_t hidden = 3;
  std::int64_t gates = states == 2 ? 4 : 3;
  Tensor x = numbers({6, 2}, 1);
  std::vector<Numbers> results;
  Numbers sequence;
  std::int64_t first = 0;
  for (std::int64_t count : parts) {
    GivenAttrs attrs{{"hidden", hidden}};
    std::vector<Tensor> operands{rows(x, first, count)};
    for (std::int64_t s = 0; s < states && !results.empty(); ++s) {
      operands.push_back(tensor({hidden}, results[static_cast<std::size_t>(s) + 1]));
      attrs.emplace_back(s == 0 ? "h0" : "c0", true);
    }
    operands.insert(operands.end(), {numbers({gates * hidden, 2}, 2), numbers({gates * hidden, hidden}, 3),
                                     numbers({gates * hidden}, 4), numbers({gates * hidden}, 5)});
    results = compute_all(name, operands, attrs);
    sequence.insert(sequence.end(), results[0].begin(), results[0].end());
    first += count;
  }
  results[0] = sequence;
  return results;
}

}  // namespace

TEST_CASE("an lstm has PyTorch's gates in PyTorch's order") {
  Tensor of_input = tensor({4, 1}, {0.1, 0.2, 0.3, 0.4});
  Tensor of_state = tensor({4, 1}, {-0.5, 0.6, 0.7, -0.8});
  Tensor bias = tensor({4}, {0.01, 0.02, 0.03, 0.04});
  Tensor other = tensor({4}, {0.5, 0.25, -0.25, 0.125});
  auto results = compute_all(
      "lstm", {tensor({1, 1}, {2}), tensor({1}, {0.3}), tensor({1}, {0.9}), of_input, of_state, bias, other},
      {{"hidden", 1}, {"h0", true}, {"c0", true}});
  auto gate = [&](std::size_t g) {
    return 2 * of_input.data[g] + 0.3 * of_state.data[g] + bias.data[g] + other.data[g];
  };
  double c = sigmoid(gate(1)) * 0.9 + sigmoid(gate(0)) * std::tanh(gate(2));
  double h = sigmoid(gate(3)) * std::tanh(c);
  CHECK(results[0][0] == doctest::Approx(h));
  CHECK(results[1] == results[0]);
  CHECK(results[2][0] == doctest::Approx(c));
}

TEST_CASE("a gru applies its reset gate behind the product and its bias") {
  Tensor of_input = tensor({3, 1}, {0.1, 0.2, 0.3});
  Tensor of_state = tensor({3, 1}, {-0.5, 0.6, 0.7});
  Tensor bias = tensor({3}, {0.01, 0.02, 0.03});
  Tensor other = tensor({3}, {0.5, 0.25, -0.25});
  auto results = compute_all("gru", {tensor({1, 1}, {2}), tensor({1}, {0.3}), of_input, of_state, bias, other},
                             {{"hidden", 1}, {"h0", true}});
  auto a = [&](std::size_t g) { return 2 * of_input.data[g] + bias.data[g]; };
  auto b = [&](std::size_t g) { return 0.3 * of_state.data[g] + other.data[g]; };
  double z = sigmoid(a(1) + b(1));
  double n = std::tanh(a(2) + sigmoid(a(0) + b(0)) * b(2));
  CHECK(results[0][0] == doctest::Approx((1 - z) * n + z * 0.3));
  CHECK(results[1] == results[0]);
}

TEST_CASE("a sequence in parts, the state handed on, is the sequence in one") {
  for (const auto &[name, states] : {std::pair("lstm", 2), std::pair("gru", 1)}) {
    CAPTURE(name);
    auto whole = in_parts(name, {6}, states);
    CHECK(in_parts(name, {3, 3}, states) == whole);
    CHECK(in_parts(name, {1, 1, 1, 1, 1, 1}, states) == whole);
  }
}

TEST_CASE("the weights of recurrent layers have PyTorch's names and shapes") {
  Called called = call("lstm", {5, 3}, {{"hidden", 7}});
  CHECK(called.results == std::vector<TensorType>{{DType::f32, {5, 7}}, {DType::f32, {7}}, {DType::f32, {7}}});
  CHECK(called.parameters.at("weight_ih_l0") == Shape{28, 3});
  CHECK(called.parameters.at("weight_hh_l0") == Shape{28, 7});
  CHECK(called.parameters.at("bias_ih_l0") == Shape{28});
  CHECK(called.parameters.at("bias_hh_l0") == Shape{28});
  called = call("gru", {5, 3}, {{"hidden", 7}, {"bias", false}});
  CHECK(called.results == std::vector<TensorType>{{DType::f32, {5, 7}}, {DType::f32, {7}}});
  CHECK(called.parameters.at("weight_hh_l0") == Shape{21, 7});
  CHECK(called.parameters.count("bias_hh_l0") == 0);
}

TEST_CASE("recurrent layers refuse what they cannot run over") {
  CHECK(call("lstm", {5}, {{"hidden", 7}}).message == "lstm takes a sequence, [length, n], but 'a' is f32[5]");
  CHECK(call("gru", {1025, 2}, {{"hidden", 7}}).message ==
        "gru is unrolled, over at most 1024 steps, but 'a' is f32[1025, 2]");
  CHECK(call("gru", {5, 2}, {{"hidden", 0}}).message == "gru: hidden must be at least 1, but is 0");
  TensorType x{DType::f32, {5, 2}};
  CHECK(call_typed("lstm", {x, {DType::f32, {7}}, {DType::f32, {1, 7}}}, {{"hidden", 7}, {"h0", true}, {"c0", true}})
            .message == "lstm: c0 must be f32[7], but 'c' is f32[1, 7]");
  CHECK(call_typed("lstm", {x, {DType::f32, {6}}}, {{"hidden", 7}, {"c0", true}}).message ==
        "lstm: c0 must be f32[7], but 'b' is f32[6]");
}
