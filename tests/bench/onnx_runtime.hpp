// ONNX Runtime through its C API, opened at run time: no header or library of it is needed to build.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace cnnc::bench {

/// The library at `path`, with the settings that are best for one thread.
class OnnxRuntime {
 public:
  explicit OnnxRuntime(const std::string &path);  ///< throws std::runtime_error with the reason
  ~OnnxRuntime();
  OnnxRuntime(const OnnxRuntime &) = delete;
  OnnxRuntime &operator=(const OnnxRuntime &) = delete;

  std::string version() const;

  struct Api;

 private:
  friend class OnnxSession;
  std::unique_ptr<Api> api_;
};

/// A model with one float input "input" and one float output "output", bound to the caller's memory: a run allocates
/// nothing for either, which is the fastest way in that ONNX Runtime offers.
class OnnxSession {
 public:
  OnnxSession(const OnnxRuntime &runtime, const std::string &model, const std::vector<std::int64_t> &input_shape,
              float *input, const std::vector<std::int64_t> &output_shape, float *output);
  ~OnnxSession();
  OnnxSession(const OnnxSession &) = delete;
  OnnxSession &operator=(const OnnxSession &) = delete;

  void run();

 private:
  const OnnxRuntime::Api &api_;
  void *session_ = nullptr;
  void *input_ = nullptr;
  void *output_ = nullptr;
};

}  // namespace cnnc::bench
