// The verifier of nests: one function for each promise of nest.hpp. A fault names the read, stage or index at fault.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <optional>

#include "compiler/ir/index_variables.hpp"
#include "compiler/ir/nest.hpp"

namespace cnnc {

namespace {

/// What neither intervals nor the mixed-radix argument can show is tried point by point, up to this many points.
constexpr std::int64_t most_points = std::int64_t{1} << 20;

struct Verifier {
  const Nest &nest;
  RangeOf range;
  std::vector<std::string> faults;

  template <class... Args>
  void fault(fmt::format_string<Args...> format, Args &&...args) {
    faults.push_back(fmt::format(format, std::forward<Args>(args)...));
  }
};

std::string text_of(const Nest &nest, const Index &index) {
  return to_string(index, [&](IndexVar var) { return variable_name(nest, var); });
}

/// True if every variable of the index is an axis, or a lookup where these are allowed; else reports it.
bool verify_variables(Verifier &verifier, const Index &index, const std::string &where, bool lookups = false) {
  bool known = true;
  visit_variables(index, [&](IndexVar var) {
    if (var >= 0 && static_cast<std::size_t>(var) < verifier.nest.axes.size()) return;
    if (lookups && is_lookup(var) && lookup_number(var) < verifier.nest.lookups.size()) return;
    verifier.fault("{}: variable {} is not an axis", where, var);
    known = false;
  });
  return known;
}

bool verify_axes(Verifier &verifier) {
  for (const Axis &axis : verifier.nest.axes)
    if (axis.extent < 1) verifier.fault("axis {}: extent {} is below 1", axis.name, axis.extent);
  const auto &operands = verifier.nest.operands;
  for (std::size_t i = 0; i < operands.size(); ++i)
    if (!checked_element_count(operands[i])) verifier.fault("operand {}: {} is no shape", i, to_string(operands[i]));
  if (!checked_element_count(verifier.nest.output))
    verifier.fault("output: {} is no shape", to_string(verifier.nest.output));
  return verifier.faults.empty();
}

void verify_combine(Verifier &verifier) {
  const Nest &nest = verifier.nest;
  auto has = [&](AxisKind kind) {
    return std::any_of(nest.axes.begin(), nest.axes.end(), [&](const Axis &axis) { return axis.kind == kind; });
  };
  if (nest.combine == Combine::none && has(AxisKind::reduce)) verifier.fault("there are reduce axes but no combine");
  if (has(AxisKind::window)) {
    if (nest.pool_combine == Combine::none) verifier.fault("there are window axes but no pool combine");
    return;
  }
  if (nest.pool_combine != Combine::none)
    verifier.fault("pool combine {} without window axes", name(nest.pool_combine));
  if (nest.pool_epilogue) verifier.fault("a pool epilogue without window axes");
}

/// Visits the points of the axes that `wanted` selects (the others stay 0) until `visit` returns false.
template <class Wanted, class Visit>
void visit_points(const Nest &nest, const Wanted &wanted, const Visit &visit) {
  std::vector<std::int64_t> point(nest.axes.size(), 0);
  while (visit(point)) {
    std::size_t i = nest.axes.size();
    for (; i > 0; --i) {
      if (!wanted(i - 1)) continue;
      if (++point[i - 1] < nest.axes[i - 1].extent) break;
      point[i - 1] = 0;
    }
    if (i == 0) return;
  }
}

std::int64_t value_at(const Index &index, const std::vector<std::int64_t> &point) {
  return evaluate(index, [&](IndexVar axis) { return point[static_cast<std::size_t>(axis)]; });
}

std::string point_text(const Nest &nest, const std::vector<std::int64_t> &point, const Index &index) {
  std::string text;
  for (std::size_t i = 0; i < point.size(); ++i)
    if (index.mentions(static_cast<IndexVar>(i)))
      text += fmt::format("{}{} = {}", text.empty() ? "" : ", ", nest.axes[i].name, point[i]);
  return text;
}

/// Reports if the index can leave [0, extent).
void verify_inside(Verifier &verifier, const Index &index, std::int64_t extent, const std::string &where) {
  const Nest &nest = verifier.nest;
  Interval interval = bounds(index, verifier.range);
  if (interval.low >= 0 && interval.high < extent) return;
  std::int64_t points = 1;
  for (std::size_t i = 0; i < nest.axes.size() && points <= most_points; ++i)
    if (index.mentions(static_cast<IndexVar>(i))) points *= nest.axes[i].extent;
  bool looks_up = false;
  visit_variables(index, [&](IndexVar var) { looks_up = looks_up || is_lookup(var); });
  if (index.is_affine() || points > most_points || looks_up) {
    verifier.fault("{}: {} runs over [{}, {}], which is {} [0, {})", where, text_of(nest, index), interval.low,
                   interval.high, index.is_affine() ? "not inside" : "not shown to be inside", extent);
    return;
  }
  auto mentioned = [&](std::size_t axis) { return index.mentions(static_cast<IndexVar>(axis)); };
  visit_points(nest, mentioned, [&](const std::vector<std::int64_t> &point) {
    std::int64_t value = value_at(index, point);
    if (value >= 0 && value < extent) return true;
    verifier.fault("{}: {} is {} at {}, not inside [0, {})", where, text_of(nest, index), value,
                   point_text(nest, point, index), extent);
    return false;
  });
}

void verify_reads(Verifier &verifier) {
  const Nest &nest = verifier.nest;
  for (std::size_t i = 0; i < nest.reads.size(); ++i) {
    const Read &read = nest.reads[i];
    if (read.operand < 0 || static_cast<std::size_t>(read.operand) >= nest.operands.size()) {
      verifier.fault("r{}: operand {} of {}", i, read.operand, nest.operands.size());
      continue;
    }
    const Shape &shape = nest.operands[static_cast<std::size_t>(read.operand)];
    if (read.index.size() != shape.size()) {
      verifier.fault("r{}: {} indices into {}", i, read.index.size(), to_string(shape));
      continue;
    }
    if (read.pad && !std::isnan(*read.pad) && static_cast<double>(static_cast<float>(*read.pad)) != *read.pad)
      verifier.fault("r{}: the pad {} is no f32", i, *read.pad);
    for (std::size_t d = 0; d < shape.size(); ++d) {
      std::string where = fmt::format("r{}, index {}", i, d);
      if (verify_variables(verifier, read.index[d], where, true) && !read.pad)
        verify_inside(verifier, read.index[d], shape[d], where + ", without a pad");
    }
  }
}

void verify_lookups(Verifier &verifier) {
  const Nest &nest = verifier.nest;
  for (std::size_t i = 0; i < nest.lookups.size(); ++i) {
    const Lookup &lookup = nest.lookups[i];
    if (lookup.limit < 1) verifier.fault("i{}: no index is below {}", i, lookup.limit);
    if (lookup.operand < 0 || static_cast<std::size_t>(lookup.operand) >= nest.operands.size()) {
      verifier.fault("i{}: operand {} of {}", i, lookup.operand, nest.operands.size());
      continue;
    }
    const Shape &shape = nest.operands[static_cast<std::size_t>(lookup.operand)];
    if (lookup.index.size() != shape.size()) {
      verifier.fault("i{}: {} indices into {}", i, lookup.index.size(), to_string(shape));
      continue;
    }
    for (std::size_t d = 0; d < shape.size(); ++d) {
      std::string where = fmt::format("i{}, index {}", i, d);
      if (!verify_variables(verifier, lookup.index[d], where)) continue;
      verify_inside(verifier, lookup.index[d], shape[d], where);
      for (std::size_t a = 0; a < nest.axes.size(); ++a)
        if (nest.axes[a].kind != AxisKind::parallel && lookup.index[d].mentions(static_cast<IndexVar>(a)))
          verifier.fault("{}: depends on the {} axis {}", where, name(nest.axes[a].kind), nest.axes[a].name);
    }
  }
}

struct Stage {
  const char *name;
  bool has_accumulator, sees_window, sees_reduce;
};

void verify_read_in_stage(Verifier &verifier, const Stage &stage, int number) {
  const Nest &nest = verifier.nest;
  if (number < 0 || static_cast<std::size_t>(number) >= nest.reads.size()) {
    verifier.fault("{}: there is no read {}", stage.name, number);
    return;
  }
  for (const Index &index : nest.reads[static_cast<std::size_t>(number)].index)
    for (std::size_t i = 0; i < nest.axes.size(); ++i) {
      AxisKind kind = nest.axes[i].kind;
      bool seen = kind == AxisKind::parallel || (kind == AxisKind::window ? stage.sees_window : stage.sees_reduce);
      if (!seen && index.mentions(static_cast<IndexVar>(i)))
        verifier.fault("{}: r{} depends on the {} axis {}", stage.name, number, name(kind), nest.axes[i].name);
    }
}

void verify_scalar(Verifier &verifier, const Stage &stage, const Scalar &scalar) {
  if (!scalar) {
    verifier.fault("{}: an operand is missing", stage.name);
    return;
  }
  if (scalar->op == ScalarOp::constant && !std::isnan(scalar->value) &&
      static_cast<double>(static_cast<float>(scalar->value)) != scalar->value)
    verifier.fault("{}: the constant {} is no f32", stage.name, scalar->value);
  if (scalar->op == ScalarOp::accumulator && !stage.has_accumulator)
    verifier.fault("{}: the accumulator does not exist yet", stage.name);
  if (scalar->op == ScalarOp::read) verify_read_in_stage(verifier, stage, scalar->index);
  const Scalar *operands[] = {&scalar->a, &scalar->b, &scalar->c};
  for (int i = 0; i < arity(scalar->op); ++i) verify_scalar(verifier, stage, *operands[i]);
}

void verify_stages(Verifier &verifier) {
  const Nest &nest = verifier.nest;
  verify_scalar(verifier, {"body", false, true, true}, nest.body);
  if (nest.epilogue) verify_scalar(verifier, {"epilogue", true, true, false}, nest.epilogue);
  if (nest.pool_epilogue) verify_scalar(verifier, {"pool epilogue", true, false, false}, nest.pool_epilogue);
}

struct Digit {
  std::int64_t coefficient, extent;
};

/// The mixed-radix argument: an affine map is one-to-one if every coefficient, in order of size, exceeds what all the
/// smaller digits add up to.
bool is_mixed_radix(std::vector<Digit> digits) {
  std::sort(digits.begin(), digits.end(), [](Digit a, Digit b) { return a.coefficient < b.coefficient; });
  std::int64_t below = 0;
  for (const Digit &digit : digits) {
    if (digit.coefficient <= below) return false;
    below += digit.coefficient * (digit.extent - 1);
  }
  return true;
}

/// The store as one affine address. An axis v of which floor_div(v, k) or mod(v, k) is taken is split into two, k*v1 +
/// v0. `extents` are those of the variables of the result. Nothing, if that does not make it affine.
std::optional<Index> affine_address(const Nest &nest, std::vector<std::int64_t> &extents) {
  RangeOf range = [&](IndexVar var) { return Interval{0, extents[static_cast<std::size_t>(var)] - 1}; };
  Shape strides = row_major_strides(nest.output);
  Index address;
  for (std::size_t d = 0; d < nest.store.size(); ++d) address = address + nest.store[d] * strides[d];
  for (int splits = 0; splits < 8 && !address.is_affine(); ++splits) {
    IndexVar axis = -1;
    std::int64_t divisor = 1;
    visit_quasi(address, [&](const Quasi &quasi) {
      if (quasi.kind != QuasiKind::floor_div && quasi.kind != QuasiKind::mod) return;
      visit_variables(quasi.a, [&](IndexVar var) {
        std::int64_t extent = extents[static_cast<std::size_t>(var)];
        if (extent <= quasi.divisor || extent % quasi.divisor != 0 || axis >= 0) return;
        axis = var;
        divisor = quasi.divisor;
      });
    });
    if (axis < 0) return std::nullopt;
    auto high = static_cast<IndexVar>(extents.size());
    extents.push_back(extents[static_cast<std::size_t>(axis)] / divisor);
    extents[static_cast<std::size_t>(axis)] = divisor;
    auto split = [&](IndexVar var) {
      return var == axis ? Index::variable(high) * divisor + Index::variable(axis) : Index::variable(var);
    };
    address = substitute(address, split, range);
  }
  return address.is_affine() ? std::optional(address) : std::nullopt;
}

bool shown_distinct(const Nest &nest) {
  std::vector<std::int64_t> extents;
  for (const Axis &axis : nest.axes) extents.push_back(axis.kind == AxisKind::parallel ? axis.extent : 1);
  std::optional<Index> address = affine_address(nest, extents);
  if (!address) return false;
  std::vector<Digit> digits;
  for (std::size_t i = 0; i < extents.size(); ++i)
    if (extents[i] > 1) digits.push_back({std::abs(address->coefficient(static_cast<IndexVar>(i))), extents[i]});
  return is_mixed_radix(std::move(digits));
}

void verify_distinct(Verifier &verifier) {
  const Nest &nest = verifier.nest;
  std::int64_t points = 1;
  for (const Axis &axis : nest.axes)
    if (axis.kind == AxisKind::parallel && points <= max_elements) points *= axis.extent;
  std::int64_t elements = element_count(nest.output);
  if (points > elements) {
    verifier.fault("store: {} points for {} elements, so two of them share one", points, elements);
    return;
  }
  if (shown_distinct(nest)) return;
  if (points > most_points) {
    verifier.fault("store: not shown that distinct points store to distinct elements");
    return;
  }
  Shape strides = row_major_strides(nest.output);
  std::vector<bool> stored(static_cast<std::size_t>(elements), false);
  auto parallel = [&](std::size_t axis) { return nest.axes[axis].kind == AxisKind::parallel; };
  visit_points(nest, parallel, [&](const std::vector<std::int64_t> &point) {
    std::int64_t at = 0;
    for (std::size_t d = 0; d < nest.store.size(); ++d) at += value_at(nest.store[d], point) * strides[d];
    if (stored[static_cast<std::size_t>(at)]) {
      verifier.fault("store: two points store to element {} of {}", at, to_string(nest.output));
      return false;
    }
    stored[static_cast<std::size_t>(at)] = true;
    return true;
  });
}

void verify_store(Verifier &verifier) {
  const Nest &nest = verifier.nest;
  if (nest.store.size() != nest.output.size()) {
    verifier.fault("store: {} indices into {}", nest.store.size(), to_string(nest.output));
    return;
  }
  std::size_t faults_before = verifier.faults.size();
  for (std::size_t d = 0; d < nest.store.size(); ++d) {
    std::string where = fmt::format("store, index {}", d);
    if (!verify_variables(verifier, nest.store[d], where)) continue;
    for (std::size_t i = 0; i < nest.axes.size(); ++i)
      if (nest.axes[i].kind != AxisKind::parallel && nest.store[d].mentions(static_cast<IndexVar>(i)))
        verifier.fault("{}: depends on the {} axis {}", where, name(nest.axes[i].kind), nest.axes[i].name);
    verify_inside(verifier, nest.store[d], nest.output[d], where);
  }
  if (verifier.faults.size() == faults_before) verify_distinct(verifier);
}

}  // namespace

std::vector<std::string> verify(const Nest &nest) {
  Verifier verifier{nest, axis_ranges(nest), {}};
  if (!verify_axes(verifier)) return verifier.faults;
  verify_combine(verifier);
  verify_lookups(verifier);
  verify_reads(verifier);
  verify_store(verifier);
  verify_stages(verifier);
  return verifier.faults;
}

}  // namespace cnnc
