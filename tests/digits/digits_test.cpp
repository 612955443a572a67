// The example networks, compiled for every target and all linked into this one program, on the 2,000 test digits: right
// as often as they were trained to be, of one mind with the reference interpreter, and keeping the promises of `run`.
#include <algorithm>
#include <array>
#include <cstdlib>
#include <cstring>
#include <future>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include <doctest/doctest.h>

#include "compiler/eval/eval_graph.hpp"
#include "compiler/frontend/net_check.hpp"
#include "compiler/frontend/weights.hpp"
#include "compiler/target/target.hpp"
#include "examples/common/idx.hpp"
#include "tests/digits/allocation_counter.hpp"

#include "lee_cnn_avx2.hpp"
#include "lee_cnn_avx512.hpp"
#include "lee_cnn_generic.hpp"
#include "lee_cnn_sse2.hpp"
#include "lenet5_avx2.hpp"
#include "lenet5_avx512.hpp"
#include "lenet5_generic.hpp"
#include "lenet5_sse2.hpp"

namespace {

using namespace cnnc;

using Image = std::vector<float>;
using Scores = std::array<float, 10>;

const std::string examples = CNNC_SOURCE_DIR "/examples";

struct Network {
  std::string name;
  int right;  ///< of the 2,000, as a float64 evaluation in NumPy counts
  std::vector<const cnnc_model *> models;
};

std::vector<Network> networks() {
  return {
      {"lenet5", 1945, {lenet5_generic_model(), lenet5_sse2_model(), lenet5_avx2_model(), lenet5_avx512_model()}},
      {"lee_cnn", 1947, {lee_cnn_generic_model(), lee_cnn_sse2_model(), lee_cnn_avx2_model(), lee_cnn_avx512_model()}}};
}

const Digits &digits() {
  static const Digits all = read_test_digits(examples + "/data/mnist");
  return all;
}

const std::vector<Image> &images() {
  static const std::vector<Image> all = [] {
    std::vector<Image> made(digits().size(), Image(Digits::pixels_each));
    for (std::size_t i = 0; i < made.size(); ++i)
      for (std::size_t p = 0; p < Digits::pixels_each; ++p)
        made[i][p] = static_cast<float>(digits().image(i)[p]) / 255.0f;
    return made;
  }();
  return all;
}

// A model with memory of its own.
class Runner {
 public:
  explicit Runner(const cnnc_model &model) : model_(model) {
    const std::size_t alignment = model.workspace_alignment;
    const std::size_t bytes = (model.workspace_bytes / alignment + 1) * alignment;
    workspace_.reset(std::aligned_alloc(alignment, bytes));
    // All ones are NaN in f32: whatever a run reads before it has written it shows in the scores.
    std::memset(workspace_.get(), 0xff, bytes);
  }
  cnnc_status run(const Image &image, Scores &scores) const {
    const void *input = image.data();
    void *output = scores.data();
    return model_.run(nullptr, &input, &output, workspace_.get());
  }

 private:
  struct Free {
    void operator()(void *memory) const { std::free(memory); }
  };
  const cnnc_model &model_;
  std::unique_ptr<void, Free> workspace_;
};

bool runs_here(const cnnc_model &model) {
  const Target *target = find_target(model.target);
  REQUIRE(target != nullptr);
  return host_runs(*target);
}

std::vector<Scores> run_all(const cnnc_model &model) {
  const Runner runner(model);
  std::vector<Scores> all(images().size());
  int failures = 0;
  for (std::size_t i = 0; i < all.size(); ++i) failures += runner.run(images()[i], all[i]) != CNNC_OK;
  CHECK(failures == 0);
  return all;
}

template <typename Values>
std::ptrdiff_t predicted(const Values &scores) {
  return std::max_element(scores.begin(), scores.end()) - scores.begin();
}

// The predictions of the reference interpreter, shared among the processors.
std::vector<std::ptrdiff_t> reference_predictions(const std::string &name) {
  SourceMap sources;
  Diagnostics diagnostics;
  const std::string path = examples + "/" + name + "/" + name + ".net";
  const std::string weights_path = examples + "/data/mnist/" + name + ".safetensors";
  std::optional<Networks> checked = load_networks(path, sources, diagnostics);
  REQUIRE(checked.has_value());
  Graph graph = checked->graphs.at(0);
  const std::optional<Weights> weights = read_weights(weights_path, diagnostics);
  REQUIRE(weights.has_value());
  REQUIRE(bind_weights(graph, *weights, weights_path, {}, diagnostics));

  std::vector<std::ptrdiff_t> result(images().size());
  const std::size_t workers = std::max(1u, std::thread::hardware_concurrency());
  std::vector<std::future<void>> tasks;
  for (std::size_t worker = 0; worker < workers; ++worker) {
    tasks.push_back(std::async(std::launch::async, [&, worker] {
      for (std::size_t i = worker; i < result.size(); i += workers) {
        const Tensor image{{DType::f32, {1, 28, 28}}, {images()[i].begin(), images()[i].end()}};
        result[i] = predicted(eval_graph(graph, {image}).at(0).data);
      }
    }));
  }
  for (std::future<void> &task : tasks) task.get();
  return result;
}

}  // namespace

TEST_CASE("every target recognises the digits that the reference interpreter recognises, digit by digit") {
  REQUIRE(digits().size() == 2000);
  for (const Network &network : networks()) {
    CAPTURE(network.name);
    const std::vector<std::ptrdiff_t> reference = reference_predictions(network.name);
    int right = 0;
    for (std::size_t i = 0; i < reference.size(); ++i) right += reference[i] == digits().labels[i];
    CHECK(right == network.right);
    for (const cnnc_model *model : network.models) {
      CAPTURE(model->target);
      if (!runs_here(*model)) continue;
      const std::vector<Scores> scores = run_all(*model);
      int different = 0;
      for (std::size_t i = 0; i < scores.size(); ++i) different += predicted(scores[i]) != reference[i];
      CHECK(different == 0);
    }
  }
}

TEST_CASE("a model says which target it is for, and refuses a processor that lacks it") {
  const std::array<std::string, 4> targets = {"generic", "sse2", "avx2", "avx512"};
  for (const Network &network : networks()) {
    for (std::size_t i = 0; i < targets.size(); ++i) {
      CHECK(network.models[i]->target == targets[i]);
      CHECK(network.models[i]->name == network.name);
      Scores scores;
      CHECK(Runner(*network.models[i]).run(images()[0], scores) ==
            (runs_here(*network.models[i]) ? CNNC_OK : CNNC_BAD_TARGET));
    }
  }
}

TEST_CASE("a second run gives the same bits, allocates nothing, and so do two threads at once") {
  for (const Network &network : networks()) {
    for (const cnnc_model *model : network.models) {
      if (!runs_here(*model)) continue;
      CAPTURE(model->name);
      const Runner runner(*model);
      Scores first{}, second{};
      const std::size_t before = allocation_count();
      cnnc_status status = runner.run(images()[0], first);
      const Scores again = first;
      const cnnc_status other = runner.run(images()[1], second);
      const cnnc_status last = runner.run(images()[0], first);
      const std::size_t after = allocation_count();
      CHECK((status == CNNC_OK && other == CNNC_OK && last == CNNC_OK));
      CHECK(after == before);
      CHECK(std::memcmp(again.data(), first.data(), sizeof first) == 0);

      std::vector<Scores> alone = run_all(*model);
      auto elsewhere = std::async(std::launch::async, [&] { return run_all(*model); });
      const std::vector<Scores> here = run_all(*model);
      CHECK(std::memcmp(here.data(), alone.data(), alone.size() * sizeof(Scores)) == 0);
      CHECK(std::memcmp(elsewhere.get().data(), alone.data(), alone.size() * sizeof(Scores)) == 0);
    }
  }
}

TEST_CASE("models in turn in one program do not disturb each other") {
  for (const Network &network : networks()) {
    for (const cnnc_model *model : network.models) {
      if (!runs_here(*model)) continue;
      CAPTURE(model->name);
      const Runner runner(*model);
      Scores alone{};
      REQUIRE(runner.run(images()[2], alone) == CNNC_OK);
      for (const Network &other : networks()) {
        for (const cnnc_model *between : other.models) {
          if (!runs_here(*between)) continue;
          Scores ignored{}, beside{};
          REQUIRE(Runner(*between).run(images()[3], ignored) == CNNC_OK);
          REQUIRE(runner.run(images()[2], beside) == CNNC_OK);
          CHECK(std::memcmp(alone.data(), beside.data(), sizeof alone) == 0);
        }
      }
    }
  }
}
