#include "compiler/eval/eval_nest.hpp"

#include <fmt/format.h>

#include "compiler/eval/compiled_index.hpp"
#include "compiler/support/checks.hpp"

namespace cnnc {

namespace {

/// One index per dimension, and the shape and strides that they go into.
struct Access {
  std::vector<CompiledIndex> index;
  Shape shape, strides;
};

struct CompiledRead {
  Access access;
  const Tensor *operand;
  std::optional<double> pad;
};

struct Evaluator {
  const Nest &nest;
  std::vector<CompiledRead> reads;
  std::vector<std::size_t> parallel, window, reduce;  // axes by kind
  std::vector<CompiledRead> lookups;
  std::vector<std::int64_t> point;  // of all axes, then of all lookups
};

Access compile_access(const Nest &nest, const std::vector<Index> &index, const Shape &shape) {
  CNNC_CHECK(index.size() == shape.size(), "as many indices as dimensions");
  Access access{{}, shape, row_major_strides(shape)};
  auto place = [&](IndexVar var) {
    if (!is_lookup(var)) return Index::variable(var);
    return Index::variable(static_cast<IndexVar>(nest.axes.size() + lookup_number(var)));
  };
  for (const Index &dimension : index) access.index.emplace_back(substitute(dimension, place));
  return access;
}

/// The element's number, or -1 if it lies outside the shape.
std::int64_t element_of(const Access &access, const std::vector<std::int64_t> &point) {
  std::int64_t element = 0;
  for (std::size_t d = 0; d < access.shape.size(); ++d) {
    std::int64_t value = access.index[d](point.data());
    if (value < 0 || value >= access.shape[d]) return -1;
    element += value * access.strides[d];
  }
  return element;
}

double read_at(const Evaluator &evaluator, int number) {
  const CompiledRead &read = evaluator.reads.at(static_cast<std::size_t>(number));
  std::int64_t element = element_of(read.access, evaluator.point);
  if (element >= 0) return read.operand->data[static_cast<std::size_t>(element)];
  CNNC_CHECK(read.pad.has_value(), fmt::format("r{} leaves its operand, and has no pad", number));
  return *read.pad;
}

void look_up(Evaluator &evaluator) {
  for (std::size_t i = 0; i < evaluator.lookups.size(); ++i) {
    const CompiledRead &lookup = evaluator.lookups[i];
    std::int64_t element = element_of(lookup.access, evaluator.point);
    CNNC_CHECK(element >= 0, "a lookup leaves its operand");
    double value = lookup.operand->data[static_cast<std::size_t>(element)];
    const auto limit = static_cast<double>(evaluator.nest.lookups[i].limit);
    evaluator.point[evaluator.nest.axes.size() + i] =
        value >= 0 && value < limit ? static_cast<std::int64_t>(value) : 0;
  }
}

double evaluate_stage(const Evaluator &evaluator, const Scalar &stage, double accumulator) {
  if (!stage) return accumulator;
  return evaluate(stage, [&](const ScalarNode &leaf) {
    return leaf.op == ScalarOp::read ? read_at(evaluator, leaf.index) : accumulator;
  });
}

/// Steps to the next point of these axes, the last one fastest; false after the last point, with all of them at 0
/// again.
bool advance(Evaluator &evaluator, const std::vector<std::size_t> &axes) {
  for (std::size_t i = axes.size(); i-- > 0;) {
    if (++evaluator.point[axes[i]] < evaluator.nest.axes[axes[i]].extent) return true;
    evaluator.point[axes[i]] = 0;
  }
  return false;
}

/// Combines `value()` over the points of these axes.
template <class Value>
double combine_over(Evaluator &evaluator, Combine combine, const std::vector<std::size_t> &axes, const Value &value) {
  if (combine == Combine::none) {
    CNNC_CHECK(axes.empty(), "axes without a combine");
    return value();
  }
  double total = identity(combine);
  do {
    double next = value();
    total = combine == Combine::sum ? total + next : total > next ? total : next;
  } while (advance(evaluator, axes));
  return total;
}

}  // namespace

void eval_nest(const Nest &nest, const std::vector<const Tensor *> &operands, Tensor &output) {
  CNNC_CHECK(operands.size() == nest.operands.size(), "as many tensors as operands of the nest");
  for (std::size_t i = 0; i < operands.size(); ++i)
    CNNC_CHECK(operands[i]->type.shape == nest.operands[i], fmt::format("operand {} has the nest's shape", i));
  CNNC_CHECK(output.type.shape == nest.output, "the output has the nest's shape");

  Evaluator evaluator{nest, {}, {}, {}, {}, {}, std::vector<std::int64_t>(nest.axes.size() + nest.lookups.size(), 0)};
  for (const Read &read : nest.reads) {
    const Tensor *operand = operands.at(static_cast<std::size_t>(read.operand));
    evaluator.reads.push_back({compile_access(nest, read.index, operand->type.shape), operand, read.pad});
  }
  for (std::size_t i = 0; i < nest.axes.size(); ++i) {
    AxisKind kind = nest.axes[i].kind;
    (kind == AxisKind::parallel ? evaluator.parallel
     : kind == AxisKind::window ? evaluator.window
                                : evaluator.reduce)
        .push_back(i);
  }

  for (const Lookup &lookup : nest.lookups) {
    const Tensor *operand = operands.at(static_cast<std::size_t>(lookup.operand));
    evaluator.lookups.push_back({compile_access(nest, lookup.index, operand->type.shape), operand, std::nullopt});
  }
  Access store = compile_access(nest, nest.store, nest.output);
  auto body = [&] { return evaluate_stage(evaluator, nest.body, 0); };
  auto window_value = [&] {
    return evaluate_stage(evaluator, nest.epilogue, combine_over(evaluator, nest.combine, evaluator.reduce, body));
  };
  do {
    look_up(evaluator);
    double result = combine_over(evaluator, nest.pool_combine, evaluator.window, window_value);
    std::int64_t element = element_of(store, evaluator.point);
    CNNC_CHECK(element >= 0, "a store leaves the output");
    output.data[static_cast<std::size_t>(element)] = evaluate_stage(evaluator, nest.pool_epilogue, result);
  } while (advance(evaluator, evaluator.parallel));
}

}  // namespace cnnc
