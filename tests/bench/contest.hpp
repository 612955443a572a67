// Contestants that are measured against each other: they take turns, so that what disturbs the machine hits all alike.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

namespace cnnc::bench {

struct Contestant {
  std::string name;
  std::function<void(std::int64_t)> run;  ///< so many calls
  std::int64_t calls = 1;                 ///< a slice's
  std::vector<double> samples{};          ///< seconds of its thread a call; in rising order
};

/// The machine's own limit as contestants, "avx512" and "avx2" as far as it has them. A call is one floating-point
/// operation.
void add_peaks(std::vector<Contestant> &contestants);

/// Lets the contestants take turns for `seconds`, three rounds at least, in slices of 0.3 ms or one call, in an order
/// that rotates. What a slice used of a core, over its calls, is a sample. Contestants run on the calling thread.
void measure(std::vector<Contestant> &contestants, double seconds);

double median(const Contestant &contestant);
double least(const Contestant &contestant);

/// What the machine calls its processor.
std::string processor();

}  // namespace cnnc::bench
