#include "compiler/driver/network_input.hpp"

#include <fmt/format.h>

#include <charconv>

#include "compiler/frontend/net_check.hpp"
#include "compiler/frontend/weights.hpp"
#include "compiler/support/files.hpp"

namespace cnnc {

namespace {

constexpr std::int64_t most_samples = 1 << 20;

bool report_absent(const LoadedNetwork &network, std::size_t count, const std::string &model,
                   const std::string &default_file, Session &session) {
  session.diagnostics
      .report_file(DiagnosticKind::weights_absent, model,
                   fmt::format("network {} has {} weight{}, but {} does not exist", in_quotes(network.graph.name),
                               count, count == 1 ? "" : "s", in_quotes(default_file)))
      .hint("give them with '--weights FILE', or try the network with '--random-weights 7'");
  return false;
}

/// Gives the graph its number of samples; false, and reported, if it is none or a value gets too large by it.
bool set_batch(Graph &graph, const NetworkOptions &options, Session &session) {
  if (options.batch.empty()) return true;
  std::int64_t samples = 0;
  const std::string &text = options.batch;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), samples);
  if (error != std::errc() || end != text.data() + text.size() || samples < 1 || samples > most_samples) {
    session.usage(fmt::format("--batch takes a whole number from 1 to {}, not {}", most_samples, in_quotes(text)));
    return false;
  }
  graph.batch = samples;
  const std::vector<bool> depends = depends_on_inputs(graph);
  for (std::size_t i = 0; i < graph.values.size(); ++i) {
    const Value &value = graph.values[i];
    if (!depends[i] || element_count(value.type.shape) <= max_elements / samples) continue;
    const Span span = value.producer >= 0 ? graph.nodes[static_cast<std::size_t>(value.producer)].span : value.span;
    session.diagnostics.report(DiagnosticKind::tensor_too_large, span,
                               fmt::format("{} samples of {} are more than the {} elements that a tensor may have",
                                           samples, to_string(value.type), max_elements));
    return false;
  }
  return true;
}

}  // namespace

std::optional<LoadedNetwork> load_network(const NetworkOptions &options, Session &session) {
  if (options.model.empty()) {
    session.usage("no model is given");
    return std::nullopt;
  }
  const std::optional<Networks> networks =
      load_networks(options.model, session.sources, session.diagnostics, options.source);
  if (!networks) return std::nullopt;
  const Graph *graph = select_network(*networks, options.network, options.model, session.diagnostics);
  if (graph == nullptr) return std::nullopt;
  LoadedNetwork result{*graph, {}};
  if (!set_batch(result.graph, options, session)) return std::nullopt;
  for (std::size_t i = 0; i < session.sources.size(); ++i)
    result.files_read.push_back(session.sources.file(static_cast<FileId>(i)).path());
  result.files_read.insert(result.files_read.end(), networks->files_loaded.begin(), networks->files_loaded.end());
  return result;
}

bool load_weights(LoadedNetwork &network, const std::string &model, const WeightsOptions &options, Session &session) {
  if (!options.file.empty() && !options.random_seed.empty()) {
    session.usage("--weights and --random-weights exclude each other");
    return false;
  }
  if (!options.random_seed.empty()) {
    const std::optional<std::uint64_t> seed = parse_seed("--random-weights", options.random_seed, session);
    if (seed) random_weights(network.graph, *seed);
    return seed.has_value();
  }
  const WantedArrays wanted = wanted_weights(network.graph);
  std::string file = options.file;
  if (file.empty()) {
    if (wanted.empty()) return true;
    file = with_extension(model, ".safetensors");
    if (!path_exists(file) && options.may_be_absent) {
      random_weights(network.graph, 0);
      return true;
    }
    if (!path_exists(file)) return report_absent(network, wanted.size(), model, file, session);
    session.note(fmt::format("the weights are taken from {}", in_quotes(file)));
  }
  const std::optional<Weights> weights = read_weights(file, session.diagnostics, &wanted);
  if (!weights) return false;
  network.files_read.push_back(file);
  if (is_folder(file))
    for (const auto &[name, tensor] : *weights) network.files_read.push_back(join_path(file, name + ".npy"));
  return bind_weights(network.graph, *weights, file, {options.allow_non_finite}, session.diagnostics);
}

}  // namespace cnnc
