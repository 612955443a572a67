// Runs any one compiled model, compares it with ONNX Runtime's run of the same network and measures the two in turns.
//
//   bench_model LIBRARY NAME [--input FILE.npy] [--onnx MODEL.onnx] [--seconds S] [--json FILE]
//
//   LIBRARY           the model as a shared library: what cnnc wrote, compiled with -DCNNC_EXPORT -fPIC -shared
//   NAME              its name; the library exports NAME_model
//   --input FILE.npy  the input (default: numbers from -1 to 1)
//   --onnx FILE       the network as ONNX, with an input "input" and an output "output", batch 1
//   --seconds S       how long to measure in all (default 3); 0: compare only
//   --json FILE       writes the figures there too
//
// ORT_LIB names libonnxruntime.so. It prints one line, and fails where the two outputs differ by more than 1e-4 of the
// largest. Models with one input and one output of f32 are all it knows.
#include <dlfcn.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <iterator>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "cnnc/model.h"
#include "compiler/frontend/weights_npy.hpp"
#include "tests/bench/contest.hpp"
#include "tests/bench/onnx_runtime.hpp"

namespace cnnc::bench {
namespace {

constexpr double largest_difference = 1e-4;

struct Options {
  std::string library, name, input, onnx, json;
  double seconds = 3;
};

Options parse(int argc, char **argv) {
  if (argc < 3) throw std::runtime_error("usage: bench_model LIBRARY NAME [OPTION VALUE]...");
  Options options;
  options.library = argv[1];
  options.name = argv[2];
  for (int i = 3; i < argc; i += 2) {
    const std::string option = argv[i];
    if (i + 1 == argc) throw std::runtime_error(option + " wants a value");
    if (option == "--input")
      options.input = argv[i + 1];
    else if (option == "--onnx")
      options.onnx = argv[i + 1];
    else if (option == "--json")
      options.json = argv[i + 1];
    else if (option == "--seconds")
      options.seconds = std::stod(argv[i + 1]);
    else
      throw std::runtime_error("there is no option " + option);
  }
  return options;
}

const cnnc_model &open_model(const Options &options) {
  void *library = dlopen(options.library.c_str(), RTLD_NOW | RTLD_LOCAL);
  if (library == nullptr) throw std::runtime_error(dlerror());
  void *symbol = dlsym(library, (options.name + "_model").c_str());
  if (symbol == nullptr) throw std::runtime_error(options.library + " exports no " + options.name + "_model");
  return *reinterpret_cast<const cnnc_model *(*)()>(symbol)();
}

std::int64_t elements(const Shape &shape) {
  std::int64_t count = 1;
  for (const std::int64_t extent : shape) count *= extent;
  return count;
}

Shape shape_of(const cnnc_tensor &tensor) { return {tensor.shape, tensor.shape + tensor.rank}; }

std::vector<float> read_input(const std::string &path, std::int64_t count) {
  std::vector<float> input(static_cast<std::size_t>(count));
  if (path.empty()) {
    for (std::size_t i = 0; i < input.size(); ++i) input[i] = static_cast<float>(std::sin(static_cast<double>(i)));
    return input;
  }
  Diagnostics diagnostics;
  const std::optional<ByteSource> source = open_file(path, diagnostics);
  const std::optional<Array> array =
      source ? read_npy(*source, path, "", nullptr, diagnostics) : std::optional<Array>{};
  if (!array) throw std::runtime_error(path + ": " + diagnostics.all().front().message);
  const std::vector<double> values = array->values();
  if (values.size() != input.size()) throw std::runtime_error(path + " has another number of elements");
  std::transform(values.begin(), values.end(), input.begin(), [](double v) { return static_cast<float>(v); });
  return input;
}

std::string read_file(const std::string &path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) throw std::runtime_error(path + " cannot be read");
  return {std::istreambuf_iterator<char>(file), {}};
}

// The largest difference over the largest number expected.
double difference(const std::vector<float> &found, const std::vector<float> &expected) {
  double worst = 0, largest = 0;
  for (std::size_t i = 0; i < found.size(); ++i) {
    const double apart = std::abs(static_cast<double>(found[i]) - static_cast<double>(expected[i]));
    worst = apart <= worst ? worst : apart;  // a NaN stays
    largest = std::max(largest, std::abs(static_cast<double>(expected[i])));
  }
  return worst / largest;
}

int run(int argc, char **argv) {
  const Options options = parse(argc, argv);
  const cnnc_model &model = open_model(options);
  if (model.input_count != 1 || model.output_count != 1) throw std::runtime_error("one input and one output, please");
  Shape input_shape = shape_of(model.inputs[0]), output_shape = shape_of(model.outputs[0]);
  std::vector<float> input = read_input(options.input, elements(input_shape));
  std::vector<float> ours(static_cast<std::size_t>(elements(output_shape))), theirs(ours.size());
  // aligned_alloc wants a multiple of the alignment.
  const std::size_t alignment = model.workspace_alignment;
  const std::unique_ptr<void, void (*)(void *)> workspace(
      std::aligned_alloc(alignment, (model.workspace_bytes / alignment + 1) * alignment), std::free);
  auto run_ours = [&] {
    const void *in = input.data();
    void *out = ours.data();
    if (model.run(nullptr, &in, &out, workspace.get()) != CNNC_OK) throw std::runtime_error("the model refused to run");
  };
  run_ours();

  nlohmann::ordered_json figures{{"name", options.name}, {"target", model.target}, {"processor", processor()}};
  std::unique_ptr<OnnxRuntime> runtime;
  std::unique_ptr<OnnxSession> session;
  if (!options.onnx.empty()) {
    const char *library = std::getenv("ORT_LIB");
    if (library == nullptr) throw std::runtime_error("ORT_LIB names no libonnxruntime.so");
    runtime = std::make_unique<OnnxRuntime>(library);
    input_shape.insert(input_shape.begin(), 1);
    output_shape.insert(output_shape.begin(), 1);
    session = std::make_unique<OnnxSession>(*runtime, read_file(options.onnx), input_shape, input.data(), output_shape,
                                            theirs.data());
    session->run();
    figures["onnx_runtime"] = runtime->version();
    figures["difference"] = difference(ours, theirs);
  }

  if (options.seconds > 0) {
    std::vector<Contestant> contestants{{options.name, [&](std::int64_t calls) {
                                           for (std::int64_t i = 0; i < calls; ++i) run_ours();
                                         }}};
    if (session)
      contestants.push_back({"ONNX Runtime", [&](std::int64_t calls) {
                               for (std::int64_t i = 0; i < calls; ++i) session->run();
                             }});
    add_peaks(contestants);
    measure(contestants, options.seconds);
    for (const Contestant &contestant : contestants) {
      const bool is_peak = contestant.name == "avx512" || contestant.name == "avx2";
      if (is_peak)
        figures["peak_gflops"][contestant.name] = 1e-9 / least(contestant);
      else
        figures[&contestant == &contestants.front() ? "ours_ms" : "onnx_runtime_ms"] = {
            {"median", median(contestant) * 1e3}, {"least", least(contestant) * 1e3}};
    }
    if (session) figures["ratio"] = median(contestants[1]) / median(contestants[0]);
  }
  fmt::print("{}\n", figures.dump());
  if (!options.json.empty()) std::ofstream(options.json) << figures.dump(2) << '\n';
  if (session && !(difference(ours, theirs) <= largest_difference))
    throw std::runtime_error(options.name + ": ONNX Runtime computes something else");
  return 0;
}

}  // namespace
}  // namespace cnnc::bench

int main(int argc, char **argv) {
  try {
    return cnnc::bench::run(argc, argv);
  } catch (const std::exception &fault) {
    std::cerr << "bench_model: " << fault.what() << '\n';
    return 1;
  }
}
