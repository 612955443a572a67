#include "compiler/lower/build_program.hpp"

#include <cstdint>
#include <functional>
#include <map>
#include <set>
#include <string_view>

#include "compiler/lower/instantiate.hpp"
#include "compiler/lower/narrow_parameters.hpp"
#include "compiler/ops/op.hpp"
#include "compiler/support/checks.hpp"

namespace cnnc {

namespace {

class ProgramBuilder {
 public:
  ProgramBuilder(Plan plan, const Target &target) : plan_(std::move(plan)), target_(target) {
    const Graph &graph = plan_.graph;
    program_.name = graph.name;
    program_.doc = graph.doc;
    program_.target = target.name;
    for (std::size_t i = 0; i < graph.inputs.size(); ++i) {
      const Value &value = graph.values[static_cast<std::size_t>(graph.inputs[i])];
      program_.inputs.push_back({value.name, value.type});
      add_buffer(graph.inputs[i], value.name, BufferKind::input, element_count(value.type.shape),
                 static_cast<std::int64_t>(i), value.type.dtype);
    }
    for (std::size_t i = 0; i < graph.outputs.size(); ++i) {
      const Value &value = graph.values[static_cast<std::size_t>(graph.outputs[i].value)];
      program_.outputs.push_back({graph.outputs[i].name, value.type});
      add_buffer(graph.outputs[i].value, graph.outputs[i].name, BufferKind::output, element_count(value.type.shape),
                 static_cast<std::int64_t>(i), value.type.dtype);
    }
  }

  Program build() {
    for (const Group &group : plan_.groups) add_group(group);
    return std::move(program_);
  }

 private:
  BufferId add_buffer(ValueId value, const std::string &name, BufferKind kind, std::int64_t elements,
                      std::int64_t offset, DType dtype = DType::f32) {
    program_.buffers.push_back({name, kind, elements, offset, 0, 0, dtype});
    auto id = static_cast<BufferId>(program_.buffers.size() - 1);
    if (value >= 0) buffer_of_[value] = id;
    return id;
  }

  void add_group(const Group &group) {
    std::vector<std::string> names = parameter_names(group);
    std::vector<Layout> layouts;
    std::vector<DType> dtypes;
    for (const GroupOperand &operand : group.operands) {
      layouts.push_back(operand.layout);
      dtypes.push_back(operand.numbers ? DType::f32 : type_of(operand.value).dtype);
    }
    DType result = type_of(group.result).dtype;
    Kernel kernel =
        instantiate({group.name, group.nests, group.schedules, names, layouts, group.layout, dtypes, result}, target_);
    const std::vector<std::int64_t> first = narrow_parameters(kernel);
    head(kernel, group);

    Call call{kernel_number(std::move(kernel)), {}};
    auto number = static_cast<int>(program_.calls.size());
    for (std::size_t i = 0; i < group.operands.size(); ++i)
      call.arguments.emplace_back(group.operands[i].numbers ? weights_buffer(group, names[i], group.operands[i])
                                                            : buffer_of_.at(group.operands[i].value));
    if (buffer_of_.count(group.result) == 0)
      add_buffer(group.result, group.name, BufferKind::workspace, element_count(group.layout), 0, result);
    call.arguments.emplace_back(buffer_of_.at(group.result));
    for (std::size_t i = 0; i < call.arguments.size(); ++i) {
      call.arguments[i].offset = first[i];
      Buffer &buffer = program_.buffers[static_cast<std::size_t>(call.arguments[i].buffer)];
      if (used_.insert(call.arguments[i].buffer).second) buffer.first_use = number;
      buffer.last_use = number;
    }
    program_.calls.push_back(std::move(call));
  }

  const TensorType &type_of(ValueId id) const { return plan_.graph.values[static_cast<std::size_t>(id)].type; }

  /// After the value that is read: x for what is computed, the parameter's own name for weights.
  std::vector<std::string> parameter_names(const Group &group) const {
    std::map<std::string, int> taken{{"y", 1}};
    std::vector<std::string> names;
    for (const GroupOperand &operand : group.operands) {
      const Value &value = plan_.graph.values[static_cast<std::size_t>(operand.value)];
      std::string name = !operand.numbers                  ? "x"
                         : value.kind == ValueKind::weight ? value.name.substr(value.name.rfind('.') + 1)
                                                           : "k";
      for (char &c : name)
        if (!(c >= 'a' && c <= 'z') && !(c >= 'A' && c <= 'Z') && !(c >= '0' && c <= '9') && c != '_') c = '_';
      int number = taken[name]++;
      names.push_back(number == 0 ? name : name + "_" + std::to_string(number));
    }
    return names;
  }

  void head(Kernel &kernel, const Group &group) const {
    const Graph &graph = plan_.graph;
    std::string what;
    std::set<std::string> layers;
    for (NodeId id : group.nodes) {
      const Node &node = graph.nodes[static_cast<std::size_t>(id)];
      what += (what.empty() ? "" : ", ") + std::string(node.op->name);
    }
    std::string shapes;
    auto whole_or_part = [&](std::size_t parameter, ValueId value) {
      const TensorType &type = type_of(value);
      return (kernel.parameters[parameter].elements < element_count(type.shape) ? "part of " : "") + to_string(type);
    };
    for (std::size_t i = 0; i < group.operands.size(); ++i)
      if (!group.operands[i].numbers)
        shapes += (shapes.empty() ? "" : ", ") + whole_or_part(i, group.operands[i].value);
    shapes += " -> " + whole_or_part(group.operands.size(), group.result);
    for (const Nest &nest : group.nests) {
      bool product = nest.combine == Combine::sum && nest.body->op == ScalarOp::mul;
      kernel.flops += (product ? 2 : 1) * body_count(nest);
    }
    for (std::size_t i = 0; i < kernel.parameters.size(); ++i)
      kernel.bytes += kernel.parameters[i].elements * byte_size(kernel.parameters[i].dtype);
    kernel.heading = {group.name + ": " + (what.empty() ? "copy" : what), shapes};
    for (std::size_t i = 0; i < group.nests.size(); ++i)
      kernel.heading.push_back("schedule: " + to_string(group.schedules[i], group.nests[i]));
    kernel.heading.push_back(std::to_string(kernel.flops) + " flops, " + std::to_string(kernel.bytes) + " bytes");
  }

  /// Another layer has this kernel, too: it is named, or counted where there are many.
  static void tell_further_layer(Kernel &kernel, const std::string &layer, std::int64_t number) {
    constexpr std::int64_t most_named = 8;
    if (number > most_named + 1) kernel.heading.pop_back();
    kernel.heading.push_back(number > most_named ? "and " + std::to_string(number - most_named) + " more"
                                                 : "also: " + layer);
  }

  int kernel_number(Kernel kernel) {
    Kernel anonymous = kernel;
    anonymous.name.clear();
    anonymous.heading.clear();
    auto [entry, added] = kernels_.try_emplace(to_string(anonymous), static_cast<int>(program_.kernels.size()));
    if (added)
      program_.kernels.push_back(std::move(kernel));
    else
      tell_further_layer(program_.kernels[static_cast<std::size_t>(entry->second)], kernel.name,
                         ++further_layers_[entry->second]);
    return entry->second;
  }

  /// Constants of one origin are there once. Not those of equal numbers: the layout must not depend on the values, or
  /// retrained weights would not fit the code.
  BufferId weights_buffer(const Group &group, const std::string &name, const GroupOperand &operand) {
    const std::string origin = operand.origin + " as " + to_string(operand.layout);
    auto [entry, added] = weights_.try_emplace(origin, 0);
    if (!added) return entry->second;
    const std::int64_t offset = program_.weights.add({operand.numbers, operand.layout});
    entry->second = add_buffer(-1, group.name + "." + name, BufferKind::weights, element_count(operand.layout), offset);
    program_.buffers.back().origin = origin;
    return entry->second;
  }

  Plan plan_;
  const Target &target_;
  Program program_;
  std::map<ValueId, BufferId> buffer_of_;
  std::set<BufferId> used_;
  std::map<std::string, int> kernels_;
  std::map<int, std::int64_t> further_layers_;  ///< by kernel: those that have it beside the first
  std::map<std::string, BufferId> weights_;     ///< by their origin
};

}  // namespace

Program build_program(Plan plan, const Target &target) { return ProgramBuilder(std::move(plan), target).build(); }

}  // namespace cnnc
