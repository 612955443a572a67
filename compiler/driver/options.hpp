// The command line. CLI11 splits it; what values mean is decided here and in the verbs, so that every fault of it is
// told in our words and with the nearest name.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "compiler/driver/session.hpp"
#include "compiler/frontend/source_tree.hpp"

namespace CLI {
class App;
}

namespace cnnc {

/// Which network of which file.
struct NetworkOptions {
  std::string model;    ///< path of the .net file
  std::string network;  ///< its name; empty: the only one
  SourceOptions source;
  std::string batch;  ///< samples of a run; empty: one
};

/// Where its weights come from.
struct WeightsOptions {
  std::string file;  ///< empty: STEM.safetensors beside the model, if it is there
  std::string random_seed;
  bool allow_non_finite = false;
  bool may_be_absent = false;  ///< numbers do not matter: where there are none, random ones will do
};

void add_network_options(CLI::App &app, NetworkOptions &options);
void add_batch_option(CLI::App &app, NetworkOptions &options);
/// The part of them that is not the file itself.
void add_network_choice(CLI::App &app, NetworkOptions &options);
void add_weights_options(CLI::App &app, WeightsOptions &options);

/// Splits the arguments after the verb. Returns an exit code if the run ends here: help was printed, or wrong usage was
/// reported (exit_usage).
std::optional<int> parse_arguments(CLI::App &app, std::vector<std::string> arguments, Session &session);

// Values of options. A fault is reported as wrong usage and gives nothing.
std::optional<std::uint64_t> parse_seed(const std::string &option, const std::string &text, Session &session);
std::optional<double> parse_tolerance(const std::string &option, const std::string &text, Session &session);
/// True if `text` is one of the choices; reports them with the nearest if not.
bool check_choice(const std::string &option, const std::string &text, const std::vector<std::string_view> &choices,
                  Session &session);
/// "avx2, avx512 and generic".
std::string listed(const std::vector<std::string_view> &names);

}  // namespace cnnc
