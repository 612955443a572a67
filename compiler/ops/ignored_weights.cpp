#include "compiler/ops/ignored_weights.hpp"

#include <algorithm>
#include <set>

#include "compiler/ops/op.hpp"

namespace cnnc {

IgnoredElements ignored_elements(const Graph &graph) {
  IgnoredElements ignored;
  std::set<std::string, std::less<>> seen_whole;
  for (const Node &node : graph.nodes) {
    const std::size_t parameters = parameters_present(*node.op, node.attrs).size();
    for (std::size_t i = 0; i < node.operands.size(); ++i) {
      const Value &value = graph.values[static_cast<std::size_t>(node.operands[i])];
      if (value.kind != ValueKind::weight) continue;
      std::vector<bool> own;
      if (node.op->ignored_weights && i == node.operands.size() - parameters)
        own = node.op->ignored_weights(node.attrs, value.type.shape);
      if (own.empty()) seen_whole.insert(value.name);
      const auto [place, added] = ignored.try_emplace(value.name, own);
      for (std::size_t e = 0; !added && e < own.size() && e < place->second.size(); ++e)
        place->second[e] = place->second[e] && own[e];
    }
  }
  for (const std::string &name : seen_whole) ignored.erase(name);
  return ignored;
}

const std::vector<bool> *ignored_of(const IgnoredElements &ignored, std::string_view name) {
  const auto found = ignored.find(name);
  return found == ignored.end() ? nullptr : &found->second;
}

std::int64_t parameter_count(const IgnoredElements &ignored, const Value &weight) {
  const std::vector<bool> *unseen = ignored_of(ignored, weight.name);
  const std::int64_t all = element_count(weight.type.shape);
  return unseen ? all - std::count(unseen->begin(), unseen->end(), true) : all;
}

}  // namespace cnnc
