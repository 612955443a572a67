#include "tests/bench/contest.hpp"

#include <algorithm>
#include <chrono>
#include <ctime>
#include <fstream>

#include "tests/bench/peak.hpp"

namespace cnnc::bench {
namespace {

using Clock = std::chrono::steady_clock;

double seconds_since(Clock::time_point start) { return std::chrono::duration<double>(Clock::now() - start).count(); }

// What this thread has used of a core: a busy machine's other work does not count.
double thread_seconds() {
  timespec time;
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
  return static_cast<double>(time.tv_sec) + 1e-9 * static_cast<double>(time.tv_nsec);
}

double run_slice(const Contestant &contestant) {
  const double start = thread_seconds();
  contestant.run(contestant.calls);
  return thread_seconds() - start;
}

// As many calls as take 0.3 ms.
void calibrate(Contestant &contestant) {
  while (run_slice(contestant) < 3e-4) contestant.calls *= 2;
}

}  // namespace

void add_peaks(std::vector<Contestant> &contestants) {
  auto add = [&](const char *name, double (*run_fma)(std::int64_t)) {
    const auto flops = static_cast<std::int64_t>(run_fma(1));
    contestants.push_back({name, [=](std::int64_t calls) { run_fma(calls / flops); }, 1 << 20});
  };
  if (has_avx512()) add("avx512", run_fma_avx512);
  if (has_avx2()) add("avx2", run_fma_avx2);
}

void measure(std::vector<Contestant> &contestants, double seconds) {
  constexpr std::size_t least_rounds = 3;
  for (Contestant &contestant : contestants) calibrate(contestant);
  const auto start = Clock::now();
  for (std::size_t round = 0; round < least_rounds || seconds_since(start) < seconds; ++round) {
    for (std::size_t i = 0; i < contestants.size(); ++i) {
      Contestant &contestant = contestants[(round + i) % contestants.size()];
      contestant.samples.push_back(run_slice(contestant) / static_cast<double>(contestant.calls));
    }
  }
  for (Contestant &contestant : contestants) std::sort(contestant.samples.begin(), contestant.samples.end());
}

double median(const Contestant &contestant) { return contestant.samples[contestant.samples.size() / 2]; }
double least(const Contestant &contestant) { return contestant.samples.front(); }

std::string processor() {
  std::ifstream info("/proc/cpuinfo");
  for (std::string line; std::getline(info, line);)
    if (line.starts_with("model name")) return line.substr(line.find(':') + 2);
  return "an unknown processor";
}

}  // namespace cnnc::bench
