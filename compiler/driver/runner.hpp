// Running a compiled model as a program of its own (runtime/cmake/golden_runner.cpp): from files to files.
//
//   RUNNER --describe   prints a line `input DTYPE RANK DIMENSIONS… NAME` for each input, then `output …`
//   RUNNER IN… OUT…     reads each input and writes each output as raw little-endian elements
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "compiler/driver/session.hpp"
#include "compiler/frontend/weights_write.hpp"
#include "compiler/ir/kernel.hpp"

namespace cnnc {

struct RunnerModel {
  std::vector<ProgramTensor> inputs, outputs;
};

/// What a runner's description says; nothing if it is none.
std::optional<RunnerModel> parse_description(std::string_view text);

/// Asks a runner for its model. Faults are reported of the file `runner`.
std::optional<RunnerModel> describe_runner(const std::string &runner, Session &session);

/// Runs it on inputs in the order of its description. Files are in a folder that is removed again.
std::optional<NamedTensors> run_runner(const std::string &runner, const RunnerModel &model,
                                       const std::vector<Tensor> &inputs, Session &session);

}  // namespace cnnc
