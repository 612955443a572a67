// Convolutions: conv and depthwise.
#include <fmt/format.h>

#include "compiler/ops/build_nest.hpp"
#include "compiler/ops/connections.hpp"
#include "compiler/ops/convolution.hpp"
#include "compiler/ops/records.hpp"
#include "compiler/ops/shape_rules.hpp"

namespace cnnc {

namespace {

// -- Shape rules

bool set_results(InferContext &context, std::int64_t channels, std::int64_t channels_in_group,
                 const std::vector<Window> &windows) {
  Shape result{channels};
  Shape weight{channels, channels_in_group};
  for (const Window &w : windows) {
    result.push_back(w.output);
    weight.push_back(w.kernel);
  }
  if (!check_size(context, weight, "its weight") || !check_size(context, result, "its result")) return false;
  context.results = {{DType::f32, result}};
  context.parameters["weight"] = weight;
  if (bool_attr(context.attrs, "bias")) context.parameters["bias"] = {channels};
  return true;
}

bool check_divisible(InferContext &context, std::string_view what, std::int64_t channels, std::int64_t groups) {
  if (channels % groups == 0) return true;
  context.error(DiagnosticKind::channels_not_divisible, context.span_of("groups"),
                fmt::format("{}: {} {} cannot be divided into {} groups", context.label, channels, what, groups));
  return false;
}

}  // namespace

bool check_channels(InferContext &context) {
  if (!check_floats(context) || !check_image(context) || !check_integer(context, "channels", 1) ||
      !check_integer(context, "groups", 1))
    return false;
  std::int64_t groups = int_attr(context.attrs, "groups");
  return check_divisible(context, "input channels", context.operands[0].shape[0], groups) &&
         check_divisible(context, "output channels", int_attr(context.attrs, "channels"), groups);
}

namespace {

bool infer_conv(InferContext &context) {
  if (!check_channels(context) ||
      !check_connections(context, int_attr(context.attrs, "channels"), context.operands[0].shape[0]))
    return false;
  auto windows = normalise_windows(context, {});
  return windows && set_results(context, int_attr(context.attrs, "channels"),
                                context.operands[0].shape[0] / int_attr(context.attrs, "groups"), *windows);
}

bool infer_depthwise(InferContext &context) {
  if (!check_floats(context) || !check_image(context) || !check_integer(context, "multiplier", 1)) return false;
  auto windows = normalise_windows(context, {});
  return windows &&
         set_results(context, context.operands[0].shape[0] * int_attr(context.attrs, "multiplier"), 1, *windows);
}

// -- Reference: the sum tap by tap, a row of outputs at a time

/// Adds weight * input to one plane of outputs, for one tap (kh, kw) of the windows; taps in the padding add nothing.
void add_tap(const double *input, double weight, double *output, const Window &h, const Window &w, std::int64_t kh,
             std::int64_t kw) {
  std::int64_t shift = kw * w.dilation - w.begin;  // input column = ow * stride + shift
  std::int64_t first = shift >= 0 ? 0 : (-shift + w.stride - 1) / w.stride;
  std::int64_t last = shift >= w.input ? 0 : std::min(w.output, (w.input - 1 - shift) / w.stride + 1);
  for (std::int64_t oh = 0; oh < h.output; ++oh) {
    std::int64_t ih = oh * h.stride + kh * h.dilation - h.begin;
    if (ih < 0 || ih >= h.input) continue;
    const double *row = input + ih * w.input;
    double *sums = output + oh * w.output;
    if (w.stride == 1)
      for (std::int64_t ow = first; ow < last; ++ow) sums[ow] += weight * row[ow + shift];
    else
      for (std::int64_t ow = first; ow < last; ++ow) sums[ow] += weight * row[ow * w.stride + shift];
  }
}

void convolve(const ReferenceContext &context, std::int64_t groups) {
  const Tensor &input = *context.operands[0];
  const Tensor &weight = *context.operands[1];
  Tensor &result = context.results[0];
  auto windows = as_image(windows_of(context.attrs, input.type.shape, result.type.shape));
  const Window &h = windows[0];
  const Window &w = windows[1];
  std::int64_t group_inputs = input.type.shape[0] / groups;
  std::int64_t group_outputs = result.type.shape[0] / groups;
  const std::vector<bool> absent = absent_weights(context.attrs, weight.type.shape);
  std::size_t tap = 0;
  for (std::int64_t oc = 0; oc < result.type.shape[0]; ++oc) {
    double *plane = result.data.data() + oc * h.output * w.output;
    if (context.operands.size() == 3) std::fill_n(plane, h.output * w.output, context.operands[2]->data[oc]);
    for (std::int64_t ic = 0; ic < group_inputs; ++ic) {
      const double *channel = input.data.data() + (oc / group_outputs * group_inputs + ic) * h.input * w.input;
      for (std::int64_t kh = 0; kh < h.kernel; ++kh)
        for (std::int64_t kw = 0; kw < w.kernel; ++kw, ++tap)
          if (absent.empty() || !absent[tap]) add_tap(channel, weight.data[tap], plane, h, w, kh, kw);
    }
  }
}

void reference_conv(const ReferenceContext &context) { convolve(context, int_attr(context.attrs, "groups")); }

void reference_depthwise(const ReferenceContext &context) { convolve(context, context.operands[0]->type.shape[0]); }

// -- Nests

/// The input channels that an output channel sees: `first` + numbers[j], where its weights stand at numbers[j].
struct InputChannels {
  Index first;
  std::vector<std::int64_t> numbers;
};

InputChannels consecutive(Index first, std::int64_t count) {
  InputChannels channels{std::move(first), {}};
  for (std::int64_t c = 0; c < count; ++c) channels.numbers.push_back(c);
  return channels;
}

/// The parts that all convolutions share. Axes in front of the output's (groups, channels) have been added.
void finish_nest(Nest &nest, const NestContext &context, const Index &output_channel, const InputChannels &inputs) {
  auto windows = windows_of(context.attrs, context.operands[0].shape, nest.output);
  auto output = add_output_axes(nest, windows);
  Index ic;  // depthwise convolutions have a single input channel and no axis for it
  if (std::int64_t count = std::ssize(inputs.numbers); count > 1 || context.attrs.contains("groups"))
    ic = number_at(inputs.numbers, add_axis(nest, "ic", AxisKind::reduce, count));
  auto kernel = add_kernel_axes(nest, windows);
  std::optional<double> pad;
  if (any_leaves_input(windows)) pad = 0.0;
  Scalar x = add_read(nest, 0, joined({inputs.first + ic}, window_index(windows, output, kernel)), pad);
  Scalar w = add_read(nest, 1, joined({output_channel, ic}, kernel));
  nest.combine = Combine::sum;
  nest.body = x * w;
  if (context.operands.size() == 3) nest.epilogue = accumulator() + add_read(nest, 2, {output_channel});
  nest.store = joined({output_channel}, output);
}

/// Output channels that see nothing are their bias.
void finish_nest_without_inputs(Nest &nest, const NestContext &context, const Index &output_channel) {
  auto output = add_output_axes(nest, windows_of(context.attrs, context.operands[0].shape, nest.output));
  nest.body = context.operands.size() == 3 ? add_read(nest, 2, {output_channel}) : constant(0);
  nest.store = joined({output_channel}, output);
}

std::vector<Nest> nests_by_connections(const NestContext &context) {
  std::vector<Nest> nests;
  for (const ConnectedOutputs &outputs : connected_outputs(table_attr(context.attrs, "connections"))) {
    Nest nest = start_nest(context);
    Index oc = outputs.channel(add_axis(nest, "oc", AxisKind::parallel, outputs.count));
    if (outputs.inputs.empty())
      finish_nest_without_inputs(nest, context, oc);
    else
      finish_nest(nest, context, oc, {Index(0), outputs.inputs});
    nests.push_back(std::move(nest));
  }
  return nests;
}

std::vector<Nest> nest_conv(const NestContext &context) {
  if (has_attr(context.attrs, "connections")) return nests_by_connections(context);
  Nest nest = start_nest(context);
  std::int64_t groups = int_attr(context.attrs, "groups");
  std::int64_t group_inputs = context.operands[0].shape[0] / groups;
  std::int64_t group_outputs = nest.output[0] / groups;
  Index group = groups > 1 ? add_axis(nest, "g", AxisKind::parallel, groups) : Index(0);
  Index oc = add_axis(nest, "oc", AxisKind::parallel, group_outputs);
  finish_nest(nest, context, group * group_outputs + oc, consecutive(group * group_inputs, group_inputs));
  return {nest};
}

std::vector<Nest> nest_depthwise(const NestContext &context) {
  Nest nest = start_nest(context);
  std::int64_t multiplier = int_attr(context.attrs, "multiplier");
  Index c = add_axis(nest, "c", AxisKind::parallel, context.operands[0].shape[0]);
  Index m = multiplier > 1 ? add_axis(nest, "m", AxisKind::parallel, multiplier) : Index(0);
  finish_nest(nest, context, c * multiplier + m, consecutive(c, 1));
  return {nest};
}

// -- Samples

using Ints = std::vector<std::int64_t>;

/// Rows with gaps and without, the same one at channels 0, 2, 4 and 5, one that is empty, a single input.
AttrTable some_connections() {
  return {{1, 0, 1, 1, 0}, {0, 1, 1, 0, 0}, {1, 0, 1, 1, 0}, {0, 0, 0, 0, 0},
          {1, 0, 1, 1, 0}, {1, 0, 1, 1, 0}, {0, 0, 0, 0, 1}};
}

/// Table I of LeNet-5's paper: which of the 6 maps of S2 each map of C3 sees.
AttrTable lenet_connections() {
  AttrTable table(16, std::vector<double>(6, 0.0));
  for (std::size_t o = 0; o < 6; ++o) {
    for (std::size_t i = 0; i < 3; ++i) table[o][(o + i) % 6] = 1;
    for (std::size_t i = 0; i < 4; ++i) table[o + 6][(o + i) % 6] = 1;
  }
  for (std::size_t o = 0; o < 3; ++o)
    for (std::size_t i : {0, 1, 3, 4}) table[o + 12][(o + i) % 6] = 1;
  table[15] = std::vector<double>(6, 1.0);
  return table;
}

std::vector<Sample> conv_samples() {
  return {
      {"odd_tail", {{3, 7, 9}}, {{"channels", 5}, {"kernel", 3}, {"pad", 1}}},
      {"one_by_one", {{17, 5, 5}}, {{"channels", 19}, {"kernel", 1}}},
      {"stride_2_same", {{2, 9, 10}}, {{"channels", 18}, {"kernel", 3}, {"stride", 2}, {"pad", "same"}}},
      {"uneven_padding", {{2, 6, 5}}, {{"channels", 3}, {"kernel", Ints{3, 2}}, {"pad", Ints{0, 2, 1, 0}}}},
      {"dilated", {{3, 11, 9}}, {{"channels", 4}, {"kernel", 3}, {"dilation", Ints{2, 3}}, {"pad", Ints{2, 3}}}},
      {"grouped", {{6, 8, 7}}, {{"channels", 9}, {"kernel", 3}, {"groups", 3}, {"bias", false}}},
      {"padding_beyond_kernel", {{1, 3, 3}}, {{"channels", 2}, {"kernel", 2}, {"pad", 3}}},
      {"whole_image", {{3, 4, 4}}, {{"channels", 33}, {"kernel", 4}}},
      {"sequence", {{4, 19}}, {{"channels", 7}, {"kernel", 5}, {"stride", 2}, {"pad", 2}}},
      {"connections", {{5, 7, 9}}, {{"channels", 7}, {"kernel", 3}, {"pad", 1}, {"connections", some_connections()}}},
      {"connections_sequence",
       {{5, 19}},
       {{"channels", 7}, {"kernel", 3}, {"bias", false}, {"connections", some_connections()}}},
      {"connections_of_lenet", {{6, 7, 14}}, {{"channels", 16}, {"kernel", 5}, {"connections", lenet_connections()}}},
      {"connections_all", {{3, 5, 18}}, {{"channels", 2}, {"kernel", 2}, {"connections", AttrTable(2, {1, 1, 1})}}},
      {"sequence_causal", {{3, 13}}, {{"channels", 16}, {"kernel", 3}, {"dilation", 2}, {"pad", "causal"}}},
  };
}

std::vector<Sample> depthwise_samples() {
  return {
      {"odd_tail", {{5, 7, 9}}, {{"kernel", 3}, {"pad", 1}}},
      {"stride_2_same", {{18, 8, 9}}, {{"kernel", 3}, {"stride", 2}, {"pad", "same"}, {"bias", false}}},
      {"multiplier", {{3, 6, 6}}, {{"kernel", Ints{2, 3}}, {"multiplier", 3}}},
      {"dilated", {{17, 9, 5}}, {{"kernel", Ints{3, 1}}, {"dilation", Ints{3, 1}}, {"pad", Ints{3, 0}}}},
      {"sequence", {{6, 15}}, {{"kernel", 4}, {"stride", 3}}},
  };
}

// -- Records

constexpr OperandSpec operands[] = {
    {.name = "x", .doc = "`[channels, height, width]` or `[channels, length]`"},
    {.name = "weight", .role = OperandRole::parameter, .doc = "`[channels, c / groups, kernel…]`"},
    {.name = "bias", .role = OperandRole::parameter, .enabled_by = "bias", .doc = "`[channels]`", .init = "zero"},
};

constexpr OperandSpec depthwise_operands[] = {
    {.name = "x", .doc = "`[channels, height, width]` or `[channels, length]`"},
    {.name = "weight", .role = OperandRole::parameter, .doc = "`[c * multiplier, 1, kernel…]`"},
    {.name = "bias", .role = OperandRole::parameter, .enabled_by = "bias", .doc = "`[c * multiplier]`", .init = "zero"},
};

using namespace convolution;

constexpr AttrSpec conv_attributes[] = {
    channels,
    kernel,
    stride,
    pad,
    dilation,
    groups,
    bias,
    {.name = "connections",
     .kind = AttrKind::table,
     .default_text = "all",
     .doc =
         "a row for each output channel with 1 for the input channels that it sees, 0 for the others: what is absent "
         "is neither stored nor computed (it is, as zeros, where so many rows differ that code for each would be "
         "long), and "
         "its place in the weights file is ignored; not with groups"},
};

constexpr AttrSpec depthwise_attributes[] = {
    kernel,
    stride,
    pad,
    dilation,
    bias,
    {.name = "multiplier",
     .kind = AttrKind::integer,
     .default_text = "1",
     .default_value = "1",
     .doc = "output channels for each input channel"},
};

}  // namespace

constinit const OpDef conv_op{
    .name = "conv",
    .family = "Convolutions",
    .doc =
        "Cross-correlation, as everywhere in the field: `y[o, i, j] = bias[o] + Σ x[c, i·stride + u·dilation − pad, "
        "j·stride + v·dilation − pad] · weight[o, c, u, v]` over the channels `c` of o's group and the kernel `u, v`. "
        "PyTorch's `Conv2d` and `Conv1d`.",
    .operands = operands,
    .attributes = conv_attributes,
    .onnx = "Conv",
    .infer = infer_conv,
    .reference = reference_conv,
    .nest = nest_conv,
    .samples = conv_samples,
    .simplify = fill_connections,
    .channel_linear = true,
    .ignored_weights = absent_weights,
};

constinit const OpDef depthwise_op{
    .name = "depthwise",
    .family = "Convolutions",
    .doc =
        "`conv` with one group for each input channel: output channel `c · multiplier + m` sees input channel `c` "
        "alone.",
    .operands = depthwise_operands,
    .attributes = depthwise_attributes,
    .onnx = "",
    .infer = infer_depthwise,
    .reference = reference_depthwise,
    .nest = nest_depthwise,
    .samples = depthwise_samples,
    .channel_linear = true,
};

}  // namespace cnnc
