// What does nothing to a value when a network is used, and something when it is trained.
#include "compiler/ops/build_nest.hpp"
#include "compiler/ops/records.hpp"
#include "compiler/ops/shape_rules.hpp"

namespace cnnc {

namespace {

bool infer_same(InferContext &context) {
  context.results = {context.operands[0]};
  return true;
}

bool infer_dropout(InferContext &context) {
  if (!check_real(context, "rate", 0, 1)) return false;
  return infer_same(context);
}

void reference(const ReferenceContext &context) { context.results[0].data = context.operands[0]->data; }

std::vector<Nest> nest(const NestContext &context) {
  Nest nest = start_nest(context);
  auto output = add_parallel_axes(nest, nest.output);
  nest.body = add_read(nest, 0, output);
  nest.store = output;
  return {nest};
}

std::vector<Sample> dropout_samples() {
  return {{"usual", {{3, 5}}, {}}, {"image", {{2, 3, 7}}, {{"rate", 0.25}}}, {"scalar", {{}}, {{"rate", 1}}}};
}

std::vector<Sample> stop_samples() { return {{"matrix", {{3, 7}}, {}}, {"vector", {{19}}, {}}, {"scalar", {{}}, {}}}; }

constexpr OperandSpec operands[] = {{.name = "x", .doc = "of any shape and element type"}};

constexpr AttrSpec dropout_attributes[] = {{.name = "rate",
                                            .kind = AttrKind::real,
                                            .default_text = "0.5",
                                            .default_value = "0.5",
                                            .doc = "from 0 to 1, the share of elements that training leaves out"}};

}  // namespace

constinit const OpDef dropout_op{
    .name = "dropout",
    .family = "Shapes",
    .doc = "`x` itself: elements are left out in training only (N. Srivastava et al., Dropout, 2014).",
    .operands = operands,
    .attributes = dropout_attributes,
    .onnx = "Dropout",
    .infer = infer_dropout,
    .reference = reference,
    .nest = nest,
    .samples = dropout_samples,
    .is_reshape = true,
};

constinit const OpDef stop_gradient_op{
    .name = "stop_gradient",
    .family = "Shapes",
    .doc = "`x` itself; towards what it is computed from, gradients are 0.",
    .operands = operands,
    .attributes = {},
    .onnx = "Identity",
    .infer = infer_same,
    .reference = reference,
    .nest = nest,
    .samples = stop_samples,
    .is_reshape = true,
};

}  // namespace cnnc
