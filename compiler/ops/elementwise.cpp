#include "compiler/ops/elementwise.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "compiler/ops/build_nest.hpp"
#include "compiler/ops/shape_rules.hpp"
#include "compiler/support/checks.hpp"

namespace cnnc {

namespace {

/// The number of a text among its attribute's choices.
double choice_of(const AttrSpec &attribute, std::string_view text) {
  std::string_view before = attribute.choices.substr(0, attribute.choices.find(text));
  return static_cast<double>(std::count(before.begin(), before.end(), ' '));
}

/// The values of the row's attributes in the order of its schema.
std::vector<double> parameters_of(const ElementwiseRow &row, const Attrs &attrs) {
  std::vector<double> parameters;
  for (const AttrSpec &attribute : row.attributes)
    parameters.push_back(attribute.kind == AttrKind::text ? choice_of(attribute, text_attr(attrs, attribute.name))
                                                          : real_attr(attrs, attribute.name));
  return parameters;
}

/// The extent of `shape` at axis `axis` of a tensor of rank `rank`, to which it is aligned at the end.
std::int64_t aligned_extent(const Shape &shape, std::size_t rank, std::size_t axis) {
  std::size_t missing = rank - shape.size();
  return axis < missing ? 1 : shape[axis - missing];
}

bool broadcast(InferContext &context, Shape &result) {
  const Shape &a = context.operands[0].shape;
  const Shape &b = context.operands[1].shape;
  result.assign(std::max(a.size(), b.size()), 1);
  for (std::size_t i = 0; i < result.size(); ++i) {
    std::int64_t in_a = aligned_extent(a, result.size(), i);
    std::int64_t in_b = aligned_extent(b, result.size(), i);
    result[i] = std::max(in_a, in_b);
    if (in_a == in_b || in_a == 1 || in_b == 1) continue;
    auto &fault = context.error(DiagnosticKind::shapes_do_not_broadcast, operand_span(context, 1),
                                fmt::format("{}: {} and {}; extents {} and {} do not broadcast", context.label,
                                            operand_text(context, 0), operand_text(context, 1), in_a, in_b));
    const Shape &vector = a.size() < b.size() ? a : b;
    const Shape &image = a.size() < b.size() ? b : a;
    if (vector.size() == 1 && image.size() > 1 && vector[0] == image[0]) {  // meant by channel
      Shape by_channel(image.size(), 1);
      by_channel[0] = vector[0];
      fault.hint(fmt::format("axes are aligned at the end; by channel it is reshape({})", to_string(by_channel)));
    }
    return false;
  }
  return true;
}

}  // namespace

bool infer_elementwise(const ElementwiseRow &row, InferContext &context) {
  if (!check_floats(context)) return false;
  for (const AttrSpec &attribute : row.attributes)
    if (attribute.kind == AttrKind::real && !check_real(context, attribute.name)) return false;
  if (row.check && !row.check(context)) return false;
  Shape result = context.operands[0].shape;
  if (row.operands == 2 && !broadcast(context, result)) return false;
  if (!check_size(context, result, "its result")) return false;
  context.results = {{DType::f32, result}};
  return true;
}

void reference_elementwise(const ElementwiseRow &row, const ReferenceContext &context) {
  std::vector<double> parameters = parameters_of(row, context.attrs);
  Tensor &result = context.results[0];
  const Shape &shape = result.type.shape;
  std::int64_t position[2] = {0, 0};   // of the operands' elements
  std::vector<std::int64_t> steps[2];  // by axis; 0 where an operand broadcasts
  for (int k = 0; k < row.operands; ++k) {
    Shape strides = row_major_strides(context.operands[k]->type.shape);
    for (std::size_t i = 0; i < shape.size(); ++i) {
      bool repeats = aligned_extent(context.operands[k]->type.shape, shape.size(), i) == 1;
      steps[k].push_back(repeats ? 0 : aligned_extent(strides, shape.size(), i));
    }
  }
  Shape index(shape.size(), 0);
  for (double &value : result.data) {
    double x[2] = {};
    for (int k = 0; k < row.operands; ++k) x[k] = context.operands[k]->data[position[k]];
    value = row.value(x, parameters.data());
    for (std::size_t i = shape.size(); i-- > 0;) {  // the next index, last axis first
      bool carry = ++index[i] == shape[i];
      for (int k = 0; k < row.operands; ++k) position[k] += steps[k][i] * (carry ? 1 - shape[i] : 1);
      if (!carry) break;
      index[i] = 0;
    }
  }
}

std::vector<Nest> nest_elementwise(const ElementwiseRow &row, const NestContext &context) {
  Nest nest = start_nest(context);
  auto axes = add_parallel_axes(nest, nest.output);
  Scalar x[2];
  for (int k = 0; k < row.operands; ++k) {
    const Shape &operand = nest.operands[k];
    std::size_t missing = axes.size() - operand.size();
    std::vector<Index> index;
    for (std::size_t i = 0; i < operand.size(); ++i) index.push_back(operand[i] == 1 ? Index(0) : axes[missing + i]);
    x[k] = add_read(nest, k, index);
  }
  nest.body = row.expression(x, parameters_of(row, context.attrs).data());
  nest.store = axes;
  return {nest};
}

std::vector<Sample> samples_elementwise(const ElementwiseRow &row) {
  std::vector<Sample> samples;
  if (row.operands == 1) {
    samples = {{"odd_tail", {{19}}, {}}, {"image", {{3, 5, 7}}, {}}, {"scalar", {{}}, {}}};
  } else {
    samples = {{"same_shapes", {{3, 5, 7}, {3, 5, 7}}, {}},
               {"by_channel", {{17, 3, 5}, {17, 1, 1}}, {}},
               {"both_broadcast", {{3, 1, 7}, {5, 1}}, {}},
               {"scalar", {{33}, {}}, {}},
               {"scalar_first", {{}, {2, 9}}, {}}};
  }
  bool required = std::any_of(row.attributes.begin(), row.attributes.end(),
                              [](const AttrSpec &attribute) { return attribute.default_text.empty(); });
  if (required)
    for (Sample &sample : samples) sample.attrs = row.sample_attributes();
  else if (row.sample_attributes)
    samples.push_back({"arguments", {{3, 19}}, row.sample_attributes()});
  for (Sample &sample : samples) {
    sample.low = row.low;
    sample.high = row.high;
  }
  return samples;
}

}  // namespace cnnc
