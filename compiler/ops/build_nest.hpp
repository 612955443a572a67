// Writing nests: axes that give their variable as they are added, and the names that axes have by rank.
#pragma once

#include <string>
#include <vector>

#include "compiler/ops/op.hpp"
#include "compiler/ops/shape_rules.hpp"

namespace cnnc {

/// A nest over the node's operands and its result, without axes.
Nest start_nest(const NestContext &context);
/// Appends an axis and returns its variable.
Index add_axis(Nest &nest, std::string name, AxisKind kind, std::int64_t extent);
/// Appends a read and returns the expression that stands for it.
Scalar add_read(Nest &nest, int operand, std::vector<Index> index, std::optional<double> pad = std::nullopt);

/// Names of a tensor's axes: "c", "h", "w" for an image, "c", "w" for a sequence, "n" for a vector, else "d0", "d1", ….
std::vector<std::string> axis_names(std::size_t rank);
/// One parallel axis for each extent; the variables in order.
std::vector<Index> add_parallel_axes(Nest &nest, const Shape &shape);

/// "oh", "ow" (or "ow" for a sequence), parallel.
std::vector<Index> add_output_axes(Nest &nest, const std::vector<Window> &windows);
/// "kh", "kw" (or "kw"), reduce.
std::vector<Index> add_kernel_axes(Nest &nest, const std::vector<Window> &windows);
/// The input's spatial indices under windows: output * stride + kernel * dilation - begin.
std::vector<Index> window_index(const std::vector<Window> &windows, const std::vector<Index> &output,
                                const std::vector<Index> &kernel);
/// True if a tap of some window lies outside the input, so that reads need a pad.
bool any_leaves_input(const std::vector<Window> &windows);

/// `first` followed by `rest`.
std::vector<Index> joined(std::vector<Index> first, const std::vector<Index> &rest);

}  // namespace cnnc
