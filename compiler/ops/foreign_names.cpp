#include "compiler/ops/foreign_names.hpp"

#include "compiler/ops/op.hpp"

namespace cnnc {

namespace {

struct Translation {
  std::string_view foreign, ours;
};

constexpr Translation operators[] = {
    {"Conv1d", "conv"},
    {"Conv2d", "conv"},
    {"Conv2D", "conv"},
    {"Conv1D", "conv"},
    {"conv1d", "conv"},
    {"conv2d", "conv"},
    {"Convolution", "conv"},
    {"DepthwiseConv2D", "depthwise"},
    {"depthwise_conv", "depthwise"},
    {"ConvTranspose1d", "conv_transpose"},
    {"ConvTranspose2d", "conv_transpose"},
    {"Conv2DTranspose", "conv_transpose"},
    {"deconv", "conv_transpose"},
    {"Linear", "dense"},
    {"linear", "dense"},
    {"Dense", "dense"},
    {"fc", "dense"},
    {"Gemm", "dense"},
    {"fully_connected", "dense"},
    {"MaxPool1d", "max_pool"},
    {"MaxPool2d", "max_pool"},
    {"max_pool1d", "max_pool"},
    {"max_pool2d", "max_pool"},
    {"MaxPooling2D", "max_pool"},
    {"AvgPool1d", "avg_pool"},
    {"AvgPool2d", "avg_pool"},
    {"avg_pool1d", "avg_pool"},
    {"avg_pool2d", "avg_pool"},
    {"AveragePooling2D", "avg_pool"},
    {"AdaptiveAvgPool1d", "global_avg_pool"},
    {"AdaptiveAvgPool2d", "global_avg_pool"},
    {"adaptive_avg_pool2d", "global_avg_pool"},
    {"GlobalAveragePooling2D", "global_avg_pool"},
    {"AdaptiveMaxPool2d", "global_max_pool"},
    {"BatchNorm1d", "batch_norm"},
    {"BatchNorm2d", "batch_norm"},
    {"BatchNormalization", "batch_norm"},
    {"bn", "batch_norm"},
    {"LayerNorm", "layer_norm"},
    {"GroupNorm", "group_norm"},
    {"InstanceNorm2d", "instance_norm"},
    {"LocalResponseNorm", "lrn"},
    {"local_response_norm", "lrn"},
    {"ReLU", "relu"},
    {"ReLU6", "relu6"},
    {"LeakyReLU", "leaky_relu"},
    {"PReLU", "prelu"},
    {"Hardswish", "hard_swish"},
    {"Hardsigmoid", "hard_sigmoid"},
    {"swish", "silu"},
    {"SiLU", "silu"},
    {"clamp", "clip"},
    {"Softmax", "softmax"},
    {"LogSoftmax", "log_softmax"},
    {"cat", "concat"},
    {"Concatenate", "concat"},
    {"chunk", "split"},
    {"view", "reshape"},
    {"Reshape", "reshape"},
    {"permute", "transpose"},
    {"swapaxes", "transpose"},
    {"Flatten", "flatten"},
    {"interpolate", "upsample"},
    {"Upsample", "upsample"},
    {"UpSampling2D", "upsample"},
    {"PixelShuffle", "pixel_shuffle"},
    {"depth_to_space", "pixel_shuffle"},
    {"Dropout", "dropout"},
    {"Dropout2d", "dropout"},
    {"Embedding", "embedding"},
    {"LSTM", "lstm"},
    {"GRU", "gru"},
    {"bmm", "matmul"},
    {"mm", "matmul"},
    {"CrossEntropyLoss", "cross_entropy"},
    {"MSELoss", "mse"},
    {"mse_loss", "mse"},
    {"to", "cast"},
    {"astype", "cast"},
    {"detach", "stop_gradient"},
};

/// The first of ours that the operator has is meant.
constexpr Translation arguments[] = {
    {"kernel_size", "kernel"},
    {"pool_size", "kernel"},
    {"padding", "pad"},
    {"pads", "pad"},
    {"output_padding", "output_pad"},
    {"count_include_pad", "include_pad"},
    {"ceil_mode", "ceil"},
    {"strides", "stride"},
    {"dilations", "dilation"},
    {"dilation_rate", "dilation"},
    {"group", "groups"},
    {"num_groups", "groups"},
    {"use_bias", "bias"},
    {"out_channels", "channels"},
    {"filters", "channels"},
    {"out_features", "units"},
    {"depth_multiplier", "multiplier"},
    {"negative_slope", "slope"},
    {"dim", "axis"},
    {"dim", "axes"},
    {"axis", "axes"},
    {"keepdim", "keep"},
    {"keepdims", "keep"},
    {"epsilon", "eps"},
    {"p", "rate"},
    {"scale_factor", "factor"},
    {"upscale_factor", "factor"},
    {"min", "low"},
    {"max", "high"},
    {"num_embeddings", "vocabulary"},
    {"embedding_dim", "size"},
    {"hidden_size", "hidden"},
    {"split_size_or_sections", "parts"},
};

/// What PyTorch's modules must be told, and an operator sees at its operand.
constexpr std::string_view known_from_operand[] = {"in_channels", "in_features", "num_features",    "num_channels",
                                                   "input_size",  "input_shape", "normalized_shape"};

}  // namespace

std::string_view operator_called(std::string_view foreign) {
  for (const Translation &name : operators) {
    const OpDef *op = name.foreign == foreign ? find_operator(name.ours) : nullptr;
    if (op && !op->internal) return op->name;
  }
  return {};
}

std::string argument_hint(std::string_view op_name, std::string_view foreign) {
  const OpDef *op = find_operator(op_name);
  for (const Translation &name : arguments)
    if (op && name.foreign == foreign && find_attribute(*op, name.ours))
      return std::string(op_name) + " calls it '" + std::string(name.ours) + "'";
  for (const std::string_view known : known_from_operand)
    if (known == foreign)
      return "leave it out: it follows from the shape of what " + std::string(op_name) + " works on";
  if (foreign == "inplace") return "leave it out: values never change";
  return {};
}

}  // namespace cnnc
