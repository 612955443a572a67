#include "compiler/lower/tile.hpp"

#include <algorithm>

#include "compiler/ir/access.hpp"
#include "compiler/support/checks.hpp"

namespace cnnc {

namespace {

ExprKind kind_of(ScalarOp op) {
  switch (op) {
    case ScalarOp::neg:
      return ExprKind::neg;
    case ScalarOp::abs:
      return ExprKind::abs;
    case ScalarOp::sqrt:
      return ExprKind::sqrt;
    case ScalarOp::exp:
      return ExprKind::exp;
    case ScalarOp::log:
      return ExprKind::log;
    case ScalarOp::tanh:
      return ExprKind::tanh;
    case ScalarOp::sigmoid:
      return ExprKind::sigmoid;
    case ScalarOp::erf:
      return ExprKind::erf;
    case ScalarOp::expm1:
      return ExprKind::expm1;
    case ScalarOp::log1p:
      return ExprKind::log1p;
    case ScalarOp::trunc:
      return ExprKind::trunc;
    case ScalarOp::from_i32:
      return ExprKind::from_i32;
    case ScalarOp::to_i32:
      return ExprKind::to_i32;
    case ScalarOp::round_f16:
      return ExprKind::round_f16;
    case ScalarOp::round_bf16:
      return ExprKind::round_bf16;
    case ScalarOp::add:
      return ExprKind::add;
    case ScalarOp::sub:
      return ExprKind::sub;
    case ScalarOp::mul:
      return ExprKind::mul;
    case ScalarOp::div:
      return ExprKind::div;
    case ScalarOp::min:
      return ExprKind::min;
    case ScalarOp::max:
      return ExprKind::max;
    case ScalarOp::pow:
      return ExprKind::pow;
    case ScalarOp::less:
      return ExprKind::less;
    case ScalarOp::select:
      return ExprKind::select;
    case ScalarOp::constant:
    case ScalarOp::read:
    case ScalarOp::accumulator:
      break;
  }
  CNNC_UNREACHABLE("a leaf has no kernel operation");
}

Stmt guard(const Index &subject, std::int64_t high) {
  Stmt stmt;
  stmt.kind = StmtKind::guard;
  stmt.subject = subject;
  stmt.low = 0;
  stmt.high = high;
  return stmt;
}

}  // namespace

TileBuilder::TileBuilder(const TileContext &context, KernelBuilder &builder, std::vector<AxisPosition> position,
                         std::int64_t active_lanes)
    : context_(context),
      nest_(context.nest),
      schedule_(context.schedule),
      builder_(builder),
      position_(std::move(position)),
      active_lanes_(active_lanes),
      ranges_(builder.ranges({0, active_lanes - 1})) {
  for (std::size_t a = 0; a < nest_.axes.size(); ++a)
    if (nest_.axes[a].kind != AxisKind::parallel) position_[a] = {Index(0), nest_.axes[a].extent};
  for (const Read &read : nest_.reads) padded_ = padded_ || read.pad.has_value();
  enumerate_points();
  list_levels();
}

void TileBuilder::build(std::vector<Stmt> &out) {
  Points all;
  for (Point &point : points_) all.push_back(&point);
  look_up(out);
  initialise(out);
  if (nest_.combine != Combine::none || padded_) enter(0, all, out);
  finish(out);
}

/// The vector axis runs fastest, so that neighbours in the list share what does not depend on it.
void TileBuilder::enumerate_points() {
  std::vector<AxisId> axes;
  for (std::size_t a = 0; a < nest_.axes.size(); ++a)
    if (nest_.axes[a].kind != AxisKind::reduce && static_cast<AxisId>(a) != schedule_.vector_axis)
      axes.push_back(static_cast<AxisId>(a));
  // Window points of one result are neighbours in the list: see finish().
  std::stable_partition(axes.begin(), axes.end(),
                        [&](AxisId a) { return nest_.axes[static_cast<std::size_t>(a)].kind == AxisKind::parallel; });
  if (schedule_.vector_axis >= 0) axes.push_back(schedule_.vector_axis);
  points_.push_back({std::vector<std::int64_t>(nest_.axes.size(), 0), {}, -1, {}});
  for (AxisId axis : axes) {
    auto a = static_cast<std::size_t>(axis);
    std::int64_t step = axis == schedule_.vector_axis ? schedule_.lanes : 1;
    std::vector<Point> next;
    for (const Point &point : points_)
      for (std::int64_t i = 0; i < position_[a].span; ++i) {
        next.push_back(point);
        next.back().offset[a] = i * step;
      }
    points_ = std::move(next);
  }
  for (std::size_t a = 0; a < nest_.axes.size(); ++a)
    if (nest_.axes[a].kind != AxisKind::reduce) position_[a].span = 1;
}

void TileBuilder::list_levels() {
  auto each = [&](auto add) {
    for (std::size_t a = 0; a < nest_.axes.size(); ++a)
      if (nest_.axes[a].kind == AxisKind::reduce && nest_.axes[a].extent > 1)
        add(static_cast<AxisId>(a), nest_.axes[a].extent, schedule_.axes[a]);
  };
  each([&](AxisId a, std::int64_t extent, const AxisSchedule &s) {
    if (s.block > 0 && extent > s.block) levels_.push_back({a, true, s.block});
  });
  each([&](AxisId a, std::int64_t extent, const AxisSchedule &s) {
    if ((s.block > 0 ? std::min(s.block, extent) : extent) > s.tile) levels_.push_back({a, true, s.tile});
  });
  each([&](AxisId a, std::int64_t, const AxisSchedule &s) {
    if (s.tile > 1) levels_.push_back({a, false, 1});
  });
}

/// Points that share an index share its lookup.
void TileBuilder::look_up(std::vector<Stmt> &out) {
  std::map<std::pair<std::size_t, Index>, IndexVar> known;
  for (Point &point : points_)
    for (std::size_t i = 0; i < nest_.lookups.size(); ++i) {
      const Lookup &lookup = nest_.lookups[i];
      std::vector<Index> index;
      for (const Index &dimension : lookup.index) index.push_back(at(dimension, point, false));
      Index place = address(context_.layouts[static_cast<std::size_t>(lookup.operand)], index, ranges_);
      auto [entry, added] = known.try_emplace({i, place}, -1);
      if (added) {
        Stmt stmt;
        stmt.kind = StmtKind::lookup;
        stmt.parameter = lookup.operand;
        stmt.at = place;
        stmt.high = lookup.limit - 1;
        stmt.loop_var = entry->second = builder_.loop_variable("at", lookup.limit);
        out.push_back(std::move(stmt));
      }
      point.lookups.push_back(entry->second);
    }
}

void TileBuilder::initialise(std::vector<Stmt> &out) {
  bool reduces = nest_.combine != Combine::none;
  if (!reduces && !padded_) return;
  for (Point &point : points_) {
    std::int64_t count = reduces ? schedule_.partials : 1;
    for (std::int64_t i = 0; i < count; ++i) {
      Memo memo;
      ExprId start = reduces ? builder_.constant(identity(nest_.combine), schedule_.lanes)
                             : evaluate(nest_.body, point, -1, memo, out, true);
      ValueVar variable = builder_.variable("a", schedule_.lanes, false);
      out.push_back(KernelBuilder::assign(variable, start));
      point.accumulators.push_back(variable);
    }
  }
}

void TileBuilder::run_level(std::size_t number, const Points &points, std::vector<Stmt> &out) {
  if (number == levels_.size()) {
    run_tap(points, out);
    return;
  }
  const Level &level = levels_[number];
  AxisPosition &axis = position_[static_cast<std::size_t>(level.axis)];
  AxisPosition saved = axis;
  std::int64_t trips = saved.span / level.step;
  std::int64_t rest = saved.span % level.step;
  if (!level.loop) {
    for (std::int64_t i = 0; i < saved.span; ++i) {
      axis = {saved.base + i, 1};
      enter(number + 1, points, out);
    }
  } else {
    if (trips == 1) {
      axis = {saved.base, level.step};
      enter(number + 1, points, out);
    } else if (trips > 1) {
      Stmt loop;
      loop.kind = StmtKind::loop;
      loop.loop_var = builder_.loop_variable(nest_.axes[static_cast<std::size_t>(level.axis)].name, trips);
      loop.begin = 0;
      loop.end = trips;
      axis = {saved.base + Index::variable(loop.loop_var) * level.step, level.step};
      enter(number + 1, points, loop.body);
      if (!loop.body.empty()) out.push_back(std::move(loop));
    }
    if (rest > 0) {
      axis = {saved.base + trips * level.step, rest};
      enter(number + 1, points, out);
    }
  }
  axis = saved;
}

/// Tests what is known from here on, once for all points that need the same test.
void TileBuilder::enter(std::size_t level, const Points &points, std::vector<Stmt> &out) {
  if (!padded_) {
    run_level(level, points, out);
    return;
  }
  std::map<std::vector<Condition>, Points> groups;
  std::vector<std::vector<Condition>> order;
  for (Point *point : points) {
    std::vector<Condition> conditions;
    if (!conditions_of(*point, conditions)) continue;
    auto [group, added] = groups.try_emplace(conditions);
    if (added) order.push_back(conditions);
    group->second.push_back(point);
  }
  for (const std::vector<Condition> &conditions : order) {
    std::vector<Stmt> body;
    for (const Condition &condition : conditions) guarded_.insert(condition);
    run_level(level, groups[conditions], body);
    for (auto condition = conditions.rbegin(); condition != conditions.rend(); ++condition) {
      guarded_.erase(*condition);
      Stmt stmt = guard(condition->subject, condition->high);
      stmt.body = std::move(body);
      body.clear();
      body.push_back(std::move(stmt));
    }
    std::move(body.begin(), body.end(), std::back_inserter(out));
  }
}

bool TileBuilder::is_fixed(const Index &index) const {
  for (std::size_t a = 0; a < nest_.axes.size(); ++a)
    if (nest_.axes[a].kind == AxisKind::reduce && position_[a].span > 1 && index.mentions(static_cast<AxisId>(a)))
      return false;
  return true;
}

bool TileBuilder::conditions_of(const Point &point, std::vector<Condition> &conditions) const {
  for (const Read &read : nest_.reads) {
    if (!read.pad) continue;
    const Shape &shape = nest_.operands[static_cast<std::size_t>(read.operand)];
    for (std::size_t d = 0; d < read.index.size(); ++d) {
      // What lies inside for every point of the axes needs no test; the last vector's idle lanes may lie outside.
      Interval anywhere = bounds(read.index[d], axis_ranges(nest_));
      if (anywhere.low >= 0 && anywhere.high < shape[d]) continue;
      if (!is_fixed(read.index[d])) continue;
      Index subject = at(read.index[d], point, true);
      Interval reach = bounds(subject, ranges_);
      if (reach.low >= 0 && reach.high < shape[d]) continue;
      if (reach.high < 0 || reach.low >= shape[d]) return false;
      Condition condition{subject, shape[d] - 1};
      if (guarded_.count(condition) == 0 &&
          std::find(conditions.begin(), conditions.end(), condition) == conditions.end())
        conditions.push_back(condition);
    }
  }
  return true;
}

Index TileBuilder::at(const Index &index, const Point &point, bool lane) const {
  return substitute(
      index,
      [&](IndexVar axis) {
        if (is_lookup(axis)) return Index::variable(point.lookups[lookup_number(axis)]);
        auto a = static_cast<std::size_t>(axis);
        Index value = position_[a].base + point.offset[a];
        return lane && axis == schedule_.vector_axis ? value + Index::variable(lane_variable) : value;
      },
      ranges_);
}

ExprId TileBuilder::sum_of_products(ExprId a, ExprId b, ExprId sum) {
  if (context_.target.fma) return builder_.apply(ExprKind::fma, a, b, sum);
  return builder_.apply(ExprKind::add, sum, builder_.apply(ExprKind::mul, a, b));
}

void TileBuilder::run_tap(const Points &points, std::vector<Stmt> &out) {
  if (points.empty()) return;
  Memo memo;
  bool product = nest_.combine == Combine::sum && nest_.body->op == ScalarOp::mul;
  if (product && points.size() >= 4) {
    Stmt fence;
    fence.kind = StmtKind::fence;
    out.push_back(std::move(fence));
  }
  for (Point *point : points) {
    if (nest_.combine == Combine::none) {
      out.push_back(KernelBuilder::assign(point->accumulators[0], evaluate(nest_.body, *point, -1, memo, out)));
      continue;
    }
    ValueVar variable = point->accumulators[static_cast<std::size_t>(taps_ % schedule_.partials)];
    ExprId sum = builder_.use(variable);
    ExprId value = -1;
    if (product)
      value = sum_of_products(evaluate(nest_.body->a, *point, -1, memo, out),
                              evaluate(nest_.body->b, *point, -1, memo, out), sum);
    else
      value = builder_.apply(nest_.combine == Combine::sum ? ExprKind::add : ExprKind::max, sum,
                             evaluate(nest_.body, *point, -1, memo, out));
    out.push_back(KernelBuilder::assign(variable, value));
  }
  ++taps_;
}

ExprId TileBuilder::read_value(int number, const Point &point, Memo &memo, std::vector<Stmt> &out) {
  const Read &read = nest_.reads[static_cast<std::size_t>(number)];
  auto operand = static_cast<std::size_t>(read.operand);
  const Layout &layout = context_.layouts[operand];
  std::vector<Index> index;
  for (const Index &dimension : read.index) index.push_back(at(dimension, point, true));
  Index place = address(layout, index, ranges_);
  std::int64_t stride = place.coefficient(lane_variable);
  Index first =
      substitute(place, [](IndexVar var) { return var == lane_variable ? Index(0) : Index::variable(var); }, ranges_);
  LoadKey key{read.operand, place};  // with its lanes: a vector and a splat may begin at one element
  if (auto known = memo.find(key); known != memo.end()) return known->second;

  std::int64_t lanes = schedule_.lanes;
  ExprId value = -1;
  if (lanes == 1 || stride == 0) {
    value = builder_.load(read.operand, first, 1, 1, 1);
    if (lanes > 1) value = builder_.splat(value, lanes);
  } else {
    AxisId axis = schedule_.vector_axis;
    bool whole =
        covers_whole_vectors(read.index, layout, axis, nest_.axes[static_cast<std::size_t>(axis)].extent, lanes);
    value = builder_.load(read.operand, first, lanes, stride, whole ? lanes : active_lanes_);
  }
  value = builder_.let(context_.operands[operand], value, out);
  memo.emplace(std::move(key), value);
  return value;
}

ExprId TileBuilder::evaluate(const Scalar &scalar, const Point &point, ExprId accumulator, Memo &memo,
                             std::vector<Stmt> &out, bool pads) {
  std::map<const ScalarNode *, ExprId> nodes;
  return evaluate(scalar, point, accumulator, memo, nodes, pads, out);
}

ExprId TileBuilder::evaluate(const Scalar &scalar, const Point &point, ExprId accumulator, Memo &memo,
                             std::map<const ScalarNode *, ExprId> &nodes, bool pads, std::vector<Stmt> &out) {
  if (!scalar) return accumulator;
  const ScalarNode &node = *scalar;
  if (auto known = nodes.find(&node); known != nodes.end()) return known->second;
  ExprId value = -1;
  if (node.op == ScalarOp::accumulator) {
    value = accumulator;
  } else if (node.op == ScalarOp::constant) {
    value = builder_.constant(node.value, schedule_.lanes);
  } else if (node.op == ScalarOp::read) {
    const Read &read = nest_.reads[static_cast<std::size_t>(node.index)];
    DType dtype = context_.dtypes[static_cast<std::size_t>(read.operand)];
    value = pads && read.pad ? builder_.constant(*read.pad, schedule_.lanes, dtype)
                             : read_value(node.index, point, memo, out);
  } else {
    ExprId a = evaluate(node.a, point, accumulator, memo, nodes, pads, out);
    ExprId b = node.b ? evaluate(node.b, point, accumulator, memo, nodes, pads, out) : -1;
    ExprId c = node.c ? evaluate(node.c, point, accumulator, memo, nodes, pads, out) : -1;
    value = builder_.let("v", builder_.apply(kind_of(node.op), a, b, c), out);
  }
  nodes.emplace(&node, value);
  return value;
}

/// Adds the partial sums pairwise.
ExprId TileBuilder::fold_partials(const Point &point, std::vector<Stmt> &out) {
  std::vector<ExprId> values;
  for (ValueVar variable : point.accumulators) values.push_back(builder_.use(variable));
  ExprKind kind = nest_.combine == Combine::max ? ExprKind::max : ExprKind::add;
  while (values.size() > 1) {
    std::vector<ExprId> next;
    for (std::size_t i = 0; i + 1 < values.size(); i += 2)
      next.push_back(builder_.let("s", builder_.apply(kind, values[i], values[i + 1]), out));
    if (values.size() % 2 == 1) next.push_back(values.back());
    values = std::move(next);
  }
  return values[0];
}

void TileBuilder::finish(std::vector<Stmt> &out) {
  Memo memo;
  bool pools = nest_.pool_combine != Combine::none;
  // Points that differ only in window axes give one result.
  std::map<std::vector<std::int64_t>, std::vector<const Point *>> results;
  std::vector<std::vector<std::int64_t>> order;
  for (const Point &point : points_) {
    std::vector<std::int64_t> key = point.offset;
    for (std::size_t a = 0; a < nest_.axes.size(); ++a)
      if (nest_.axes[a].kind == AxisKind::window) key[a] = 0;
    auto [entry, added] = results.try_emplace(key);
    if (added) order.push_back(key);
    entry->second.push_back(&point);
  }
  for (const std::vector<std::int64_t> &key : order) {
    ExprId pooled = -1;
    const std::vector<const Point *> &window = results[key];
    for (const Point *point : window) {
      ExprId value =
          point->accumulators.empty() ? evaluate(nest_.body, *point, -1, memo, out) : fold_partials(*point, out);
      value = evaluate(nest_.epilogue, *point, value, memo, out);
      if (pooled < 0)
        pooled = value;
      else
        pooled = builder_.let(
            "p", builder_.apply(nest_.pool_combine == Combine::max ? ExprKind::max : ExprKind::add, pooled, value),
            out);
    }
    if (pools) pooled = evaluate(nest_.pool_epilogue, *window[0], pooled, memo, out);
    store(*window[0], pooled, out);
  }
}

void TileBuilder::store(const Point &point, ExprId value, std::vector<Stmt> &out) {
  std::vector<Index> index;
  for (const Index &dimension : nest_.store) index.push_back(at(dimension, point, true));
  Index place = address(context_.output_layout, index, ranges_);
  Stmt stmt;
  stmt.kind = StmtKind::store;
  stmt.parameter = context_.output;
  stmt.value = value;
  stmt.at =
      substitute(place, [](IndexVar var) { return var == lane_variable ? Index(0) : Index::variable(var); }, ranges_);
  if (schedule_.lanes > 1) {
    AxisId axis = schedule_.vector_axis;
    stmt.stride = place.coefficient(lane_variable);
    bool whole = covers_whole_vectors(nest_.store, context_.output_layout, axis,
                                      nest_.axes[static_cast<std::size_t>(axis)].extent, schedule_.lanes);
    stmt.count = whole ? schedule_.lanes : active_lanes_;
  }
  out.push_back(std::move(stmt));
}

}  // namespace cnnc
