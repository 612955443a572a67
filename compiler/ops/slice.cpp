// Parts of a tensor along an axis: slice, split, and what `x[i]` means.
#include <fmt/format.h>

#include <algorithm>

#include "compiler/ops/build_nest.hpp"
#include "compiler/ops/records.hpp"
#include "compiler/ops/shape_rules.hpp"
#include "compiler/support/checks.hpp"

namespace cnnc {

namespace {

using Ints = std::vector<std::int64_t>;

// -- slice

/// A bound as Python counts it: a negative one from the end, those beyond an end are the end.
std::int64_t clamped_bound(std::int64_t bound, std::int64_t extent) {
  if (bound < 0) return std::max<std::int64_t>(bound, -extent) + extent;
  return std::min(bound, extent);
}

bool check_step(InferContext &context) {
  std::int64_t step = int_attr(context.attrs, "step");
  if (step >= 1) return true;
  context.error(DiagnosticKind::slice_step, context.span_of("step"),
                fmt::format("{}: a slice goes forwards, by a step of at least 1, but step is {}", context.label, step));
  return false;
}

bool infer_slice(InferContext &context) {
  if (!check_least_rank(context, 1) || !normalise_axis(context, "axis", context.operands[0].shape.size())) return false;
  if (!check_step(context)) return false;
  auto axis = static_cast<std::size_t>(int_attr(context.attrs, "axis"));
  TensorType result = context.operands[0];
  std::int64_t extent = result.shape[axis];
  std::int64_t start = clamped_bound(int_attr(context.attrs, "start"), extent);
  std::int64_t stop = has_attr(context.attrs, "stop") ? clamped_bound(int_attr(context.attrs, "stop"), extent) : extent;
  if (start >= stop) {
    bool at_start = context.attrs.at("start").span.known() && start == extent;
    context.error(DiagnosticKind::slice_empty, context.span_of(at_start ? "start" : "stop"),
                  fmt::format("{}: nothing lies from {} to {} along axis {}: {}", context.label, start, stop, axis,
                              operand_text(context, 0)));
    return false;
  }
  std::int64_t step = std::min(int_attr(context.attrs, "step"), stop - start);
  context.attrs.at("start").value = start;
  context.attrs.at("stop").value = stop;
  context.attrs.at("step").value = step;
  result.shape[axis] = (stop - start + step - 1) / step;
  context.results = {result};
  return true;
}

/// Copies `count` positions of the axis, `step` apart from `start` on, to the result.
void copy_positions(const Tensor &from, std::size_t axis, std::int64_t start, std::int64_t step, Tensor &to) {
  std::int64_t extent = from.type.shape[axis];
  std::int64_t count = to.type.shape[axis];
  std::int64_t inner = row_major_strides(from.type.shape)[axis];
  std::int64_t outer = std::ssize(from.data) / (inner * extent);
  auto place = to.data.begin();
  for (std::int64_t o = 0; o < outer; ++o)
    for (std::int64_t i = 0; i < count; ++i)
      place = std::copy_n(from.data.begin() + (o * extent + start + i * step) * inner, inner, place);
}

void reference_slice(const ReferenceContext &context) {
  copy_positions(*context.operands[0], static_cast<std::size_t>(int_attr(context.attrs, "axis")),
                 int_attr(context.attrs, "start"), int_attr(context.attrs, "step"), context.results[0]);
}

std::vector<Nest> nest_slice(const NestContext &context) {
  Nest nest = start_nest(context);
  auto output = add_parallel_axes(nest, nest.output);
  auto axis = static_cast<std::size_t>(int_attr(context.attrs, "axis"));
  auto index = output;
  index[axis] = output[axis] * int_attr(context.attrs, "step") + int_attr(context.attrs, "start");
  nest.body = add_read(nest, 0, index);
  nest.store = output;
  return {nest};
}

std::vector<Sample> slice_samples() {
  return {
      {"rows", {{7, 5}}, {{"start", 2}, {"stop", 5}}},
      {"columns", {{3, 4, 37}}, {{"axis", -1}, {"start", 1}, {"stop", -2}}},
      {"every_third", {{5, 29}}, {{"axis", 1}, {"start", -28}, {"step", 3}}},
      {"beyond_the_end", {{19}}, {{"start", 3}, {"stop", 100}, {"step", 2}}},
      {"channels", {{36, 3, 5}}, {{"start", 3}, {"stop", 33}}},
      {"one", {{3, 4}}, {{"start", -1}, {"step", 9}}},
      {"all", {{2, 9}}, {}},
  };
}

// -- split

/// The sizes of the parts, from their count or as given.
bool normalise_parts(InferContext &context, std::size_t axis) {
  std::int64_t extent = context.operands[0].shape[axis];
  Attr &attr = context.attrs.at("parts");
  Span span = context.span_of("parts");
  auto refuse = [&](std::string what) {
    context.error(DiagnosticKind::split_sizes, span,
                  fmt::format("{} along axis {}: {}: {}", context.label, axis, what, operand_text(context, 0)));
    return false;
  };
  if (const auto *count = std::get_if<std::int64_t>(&attr.value)) {
    if (*count < 1) return refuse(fmt::format("there must be at least 1 part, not {}", *count));
    if (extent % *count != 0) return refuse(fmt::format("{} elements do not make {} equal parts", extent, *count));
    attr.value = Ints(static_cast<std::size_t>(*count), extent / *count);
    return true;
  }
  const Ints &sizes = ints_attr(context.attrs, "parts");
  std::int64_t left = extent;
  for (std::int64_t size : sizes) {
    if (size < 1) return refuse(fmt::format("a part has at least 1 element, not {}", size));
    if (size > left) return refuse(fmt::format("the sizes must add up to {}, and these to more", extent));
    left -= size;
  }
  if (left == 0) return true;
  return refuse(fmt::format("the sizes must add up to {}, and these to {}", extent, extent - left));
}

bool infer_split(InferContext &context) {
  if (!check_least_rank(context, 1) || !normalise_axis(context, "axis", context.operands[0].shape.size())) return false;
  auto axis = static_cast<std::size_t>(int_attr(context.attrs, "axis"));
  if (!normalise_parts(context, axis)) return false;
  context.results.clear();
  for (std::int64_t size : ints_attr(context.attrs, "parts")) {
    context.results.push_back(context.operands[0]);
    context.results.back().shape[axis] = size;
  }
  return true;
}

void reference_split(const ReferenceContext &context) {
  auto axis = static_cast<std::size_t>(int_attr(context.attrs, "axis"));
  std::int64_t start = 0;
  for (Tensor &result : context.results) {
    copy_positions(*context.operands[0], axis, start, 1, result);
    start += result.type.shape[axis];
  }
}

std::vector<ValueId> decompose_split(Graph &graph, const Node &node) {
  std::vector<ValueId> parts;
  std::int64_t start = 0;
  for (std::int64_t size : ints_attr(node.attrs, "parts")) {
    parts.push_back(apply(graph, "slice", {node.operands[0]},
                          {{"axis", int_attr(node.attrs, "axis")}, {"start", start}, {"stop", start + size}})[0]);
    start += size;
  }
  return parts;
}

std::vector<Sample> split_samples() {
  return {
      {"halves", {{6, 5, 3}}, {{"parts", 2}}},
      {"sizes", {{3, 25}}, {{"parts", Ints{1, 19, 5}}, {"axis", -1}}},
      {"scalars", {{3}}, {{"parts", 3}}},
      {"alone", {{4, 3}}, {{"parts", Ints{4}}}},
  };
}

// -- Records

constexpr OperandSpec operands[] = {{.name = "x", .doc = "of any element type"}};

constexpr AttrSpec slice_attributes[] = {
    {.name = "axis",
     .kind = AttrKind::integer,
     .default_text = "0",
     .default_value = "0",
     .doc = "the axis that is cut"},
    {.name = "start",
     .kind = AttrKind::integer,
     .default_text = "0",
     .default_value = "0",
     .doc = "the first position; a negative one counts from the end"},
    {.name = "stop",
     .kind = AttrKind::integer,
     .default_text = "end",
     .doc = "the position behind the last; a negative one counts from the end"},
    {.name = "step",
     .kind = AttrKind::integer,
     .default_text = "1",
     .default_value = "1",
     .doc = "from each position to the next, at least 1"},
};

constexpr AttrSpec split_attributes[] = {
    {.name = "parts", .kind = AttrKind::count_or_sizes, .doc = "how many equal parts, or the size of each"},
    {.name = "axis",
     .kind = AttrKind::integer,
     .default_text = "0",
     .default_value = "0",
     .doc = "the axis that is cut"},
};

}  // namespace

constinit const OpDef slice_op{
    .name = "slice",
    .family = "Shapes",
    .doc =
        "The positions `start`, `start + step`, … before `stop` of an axis. Bounds beyond an end are that end, as "
        "in Python; nothing left is an error. `x[i]`, with an integer `i` known at compile time, is position `i` of "
        "axis 0, without that axis.",
    .operands = operands,
    .attributes = slice_attributes,
    .onnx = "Slice",
    .infer = infer_slice,
    .reference = reference_slice,
    .nest = nest_slice,
    .samples = slice_samples,
};

constinit const OpDef split_op{
    .name = "split",
    .family = "Shapes",
    .doc = "The tensor in parts, one after the other along an axis: `let a, b = split(x, 2)`.",
    .operands = operands,
    .attributes = split_attributes,
    .onnx = "Split",
    .infer = infer_split,
    .reference = reference_split,
    .decompose = decompose_split,
    .samples = split_samples,
};

std::vector<OpCall> element_calls(const Shape &shape, std::int64_t i) {
  CNNC_CHECK(!shape.empty() && i >= 0 && i < shape[0], "an element that is not there");
  return {{&slice_op, {{"start", {i, {}}}, {"stop", {i + 1, {}}}}},
          {&reshape_op, {{"dims", {Ints(shape.begin() + 1, shape.end()), {}}}}}};
}

}  // namespace cnnc
