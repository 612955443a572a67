#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "compiler/driver/network_input.hpp"
#include "compiler/driver/tensor_files.hpp"
#include "compiler/driver/verbs.hpp"
#include "compiler/support/files.hpp"
#include "compiler/support/output_files.hpp"

namespace cnnc {

namespace {

constexpr const char *examples =
    "Examples:\n"
    "  cnnc run lenet5.net --input digit.npy                   # prints the scores\n"
    "  cnnc run lenet5.net --input digit.npy --output out.npz  # an .npz with an array for each output\n"
    "  cnnc run f.net --random-weights 7 --input a=x.npy --input b=y.npy\n"
    "  cnnc run f.net --weights f.npz --input inputs.npz       # all inputs by their names\n"
    "\n"
    "An input's array has the shape that 'cnnc check' prints. In NumPy:\n"
    "  numpy.save(\"digit.npy\", digit.reshape(1, 28, 28).astype(numpy.float32))";

struct RunOptions {
  NetworkOptions network;
  WeightsOptions weights;
  std::vector<std::string> inputs;
  std::string output;
  bool force = false;
};

int run(const RunOptions &options, Session &session) {
  if (extension_of(options.output) == ".npy") {
    session.usage("--output is an .npz archive, with an array for each output").hint("call it .npz");
    return exit_usage;
  }
  std::optional<LoadedNetwork> network = load_network(options.network, session);
  if (!network || !load_weights(*network, options.network.model, options.weights, session)) return exit_fault;
  const std::optional<std::vector<Tensor>> inputs = read_inputs(inputs_of(network->graph), options.inputs, session);
  if (!inputs) return exit_fault;
  const std::optional<NamedTensors> computed = evaluate_outputs(network->graph, *inputs, session.diagnostics);
  if (!computed) return exit_fault;
  const NamedTensors &outputs = *computed;
  if (options.output.empty()) {
    std::string text;
    for (const auto &[name, tensor] : outputs) text += readable(name, tensor);
    return write_standard_output(text, session.diagnostics) ? exit_success : exit_fault;
  }
  OutputFiles files;
  for (const std::string &read : network->files_read) files.protect(read);
  for (const std::string &input : options.inputs) {
    files.protect(input);
    files.protect(input.substr(input.find('=') + 1));  // the whole again, if there is no name before it
  }
  files.add({options.output, write_npz(outputs), is_our_npz, "--output"});
  return files.commit(options.force, session.diagnostics) ? exit_success : exit_fault;
}

}  // namespace

int verb_run(const Arguments &arguments, Session &session) {
  CLI::App app("Computes a network's outputs with the reference interpreter, in double precision.", "cnnc run");
  RunOptions options;
  add_network_options(app, options.network);
  add_batch_option(app, options.network);
  add_weights_options(app, options.weights);
  app.add_option("--input", options.inputs, "FILE.npy, NAME=FILE.npy, or an .npz with several; once for each")
      ->type_name("INPUT")
      ->expected(1)
      ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
  app.add_option("--output", options.output, "write the outputs to this .npz file instead of printing them")
      ->type_name("FILE");
  app.add_flag("--force", options.force, "replace an output file that cnnc did not write");
  app.footer(examples);
  if (const std::optional<int> code = parse_arguments(app, arguments, session)) return *code;
  return run(options, session);
}

}  // namespace cnnc
