#include "compiler/ir/nest.hpp"

#include <fmt/format.h>

#include <limits>

#include "compiler/support/checks.hpp"

namespace cnnc {

const char *name(AxisKind kind) {
  switch (kind) {
    case AxisKind::parallel:
      return "parallel";
    case AxisKind::window:
      return "window";
    case AxisKind::reduce:
      return "reduce";
  }
  CNNC_UNREACHABLE("an unknown kind of axis");
}

const char *name(Combine combine) {
  switch (combine) {
    case Combine::none:
      return "none";
    case Combine::sum:
      return "sum";
    case Combine::max:
      return "max";
  }
  CNNC_UNREACHABLE("an unknown combine rule");
}

double identity(Combine combine) {
  switch (combine) {
    case Combine::none:
      break;
    case Combine::sum:
      return 0;
    case Combine::max:
      return -std::numeric_limits<double>::infinity();
  }
  CNNC_UNREACHABLE("a combine of none starts from nothing");
}

RangeOf axis_ranges(const Nest &nest) {
  std::vector<std::int64_t> extents;
  for (const Axis &axis : nest.axes) extents.push_back(axis.extent);
  std::vector<std::int64_t> limits;
  for (const Lookup &lookup : nest.lookups) limits.push_back(lookup.limit);
  return [extents, limits](IndexVar var) {
    return Interval{0,
                    (is_lookup(var) ? limits.at(lookup_number(var)) : extents.at(static_cast<std::size_t>(var))) - 1};
  };
}

std::string variable_name(const Nest &nest, IndexVar var) {
  if (is_lookup(var)) return fmt::format("i{}", lookup_number(var));
  bool known = var >= 0 && static_cast<std::size_t>(var) < nest.axes.size();
  return known ? nest.axes[static_cast<std::size_t>(var)].name : fmt::format("axis{}", var);
}

std::int64_t body_count(const Nest &nest) {
  std::int64_t count = 1;
  for (const Axis &axis : nest.axes) count *= axis.extent;
  return count;
}

namespace {

std::string to_string(const Nest &nest, const std::vector<Index> &index) {
  std::string text = "[";
  for (std::size_t i = 0; i < index.size(); ++i) {
    if (i) text += ", ";
    text += to_string(index[i], [&](IndexVar var) { return variable_name(nest, var); });
  }
  return text + "]";
}

std::string axes_of_kind(const Nest &nest, AxisKind kind) {
  std::string text;
  for (const Axis &axis : nest.axes)
    if (axis.kind == kind) text += (text.empty() ? "" : ", ") + axis.name;
  return text;
}

std::string reduction(const Nest &nest, Combine combine, AxisKind kind) {
  return fmt::format("{} over {}", name(combine), axes_of_kind(nest, kind));
}

}  // namespace

std::string to_string(const Nest &nest) {
  std::string text;
  for (const Axis &axis : nest.axes) text += fmt::format("{:<8} {} < {}\n", name(axis.kind), axis.name, axis.extent);
  for (std::size_t i = 0; i < nest.lookups.size(); ++i) {
    const Lookup &lookup = nest.lookups[i];
    text += fmt::format("i{} = operand {} at {}, below {}\n", i, lookup.operand, to_string(nest, lookup.index),
                        lookup.limit);
  }
  for (std::size_t i = 0; i < nest.reads.size(); ++i) {
    const Read &read = nest.reads[i];
    bool known = read.operand >= 0 && static_cast<std::size_t>(read.operand) < nest.operands.size();
    std::string shape = known ? to_string(nest.operands[static_cast<std::size_t>(read.operand)]) : "[?]";
    text += fmt::format("r{} = operand {} {} at {}", i, read.operand, shape, to_string(nest, read.index));
    if (read.pad) text += fmt::format(", outside {}", static_cast<float>(*read.pad));
    text += "\n";
  }
  text += "body " + (nest.body ? to_string(nest.body) : "?") + "\n";
  if (nest.combine != Combine::none) text += reduction(nest, nest.combine, AxisKind::reduce) + "\n";
  if (nest.epilogue) text += "epilogue " + to_string(nest.epilogue) + "\n";
  if (nest.pool_combine != Combine::none) text += reduction(nest, nest.pool_combine, AxisKind::window) + "\n";
  if (nest.pool_epilogue) text += "pool epilogue " + to_string(nest.pool_epilogue) + "\n";
  text += fmt::format("store {} at {}\n", to_string(nest.output), to_string(nest, nest.store));
  return text;
}

}  // namespace cnnc
