#include "compiler/driver/runner.hpp"

#include <fmt/format.h>

#include <charconv>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "compiler/driver/child_process.hpp"
#include "compiler/frontend/array.hpp"
#include "compiler/support/files.hpp"

namespace cnnc {

namespace {

namespace fs = std::filesystem;

/// A new folder, removed with all that is in it.
class TemporaryFolder {
 public:
  TemporaryFolder() {
    std::error_code error;
    std::string pattern = (fs::temp_directory_path(error) / "cnnc-golden-XXXXXX").string();
    if (!error && ::mkdtemp(pattern.data()) != nullptr) path_ = pattern;
  }
  TemporaryFolder(const TemporaryFolder &) = delete;
  TemporaryFolder &operator=(const TemporaryFolder &) = delete;
  ~TemporaryFolder() {
    std::error_code error;
    if (!path_.empty()) fs::remove_all(path_, error);
  }
  const std::string &path() const { return path_; }

 private:
  std::string path_;
};

std::optional<std::int64_t> number(const std::string &word) {
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), value);
  if (error != std::errc() || end != word.data() + word.size()) return std::nullopt;
  return value;
}

/// The rest of a line after `input` or `output`.
std::optional<ProgramTensor> parse_tensor(std::istringstream &line) {
  ProgramTensor tensor;
  std::string word;
  line >> word;
  const std::optional<DType> dtype = dtype_named(word);
  line >> word;
  const std::optional<std::int64_t> rank = number(word);
  if (!dtype || !rank || *rank < 0 || *rank > 64) return std::nullopt;
  tensor.type.dtype = *dtype;
  for (std::int64_t i = 0; i < *rank; ++i) {
    word.clear();
    line >> word;
    const std::optional<std::int64_t> extent = number(word);
    if (!extent) return std::nullopt;
    tensor.type.shape.push_back(*extent);
  }
  line >> std::ws;
  std::getline(line, tensor.name);
  if (!checked_element_count(tensor.type.shape)) return std::nullopt;
  return tensor;
}

std::nullopt_t fail(const std::string &runner, const std::string &message, Session &session) {
  session.diagnostics.report_file(DiagnosticKind::golden_runner_failed, runner, message)
      .hint("a runner is what cnnc_add_golden_test builds of a model");
  return std::nullopt;
}

std::string why_failed(const ChildResult &result) {
  return !result.why_not.empty() ? result.why_not : fmt::format("failed with exit code {}", result.exit_code);
}

/// Posix looks for a program without a slash in its name nowhere but here.
std::string as_path(const std::string &runner) {
  return runner.find('/') == std::string::npos ? "./" + runner : runner;
}

std::optional<Tensor> read_output(const std::string &file, const ProgramTensor &output, const std::string &runner,
                                  Session &session) {
  const std::int64_t count = element_count(output.type.shape);
  const std::int64_t bytes = count * byte_size(output.type.dtype);
  const FileText text = read_file(file, bytes);
  if (!text.text || static_cast<std::int64_t>(text.text->size()) != bytes)
    return fail(runner, fmt::format("did not write the {} bytes of output {}", bytes, in_quotes(output.name)), session);
  Tensor tensor{output.type, std::vector<double>(static_cast<std::size_t>(count))};
  decode(*text.text, {element_type(output.type.dtype), false}, tensor.data.data());
  return tensor;
}

}  // namespace

std::optional<RunnerModel> parse_description(std::string_view text) {
  RunnerModel model;
  std::istringstream lines{std::string(text)};
  std::string line;
  while (std::getline(lines, line)) {
    std::istringstream words(line);
    std::string role;
    words >> role;
    std::optional<ProgramTensor> tensor = parse_tensor(words);
    if (!tensor || (role != "input" && role != "output")) return std::nullopt;
    (role == "input" ? model.inputs : model.outputs).push_back(std::move(*tensor));
  }
  if (model.outputs.empty()) return std::nullopt;
  return model;
}

std::optional<RunnerModel> describe_runner(const std::string &runner, Session &session) {
  if (!path_exists(runner)) {
    session.diagnostics.report_file(DiagnosticKind::file_not_found, runner, "there is no such file");
    return std::nullopt;
  }
  const ChildResult result = run_child({as_path(runner), "--describe"}, true);
  if (result.exit_code != 0) return fail(runner, why_failed(result), session);
  std::optional<RunnerModel> model = parse_description(result.output);
  if (!model) return fail(runner, "does not describe its model with --describe", session);
  return model;
}

std::optional<NamedTensors> run_runner(const std::string &runner, const RunnerModel &model,
                                       const std::vector<Tensor> &inputs, Session &session) {
  const TemporaryFolder folder;
  if (folder.path().empty()) return fail(runner, "cannot be run: no temporary folder can be made", session);
  std::vector<std::string> arguments = {as_path(runner)};
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    arguments.push_back(folder.path() + fmt::format("/in{}", i));
    std::ofstream file(arguments.back(), std::ios::binary);
    file << encode(inputs[i]);
    if (!file.flush()) return fail(runner, "cannot be run: the temporary folder is full", session);
  }
  for (std::size_t i = 0; i < model.outputs.size(); ++i) arguments.push_back(folder.path() + fmt::format("/out{}", i));
  const ChildResult result = run_child(arguments, false);
  if (result.exit_code != 0) return fail(runner, why_failed(result), session);
  NamedTensors outputs;
  for (std::size_t i = 0; i < model.outputs.size(); ++i) {
    const std::string &file = arguments[1 + inputs.size() + i];
    std::optional<Tensor> tensor = read_output(file, model.outputs[i], runner, session);
    if (!tensor) return std::nullopt;
    outputs.emplace_back(model.outputs[i].name, std::move(*tensor));
  }
  return outputs;
}

}  // namespace cnnc
