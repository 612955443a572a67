// What conv and conv_transpose share: the attributes of the same names, and the check of channels.
#pragma once

#include "compiler/ops/op.hpp"

namespace cnnc::convolution {

inline constexpr AttrSpec channels{
    .name = "channels", .kind = AttrKind::integer, .doc = "the number of output channels"};
inline constexpr AttrSpec kernel{.name = "kernel", .kind = AttrKind::spatial, .doc = "the kernel's extents"};
inline constexpr AttrSpec stride{.name = "stride",
                                 .kind = AttrKind::spatial,
                                 .default_text = "1",
                                 .default_value = "1",
                                 .doc = "the step of the windows"};
inline constexpr AttrSpec pad{.name = "pad",
                              .kind = AttrKind::padding,
                              .default_text = "0",
                              .default_value = "0",
                              .doc = "zeros around the input"};
inline constexpr AttrSpec dilation{.name = "dilation",
                                   .kind = AttrKind::spatial,
                                   .default_text = "1",
                                   .default_value = "1",
                                   .doc = "the step between the kernel's taps"};
inline constexpr AttrSpec bias{.name = "bias",
                               .kind = AttrKind::boolean,
                               .default_text = "true",
                               .default_value = "true",
                               .doc = "whether a bias is added"};
inline constexpr AttrSpec groups{.name = "groups",
                                 .kind = AttrKind::integer,
                                 .default_text = "1",
                                 .default_value = "1",
                                 .doc = "channels are split into so many groups that do not see each other"};

}  // namespace cnnc::convolution

namespace cnnc {

/// The operand is an f32 image or sequence, `channels` and `groups` are at least 1, and groups divide the channels.
bool check_channels(InferContext &context);

}  // namespace cnnc
