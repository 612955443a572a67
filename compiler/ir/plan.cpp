#include "compiler/ir/plan.hpp"

#include <algorithm>
#include <map>

#include "compiler/ir/index_box.hpp"

namespace cnnc {

std::string to_string(const Plan &plan) {
  std::string text = "plan " + plan.graph.name + "\n";
  auto typed = [&](ValueId id) {
    const Value &value = plan.graph.values[static_cast<std::size_t>(id)];
    std::string name = value.name.empty() ? "%" + std::to_string(id) : value.name;
    return name + ": " + to_string(value.type);
  };
  for (const Group &group : plan.groups) {
    text += "\ngroup " + group.name + "\n";
    for (std::size_t i = 0; i < group.operands.size(); ++i) {
      const GroupOperand &operand = group.operands[i];
      text += "  operand " + std::to_string(i) + " " + typed(operand.value);
      if (!operand.layout.shape.empty() || !operand.layout.dims.empty()) text += " " + to_string(operand.layout);
      text += operand.numbers ? " packed\n" : "\n";
    }
    text += "  result " + typed(group.result);
    if (!group.layout.dims.empty()) text += " " + to_string(group.layout);
    text += "\n";
    for (std::size_t i = 0; i < group.nests.size(); ++i) {
      if (i < group.schedules.size()) text += "  schedule " + to_string(group.schedules[i], group.nests[i]) + "\n";
      std::string nest = to_string(group.nests[i]);
      std::size_t begin = 0;
      while (begin < nest.size()) {
        std::size_t end = nest.find('\n', begin);
        if (end == std::string::npos) end = nest.size();
        text += "  " + nest.substr(begin, end - begin) + "\n";
        begin = end + 1;
      }
    }
  }
  return text;
}

std::vector<bool> depends_on_inputs(const Plan &plan) {
  std::vector<bool> depends = depends_on_inputs(plan.graph);
  for (const Group &group : plan.groups)
    for (const GroupOperand &operand : group.operands)
      if (depends[static_cast<std::size_t>(operand.value)]) depends[static_cast<std::size_t>(group.result)] = true;
  return depends;
}

namespace {

std::int64_t volume(const IndexBox &box) {
  std::int64_t count = 1;
  for (const Interval &dimension : box) count *= dimension.high - dimension.low + 1;
  return count;
}

/// What has been made of values that several groups make.
class Parts {
 public:
  explicit Parts(const Plan &plan) : plan_(plan) {
    for (const Group &group : plan.groups) ++makers_[group.result];
  }

  bool is_whole(ValueId value) const {
    auto made = volume_.find(value);
    return made != volume_.end() && made->second == element_count(shape_of(value));
  }
  bool has_part(ValueId value) const { return volume_.count(value) != 0; }

  bool covers(ValueId value, IndexBox box) const {
    if (is_whole(value)) return true;
    const Shape &shape = shape_of(value);
    for (std::size_t d = 0; d < box.size(); ++d)
      box[d] = {std::max<std::int64_t>(box[d].low, 0), std::min(box[d].high, shape[d] - 1)};
    std::int64_t found = 0;
    for (const IndexBox &part : boxes_.at(value))
      if (auto shared = intersection(part, box)) found += volume(*shared);
    return found == volume(box);
  }

  /// False if some of it was there before.
  bool add(const Group &group) {
    if (makers_.at(group.result) == 1) {
      volume_[group.result] = element_count(shape_of(group.result));
      return true;
    }
    bool is_new = true;
    std::vector<IndexBox> &known = boxes_[group.result];
    for (IndexBox &box : stored_boxes(group)) {
      is_new = is_new && std::none_of(known.begin(), known.end(),
                                      [&](const IndexBox &other) { return intersection(box, other).has_value(); });
      volume_[group.result] += volume(box);
      known.push_back(std::move(box));
    }
    return is_new;
  }

 private:
  const Shape &shape_of(ValueId id) const { return plan_.graph.values[static_cast<std::size_t>(id)].type.shape; }

  const Plan &plan_;
  std::map<ValueId, int> makers_;
  std::map<ValueId, std::vector<IndexBox>> boxes_;
  std::map<ValueId, std::int64_t> volume_;
};

}  // namespace

std::optional<IndexBox> intersection(const IndexBox &a, const IndexBox &b) {
  IndexBox shared;
  for (std::size_t d = 0; d < a.size(); ++d) {
    shared.push_back({std::max(a[d].low, b[d].low), std::min(a[d].high, b[d].high)});
    if (shared.back().low > shared.back().high) return std::nullopt;
  }
  return shared;
}

std::vector<IndexBox> stored_boxes(const Group &group) {
  std::vector<IndexBox> boxes;
  for (const Nest &nest : group.nests) {
    std::optional<IndexBox> box;
    include(box, nest.store, axis_ranges(nest));
    // Nests that interleave, as those of the phases of a stride do, fill the box around them together.
    for (std::size_t i = boxes.size(); i-- > 0;) {
      if (!intersection(boxes[i], *box)) continue;
      include(box, boxes[i]);
      boxes.erase(boxes.begin() + static_cast<std::ptrdiff_t>(i));
      i = boxes.size();  // the grown box may meet others
    }
    boxes.push_back(std::move(*box));
  }
  return boxes;
}

std::optional<IndexBox> read_box(const Group &group, std::size_t operand) {
  std::optional<IndexBox> box;
  for (const Nest &nest : group.nests) {
    const RangeOf range = axis_ranges(nest);
    for (const Read &read : nest.reads)
      if (read.operand == static_cast<int>(operand)) include(box, read.index, range);
    for (const Lookup &lookup : nest.lookups)
      if (lookup.operand == static_cast<int>(operand)) include(box, lookup.index, range);
  }
  return box;
}

std::vector<std::string> verify(const Plan &plan) {
  std::vector<std::string> faults;
  Parts parts(plan);
  for (const Group &group : plan.groups) {
    auto fault = [&](const std::string &text) { faults.push_back("group " + group.name + ": " + text); };
    std::size_t faults_before = faults.size();
    for (const Nest &nest : group.nests) {
      for (const std::string &text : verify(nest)) fault(text);
      if (nest.operands.size() != group.operands.size()) fault("a nest and its group have the same operands");
      if (nest.output != plan.graph.values[static_cast<std::size_t>(group.result)].type.shape)
        fault("a nest stores to " + to_string(nest.output) + " and its group's result is another");
    }
    bool sound = faults.size() == faults_before;
    for (std::size_t o = 0; o < group.operands.size(); ++o) {
      const GroupOperand &operand = group.operands[o];
      const Value &value = plan.graph.values[static_cast<std::size_t>(operand.value)];
      if (operand.numbers && std::ssize(*operand.numbers) != element_count(operand.layout.shape))
        fault("%" + std::to_string(operand.value) + " has another number of elements than its layout");
      if (value.kind != ValueKind::result || operand.numbers) continue;
      if (!parts.has_part(operand.value)) {
        fault("reads %" + std::to_string(operand.value) + ", which no earlier group makes");
      } else if (auto box = sound ? read_box(group, o) : std::nullopt; box && !parts.covers(operand.value, *box)) {
        fault("reads a part of %" + std::to_string(operand.value) + " that no earlier group makes");
      }
    }
    for (std::size_t i = 0; i < group.schedules.size() && i < group.nests.size(); ++i)
      for (const std::string &text : verify(group.schedules[i], group.nests[i])) fault(text);
    if (sound && !parts.add(group)) fault("makes what of its value is already made");
  }
  for (const Output &output : plan.graph.outputs)
    if (!parts.is_whole(output.value)) faults.push_back("output " + output.name + " is not made as a whole");
  return faults;
}

}  // namespace cnnc
