// Pooling by windows: max_pool, avg_pool, and sum_pool, into which averages decompose.
#include <algorithm>
#include <limits>

#include "compiler/ops/build_nest.hpp"
#include "compiler/ops/records.hpp"
#include "compiler/ops/shape_rules.hpp"

namespace cnnc {

namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();

// -- Shape rules

bool infer_windows(InferContext &context, bool dilated) {
  if (!check_floats(context) || !check_image(context)) return false;
  auto windows = normalise_windows(context, {.dilated = dilated, .pooling = true});
  if (!windows) return false;
  Shape result{context.operands[0].shape[0]};
  for (const Window &w : *windows) result.push_back(w.output);
  if (!check_size(context, result, "its result")) return false;
  context.results = {{DType::f32, result}};
  return true;
}

bool infer_max_pool(InferContext &context) { return infer_windows(context, true); }
bool infer_avg_pool(InferContext &context) { return infer_windows(context, false); }
bool infer_sum_pool(InferContext &context) { return check_real(context, "scale") && infer_windows(context, false); }

// -- Reference: window by window

/// The taps of window `o` that lie in the input: first, and one past the last.
struct Taps {
  std::int64_t begin;
  std::int64_t end;
};

Taps taps_inside(const Window &w, std::int64_t o) {
  std::int64_t start = o * w.stride - w.begin;  // tap t lies at start + t * dilation
  std::int64_t first = start < 0 ? (-start + w.dilation - 1) / w.dilation : 0;
  std::int64_t last = start < w.input ? std::min((w.input - 1 - start) / w.dilation + 1, w.kernel) : 0;
  return {first, std::max(first, last)};
}

/// result = finish(fold over the window's taps inside the input of combine(value so far, x), oh, ow)
template <class Combine, class Finish>
void pool(const ReferenceContext &context, double start, Combine combine, Finish finish) {
  const Tensor &input = *context.operands[0];
  auto windows = as_image(windows_of(context.attrs, input.type.shape, context.results[0].type.shape));
  const Window &h = windows[0];
  const Window &w = windows[1];
  double *result = context.results[0].data.data();
  for (std::int64_t c = 0; c < input.type.shape[0]; ++c) {
    const double *plane = input.data.data() + c * h.input * w.input;
    for (std::int64_t oh = 0; oh < h.output; ++oh) {
      Taps rows = taps_inside(h, oh);
      for (std::int64_t ow = 0; ow < w.output; ++ow) {
        Taps columns = taps_inside(w, ow);
        double value = start;
        for (std::int64_t kh = rows.begin; kh < rows.end; ++kh) {
          const double *row = plane + (oh * h.stride + kh * h.dilation - h.begin) * w.input;
          for (std::int64_t kw = columns.begin; kw < columns.end; ++kw)
            value = combine(value, row[ow * w.stride + kw * w.dilation - w.begin]);
        }
        *result++ = finish(value, h, w, oh, ow);
      }
    }
  }
}

double sum_of(double sum, double x) { return sum + x; }

/// How many taps of window `o` an average counts: those in the padded image, or in the image alone.
std::int64_t counted_taps(const Window &w, std::int64_t o, bool include_pad) {
  std::int64_t first = o * w.stride - w.begin;
  std::int64_t last = std::min(first + w.kernel, w.input + (include_pad ? w.end : 0));
  return last - (include_pad ? first : std::max<std::int64_t>(first, 0));
}

void reference_max_pool(const ReferenceContext &context) {
  pool(
      context, -infinity, [](double most, double x) { return x > most ? x : most; },
      [](double most, const Window &, const Window &, std::int64_t, std::int64_t) { return most; });
}

void reference_avg_pool(const ReferenceContext &context) {
  bool include_pad = bool_attr(context.attrs, "include_pad");
  pool(context, 0, sum_of, [&](double sum, const Window &h, const Window &w, std::int64_t oh, std::int64_t ow) {
    return sum / static_cast<double>(counted_taps(h, oh, include_pad) * counted_taps(w, ow, include_pad));
  });
}

void reference_sum_pool(const ReferenceContext &context) {
  double scale = real_attr(context.attrs, "scale");
  pool(context, 0, sum_of,
       [&](double sum, const Window &, const Window &, std::int64_t, std::int64_t) { return sum * scale; });
}

// -- Nests

Nest nest_windows(const NestContext &context, Combine combine, double outside) {
  Nest nest = start_nest(context);
  auto windows = windows_of(context.attrs, context.operands[0].shape, nest.output);
  Index c = add_axis(nest, "c", AxisKind::parallel, nest.output[0]);
  auto output = add_output_axes(nest, windows);
  auto kernel = add_kernel_axes(nest, windows);
  std::optional<double> pad;
  if (any_leaves_input(windows)) pad = outside;
  nest.combine = combine;
  nest.body = add_read(nest, 0, joined({c}, window_index(windows, output, kernel)), pad);
  nest.store = joined({c}, output);
  return nest;
}

std::vector<Nest> nest_max_pool(const NestContext &context) { return {nest_windows(context, Combine::max, -infinity)}; }

std::vector<Nest> nest_sum_pool(const NestContext &context) {
  Nest nest = nest_windows(context, Combine::sum, 0);
  if (double scale = real_attr(context.attrs, "scale"); scale != 1) nest.epilogue = accumulator() * constant(scale);
  return {nest};
}

// -- Averages: a sum, times the reciprocal of the count. Where windows count alike, as most do, the reciprocal is the
// sum's scale, else it is a constant image that broadcasts over the channels.

std::vector<std::int64_t> counts_of(const Window &w, bool include_pad) {
  std::vector<std::int64_t> counts;
  for (std::int64_t o = 0; o < w.output; ++o) counts.push_back(counted_taps(w, o, include_pad));
  return counts;
}

bool all_equal(const std::vector<std::int64_t> &counts) {
  return std::all_of(counts.begin(), counts.end(), [&](std::int64_t count) { return count == counts[0]; });
}

std::vector<ValueId> decompose_avg_pool(Graph &graph, const Node &node) {
  const Shape input = graph.values[node.operands[0]].type.shape;
  const Shape output = graph.values[node.results[0]].type.shape;
  auto windows = as_image(windows_of(node.attrs, input, output));
  bool include_pad = bool_attr(node.attrs, "include_pad");
  auto rows = counts_of(windows[0], include_pad);
  auto columns = counts_of(windows[1], include_pad);
  bool alike = all_equal(rows) && all_equal(columns);
  double scale = alike ? 1.0 / static_cast<double>(rows[0] * columns[0]) : 1.0;

  std::vector<std::pair<std::string, AttrValue>> attrs{{"scale", scale}, {"ceil", bool_attr(node.attrs, "ceil")}};
  for (const char *name : {"kernel", "stride", "pad"})
    attrs.emplace_back(name, as_written(*find_attribute(*node.op, name), node.attrs.at(name).value));
  ValueId sum = apply(graph, "sum_pool", {node.operands[0]}, std::move(attrs), node.path)[0];
  if (alike) return {sum};

  Tensor reciprocals{{DType::f32, output}, {}};
  reciprocals.type.shape[0] = 1;
  for (std::int64_t row : rows)
    for (std::int64_t column : columns)
      reciprocals.data.push_back(static_cast<float>(1.0 / static_cast<double>(row * column)));
  ValueId factor =
      add_constant(graph, std::move(reciprocals), node.path.empty() ? "" : node.path + ".reciprocal_counts");
  return apply(graph, "mul", {sum, factor}, {}, node.path);
}

// -- Samples

using Ints = std::vector<std::int64_t>;

std::vector<Sample> max_pool_samples() {
  return {
      {"halves", {{5, 8, 6}}, {{"kernel", 2}}},
      {"odd_tail", {{17, 9, 11}}, {{"kernel", 3}, {"stride", 2}, {"pad", 1}}},
      {"ceil", {{3, 7, 8}}, {{"kernel", 3}, {"stride", 2}, {"ceil", true}}},
      {"dilated", {{2, 9, 9}}, {{"kernel", Ints{2, 3}}, {"stride", 1}, {"dilation", 2}, {"pad", 1}}},
      {"one_side", {{2, 5, 6}}, {{"kernel", 3}, {"stride", 1}, {"pad", Ints{0, 2, 2, 0}}}},
      {"sequence", {{4, 13}}, {{"kernel", 3}, {"pad", "same"}}},
      {"all_negative", {{3, 6, 6}}, {{"kernel", 3}, {"stride", 2}, {"pad", 1}}, -2, -1},
  };
}

std::vector<Sample> avg_pool_samples() {
  return {
      {"halves", {{5, 8, 6}}, {{"kernel", 2}}},
      {"odd_tail", {{17, 7, 9}}, {{"kernel", 3}, {"stride", 2}}},
      {"include_pad", {{3, 8, 7}}, {{"kernel", 3}, {"stride", 2}, {"pad", 1}}},
      {"image_only", {{3, 8, 7}}, {{"kernel", 3}, {"stride", 2}, {"pad", 1}, {"include_pad", false}}},
      {"ceil", {{2, 8, 6}}, {{"kernel", 3}, {"stride", 2}, {"pad", 1}, {"ceil", true}}},
      {"uneven",
       {{2, 6, 5}},
       {{"kernel", Ints{3, 2}}, {"stride", 1}, {"pad", Ints{0, 1, 1, 0}}, {"include_pad", false}}},
      {"sequence", {{4, 15}}, {{"kernel", 4}, {"stride", 2}, {"pad", "same"}}},
  };
}

std::vector<Sample> sum_pool_samples() {
  return {
      {"odd_tail", {{3, 7, 9}}, {{"kernel", 3}, {"stride", 2}, {"pad", 1}}},
      {"scaled", {{5, 6, 4}}, {{"kernel", 2}, {"scale", 0.25}}},
      {"sequence", {{4, 9}}, {{"kernel", 2}, {"ceil", true}}},
  };
}

// -- Records

constexpr OperandSpec operands[] = {{.name = "x", .doc = "`[channels, height, width]` or `[channels, length]`"}};

constexpr AttrSpec kernel{.name = "kernel", .kind = AttrKind::spatial, .doc = "the windows' extents"};
constexpr AttrSpec stride{
    .name = "stride", .kind = AttrKind::spatial, .default_text = "kernel", .doc = "the step of the windows"};
constexpr AttrSpec pad{.name = "pad",
                       .kind = AttrKind::padding,
                       .default_text = "0",
                       .default_value = "0",
                       .doc = "around the input, on both sides at most half the kernel"};
constexpr AttrSpec dilation{.name = "dilation",
                            .kind = AttrKind::spatial,
                            .default_text = "1",
                            .default_value = "1",
                            .doc = "the step between the window's taps"};
constexpr AttrSpec ceil{.name = "ceil",
                        .kind = AttrKind::boolean,
                        .default_text = "false",
                        .default_value = "false",
                        .doc = "whether a last window may reach beyond the padded input"};

constexpr AttrSpec max_pool_attributes[] = {kernel, stride, pad, dilation, ceil};
constexpr AttrSpec avg_pool_attributes[] = {
    kernel,
    stride,
    pad,
    ceil,
    {.name = "include_pad",
     .kind = AttrKind::boolean,
     .default_text = "true",
     .default_value = "true",
     .doc = "whether the divisor counts what lies in the padding"},
};
constexpr AttrSpec sum_pool_attributes[] = {
    kernel,
    stride,
    pad,
    ceil,
    {.name = "scale",
     .kind = AttrKind::real,
     .default_text = "1",
     .default_value = "1",
     .doc = "what every sum is multiplied by"},
};

}  // namespace

constinit const OpDef max_pool_op{
    .name = "max_pool",
    .family = "Pooling",
    .doc =
        "The greatest element of each window; what lies outside the input does not count. PyTorch's `MaxPool2d`, "
        "`MaxPool1d`.",
    .operands = operands,
    .attributes = max_pool_attributes,
    .onnx = "MaxPool",
    .infer = infer_max_pool,
    .reference = reference_max_pool,
    .nest = nest_max_pool,
    .samples = max_pool_samples,
};

constinit const OpDef avg_pool_op{
    .name = "avg_pool",
    .family = "Pooling",
    .doc =
        "The mean of each window. Its divisor counts what lies within the padded input, or only the input with "
        "`include_pad = false`. PyTorch's `AvgPool2d`, `AvgPool1d`. Decomposes into `sum_pool` with the reciprocal as "
        "its scale, or, where divisors differ, times a constant image of reciprocals.",
    .operands = operands,
    .attributes = avg_pool_attributes,
    .onnx = "AveragePool",
    .infer = infer_avg_pool,
    .reference = reference_avg_pool,
    .decompose = decompose_avg_pool,
    .samples = avg_pool_samples,
};

constinit const OpDef sum_pool_op{
    .name = "sum_pool",
    .family = "Pooling",
    .doc = "The sum of each window, padded with zeros, times `scale`.",
    .operands = operands,
    .attributes = sum_pool_attributes,
    .onnx = "",
    .infer = infer_sum_pool,
    .reference = reference_sum_pool,
    .nest = nest_sum_pool,
    .samples = sum_pool_samples,
};

}  // namespace cnnc
