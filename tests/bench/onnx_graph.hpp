// Just enough of ONNX to hand the example networks to ONNX Runtime: a builder that tracks shapes and writes the
// protocol buffer's wire format itself (https://protobuf.dev/programming-guides/encoding, onnx.proto). No library is
// needed.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "compiler/frontend/array.hpp"

namespace cnnc::bench {

/// A chain of operators, each on the value before it. Weights are found in `weights` as PATH.weight and PATH.bias.
class OnnxGraph {
 public:
  /// `shape` of the input, batch included.
  OnnxGraph(std::string name, Shape shape, const Arrays &weights);

  void conv(const std::string &path, std::int64_t kernel, std::int64_t pad);
  void pool(const std::string &op, std::int64_t size);  ///< "AveragePool" or "MaxPool"; windows do not overlap
  void unary(const std::string &op);                    ///< "Tanh", "Relu"
  void flatten();
  void dense(const std::string &path);
  void softmax();

  /// Multiply-accumulates of the convolutions and products so far.
  std::int64_t macs() const { return macs_; }
  const Shape &shape() const { return shape_; }
  /// The model file. Its input is called "input", its output "output".
  std::string model() const;

 private:
  struct Attribute {
    std::string name;
    std::vector<std::int64_t> values;
    bool is_list = true;
  };
  void node(const std::string &op, std::vector<std::string> operands, const std::vector<Attribute> &attributes);
  /// Adds a weight and returns its name.
  std::string initializer(const std::string &name);

  std::string name_;
  Shape input_shape_;
  Shape shape_;
  const Arrays &weights_;
  std::int64_t macs_ = 0;
  int values_ = 0;  ///< of nodes so far; the newest is called "v<values_>"
  std::string nodes_, initializers_;
};

}  // namespace cnnc::bench
