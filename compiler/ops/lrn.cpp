// Local response normalisation.
#include <algorithm>

#include "compiler/ops/build_nest.hpp"
#include "compiler/ops/records.hpp"
#include "compiler/ops/shape_rules.hpp"
#include "compiler/support/exact_math.hpp"

namespace cnnc {

namespace {

bool infer(InferContext &context) {
  if (!check_floats(context) || !check_least_rank(context, 1) || !check_integer(context, "size", 1)) return false;
  for (const char *name : {"alpha", "beta", "k"})
    if (!check_real(context, name)) return false;
  context.results = {context.operands[0]};
  return true;
}

void reference(const ReferenceContext &context) {
  const Tensor &x = *context.operands[0];
  std::int64_t channels = x.type.shape[0];
  std::int64_t plane = std::ssize(x.data) / channels;
  std::int64_t size = int_attr(context.attrs, "size");
  for (std::int64_t c = 0; c < channels; ++c) {
    for (std::int64_t i = 0; i < plane; ++i) {
      double sum = 0;
      for (std::int64_t other = std::max<std::int64_t>(c - size / 2, 0); other <= c + (size - 1) / 2; ++other) {
        if (other == channels) break;
        sum += x.data[other * plane + i] * x.data[other * plane + i];
      }
      double base = real_attr(context.attrs, "k") + real_attr(context.attrs, "alpha") * sum / static_cast<double>(size);
      context.results[0].data[c * plane + i] =
          x.data[c * plane + i] / exact_pow(base, real_attr(context.attrs, "beta"));
    }
  }
}

/// x / base^beta; for the exponents of the literature by roots.
Scalar divided(const Scalar &x, const Scalar &base, double beta) {
  Scalar root = unary(ScalarOp::sqrt, base);
  if (beta == 0.75) return x / (root * unary(ScalarOp::sqrt, root));
  if (beta == 0.5) return x / root;
  if (beta == 1) return x / base;
  return x / binary(ScalarOp::pow, base, constant(beta));
}

std::vector<Nest> nest(const NestContext &context) {
  Nest nest = start_nest(context);
  std::int64_t size = int_attr(context.attrs, "size");
  auto index = add_parallel_axes(nest, nest.output);
  // A window is cut to the channels that any of them can see.
  std::int64_t before = std::min(size / 2, nest.output[0] - 1);
  std::int64_t behind = std::min((size - 1) / 2, nest.output[0] - 1);
  Index j = add_axis(nest, "j", AxisKind::reduce, before + 1 + behind);
  std::vector<Index> neighbour = index;
  neighbour[0] = index[0] + j - before;
  std::optional<double> pad;
  if (before + behind > 0) pad = 0.0;
  Scalar other = add_read(nest, 0, neighbour, pad);
  Scalar x = add_read(nest, 0, index);
  nest.combine = Combine::sum;
  nest.body = other * other;
  double alpha = real_attr(context.attrs, "alpha") / static_cast<double>(size);
  Scalar base = constant(real_attr(context.attrs, "k")) + constant(alpha) * accumulator();
  nest.epilogue = divided(x, base, real_attr(context.attrs, "beta"));
  nest.store = index;
  return {nest};
}

std::vector<Sample> samples() {
  return {
      {"alexnet", {{17, 3, 5}}, {{"size", 5}, {"k", 2.0}}, -9, 9},
      {"even_window", {{6, 19}}, {{"size", 4}, {"alpha", 0.5}, {"beta", 0.5}}},
      {"wider_than_channels", {{3, 2, 9}}, {{"size", 9}, {"alpha", 0.25}, {"beta", 1.0}}},
      {"any_power", {{7, 4, 3}}, {{"size", 3}, {"alpha", 2.0}, {"beta", 1.3}, {"k", 0.5}}},
      {"many_windows", {{5, 2, 3}}, {{"size", 7}, {"alpha", 0.5}}},
      {"one_channel_window", {{33}}, {{"size", 1}, {"alpha", 1.0}}},
  };
}

constexpr OperandSpec operands[] = {{.name = "x", .doc = "`[channels, …]`"}};

constexpr AttrSpec attributes[] = {
    {.name = "size", .kind = AttrKind::integer, .doc = "the number of channels in a window"},
    {.name = "alpha",
     .kind = AttrKind::real,
     .default_text = "1e-4",
     .default_value = "1e-4",
     .doc = "weight of the mean of squares"},
    {.name = "beta", .kind = AttrKind::real, .default_text = "0.75", .default_value = "0.75", .doc = "the exponent"},
    {.name = "k", .kind = AttrKind::real, .default_text = "1", .default_value = "1", .doc = "added before the power"},
};

}  // namespace

constinit const OpDef lrn_op{
    .name = "lrn",
    .family = "Normalisation",
    .doc =
        "`x[c] / (k + alpha / size · Σ x[d]²)^beta`, over the channels d from `c − ⌊size / 2⌋` to `c + ⌊(size − 1) / "
        "2⌋` "
        "that there are. PyTorch's `LocalResponseNorm`; A. Krizhevsky et al., ImageNet classification with deep "
        "convolutional neural networks, 2012, whose alpha is not divided.",
    .operands = operands,
    .attributes = attributes,
    .onnx = "LRN",
    .infer = infer,
    .reference = reference,
    .nest = nest,
    .samples = samples,
};

}  // namespace cnnc
