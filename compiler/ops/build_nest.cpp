#include "compiler/ops/build_nest.hpp"

#include <algorithm>

namespace cnnc {

Nest start_nest(const NestContext &context) {
  Nest nest;
  for (const TensorType &operand : context.operands) nest.operands.push_back(operand.shape);
  nest.output = context.results[0].shape;
  return nest;
}

Index add_axis(Nest &nest, std::string name, AxisKind kind, std::int64_t extent) {
  nest.axes.push_back({std::move(name), kind, extent});
  return Index::variable(static_cast<IndexVar>(nest.axes.size() - 1));
}

Scalar add_read(Nest &nest, int operand, std::vector<Index> index, std::optional<double> pad) {
  nest.reads.push_back({operand, std::move(index), pad});
  return read(static_cast<int>(nest.reads.size() - 1));
}

std::vector<std::string> axis_names(std::size_t rank) {
  if (rank == 1) return {"n"};
  if (rank == 2) return {"c", "w"};
  if (rank == 3) return {"c", "h", "w"};
  std::vector<std::string> names;
  for (std::size_t i = 0; i < rank; ++i) names.push_back("d" + std::to_string(i));
  return names;
}

std::vector<Index> add_parallel_axes(Nest &nest, const Shape &shape) {
  std::vector<std::string> names = axis_names(shape.size());
  std::vector<Index> variables;
  for (std::size_t i = 0; i < shape.size(); ++i)
    variables.push_back(add_axis(nest, names[i], AxisKind::parallel, shape[i]));
  return variables;
}

namespace {

std::vector<Index> add_spatial_axes(Nest &nest, const std::vector<Window> &windows, const std::string &prefix,
                                    AxisKind kind) {
  std::vector<Index> variables;
  for (std::size_t i = 0; i < windows.size(); ++i) {
    std::int64_t extent = kind == AxisKind::parallel ? windows[i].output : windows[i].kernel;
    const char *axis = i + 1 == windows.size() ? "w" : "h";
    variables.push_back(add_axis(nest, prefix + axis, kind, extent));
  }
  return variables;
}

}  // namespace

std::vector<Index> add_output_axes(Nest &nest, const std::vector<Window> &windows) {
  return add_spatial_axes(nest, windows, "o", AxisKind::parallel);
}

std::vector<Index> add_kernel_axes(Nest &nest, const std::vector<Window> &windows) {
  return add_spatial_axes(nest, windows, "k", AxisKind::reduce);
}

std::vector<Index> window_index(const std::vector<Window> &windows, const std::vector<Index> &output,
                                const std::vector<Index> &kernel) {
  std::vector<Index> index;
  for (std::size_t i = 0; i < windows.size(); ++i)
    index.push_back(output[i] * windows[i].stride + kernel[i] * windows[i].dilation - windows[i].begin);
  return index;
}

bool any_leaves_input(const std::vector<Window> &windows) {
  return std::any_of(windows.begin(), windows.end(), [](const Window &w) { return w.leaves_input(); });
}

std::vector<Index> joined(std::vector<Index> first, const std::vector<Index> &rest) {
  first.insert(first.end(), rest.begin(), rest.end());
  return first;
}

}  // namespace cnnc
