#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "compiler/frontend/weights.hpp"
#include "compiler/ops/ignored_weights.hpp"

namespace cnnc {

namespace {

constexpr std::size_t most_listed = 50;
constexpr std::string_view batch_counter = "num_batches_tracked";

bool is_batch_counter(std::string_view name) {
  return name.size() > batch_counter.size() && name.substr(name.size() - batch_counter.size()) == batch_counter &&
         name[name.size() - batch_counter.size() - 1] == '.';
}

/// Lines of a list that is cut where it gets no more useful.
struct Listing {
  std::string text;
  std::size_t count = 0;

  void add(const std::string &line) {
    if (++count <= most_listed) text += "\n  " + line;
  }
  std::string whole() const {
    return count <= most_listed ? text : text + fmt::format("\n  … and {} more", count - most_listed);
  }
};

/// What all of the file's names begin with more than the network's, as "module." of a parallel model.
std::string common_prefix_hint(const WantedArrays &wanted, const Weights &weights) {
  if (wanted.empty()) return "";
  const std::string &first = wanted.begin()->first;
  for (const auto &[name, tensor] : weights) {
    if (name.size() <= first.size() || name.substr(name.size() - first.size()) != first) continue;
    const std::string prefix = name.substr(0, name.size() - first.size());
    const auto there = [&](const auto &weight) { return weights.find(prefix + weight.first) != weights.end(); };
    if (prefix.back() == '.' && std::all_of(wanted.begin(), wanted.end(), there))
      return fmt::format("the file has them all with {} before their names; save it without that", in_quotes(prefix));
  }
  return "";
}

std::string nearest_hint(const std::string &missing, const WantedArrays &wanted, const Weights &weights) {
  std::vector<std::string_view> surplus;
  for (const auto &[name, tensor] : weights)
    if (wanted.find(name) == wanted.end()) surplus.push_back(name);
  const std::string_view nearest = nearest_name(missing, surplus);
  return nearest.empty() ? "" : fmt::format("the file has {}; is {} meant?", in_quotes(nearest), in_quotes(missing));
}

bool check_fit(const WantedArrays &wanted, const Weights &weights, const std::string &file, Diagnostics &diagnostics) {
  Listing faults;
  std::string first_missing;
  for (const auto &[name, shape] : wanted) {
    const auto found = weights.find(name);
    if (found == weights.end()) {
      faults.add(fmt::format("{}: f32{} is missing", printable(name), to_string(shape)));
      if (first_missing.empty()) first_missing = name;
    } else if (found->second.type().shape != shape) {
      faults.add(fmt::format("{}: f32{} is expected, but the file has {}", printable(name), to_string(shape),
                             to_string(found->second.type().shape)));
    }
  }
  if (faults.count == 0) return true;
  std::string hint = common_prefix_hint(wanted, weights);
  if (hint.empty() && !first_missing.empty()) hint = nearest_hint(first_missing, wanted, weights);
  diagnostics
      .report_file(
          DiagnosticKind::weights_do_not_fit, file,
          fmt::format("{} of the network's {} weights {} missing or {} another shape:{}", faults.count, wanted.size(),
                      faults.count == 1 ? "is" : "are", faults.count == 1 ? "has" : "have", faults.whole()))
      .hint(hint);
  return false;
}

bool check_finite(const WantedArrays &wanted, const Weights &weights, const IgnoredElements &ignored,
                  const std::string &file, Diagnostics &diagnostics) {
  Listing faults;
  for (const auto &[name, shape] : wanted) {
    const SharedFloats numbers = weights.find(name)->second.floats();
    const std::vector<float> &data = *numbers;
    const std::vector<bool> *unseen = ignored_of(ignored, name);
    std::size_t count = 0, first = 0;
    for (std::size_t i = data.size(); i-- > 0;) {
      if (std::isfinite(data[i]) || (unseen && (*unseen)[i])) continue;
      ++count;
      first = i;
    }
    if (count > 0)
      faults.add(fmt::format("{}: {} of {} numbers, the first is number {} ({})", printable(name), count, data.size(),
                             first, std::isnan(data[first]) ? "NaN" : "infinite"));
  }
  if (faults.count == 0) return true;
  diagnostics
      .report_file(DiagnosticKind::weights_not_finite, file,
                   "has weights that are NaN, infinite or beyond the range of f32:" + faults.whole())
      .hint("train again, or accept them with '--allow-non-finite'");
  return false;
}

void warn_of_surplus(const WantedArrays &wanted, const Weights &weights, const std::string &file,
                     Diagnostics &diagnostics) {
  Listing surplus;
  for (const auto &[name, tensor] : weights)
    if (wanted.find(name) == wanted.end() && !is_batch_counter(name)) surplus.add(printable(name));
  if (surplus.count == 0) return;
  diagnostics.report_file(DiagnosticKind::weights_surplus, file,
                          fmt::format("the network does not use {} of its tensors:{}", surplus.count, surplus.whole()));
}

}  // namespace

WantedArrays wanted_weights(const Graph &graph) {
  WantedArrays wanted;
  for (const ValueId id : graph.weights) {
    const Value &value = graph.values[static_cast<std::size_t>(id)];
    if (!value.given_in_source) wanted[value.name] = value.type.shape;
  }
  return wanted;
}

bool bind_weights(Graph &graph, const Weights &weights, const std::string &file, const BindOptions &options,
                  Diagnostics &diagnostics) {
  const WantedArrays wanted = wanted_weights(graph);
  if (!check_fit(wanted, weights, file, diagnostics)) return false;
  const IgnoredElements ignored = ignored_elements(graph);
  if (!options.allow_non_finite && !check_finite(wanted, weights, ignored, file, diagnostics)) return false;
  warn_of_surplus(wanted, weights, file, diagnostics);
  for (const ValueId id : graph.weights) {
    Value &value = graph.values[static_cast<std::size_t>(id)];
    if (value.given_in_source) continue;
    value.data = weights.find(value.name)->second;
    if (const std::vector<bool> *unseen = ignored_of(ignored, value.name)) {
      std::vector<float> numbers = *value.data.floats();
      for (std::size_t e = 0; e < unseen->size(); ++e)
        if ((*unseen)[e]) numbers[e] = 0;
      value.data = SharedTensor(value.type.shape, std::move(numbers));
    }
  }
  return true;
}

}  // namespace cnnc
