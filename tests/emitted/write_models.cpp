// Writes what check 5 compares: every operator case, both examples and networks of odd shape as emitted C++ for every
// target, and what the kernel interpreter gives for them.
//
//   write_models FOLDER SOURCE UNITS TARGET…      SOURCE is the root of cnnc's source
//
// FOLDER gets, for every target, TARGET_1.cpp … TARGET_UNITS.cpp (many models in one translation unit, each in a
// namespace of its own), MODEL.weights where a model has such a file, models.inc with MODEL(prefix, target, weights in
// a file?) for each, LISTED(…) for each target of those that are for a list of all targets, and runs.bin with the runs
// of each, see runs.hpp.
#include <iostream>
#include <iterator>
#include <limits>

#include "compiler/eval/eval_kernel.hpp"
#include "compiler/frontend/net_check.hpp"
#include "compiler/frontend/parse.hpp"
#include "compiler/frontend/weights.hpp"
#include "compiler/support/checks.hpp"
#include "examples/common/idx.hpp"
#include "tests/emitted/model_writer.hpp"
#include "tests/op_checks/cases.hpp"

using namespace cnnc;

namespace {

constexpr std::size_t digit_count = 20;

/// The inputs with, here and there, values at which instruction sets and compilers like to differ.
Floats with_special_values(Floats inputs) {
  constexpr float infinity = std::numeric_limits<float>::infinity();
  constexpr float values[] = {std::numeric_limits<float>::quiet_NaN(),
                              -0.0F,
                              infinity,
                              std::numeric_limits<float>::denorm_min(),
                              std::numeric_limits<float>::max(),
                              -infinity,
                              0.0F,
                              std::numeric_limits<float>::lowest(),
                              89.0F,
                              -std::numeric_limits<float>::min()};
  std::size_t next = 0;
  for (std::vector<float> &input : inputs)
    for (std::size_t i = inputs.size(); i < input.size(); i += 5) input[i] = values[next++ % std::size(values)];
  return inputs;
}

std::vector<NamedGraph> operator_cases() {
  std::vector<NamedGraph> result;
  for_each_case([&](const OpCase &c) {
    Floats inputs;
    bool floats = true;
    for (const Tensor &input : c.inputs) {
      inputs.push_back(lanes_of(input));
      floats = floats && input.type.dtype == DType::f32;
    }
    result.push_back({c.name, c.graph, {inputs}});
    if (floats) result.back().inputs.push_back(with_special_values(inputs));
  });
  return result;
}

NamedGraph example(const std::string &name, const std::string &source, const Digits &digits) {
  std::string folder = source + "/examples/";
  SourceMap sources;
  Diagnostics diagnostics;
  auto networks = load_networks(folder + name + "/" + name + ".net", sources, diagnostics);
  std::string file = folder + "data/mnist/" + name + ".safetensors";
  auto weights = read_weights(file, diagnostics);
  if (!networks || !weights || !bind_weights(networks->graphs[0], *weights, file, {}, diagnostics))
    throw InternalError(name + ": " + diagnostics.all().front().message);
  NamedGraph result{name, networks->graphs[0], {}};
  for (std::size_t i = 0; i < digit_count; ++i) {
    std::vector<float> image;
    for (std::size_t p = 0; p < Digits::pixels_each; ++p)
      image.push_back(static_cast<float>(digits.image(97 * i)[p]) / 255.0F);
    result.inputs.push_back({image});
  }
  return result;
}

/// Networks whose shape, not whose operators, is a case.
std::vector<NamedGraph> networks_of_odd_shape() {
  std::vector<float> sequence;
  for (int i = 0; i < 185; ++i) sequence.push_back(static_cast<float>(i * 37 % 41) / 20.0F - 1.0F);
  const std::pair<const char *, Floats> texts[] = {
      // An input that no output depends on; outputs that are constants.
      {"network constant(x: f32[2]) -> (y: f32[2], z: f32[]) { return tensor([1, 2]), tensor(3) }", {{5, 6}}},
      // Outputs that are inputs, a value twice, a scalar.
      {"network same(x: f32[3], y: f32[]) -> (a: f32[3], x: f32[3], c: f32[]) { return x, x, y }", {{1, 2, 3}, {4}}},
      // Layers with the names that the text has for its own things.
      {"network names(x: f32[2]) -> (y: f32[2]) { return x |> tanh as weights |> softmax as inputs |> softmax as "
       "scratch "
       "|> softmax as stack_bytes |> softmax as input_shape_0 |> softmax as workspace }",
       {{1, 2}}},
      // Steps that are written as loops, of two turns' states in two places; results that are stored in place.
      {"network steps(x: f32[37, 5]) -> (y: f32[37, 6], h: f32[6], c: f32[6]) { return lstm(x, 6) as l }", {sequence}},
      {"network other_steps(x: f32[37, 5]) -> (y: f32[37, 16], h: f32[11]) {\n"
       "  let y, h = x |> gru(8) as g |> gru(11) as k\n"
       "  return concat(y, x, axis = 1), h\n"
       "}",
       {sequence}},
      // One tensor, as a vector and element by element.
      {"network outer(x: f32[4]) -> (y: f32[4, 1, 4]) { return min(x, x |> reshape([4, 1, 1])) }", {{4, 1, 3, 2}}},
  };
  std::vector<NamedGraph> result;
  for (const auto &[text, inputs] : texts) {
    SourceMap sources;
    Diagnostics diagnostics;
    const SourceTree tree = lone_source(parse(sources, sources.add("odd.net", text), diagnostics), diagnostics);
    auto networks = check_networks(tree, sources, diagnostics);
    if (!networks) throw InternalError(diagnostics.all().front().message);
    random_weights(networks->graphs[0], 1);
    result.push_back({networks->graphs[0].name, networks->graphs[0], {inputs}});
  }
  return result;
}

int write_all(const std::string &folder, const std::string &source, std::size_t units,
              const std::vector<std::string> &targets) {
  Digits digits = read_test_digits(source + "/examples/data/mnist");
  if (digits.size() < 97 * digit_count) return 1;
  std::vector<NamedGraph> networks{example("lenet5", source, digits), example("lee_cnn", source, digits)};
  for (NamedGraph &graph : operator_cases()) networks.push_back(std::move(graph));
  for (NamedGraph &graph : networks_of_odd_shape()) networks.push_back(std::move(graph));
  ModelWriter writer(folder, units);
  for (const std::string &name : targets) {
    for (const NamedGraph &network : networks) writer.write(network, *find_target(name));
    writer.finish_target(name);
  }
  // Lists are made of the same kernels: one example, and cases enough for every weights mode.
  if (targets.size() > 1) {
    for (std::size_t i = 0; i < networks.size(); i += i == 0 ? 2 : 20) writer.write_list(networks[i], targets);
    writer.finish_target("lists");
  }
  return writer.finish() ? 0 : 1;
}

}  // namespace

int main(int count, char **arguments) {
  if (count < 5) {
    std::cerr << "usage: write_models FOLDER SOURCE UNITS TARGET...\n";
    return 2;
  }
  return write_all(arguments[1], arguments[2], std::stoul(arguments[3]), {arguments + 4, arguments + count});
}
