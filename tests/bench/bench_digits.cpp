// Measures the example networks beside ONNX Runtime and the machine's own peak, on one thread.
//
//   bench_digits [--data FOLDER] [--seconds S] [--json FILE] [--require RATIO]
//
//   --data FOLDER     weights and images; default: examples/data/mnist
//   --seconds S       how long to measure in all (default 6)
//   --json FILE       writes the figures there too
//   --require RATIO   fail unless ONNX Runtime's median time over ours is at least this for every network
//
// ORT_LIB names libonnxruntime.so; without it only our own times are taken. Contestants take turns in slices of a
// fraction of a millisecond, in an order that rotates, so that what disturbs the machine hits all of them alike. A
// slice's time over its calls is one sample; the table gives the median and the least of them.
#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <iostream>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "compiler/frontend/weights_safetensors.hpp"
#include "examples/common/idx.hpp"
#include "lee_cnn.hpp"
#include "lenet5.hpp"
#include "tests/bench/contest.hpp"
#include "tests/bench/onnx_graph.hpp"
#include "tests/bench/onnx_runtime.hpp"

namespace cnnc::bench {
namespace {

using Scores = std::array<float, 10>;

Arrays read_weights(const std::string &path) {
  Diagnostics diagnostics;
  Arrays arrays;
  const std::optional<ByteSource> source = open_file(path, diagnostics);
  if (!source || !read_safetensors(*source, path, nullptr, arrays, diagnostics))
    throw std::runtime_error(path + ": " + diagnostics.all().front().message);
  return arrays;
}

OnnxGraph lenet5_graph(const Arrays &weights) {
  OnnxGraph graph("lenet5", {1, 1, 28, 28}, weights);
  graph.conv("conv1", 5, 2);
  graph.unary("Tanh");
  graph.pool("AveragePool", 2);
  graph.conv("conv2", 5, 0);
  graph.unary("Tanh");
  graph.pool("AveragePool", 2);
  graph.flatten();
  graph.dense("fc1");
  graph.unary("Tanh");
  graph.dense("fc2");
  graph.unary("Tanh");
  graph.dense("fc3");
  graph.softmax();
  return graph;
}

OnnxGraph lee_cnn_graph(const Arrays &weights) {
  OnnxGraph graph("lee_cnn", {1, 1, 28, 28}, weights);
  for (const char *layer : {"conv1", "conv2"}) {
    graph.conv(layer, 3, 0);
    graph.unary("Relu");
    graph.pool("MaxPool", 2);
  }
  graph.flatten();
  graph.dense("fc1");
  graph.unary("Relu");
  graph.dense("fc2");
  graph.softmax();
  return graph;
}

struct Network {
  std::string name;
  const cnnc_model *model;
  Arrays weights;
  OnnxGraph graph;
  std::unique_ptr<OnnxSession> session{};
  std::vector<float> image = std::vector<float>(Digits::pixels_each);
  Scores ours{}, theirs{};
  void *workspace = nullptr;

  Network(std::string called, const cnnc_model *compiled, Arrays values, OnnxGraph (*describe)(const Arrays &))
      : name(std::move(called)), model(compiled), weights(std::move(values)), graph(describe(weights)) {
    // aligned_alloc wants a multiple of the alignment.
    const std::size_t alignment = model->workspace_alignment;
    workspace = std::aligned_alloc(alignment, (model->workspace_bytes / alignment + 1) * alignment);
  }
  ~Network() { std::free(workspace); }
  Network(const Network &) = delete;

  void run() {
    const void *input = image.data();
    void *output = ours.data();
    if (model->run(nullptr, &input, &output, workspace) != CNNC_OK) throw std::runtime_error(name + " refused to run");
  }
};

// Both must say the same of every image: a comparison of times is worth nothing otherwise.
void compare_outputs(Network &network, const Digits &digits) {
  float worst = 0;
  for (std::size_t i = 0; i < digits.size(); ++i) {
    for (std::size_t p = 0; p < Digits::pixels_each; ++p)
      network.image[p] = static_cast<float>(digits.image(i)[p]) / 255.0f;
    network.run();
    network.session->run();
    for (std::size_t k = 0; k < network.ours.size(); ++k)
      worst = std::max(worst, std::abs(network.ours[k] - network.theirs[k]));
  }
  fmt::print("{}: the scores of {} images differ by at most {:.1e}\n", network.name, digits.size(), worst);
  if (!(worst < 1e-4f)) throw std::runtime_error(network.name + ": ONNX Runtime gives other scores");
}

struct Options {
  std::string data = DIGITS_FOLDER, json;
  double seconds = 6, require = 0;
};

Options parse(int argc, char **argv) {
  Options options;
  for (int i = 1; i < argc; i += 2) {
    const std::string name = argv[i];
    if (i + 1 == argc) throw std::runtime_error(name + " wants a value");
    if (name == "--data")
      options.data = argv[i + 1];
    else if (name == "--json")
      options.json = argv[i + 1];
    else if (name == "--seconds")
      options.seconds = std::stod(argv[i + 1]);
    else if (name == "--require")
      options.require = std::stod(argv[i + 1]);
    else
      throw std::runtime_error("there is no option " + name);
  }
  return options;
}

// Prints the table, returns the figures; `good` turns false where a ratio is below what is required.
nlohmann::ordered_json report(const std::vector<Contestant> &contestants,
                              const std::vector<std::unique_ptr<Network>> &networks, const std::string &version,
                              double required, bool &good) {
  auto find = [&](const std::string &name) {
    return std::find_if(contestants.begin(), contestants.end(), [&](const Contestant &c) { return c.name == name; });
  };
  nlohmann::ordered_json figures;
  figures["processor"] = processor();
  fmt::print("\n{}, one thread", processor());
  for (const char *isa : {"avx512", "avx2"}) {
    const auto peak = find(isa);
    if (peak == contestants.end()) continue;
    // The samples of a peak are seconds for one flop.
    figures["peak_gflops"][isa] = 1e-9 / least(*peak);
    fmt::print("; {} peak {:.0f} GFLOP/s (median {:.0f})", isa, 1e-9 / least(*peak), 1e-9 / median(*peak));
  }
  if (!version.empty()) figures["onnx_runtime"] = version;
  fmt::print(
      "\n\n| network | target | MMAC | cnnc, µs: median / min | GFLOP/s | ONNX Runtime {}, µs: median / min | ratio |\n"
      "|---|---|--:|--:|--:|--:|--:|\n",
      version);
  for (const auto &network : networks) {
    const Contestant &ours = *find(network->name);
    const auto macs = static_cast<double>(network->graph.macs());
    auto &row = figures["networks"][network->name];
    row = {{"target", network->model->target},
           {"macs", network->graph.macs()},
           {"median_us", median(ours) * 1e6},
           {"min_us", least(ours) * 1e6}};
    fmt::print("| {} | {} | {:.2f} | {:.2f} / {:.2f} | {:.0f} | ", network->name, network->model->target, macs * 1e-6,
               median(ours) * 1e6, least(ours) * 1e6, 2 * macs / median(ours) * 1e-9);
    if (!network->session) {
      fmt::print("not measured | |\n");
      continue;
    }
    const Contestant &theirs = *find(network->name + " in ONNX Runtime");
    const double ratio = median(theirs) / median(ours);
    row["onnx_runtime_median_us"] = median(theirs) * 1e6;
    row["onnx_runtime_min_us"] = least(theirs) * 1e6;
    row["ratio"] = ratio;
    good = good && ratio >= required;
    fmt::print("{:.2f} / {:.2f} | {:.2f} |\n", median(theirs) * 1e6, least(theirs) * 1e6, ratio);
  }
  return figures;
}

int run(int argc, char **argv) {
  const Options options = parse(argc, argv);
  const Digits digits = read_test_digits(options.data);
  if (digits.size() == 0) return 1;
  std::unique_ptr<OnnxRuntime> runtime;  // before the networks, whose sessions need it to the end
  std::vector<std::unique_ptr<Network>> networks;
  networks.push_back(std::make_unique<Network>("lenet5", lenet5_model(),
                                               read_weights(options.data + "/lenet5.safetensors"), lenet5_graph));
  networks.push_back(std::make_unique<Network>("lee_cnn", lee_cnn_model(),
                                               read_weights(options.data + "/lee_cnn.safetensors"), lee_cnn_graph));

  if (const char *library = std::getenv("ORT_LIB")) runtime = std::make_unique<OnnxRuntime>(library);

  std::vector<Contestant> contestants;
  add_peaks(contestants);
  for (const auto &owned : networks) {
    Network &network = *owned;
    if (runtime) {
      network.session =
          std::make_unique<OnnxSession>(*runtime, network.graph.model(), Shape{1, 1, 28, 28}, network.image.data(),
                                        network.graph.shape(), network.theirs.data());
      compare_outputs(network, digits);
      contestants.push_back({network.name + " in ONNX Runtime", [&](std::int64_t calls) {
                               for (std::int64_t i = 0; i < calls; ++i) network.session->run();
                             }});
    }
    contestants.push_back({network.name, [&](std::int64_t calls) {
                             for (std::int64_t i = 0; i < calls; ++i) network.run();
                           }});
  }
  measure(contestants, options.seconds);

  bool good = true;
  const auto figures = report(contestants, networks, runtime ? runtime->version() : "", options.require, good);
  if (!options.json.empty()) std::ofstream(options.json) << figures.dump(2) << '\n';
  if (!good) fmt::print(stderr, "a ratio is below {}\n", options.require);
  return good ? 0 : 1;
}

}  // namespace
}  // namespace cnnc::bench

int main(int argc, char **argv) {
  try {
    return cnnc::bench::run(argc, argv);
  } catch (const std::exception &fault) {
    std::cerr << "bench_digits: " << fault.what() << '\n';
    return 1;
  }
}
