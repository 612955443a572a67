// Transposed convolutions: what convolutions do, from their outputs to their inputs.
//
// Output position o gets x[i] · weight[k] wherever o = i · stride + k · dilation − pad. The residue of o + pad modulo
// the stride decides which taps k can meet it, so the loops are made for one residue of each axis at a time (a phase):
// with o = q · stride + r and every (stride / gcd(stride, dilation))th tap from the first that fits, i is affine in q
// and the number of the tap. Nothing is ever added to a neighbour, and no product is with a zero that was put between
// inputs. Where that would be too many nests, the residue is an axis.
#include <fmt/format.h>

#include <algorithm>
#include <numeric>

#include "compiler/ops/build_nest.hpp"
#include "compiler/ops/convolution.hpp"
#include "compiler/ops/records.hpp"
#include "compiler/ops/shape_rules.hpp"

namespace cnnc {

namespace {

using Ints = std::vector<std::int64_t>;

/// One spatial axis.
struct Spread {
  std::int64_t input = 1;
  std::int64_t output = 1;
  std::int64_t kernel = 1;
  std::int64_t stride = 1;
  std::int64_t dilation = 1;
  std::int64_t begin = 0;  ///< padding in front: what is cut off the output
};

std::vector<Spread> spreads(const Attrs &attrs, const Shape &input, const Shape &output) {
  std::vector<Spread> result;
  for (std::size_t i = 0; i + 1 < input.size(); ++i)
    result.push_back({.input = input[i + 1],
                      .output = output[i + 1],
                      .kernel = ints_attr(attrs, "kernel")[i],
                      .stride = ints_attr(attrs, "stride")[i],
                      .dilation = ints_attr(attrs, "dilation")[i],
                      .begin = ints_attr(attrs, "pad")[i]});
  return result;
}

// -- Shape rule

/// The output's extent along an axis, by PyTorch's formula; 0 after a report.
std::int64_t output_extent(InferContext &context, std::size_t axis) {
  std::size_t axes = context.operands[0].shape.size() - 1;
  auto entry = [&](std::string_view name) { return ints_attr(context.attrs, name)[axis]; };
  std::string where = axes == 1 ? "length" : axis == 0 ? "height" : "width";
  std::int64_t more = entry("output_pad");
  if (more > 0 && more >= std::max(entry("stride"), entry("dilation"))) {
    context.error(
        DiagnosticKind::output_pad_too_large, context.span_of("output_pad"),
        fmt::format("{}: output_pad must be less than stride or dilation, but in {} it is {}, and they are {} "
                    "and {}",
                    context.label, where, more, entry("stride"), entry("dilation")));
    return 0;
  }
  std::int64_t whole = (context.operands[0].shape[axis + 1] - 1) * entry("stride") +
                       entry("dilation") * (entry("kernel") - 1) + more + 1;
  const Ints &pads = ints_attr(context.attrs, "pad");
  std::int64_t extent = whole - pads[axis] - pads[axes + axis];
  if (extent >= 1) return extent;
  context.error(DiagnosticKind::output_empty, context.span_of("pad"),
                fmt::format("{}: padding {} + {} cuts off the whole output, which has {} in {} without it",
                            context.label, pads[axis], pads[axes + axis], whole, where));
  return 0;
}

bool infer(InferContext &context) {
  if (!check_channels(context) || !normalise_spatial(context, "kernel") || !normalise_spatial(context, "stride") ||
      !normalise_amount(context, "pad") || !normalise_spatial(context, "output_pad", 0) ||
      !normalise_spatial(context, "dilation"))
    return false;
  std::int64_t channels = int_attr(context.attrs, "channels");
  Shape result{channels};
  Shape weight{context.operands[0].shape[0], channels / int_attr(context.attrs, "groups")};
  for (std::size_t axis = 0; axis + 1 < context.operands[0].shape.size(); ++axis) {
    result.push_back(output_extent(context, axis));
    weight.push_back(ints_attr(context.attrs, "kernel")[axis]);
    if (result.back() == 0) return false;
  }
  if (!check_size(context, weight, "its weight") || !check_size(context, result, "its result")) return false;
  context.results = {{DType::f32, result}};
  context.parameters["weight"] = weight;
  if (bool_attr(context.attrs, "bias")) context.parameters["bias"] = {channels};
  return true;
}

// -- Reference: every input is added to the outputs that its taps reach

void reference(const ReferenceContext &context) {
  const Tensor &input = *context.operands[0];
  Tensor &result = context.results[0];
  std::vector<Spread> axes = spreads(context.attrs, input.type.shape, result.type.shape);
  if (axes.size() == 1) axes.insert(axes.begin(), Spread{});
  const Spread &h = axes[0];
  const Spread &w = axes[1];
  std::int64_t groups = int_attr(context.attrs, "groups");
  std::int64_t inputs = input.type.shape[0] / groups;
  std::int64_t outputs = result.type.shape[0] / groups;
  if (context.operands.size() == 3)
    for (std::size_t i = 0; i < result.data.size(); ++i)
      result.data[i] = context.operands[2]->data[i / static_cast<std::size_t>(h.output * w.output)];
  const double *tap = context.operands[1]->data.data();
  for (std::int64_t c = 0; c < input.type.shape[0]; ++c)
    for (std::int64_t o = 0; o < outputs; ++o) {
      double *plane = result.data.data() + (c / inputs * outputs + o) * h.output * w.output;
      for (std::int64_t kh = 0; kh < h.kernel; ++kh)
        for (std::int64_t kw = 0; kw < w.kernel; ++kw, ++tap)
          for (std::int64_t ih = 0; ih < h.input; ++ih)
            for (std::int64_t iw = 0; iw < w.input; ++iw) {
              std::int64_t row = ih * h.stride + kh * h.dilation - h.begin;
              std::int64_t column = iw * w.stride + kw * w.dilation - w.begin;
              if (row < 0 || row >= h.output || column < 0 || column >= w.output) continue;
              plane[row * w.output + column] +=
                  input.data[static_cast<std::size_t>((c * h.input + ih) * w.input + iw)] * *tap;
            }
    }
}

// -- Nests

/// Output positions q · stride + r, for q in [0, count) and r in [residue, residue + residues), and the taps that reach
/// them. The first tap and the input that it meets are those of q = 0 and r = residue.
struct Phase {
  std::int64_t residue = 0;
  std::int64_t residues = 1;
  std::int64_t count = 1;
  std::int64_t taps = 0;
  std::int64_t first_tap = 0;
  std::int64_t tap_step = 1;
  std::int64_t first_input = 0;
  std::int64_t input_step = 1;  ///< inputs from a tap to the next, backwards
};

/// A phase for every residue.
std::vector<Phase> separate_phases(const Spread &s) {
  std::vector<Phase> phases;
  std::int64_t common = std::gcd(s.stride, s.dilation);
  for (std::int64_t r = 0; r < std::min(s.stride, s.output); ++r) {
    Phase phase{.residue = r, .count = (s.output - r + s.stride - 1) / s.stride};
    phase.tap_step = s.stride / common;
    phase.input_step = s.dilation / common;
    std::int64_t candidates = std::min(s.kernel, phase.tap_step);
    std::int64_t k = 0;
    while (k < candidates && (r + s.begin - k * s.dilation) % s.stride != 0) ++k;
    if (k < candidates) {
      phase.first_tap = k;
      phase.taps = (s.kernel - k + phase.tap_step - 1) / phase.tap_step;
      phase.first_input = (r + s.begin - k * s.dilation) / s.stride;  // without a remainder
    }
    phases.push_back(phase);
  }
  return phases;
}

/// One phase, or two if the last q has fewer residues: as many taps for each, of which some may lie behind the kernel.
/// Without dilation only.
std::vector<Phase> joint_phases(const Spread &s) {
  std::vector<Phase> phases;
  std::int64_t whole = s.output / s.stride;
  std::int64_t left = s.output % s.stride;
  Phase phase{.tap_step = s.stride};
  phase.taps = (s.kernel + s.stride - 1) / s.stride;
  auto add = [&](std::int64_t residue, std::int64_t residues, std::int64_t count) {
    phase.residue = residue;
    phase.residues = residues;
    phase.count = count;
    if (residues > 0 && count > 0) phases.push_back(phase);
  };
  add(0, left, whole + 1);
  add(left, s.stride - left, whole);
  return phases;
}

/// Nests of a group. More than these, as decoders with strides of 8 and more would have, cost more code than they gain.
constexpr std::int64_t most_separate_phases = 16;

std::vector<std::vector<Phase>> phases_by_axis(const std::vector<Spread> &axes) {
  std::int64_t count = 1;
  for (const Spread &axis : axes)
    if (count <= most_separate_phases) count *= std::min(axis.stride, axis.output);
  std::vector<std::vector<Phase>> result;
  for (const Spread &axis : axes)
    result.push_back(count <= most_separate_phases || axis.dilation > 1 ? separate_phases(axis) : joint_phases(axis));
  return result;
}

struct Channels {
  std::int64_t groups;
  std::int64_t inputs;   ///< of a group
  std::int64_t outputs;  ///< of a group
};

/// The loops for one phase of each axis.
class PhaseNest {
 public:
  PhaseNest(const NestContext &context, const Channels &channels, const std::vector<Spread> &axes,
            const std::vector<Phase> &phases)
      : context_(context), channels_(channels), axes_(axes), phases_(phases), nest_(start_nest(context)) {}

  Nest build() {
    Index group = channels_.groups > 1 ? add_axis(nest_, "g", AxisKind::parallel, channels_.groups) : Index(0);
    Index oc = add_axis(nest_, "oc", AxisKind::parallel, channels_.outputs);
    nest_.store = {group * channels_.outputs + oc};
    for (std::size_t i = 0; i < axes_.size(); ++i) add_output(i);
    Scalar bias = context_.operands.size() == 3 ? add_read(nest_, 2, {nest_.store[0]}) : nullptr;
    if (std::any_of(phases_.begin(), phases_.end(), [](const Phase &phase) { return phase.taps == 0; })) {
      nest_.body = bias ? bias : constant(0);
      return std::move(nest_);
    }
    Index ic = add_axis(nest_, "ic", AxisKind::reduce, channels_.inputs);
    input_ = {group * channels_.inputs + ic};
    weight_ = {input_[0], oc};
    for (std::size_t i = 0; i < axes_.size(); ++i) add_taps(i);
    nest_.combine = Combine::sum;
    nest_.body = add_read(nest_, 0, input_, zero_if(input_leaves_)) * add_read(nest_, 1, weight_, zero_if(tap_leaves_));
    if (bias) nest_.epilogue = accumulator() + bias;
    return std::move(nest_);
  }

 private:
  static std::optional<double> zero_if(bool leaves) { return leaves ? std::optional<double>(0.0) : std::nullopt; }

  std::string axis_name(const char *prefix, std::size_t i) const {
    return prefix + std::string(i + 1 == axes_.size() ? "w" : "h");
  }

  void add_output(std::size_t i) {
    const Phase &phase = phases_[i];
    Index r = phase.residues > 1 ? add_axis(nest_, axis_name("r", i), AxisKind::parallel, phase.residues) : Index(0);
    residue_.push_back(r + phase.residue);
    place_.push_back(add_axis(nest_, axis_name("o", i), AxisKind::parallel, phase.count));
    nest_.store.push_back(place_[i] * axes_[i].stride + residue_[i]);
  }

  void add_taps(std::size_t i) {
    const Phase &phase = phases_[i];
    const Spread &axis = axes_[i];
    Index tap = add_axis(nest_, axis_name("k", i), AxisKind::reduce, phase.taps);
    Index first_tap = phase.first_tap;
    Index first_input = phase.first_input;
    RangeOf range = axis_ranges(nest_);
    if (axis.dilation == 1) {
      first_tap = mod(residue_[i] + axis.begin, axis.stride, range);
      first_input = floor_div(residue_[i] + axis.begin, axis.stride, range);
    }
    input_.push_back(place_[i] + first_input - tap * phase.input_step);
    weight_.push_back(tap * phase.tap_step + first_tap);
    auto leaves = [&](const Index &index, std::int64_t extent) {
      Interval reach = bounds(index, range);
      return reach.low < 0 || reach.high >= extent;
    };
    input_leaves_ = input_leaves_ || leaves(input_.back(), axis.input);
    tap_leaves_ = tap_leaves_ || leaves(weight_.back(), axis.kernel);
  }

  const NestContext &context_;
  const Channels &channels_;
  const std::vector<Spread> &axes_;
  const std::vector<Phase> &phases_;
  Nest nest_;
  std::vector<Index> residue_, place_;  ///< r and q, by axis
  std::vector<Index> input_, weight_;
  bool input_leaves_ = false;
  bool tap_leaves_ = false;
};

std::vector<Nest> nests(const NestContext &context) {
  const Shape &input = context.operands[0].shape;
  const Shape &output = context.results[0].shape;
  std::int64_t groups = int_attr(context.attrs, "groups");
  Channels channels{groups, input[0] / groups, output[0] / groups};
  std::vector<Spread> axes = spreads(context.attrs, input, output);
  std::vector<std::vector<Phase>> choices{{}};
  for (const std::vector<Phase> &of_axis : phases_by_axis(axes)) {
    std::vector<std::vector<Phase>> longer;
    for (const std::vector<Phase> &choice : choices)
      for (const Phase &phase : of_axis) {
        longer.push_back(choice);
        longer.back().push_back(phase);
      }
    choices = std::move(longer);
  }
  std::vector<Nest> nests;
  for (const std::vector<Phase> &phases : choices) nests.push_back(PhaseNest(context, channels, axes, phases).build());
  return nests;
}

// -- Samples and record

std::vector<Sample> samples() {
  return {
      {"odd_tail", {{3, 5, 7}}, {{"channels", 5}, {"kernel", 3}}},
      {"double", {{5, 4, 6}}, {{"channels", 18}, {"kernel", 4}, {"stride", 2}, {"pad", 1}}},
      {"output_pad", {{2, 5, 4}}, {{"channels", 7}, {"kernel", 3}, {"stride", 2}, {"pad", 1}, {"output_pad", 1}}},
      {"uneven",
       {{17, 3, 4}},
       {{"channels", 2}, {"kernel", Ints{3, 5}}, {"stride", Ints{1, 3}}, {"pad", Ints{0, 1, 2, 3}}, {"bias", false}}},
      {"grouped", {{6, 4, 3}}, {{"channels", 9}, {"kernel", 2}, {"stride", 2}, {"groups", 3}}},
      {"dilated",
       {{3, 4, 5}},
       {{"channels", 4}, {"kernel", 3}, {"stride", Ints{2, 3}}, {"dilation", Ints{2, 2}}, {"output_pad", Ints{1, 2}}}},
      {"gaps", {{2, 3, 3}}, {{"channels", 3}, {"kernel", 1}, {"stride", 3}}},
      {"gaps_without_bias", {{2, 5}}, {{"channels", 3}, {"kernel", 1}, {"stride", 2}, {"bias", false}}},
      {"cropped_to_one", {{2, 1, 2}}, {{"channels", 3}, {"kernel", 3}, {"stride", 4}, {"pad", Ints{1, 3}}}},
      {"many_phases", {{3, 3, 2}}, {{"channels", 5}, {"kernel", Ints{7, 10}}, {"stride", 5}, {"pad", 1}}},
      {"sequence", {{4, 9}}, {{"channels", 17}, {"kernel", 5}, {"stride", 2}, {"pad", 2}, {"output_pad", 1}}},
      {"sequence_of_phases", {{3, 4}}, {{"channels", 4}, {"kernel", 20}, {"stride", 17}, {"pad", Ints{3, 0}}}},
      {"sequence_dilated", {{3, 6}}, {{"channels", 2}, {"kernel", 3}, {"stride", 18}, {"dilation", 12}}},
  };
}

constexpr OperandSpec operands[] = {
    {.name = "x", .doc = "`[c, height, width]` or `[c, length]`"},
    {.name = "weight", .role = OperandRole::parameter, .doc = "`[c, channels / groups, kernel…]`"},
    {.name = "bias", .role = OperandRole::parameter, .enabled_by = "bias", .doc = "`[channels]`", .init = "zero"},
};

constexpr AttrSpec attributes[] = {
    convolution::channels,
    convolution::kernel,
    {.name = "stride",
     .kind = AttrKind::spatial,
     .default_text = "1",
     .default_value = "1",
     .doc = "the step from an input's outputs to its neighbour's"},
    {.name = "pad",
     .kind = AttrKind::padding,
     .default_text = "0",
     .default_value = "0",
     .doc = "what is cut off around the output, in numbers"},
    {.name = "output_pad",
     .kind = AttrKind::spatial,
     .default_text = "0",
     .default_value = "0",
     .doc = "added to the output's end; less than stride or dilation"},
    convolution::dilation,
    convolution::groups,
    convolution::bias,
};

}  // namespace

constinit const OpDef conv_transpose_op{
    .name = "conv_transpose",
    .family = "Convolutions",
    .doc =
        "The transposed convolution: `y[o, i·stride + u·dilation − pad, j·stride + v·dilation − pad]` is `bias[o]` and "
        "the sum of all `x[c, i, j] · weight[c, o, u, v]` that come to lie there, over the channels `c` of o's group. "
        "An axis of `n` gets `(n − 1)·stride − 2·pad + dilation·(kernel − 1) + output_pad + 1`. PyTorch's "
        "`ConvTranspose2d` and `ConvTranspose1d`.",
    .operands = operands,
    .attributes = attributes,
    .onnx = "ConvTranspose",
    .infer = infer,
    .reference = reference,
    .nest = nests,
    .samples = samples,
};

}  // namespace cnnc
