// The part of shape_rules.hpp about sliding windows: kernel, stride, dilation and padding of spatial axes.
#include <fmt/format.h>

#include <algorithm>

#include "compiler/ops/shape_rules.hpp"
#include "compiler/support/checks.hpp"

namespace cnnc {

namespace {

using Ints = std::vector<std::int64_t>;

std::string_view axis_word(std::size_t axes, std::size_t i) {
  if (axes == 1) return "length";
  return i == 0 ? "height" : "width";
}

std::string_view axis_words(std::size_t axes) { return axes == 1 ? "length" : "height and width"; }

bool check_entries(InferContext &context, std::string_view name, const Ints &list, std::int64_t low) {
  for (std::int64_t value : list) {
    if (value >= low && value <= max_elements) continue;
    context.error(DiagnosticKind::attribute_range, context.span_of(name),
                  fmt::format("{}: {} must be {} {}, but is {}", context.label, name,
                              value < low ? "at least" : "at most", value < low ? low : max_elements, value));
    return false;
  }
  return true;
}

/// An int for every axis, or a list with one entry each, all at least `low`.
std::optional<Ints> spatial_list(InferContext &context, std::string_view name, std::size_t axes, std::int64_t low = 1) {
  Attr &attr = context.attrs.find(name)->second;
  Ints list;
  if (const auto *one = std::get_if<std::int64_t>(&attr.value)) {
    list.assign(axes, *one);
  } else {
    list = ints_attr(context.attrs, name);
    if (list.size() != axes) {
      context.error(DiagnosticKind::attribute_length, context.span_of(name),
                    fmt::format("{}: {} takes one int, or one each for {}, but has {} entries", context.label, name,
                                axis_words(axes), list.size()));
      return std::nullopt;
    }
  }
  if (!check_entries(context, name, list, low)) return std::nullopt;
  attr.value = list;
  return list;
}

/// Padding given in numbers, as [begins…, ends…].
std::optional<Ints> padding_list(InferContext &context, std::string_view name, std::size_t axes) {
  const AttrValue &value = context.attrs.find(name)->second.value;
  Ints pads(2 * axes);
  if (const auto *one = std::get_if<std::int64_t>(&value)) {
    pads.assign(2 * axes, *one);
  } else {
    const Ints &list = ints_attr(context.attrs, name);
    for (std::size_t i = 0; i < axes; ++i) {
      if (list.size() == axes) pads[i] = pads[axes + i] = list[i];
      if (list.size() == 2 * axes) pads[i] = list[2 * i], pads[axes + i] = list[2 * i + 1];
    }
    if (list.size() != axes && list.size() != 2 * axes) {
      context.error(
          DiagnosticKind::padding_form, context.span_of(name),
          fmt::format("{}: {} takes one int, {}, but has {} entries", context.label, name,
                      axes == 1 ? "or [front, back]" : "[height, width] or [top, bottom, left, right]", list.size()));
      return std::nullopt;
    }
  }
  if (!check_entries(context, name, pads, 0)) return std::nullopt;
  return pads;
}

/// Padding given as a word, axis by axis. "same": output = ceil(input / stride), the odd element at the end.
std::optional<Ints> padding_word(InferContext &context, std::string_view name, const std::vector<Window> &windows) {
  const std::string &word = text_attr(context.attrs, name);
  std::size_t axes = windows.size();
  Ints pads(2 * axes, 0);
  if (word == "valid") return pads;
  if (word == "same") {
    for (std::size_t i = 0; i < axes; ++i) {
      const Window &w = windows[i];
      std::int64_t output = (w.input + w.stride - 1) / w.stride;
      std::int64_t total = std::max<std::int64_t>((output - 1) * w.stride + w.span() - w.input, 0);
      pads[i] = total / 2;
      pads[axes + i] = total - total / 2;
    }
    return pads;
  }
  if (word == "causal" && axes == 1) {
    pads[0] = windows[0].span() - 1;
    return pads;
  }
  if (word == "causal") {
    context.error(DiagnosticKind::padding_form, context.span_of(name),
                  fmt::format("{}: {} \"causal\" is for [channels, length], but {}", context.label, name,
                              operand_text(context, 0)));
    return std::nullopt;
  }
  Diagnostic &fault = context.error(DiagnosticKind::padding_form, context.span_of(name),
                                    fmt::format("{}: there is no {} \"{}\"", context.label, name, printable(word)));
  std::string_view near = nearest_name(word, {"same", "valid", "causal"});
  fault.hint(near.empty() ? "the words are \"same\", \"valid\" and \"causal\""
                          : fmt::format("did you mean \"{}\"?", near));
  return std::nullopt;
}

/// True if every window has a tap inside the input. Those that begin inside it do when the last one does; among those
/// that begin in the padding in front, the first tap at or behind 0 decides, which repeats with the dilation.
bool windows_reach_input(const Window &w) {
  if ((w.output - 1) * w.stride - w.begin >= w.input) return false;
  std::int64_t in_front = std::min((w.begin + w.stride - 1) / w.stride, w.output);
  std::int64_t distinct = w.input >= w.dilation ? 1 : w.dilation;
  for (std::int64_t o = 0; o < std::min(in_front, distinct); ++o) {
    std::int64_t distance = w.begin - o * w.stride;
    std::int64_t tap = (distance + w.dilation - 1) / w.dilation;
    if (tap >= w.kernel || tap * w.dilation - distance >= w.input) return false;
  }
  return true;
}

bool count_outputs(InferContext &context, Window &w, bool ceil, std::string_view axis) {
  std::int64_t room = w.input + w.begin + w.end - w.span();
  if (ceil && room > -w.stride) {
    w.output = (room + w.stride - 1) / w.stride + 1;  // room > -stride: the quotient does not round the wrong way
    if ((w.output - 1) * w.stride >= w.input + w.begin) --w.output;  // a window must begin in the input or before it
  } else {
    w.output = room < 0 ? 0 : room / w.stride + 1;
  }
  if (w.output >= 1) return true;
  std::string padding = w.begin || w.end ? fmt::format(" ({} and padding {} + {})", w.input, w.begin, w.end) : "";
  std::string dilated = w.dilation > 1 ? fmt::format(" ({} with dilation {})", w.kernel, w.dilation) : "";
  context.error(
      DiagnosticKind::kernel_exceeds_input, context.span_of("kernel"),
      fmt::format("{}: the kernel covers {}{} in {}, but {} has only {}{}", context.label, w.span(), dilated, axis,
                  padding.empty() ? "the input" : "the padded input", w.input + w.begin + w.end, padding));
  return false;
}

bool check_pooling(InferContext &context, const Window &w, std::string_view axis) {
  // PyTorch's rule, whose padding is the same on both sides. One side alone may have more, as "causal" has.
  if (std::int64_t padding = std::min(w.begin, w.end); padding > w.span() / 2) {
    context.error(DiagnosticKind::padding_exceeds_kernel, context.span_of("pad"),
                  fmt::format("{}: padding of {} in {} is more than half the kernel, which covers {}", context.label,
                              padding, axis, w.span()));
    return false;
  }
  if (windows_reach_input(w)) return true;
  context.error(DiagnosticKind::window_in_padding, context.span_of("pad"),
                fmt::format("{}: a window lies wholly in the padding in {}", context.label, axis));
  return false;
}

}  // namespace

std::optional<std::vector<Window>> normalise_windows(InferContext &context, const WindowRule &rule) {
  const Shape &input = context.operands[0].shape;
  std::size_t axes = input.size() - 1;
  auto kernel = spatial_list(context, "kernel", axes);
  if (!kernel) return std::nullopt;
  if (!has_attr(context.attrs, "stride")) context.attrs["stride"].value = *kernel;
  auto stride = spatial_list(context, "stride", axes);
  if (!stride) return std::nullopt;
  Ints dilation(axes, 1);
  if (rule.dilated) {
    auto given = spatial_list(context, "dilation", axes);
    if (!given) return std::nullopt;
    dilation = *given;
  }
  std::vector<Window> windows(axes);
  for (std::size_t i = 0; i < axes; ++i) {
    windows[i].input = input[i + 1];
    windows[i].kernel = (*kernel)[i];
    windows[i].stride = (*stride)[i];
    windows[i].dilation = dilation[i];
  }
  bool word = std::holds_alternative<std::string>(context.attrs.at("pad").value);
  auto pads = word ? padding_word(context, "pad", windows) : padding_list(context, "pad", axes);
  if (!pads) return std::nullopt;
  bool ceil = rule.pooling && bool_attr(context.attrs, "ceil");
  for (std::size_t i = 0; i < axes; ++i) {
    windows[i].begin = (*pads)[i];
    windows[i].end = (*pads)[axes + i];
    if (!count_outputs(context, windows[i], ceil, axis_word(axes, i))) return std::nullopt;
    if (rule.pooling && !check_pooling(context, windows[i], axis_word(axes, i))) return std::nullopt;
  }
  context.attrs.at("pad").value = *pads;
  return windows;
}

bool normalise_spatial(InferContext &context, std::string_view name, std::int64_t low) {
  return spatial_list(context, name, context.operands[0].shape.size() - 1, low).has_value();
}

bool normalise_amount(InferContext &context, std::string_view name) {
  Attr &attr = context.attrs.find(name)->second;
  if (std::holds_alternative<std::string>(attr.value)) {
    context.error(
        DiagnosticKind::padding_form, context.span_of(name),
        fmt::format("{}: {} must be given in numbers, but is {}", context.label, name, to_string(attr.value)));
    return false;
  }
  auto pads = padding_list(context, name, context.operands[0].shape.size() - 1);
  if (pads) attr.value = *pads;
  return pads.has_value();
}

std::vector<Window> windows_of(const Attrs &attrs, const Shape &input, const Shape &output) {
  std::size_t axes = input.size() - 1;
  std::vector<Window> windows(axes);
  for (std::size_t i = 0; i < axes; ++i) {
    Window &w = windows[i];
    w.input = input[i + 1];
    w.output = output[i + 1];
    w.kernel = ints_attr(attrs, "kernel")[i];
    w.stride = ints_attr(attrs, "stride")[i];
    if (has_attr(attrs, "dilation")) w.dilation = ints_attr(attrs, "dilation")[i];
    w.begin = ints_attr(attrs, "pad")[i];
    w.end = ints_attr(attrs, "pad")[axes + i];
  }
  return windows;
}

std::vector<Window> as_image(std::vector<Window> windows) {
  if (windows.size() == 1) windows.insert(windows.begin(), Window{});
  return windows;
}

}  // namespace cnnc
