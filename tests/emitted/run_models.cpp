// Runs emitted models and holds them to the promises of cnnc/model.h: the bits of the kernel interpreter, twice in a
// row, at any alignment, in memory whose neighbourhood must not be touched, after another model in the same workspace,
// from two threads at once beside a third model, without an allocation, within the stack that they announce, and with
// the weights that belong to them or not at all.
//
//   run_models FOLDER TARGET [few | refused]
//
// TARGET is a target, or `best`: the best one that /proc/cpuinfo says this CPU has. `few`: one run of each model, for
// slow machines such as valgrind's. `refused`: this CPU is known to lack the target, and every model must say so.
// Exit status 77, with a loud line, if the CPU lacks the target.
#include <unistd.h>

#include <csignal>
#include <cstdio>
#include <fstream>
#include <sstream>
#include <thread>

#include "tests/emitted/prepared_run.hpp"
#include "tests/emitted/stack_use.hpp"

#if __has_include(<valgrind/valgrind.h>)
#include <valgrind/valgrind.h>
#else
#define RUNNING_ON_VALGRIND 0
#endif

#ifdef CNNC_COUNT_ALLOCATIONS
#include "tests/digits/allocation_counter.hpp"
#else
static std::size_t allocation_count() { return 0; }
#endif

namespace {

#ifdef CNNC_STACK_IS_INSTRUMENTED
constexpr bool stack_is_instrumented = true;
#else
constexpr bool stack_is_instrumented = false;
#endif

const char *current = "";  // for the handler, should a model touch what it must not
int failures = 0;

void expect(bool good, const Model &model, const char *what) {
  if (good) return;
  ++failures;
  std::printf("%s: %s\n", model.prefix, what);
}

extern "C" void on_fault(int) {
  const char text[] = ": touched memory that is not its own\n";
  if (write(STDOUT_FILENO, current, std::strlen(current)) < 0 || write(STDOUT_FILENO, text, sizeof text - 1) < 0)
    _exit(3);
  _exit(1);
}

/// What this CPU can do, by a witness that neither cnnc nor the compilers had a part in.
bool cpu_has(const std::string &target) {
  std::ifstream file("/proc/cpuinfo");
  std::string line;
  while (std::getline(file, line) && line.rfind("flags", 0) != 0) {
  }
  const auto has = [&](const char *flag) {
    return (line + " ").find(" " + std::string(flag) + " ") != std::string::npos;
  };
  const bool avx2 = has("avx2") && has("fma");
  if (target == "avx2") return avx2;
  if (target == "avx512") return avx2 && has("avx512f") && has("avx512vl") && has("avx512bw") && has("avx512dq");
  if (target == "sse2") return has("sse2");
  return target == "generic";
}

void check_refused(const Model &model) {
  PreparedRun run(model, model.runs[0], {Flush::end, 0});
  expect(run() == CNNC_BAD_TARGET, model, "does not refuse a CPU without its instruction set");
  expect(run.outputs_untouched() && run.intact(), model, "writes before it refuses");
}

void check_description(const Model &model) {
  expect(model.model->abi_version == 1, model, "abi_version");
  expect(std::strcmp(model.model->target, model.target) == 0, model, "was not compiled for its target");
  expect(model.model->workspace_alignment == 64, model, "workspace_alignment");
  expect(model.model->weights_bytes == model.weights.size(), model, "weights_bytes is not the size of the file");
}

/// Of a list of targets: each is found by its name, and nothing by another.
void check_list(const Model &model) {
  if (model.for_target == nullptr) return;
  expect(model.for_target(model.target) == model.model, model, "is another model the second time");
  for (const char *name : {static_cast<const char *>(nullptr), "", "avx", "avx5122", "native", "avx2 "})
    expect(model.for_target(name) == nullptr, model, "has a model for a target that is not in its list");
}

/// What a list gives is the best target that this CPU has: all lists hold all targets.
void check_choice(const Model &model, const std::string &best) {
  if (model.best == nullptr) return;
  expect(model.best()->target == best && model.best() == model.best(), model, "chooses another target than the best");
}

void check_run(const Model &model, const Run &run, Placement placement) {
  PreparedRun prepared(model, run, placement);
  for (int time = 0; time < 2; ++time) {
    const std::size_t before = allocation_count();
    const cnnc_status status = prepared();
    expect(allocation_count() == before, model, "allocates");
    expect(status == run.status, model, run.status == CNNC_OK ? "does not run" : "does not see a bad index");
    expect(prepared.as_expected(), model, "differs from the interpreter");
    expect(prepared.intact(), model, "writes outside its outputs and its workspace");
  }
  prepared.forget();
  expect(prepared() == run.status && prepared.as_expected(), model, "needs what an earlier run left");
}

void check_weights(const Model &model) {
  PreparedRun run(model, model.runs[0], {Flush::start, 0});
  if (!model.weights_in_file) {
    expect(run.run_with(nullptr) == model.runs[0].status && run.as_expected(), model, "wants weights that it has");
    return;
  }
  expect(run.run_with(nullptr) == CNNC_BAD_WEIGHTS, model, "runs without its weights");
  for (std::size_t byte : {std::size_t{0}, std::size_t{8}, std::size_t{39}}) {  // the mark, and the digest's ends
    GuardedMemory other(model.weights.size(), Flush::end, 0);
    std::memcpy(other.data(), model.weights.data(), model.weights.size());
    other.data()[byte] ^= 1;
    expect(run.run_with(other.data()) == CNNC_BAD_WEIGHTS, model, "runs with the weights of another model");
  }
  expect(run.outputs_untouched() && run.intact(), model, "writes before it looks at its weights");
}

/// One after the other in one workspace, large enough for both, that nobody cleans.
void check_neighbour(const Model &model, const Model &neighbour) {
  const Placement placement{Flush::end, 1};
  PreparedRun first(model, model.runs[0], placement), second(neighbour, neighbour.runs[0], placement);
  void *const workspace =
      model.model->workspace_bytes < neighbour.model->workspace_bytes ? second.workspace() : first.workspace();
  for (int time = 0; time < 2; ++time) {
    expect(first.run_in(workspace) == model.runs[0].status && first.as_expected(), model,
           "is disturbed by the model before it");
    expect(second.run_in(workspace) == neighbour.runs[0].status && second.as_expected(), neighbour,
           "is disturbed by another model");
  }
}

/// Two threads run the model, a third another one, all at once.
void check_threads(const Model &model, const Model &neighbour) {
  const Run &last = model.runs.back();
  PreparedRun runs[] = {{model, model.runs[0], {Flush::end, 3}},
                        {model, last, {Flush::start, 1}},
                        {neighbour, neighbour.runs[0], {Flush::end, 1}}};
  bool good[] = {true, true, true};
  const auto work = [&](std::size_t i) {
    for (int time = 0; time < 8; ++time)
      good[i] = good[i] && runs[i]() == runs[i].run().status && runs[i].as_expected();
  };
  std::thread second(work, 1), third(work, 2);
  work(0);
  second.join();
  third.join();
  expect(good[0] && good[1], model, "is disturbed by a run on another thread");
  expect(good[2], neighbour, "is disturbed by another model on another thread");
}

void check_stack(const Model &model) {
  PreparedRun run(model, model.runs[0], {Flush::end, 0});
  const std::size_t used = stack_use(model.model->stack_bytes, [&] { run(); });
  if (used > model.model->stack_bytes) std::printf("  %zu bytes, announced %zu\n", used, model.model->stack_bytes);
  expect(used <= model.model->stack_bytes, model, "takes more stack than it says");
}

void check_model(const Model &model, const Model &neighbour, bool few) {
  current = model.prefix;
  check_description(model);
  check_list(model);
  check_run(model, model.runs[0], {Flush::end, 1});
  check_weights(model);
  if (few) return;
  for (const Run &run : model.runs) {
    check_run(model, run, {Flush::end, 0});
    check_run(model, run, {Flush::start, 3});
  }
  check_neighbour(model, neighbour);
  check_threads(model, neighbour);
  if (stack_is_instrumented) return;
  check_stack(model);
}

/// Nothing is proved by counters that do not count.
bool counter_works() {
#ifdef CNNC_COUNT_ALLOCATIONS
  const std::size_t before = allocation_count();
  std::vector<int> *volatile kept = new std::vector<int>(3);
  delete kept;
  return allocation_count() >= before + 2;
#else
  return true;
#endif
}

}  // namespace

int main(int count, char **arguments) {
  if (count < 3) return 2;
  std::string target = arguments[2];
  const std::string mode = count > 3 ? arguments[3] : "";
  // As the emitted code sees this CPU: where it is known to lack a target, it is one without any.
  std::string best = "generic";
  for (const char *name : {"sse2", "avx2", "avx512"})
    if (mode != "refused" && cpu_has(name)) best = name;
  if (target == "best") target = best;
  if (!counter_works()) {
    std::printf("allocations are not counted\n");
    return 1;
  }
  if (!stack_is_instrumented) std::signal(SIGSEGV, on_fault);  // sanitizers have better words for it
  const std::vector<Model> all = read_models(arguments[1]);
  std::vector<const Model *> models;
  for (const Model &model : all)
    if (model.target == target) models.push_back(&model);
  // Valgrind's CPU has less than the one that /proc/cpuinfo describes.
  if (RUNNING_ON_VALGRIND == 0)
    for (const Model *model : models) check_choice(*model, best);
  const bool refused = mode == "refused" || !cpu_has(target);
  for (std::size_t i = 0; i < models.size(); ++i)
    if (refused)
      check_refused(*models[i]);
    else
      check_model(*models[i], *models[(i + 1) % models.size()], mode == "few");
  std::printf("%s: %zu models %s, %d faults\n", target.c_str(), models.size(), refused ? "refused to run" : "ran",
              failures);
  if (failures != 0 || models.empty()) return 1;
  if (refused && mode != "refused") {
    std::printf("NOT TESTED: this CPU lacks %s\n", target.c_str());
    return 77;
  }
  return 0;
}
