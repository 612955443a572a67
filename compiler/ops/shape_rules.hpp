// What the operators' shape rules share: checks with their messages, and the normalisation of spatial attributes.
//
// Every check reports in the user's words at the narrowest place it knows and returns false, or nothing, if it did.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "compiler/ops/op.hpp"

namespace cnnc {

/// One spatial axis of a sliding window. Output o reads input o * stride + k * dilation - begin for k in [0, kernel).
struct Window {
  std::int64_t input = 1;
  std::int64_t output = 1;
  std::int64_t kernel = 1;
  std::int64_t stride = 1;
  std::int64_t dilation = 1;
  std::int64_t begin = 0;  ///< padding in front
  std::int64_t end = 0;    ///< padding behind

  /// What the kernel covers, dilation included.
  std::int64_t span() const { return (kernel - 1) * dilation + 1; }
  /// True if some tap lies outside the input.
  bool leaves_input() const { return begin > 0 || (output - 1) * stride + span() - begin > input; }
};

/// The place of data operand `i`, or of the call.
Span operand_span(const InferContext &context, std::size_t i);
/// "'x' is f32[3, 4]".
std::string operand_text(const InferContext &context, std::size_t i);

/// Every data operand is f32.
bool check_floats(InferContext &context);
/// Data operand 0 is [channels, length] or [channels, height, width].
bool check_image(InferContext &context);
bool check_least_rank(InferContext &context, std::size_t rank);
/// Integer attribute in [low, high].
bool check_integer(InferContext &context, std::string_view name, std::int64_t low, std::int64_t high = max_elements);
/// Real attribute that a float can hold, at least `low` and at most `high` if they are given.
bool check_real(InferContext &context, std::string_view name, std::optional<double> low = std::nullopt,
                std::optional<double> high = std::nullopt);
/// `shape` is within max_elements; `what` names it: "its result", "its weight".
bool check_size(InferContext &context, const Shape &shape, std::string_view what);

/// Integer attribute `name` as an axis of a tensor of that rank, negative ones counted from the end; normalised.
bool normalise_axis(InferContext &context, std::string_view name, std::size_t rank);
/// The same for a list, which becomes rising; no list, or an empty one, means all axes.
bool normalise_axes(InferContext &context, std::string_view name, std::size_t rank);
/// A list that names every axis once; the order stays, and no list means the reverse.
bool normalise_order(InferContext &context, std::string_view name, std::size_t rank);

/// Where the spatial attributes of an operator are, and how its output is counted.
struct WindowRule {
  bool dilated = true;   ///< it has `dilation`
  bool pooling = false;  ///< it has `ceil`; padding is at most half the kernel; no window may lie wholly in padding
};

/// Normalises kernel, stride, pad and dilation for the image operand 0, which has been checked, and counts the outputs.
std::optional<std::vector<Window>> normalise_windows(InferContext &context, const WindowRule &rule);
/// An attribute of kind `spatial` as a list with an entry for each spatial axis of the image operand 0, at least `low`.
bool normalise_spatial(InferContext &context, std::string_view name, std::int64_t low = 1);
/// Padding alone, as [begins…, ends…], in an attribute that admits no words (pad's `amount`).
bool normalise_amount(InferContext &context, std::string_view name);

/// The windows of a node, from attributes that have been normalised.
std::vector<Window> windows_of(const Attrs &attrs, const Shape &input, const Shape &output);
/// Two windows whatever the rank: a trivial one in front for sequences, so that one set of loops serves both.
std::vector<Window> as_image(std::vector<Window> windows);

}  // namespace cnnc
