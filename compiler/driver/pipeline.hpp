// The pipeline from a checked graph to a program, as rows: what runs, on which form, and why there.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "compiler/driver/stage.hpp"
#include "compiler/target/target.hpp"

namespace cnnc {

struct Pass {
  std::string_view name;
  std::string_view reason;  ///< one sentence: what it is for
  Stage (*run)(Stage, const Target &);
};

/// A constraint on the order of the rows, checked before the first pass runs.
struct PassOrder {
  std::string_view before;
  std::string_view after;
  std::string_view reason;
};

std::span<const Pass> all_passes();
std::span<const PassOrder> pass_orders();
/// The constraints that the rows violate; empty in a sound compiler.
std::vector<std::string> verify_pass_order(std::span<const Pass> passes, std::span<const PassOrder> orders);

struct PassTime {
  std::string_view pass;
  double seconds;
};

struct PipelineOptions {
  std::vector<std::string> dump_after;  ///< names of passes whose result is appended to `dump`
  std::string *dump = nullptr;
  bool check_passes = false;  ///< evaluate every form on drawn inputs after every pass, and compare
  std::vector<PassTime> *times = nullptr;
  Plan *plan = nullptr;  ///< takes the last plan, without the numbers of its packed constants
};

/// Runs all passes; every form is verified after every pass. The graph's weights have their numbers. A fault of a pass
/// is an InternalError that names it.
Program compile_graph(Graph graph, const Target &target, const PipelineOptions &options = {});

}  // namespace cnnc
