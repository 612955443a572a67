#include "compiler/report/layered_layout.hpp"

#include <algorithm>
#include <map>
#include <numeric>

namespace cnnc {

namespace {

constexpr double margin = 16;
constexpr double layer_gap = 34;
constexpr double node_gap = 22;
constexpr double bend_width = 6;
constexpr double bend_pull = 0.05;  // of an edge's bend on its neighbours, that of a node being 1
constexpr int order_sweeps = 12;
constexpr int place_sweeps = 8;

/// A node, or a bend of an edge.
struct Item {
  double width = bend_width;
  double height = 0;
  int layer = 0;
  bool bend = false;
  double x = 0;            // of its middle
  std::vector<int> above;  // neighbours in the layer before
  std::vector<int> below;
};

struct Layers {
  std::vector<Item> items;  // the nodes come first
  std::vector<std::vector<int>> order;
};

std::size_t at(int number) { return static_cast<std::size_t>(number); }

std::vector<int> layer_of_nodes(const LayoutGraph &graph) {
  const std::size_t count = graph.sizes.size();
  std::vector<std::vector<int>> predecessors(count), successors(count);
  for (auto [from, to] : graph.edges) {
    predecessors[at(to)].push_back(from);
    successors[at(from)].push_back(to);
  }
  std::vector<int> layer(count, 0);
  for (std::size_t i = 0; i < count; ++i)
    for (const int from : predecessors[i]) layer[i] = std::max(layer[i], layer[at(from)] + 1);
  // What nothing leads to stands just above its first use.
  for (std::size_t i = 0; i < count; ++i) {
    if (!predecessors[i].empty() || successors[i].empty()) continue;
    layer[i] = layer[at(successors[i][0])] - 1;
    for (const int to : successors[i]) layer[i] = std::min(layer[i], layer[at(to)] - 1);
  }
  return layer;
}

void connect(Layers &layers, int from, int to) {
  std::vector<int> &below = layers.items[at(from)].below;
  if (std::find(below.begin(), below.end(), to) != below.end()) return;  // x * x
  below.push_back(to);
  layers.items[at(to)].above.push_back(from);
}

Layers make_layers(const LayoutGraph &graph) {
  Layers layers;
  const std::vector<int> layer = layer_of_nodes(graph);
  int last = 0;
  for (std::size_t i = 0; i < graph.sizes.size(); ++i) {
    layers.items.push_back({graph.sizes[i].first, graph.sizes[i].second, layer[i], false, 0, {}, {}});
    last = std::max(last, layer[i]);
  }
  std::map<std::pair<int, int>, int> bends;  // by the edge's first node and the layer
  for (auto [from, to] : graph.edges) {
    int previous = from;
    for (int passed = layer[at(from)] + 1; passed < layer[at(to)]; ++passed) {
      auto [entry, added] = bends.try_emplace({from, passed}, static_cast<int>(layers.items.size()));
      if (added) layers.items.push_back({bend_width, 0, passed, true, 0, {}, {}});
      connect(layers, previous, entry->second);
      previous = entry->second;
    }
    connect(layers, previous, to);
  }
  layers.order.resize(at(last) + 1);
  for (std::size_t i = 0; i < layers.items.size(); ++i)
    layers.order[at(layers.items[i].layer)].push_back(static_cast<int>(i));
  return layers;
}

// -- Order in a layer -------------------------------------------------------------------------------------------------

std::vector<double> positions(const Layers &layers) {
  std::vector<double> position(layers.items.size());
  for (const std::vector<int> &layer : layers.order)
    for (std::size_t i = 0; i < layer.size(); ++i) position[at(layer[i])] = static_cast<double>(i);
  return position;
}

std::int64_t crossings(const Layers &layers) {
  const std::vector<double> position = positions(layers);
  std::int64_t count = 0;
  for (const std::vector<int> &layer : layers.order) {
    std::vector<std::pair<double, double>> edges;
    for (const int item : layer)
      for (const int to : layers.items[at(item)].below) edges.emplace_back(position[at(item)], position[at(to)]);
    for (std::size_t i = 0; i < edges.size(); ++i)
      for (std::size_t j = 0; j < i; ++j)
        if ((edges[i].first - edges[j].first) * (edges[i].second - edges[j].second) < 0) ++count;
  }
  return count;
}

double mean(const std::vector<int> &items, const std::vector<double> &value, double otherwise) {
  if (items.empty()) return otherwise;
  double sum = 0;
  for (const int item : items) sum += value[at(item)];
  return sum / static_cast<double>(items.size());
}

void order_by_barycentres(Layers &layers, bool downwards) {
  const std::size_t count = layers.order.size();
  for (std::size_t n = 0; n < count; ++n) {
    std::vector<int> &layer = layers.order[downwards ? n : count - 1 - n];
    const std::vector<double> position = positions(layers);
    std::vector<std::pair<double, int>> keyed;
    for (const int item : layer) {
      const Item &own = layers.items[at(item)];
      keyed.emplace_back(mean(downwards ? own.above : own.below, position, position[at(item)]), item);
    }
    std::stable_sort(keyed.begin(), keyed.end(), [](const auto &a, const auto &b) { return a.first < b.first; });
    for (std::size_t i = 0; i < layer.size(); ++i) layer[i] = keyed[i].second;
  }
}

void choose_order(Layers &layers) {
  std::vector<std::vector<int>> best = layers.order;
  std::int64_t fewest = crossings(layers);
  for (int sweep = 0; sweep < order_sweeps && fewest > 0; ++sweep) {
    order_by_barycentres(layers, sweep % 2 == 0);
    const std::int64_t count = crossings(layers);
    if (count >= fewest) continue;
    fewest = count;
    best = layers.order;
  }
  layers.order = std::move(best);
}

// -- Places along a layer ---------------------------------------------------------------------------------------------

/// Items in one block, each at its distance from the first.
struct Block {
  double sum = 0;  // of weight times the place wished for the block's first item
  double weight = 0;
  std::size_t begin = 0;

  double place() const { return sum / weight; }
};

/// The places in the layer's order, apart as widths demand, with the least sum of weighted squares from `wishes`
/// (isotonic regression by pooling adjacent violators).
void settle(Layers &layers, const std::vector<int> &layer, const std::vector<double> &wishes,
            const std::vector<double> &weights) {
  std::vector<double> offset(layer.size(), 0);  // from the layer's first item, packed as tightly as can be
  for (std::size_t i = 1; i < layer.size(); ++i)
    offset[i] =
        offset[i - 1] + (layers.items[at(layer[i - 1])].width + layers.items[at(layer[i])].width) / 2 + node_gap;
  std::vector<Block> blocks;
  for (std::size_t i = 0; i < layer.size(); ++i) {
    blocks.push_back({weights[i] * (wishes[i] - offset[i]), weights[i], i});
    while (blocks.size() > 1 && blocks[blocks.size() - 2].place() >= blocks.back().place()) {
      const Block merged = blocks.back();
      blocks.pop_back();
      blocks.back().sum += merged.sum;
      blocks.back().weight += merged.weight;
    }
  }
  for (std::size_t b = 0; b < blocks.size(); ++b) {
    const std::size_t end = b + 1 < blocks.size() ? blocks[b + 1].begin : layer.size();
    for (std::size_t i = blocks[b].begin; i < end; ++i) layers.items[at(layer[i])].x = blocks[b].place() + offset[i];
  }
}

/// Where an item would stand best for its neighbours. What is between nodes is to be straight, more than a long edge.
double wish(const Layers &layers, const std::vector<int> &neighbours, double otherwise) {
  double sum = 0, weight = 0;
  for (const int number : neighbours) {
    const Item &item = layers.items[at(number)];
    const double own = item.bend ? bend_pull : 1;
    sum += own * item.x;
    weight += own;
  }
  return weight > 0 ? sum / weight : otherwise;
}

void place_along_layers(Layers &layers) {
  for (int sweep = 0; sweep < place_sweeps; ++sweep) {
    const bool downwards = sweep % 2 == 0;
    const std::size_t count = layers.order.size();
    for (std::size_t n = 0; n < count; ++n) {
      const std::vector<int> &layer = layers.order[downwards ? n : count - 1 - n];
      std::vector<double> wishes, weights;
      for (const int number : layer) {
        const Item &item = layers.items[at(number)];
        const std::vector<int> &nearer = downwards ? item.above : item.below;
        wishes.push_back(wish(layers, nearer.empty() ? (downwards ? item.below : item.above) : nearer, item.x));
        weights.push_back(item.bend ? bend_pull : 1);
      }
      settle(layers, layer, wishes, weights);
    }
  }
}

PlacedGraph placed(const Layers &layers, std::size_t nodes) {
  PlacedGraph result;
  double left = 0, right = 0;
  for (std::size_t i = 0; i < layers.items.size(); ++i) {
    const Item &item = layers.items[i];
    left = i == 0 ? item.x - item.width / 2 : std::min(left, item.x - item.width / 2);
    right = i == 0 ? item.x + item.width / 2 : std::max(right, item.x + item.width / 2);
  }
  std::vector<double> top, height;
  double y = margin;
  for (const std::vector<int> &layer : layers.order) {
    double tallest = 0;
    for (const int item : layer) tallest = std::max(tallest, layers.items[at(item)].height);
    top.push_back(y);
    height.push_back(tallest);
    y += tallest + layer_gap;
  }
  result.width = right - left + 2 * margin;
  result.height = (layers.order.empty() ? margin : y - layer_gap) + margin;
  std::vector<Rectangle> boxes;
  for (const Item &item : layers.items) {
    const double tall = item.bend ? height[at(item.layer)] : item.height;
    boxes.push_back({item.x - item.width / 2 - left + margin, top[at(item.layer)] + (height[at(item.layer)] - tall) / 2,
                     item.width, tall});
  }
  for (std::size_t i = 0; i < boxes.size(); ++i) {
    const Rectangle &box = boxes[i];
    const double middle = box.x + box.width / 2;
    if (layers.items[i].bend) result.bends.push_back({{middle, box.y}, {middle, box.y + box.height}});
    for (const int to : layers.items[i].below) {
      const Rectangle &next = boxes[at(to)];
      result.edges.push_back(
          {{middle, box.y + box.height}, {next.x + next.width / 2, next.y}, !layers.items[at(to)].bend});
    }
  }
  boxes.resize(nodes);
  result.nodes = std::move(boxes);
  return result;
}

}  // namespace

std::size_t bend_count(const LayoutGraph &graph, std::size_t most) {
  const std::vector<int> layer = layer_of_nodes(graph);
  std::vector<int> last(layer.size(), 0);  // the layer to which edges of a node lead
  for (auto [from, to] : graph.edges) last[at(from)] = std::max(last[at(from)], layer[at(to)]);
  std::size_t count = 0;
  for (std::size_t i = 0; i < layer.size() && count < most; ++i) count += at(std::max(0, last[i] - layer[i] - 1));
  return std::min(count, most);
}

PlacedGraph layered_layout(const LayoutGraph &graph) {
  Layers layers = make_layers(graph);
  if (graph.sizes.empty()) layers.order.clear();
  choose_order(layers);
  place_along_layers(layers);
  return placed(layers, graph.sizes.size());
}

}  // namespace cnnc
