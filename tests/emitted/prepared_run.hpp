// One run of a model in guarded memory.
#pragma once

#include <vector>

#include "tests/emitted/guarded_memory.hpp"
#include "tests/emitted/runs.hpp"

/// Where the tensors of a run lie.
struct Placement {
  Flush flush;
  std::size_t shift;  ///< odd: no tensor is aligned to anything
};

class PreparedRun {
 public:
  PreparedRun(const Model &model, const Run &run, Placement placement);

  /// Everything that the model must write becomes NaN (for valgrind: undefined).
  void forget();
  cnnc_status operator()() { return run_with(weights()); }
  cnnc_status run_with(const void *weights);
  /// The same with another's workspace, whatever stands in it.
  cnnc_status run_in(void *workspace);

  const Run &run() const { return run_; }
  /// The weights file, or an address that must not be touched.
  const void *weights() const { return weights_.data(); }
  void *workspace() const { return workspace_.data(); }
  /// True if the outputs are the expected ones, bit for bit; NaN is as good as any NaN. Prints the first that is not.
  bool as_expected() const;
  /// True if nothing but the outputs and the workspace was written.
  bool intact() const;
  /// True if no output was written.
  bool outputs_untouched() const;

 private:
  const Model &model_;
  const Run &run_;
  std::vector<GuardedMemory> inputs_, outputs_;
  GuardedMemory workspace_, weights_;
  std::vector<const void *> input_addresses_;
  std::vector<void *> output_addresses_;
};
