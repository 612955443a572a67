#include "compiler/ir/plan.hpp"

#include <set>

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

std::vector<std::string> verify(const Plan &plan) {
  std::vector<std::string> faults;
  std::set<ValueId> made;
  for (const Group &group : plan.groups) {
    auto fault = [&](const std::string &text) { faults.push_back("group " + group.name + ": " + text); };
    for (const GroupOperand &operand : group.operands) {
      const Value &value = plan.graph.values[static_cast<std::size_t>(operand.value)];
      if (operand.numbers && std::ssize(*operand.numbers) != element_count(operand.layout.shape))
        fault("%" + std::to_string(operand.value) + " has another number of elements than its layout");
      if (value.kind == ValueKind::result && made.count(operand.value) == 0 && !operand.numbers)
        fault("reads %" + std::to_string(operand.value) + ", which no earlier group makes");
    }
    for (const Nest &nest : group.nests) {
      for (const std::string &text : verify(nest)) fault(text);
      if (nest.operands.size() != group.operands.size()) fault("a nest and its group have the same operands");
      if (nest.output != plan.graph.values[static_cast<std::size_t>(group.result)].type.shape)
        fault("a nest stores to " + to_string(nest.output) + " and its group's result is another");
    }
    for (std::size_t i = 0; i < group.schedules.size() && i < group.nests.size(); ++i)
      for (const std::string &text : verify(group.schedules[i], group.nests[i])) fault(text);
    if (!made.insert(group.result).second) fault("makes a value that is already made");
  }
  for (const Output &output : plan.graph.outputs)
    if (made.count(output.value) == 0) faults.push_back("output " + output.name + " is made by no group");
  return faults;
}

}  // namespace cnnc
