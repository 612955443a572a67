#include "tests/bench/onnx_graph.hpp"

#include <cstring>

#include "compiler/support/checks.hpp"

namespace cnnc::bench {
namespace {

// The wire format: a field is its number and type, then a varint, or a length and bytes.
void put_varint(std::string &out, std::uint64_t value) {
  for (; value >= 0x80; value >>= 7) out += static_cast<char>(value | 0x80);
  out += static_cast<char>(value);
}

void put(std::string &out, unsigned field, std::int64_t value) {
  put_varint(out, field << 3);
  put_varint(out, static_cast<std::uint64_t>(value));
}

void put(std::string &out, unsigned field, const std::string &bytes) {
  put_varint(out, field << 3 | 2);
  put_varint(out, bytes.size());
  out += bytes;
}

constexpr std::int64_t onnx_float = 1;  // TensorProto.FLOAT

// A ValueInfoProto: a name and the type of a tensor of floats.
std::string value_info(const std::string &name, const Shape &shape) {
  std::string dims;
  for (const std::int64_t extent : shape) {
    std::string dim;
    put(dim, 1, extent);
    put(dims, 1, dim);
  }
  std::string tensor, type, info;
  put(tensor, 1, onnx_float);
  put(tensor, 2, dims);
  put(type, 1, tensor);
  put(info, 1, name);
  put(info, 2, type);
  return info;
}

}  // namespace

OnnxGraph::OnnxGraph(std::string name, Shape shape, const Arrays &weights)
    : name_(std::move(name)), input_shape_(shape), shape_(std::move(shape)), weights_(weights) {}

void OnnxGraph::node(const std::string &op, std::vector<std::string> operands,
                     const std::vector<Attribute> &attributes) {
  operands.insert(operands.begin(), values_ == 0 ? "input" : "v" + std::to_string(values_));
  std::string text;
  for (const std::string &operand : operands) put(text, 1, operand);
  put(text, 2, "v" + std::to_string(++values_));
  put(text, 4, op);
  for (const Attribute &attribute : attributes) {
    std::string item;
    put(item, 1, attribute.name);
    for (const std::int64_t value : attribute.values) put(item, attribute.is_list ? 8 : 3, value);
    put(item, 20, std::int64_t{attribute.is_list ? 7 : 2});  // AttributeProto.INTS, INT
    put(text, 5, item);
  }
  put(nodes_, 1, text);
}

std::string OnnxGraph::initializer(const std::string &name) {
  const auto found = weights_.find(name);
  CNNC_CHECK(found != weights_.end(), "the weights lack " + name);
  std::string text, raw;
  for (const std::int64_t extent : found->second.shape) put(text, 1, extent);
  put(text, 2, onnx_float);
  put(text, 8, name);
  for (const double value : found->second.values()) {
    const auto number = static_cast<float>(value);
    char bytes[4];
    std::memcpy(bytes, &number, 4);
    raw.append(bytes, 4);
  }
  put(text, 9, raw);
  put(initializers_, 5, text);
  return name;
}

void OnnxGraph::conv(const std::string &path, std::int64_t kernel, std::int64_t pad) {
  const Shape &weight = weights_.at(path + ".weight").shape;
  node("Conv", {initializer(path + ".weight"), initializer(path + ".bias")},
       {{"kernel_shape", {kernel, kernel}}, {"pads", {pad, pad, pad, pad}}});
  shape_ = {shape_[0], weight[0], shape_[2] + 2 * pad - kernel + 1, shape_[3] + 2 * pad - kernel + 1};
  macs_ += weight[0] * weight[1] * kernel * kernel * shape_[2] * shape_[3];
}

void OnnxGraph::pool(const std::string &op, std::int64_t size) {
  node(op, {}, {{"kernel_shape", {size, size}}, {"strides", {size, size}}});
  shape_ = {shape_[0], shape_[1], shape_[2] / size, shape_[3] / size};
}

void OnnxGraph::unary(const std::string &op) { node(op, {}, {}); }

void OnnxGraph::flatten() {
  node("Flatten", {}, {});
  shape_ = {shape_[0], shape_[1] * shape_[2] * shape_[3]};
}

void OnnxGraph::dense(const std::string &path) {
  const Shape &weight = weights_.at(path + ".weight").shape;
  node("Gemm", {initializer(path + ".weight"), initializer(path + ".bias")}, {{"transB", {1}, false}});
  shape_ = {shape_[0], weight[0]};
  macs_ += weight[0] * weight[1];
}

void OnnxGraph::softmax() { node("Softmax", {}, {{"axis", {1}, false}}); }

std::string OnnxGraph::model() const {
  std::string graph = nodes_;
  std::string identity;  // gives the last value its name
  put(identity, 1, "v" + std::to_string(values_));
  put(identity, 2, std::string("output"));
  put(identity, 4, std::string("Identity"));
  put(graph, 1, identity);
  put(graph, 2, name_);
  graph += initializers_;
  put(graph, 11, value_info("input", input_shape_));
  put(graph, 12, value_info("output", shape_));

  std::string opset, model;
  put(opset, 1, std::string());
  put(opset, 2, std::int64_t{13});
  put(model, 1, std::int64_t{8});
  put(model, 7, graph);
  put(model, 8, opset);
  return model;
}

}  // namespace cnnc::bench
