#include "tests/bench/onnx_runtime.hpp"

#include <dlfcn.h>

#include <stdexcept>

namespace cnnc::bench {
namespace {

// Slots of the C API's table. That project keeps them fixed for ever: it may only append. All are of version 1.
enum Slot : std::size_t {
  get_error_message = 2,
  create_env = 3,
  create_session_from_array = 8,
  run_session = 9,
  create_session_options = 10,
  set_session_execution_mode = 13,
  set_graph_optimization_level = 23,
  set_intra_op_threads = 24,
  set_inter_op_threads = 25,
  create_tensor_with_data = 49,
  create_cpu_memory_info = 69,
  release_status = 93,
  release_session = 95,
  release_value = 96,
};

constexpr int log_error = 3, sequential = 0, all_optimizations = 99, device_allocator = 0, default_memory = 0;
constexpr int element_float = 1;

struct ApiBase {
  const void *const *(*get_api)(std::uint32_t version);
  const char *(*version)();
};

template <typename Function>
Function function_at(const void *const *table, Slot slot) {
  return reinterpret_cast<Function>(const_cast<void *>(table[slot]));
}

}  // namespace

struct OnnxRuntime::Api {
  const ApiBase *base = nullptr;
  const void *const *table = nullptr;
  void *env = nullptr, *options = nullptr, *memory = nullptr;

  template <typename... Arguments>
  void call(Slot slot, Arguments... arguments) const {
    void *status = function_at<void *(*)(Arguments...)>(table, slot)(arguments...);
    if (status == nullptr) return;
    const std::string message = function_at<const char *(*)(void *)>(table, get_error_message)(status);
    release(release_status, status);
    throw std::runtime_error("ONNX Runtime: " + message);
  }
  void release(Slot slot, void *object) const { function_at<void (*)(void *)>(table, slot)(object); }
};

OnnxRuntime::OnnxRuntime(const std::string &path) : api_(std::make_unique<Api>()) {
  void *library = dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL);
  if (library == nullptr) throw std::runtime_error(dlerror());
  const auto get_base = reinterpret_cast<const ApiBase *(*)()>(dlsym(library, "OrtGetApiBase"));
  if (get_base == nullptr) throw std::runtime_error(path + " is not ONNX Runtime");
  api_->base = get_base();
  api_->table = api_->base->get_api(1);
  api_->call(create_env, log_error, "cnnc", &api_->env);
  api_->call(create_session_options, &api_->options);
  api_->call(set_intra_op_threads, api_->options, 1);
  api_->call(set_inter_op_threads, api_->options, 1);
  api_->call(set_session_execution_mode, api_->options, sequential);
  api_->call(set_graph_optimization_level, api_->options, all_optimizations);
  api_->call(create_cpu_memory_info, device_allocator, default_memory, &api_->memory);
}

// The environment lives as long as the process: ONNX Runtime wants that of whoever may open a session again.
OnnxRuntime::~OnnxRuntime() = default;

std::string OnnxRuntime::version() const { return api_->base->version(); }

OnnxSession::OnnxSession(const OnnxRuntime &runtime, const std::string &model,
                         const std::vector<std::int64_t> &input_shape, float *input,
                         const std::vector<std::int64_t> &output_shape, float *output)
    : api_(*runtime.api_) {
  auto bind = [&](const std::vector<std::int64_t> &shape, float *data, void **value) {
    std::size_t bytes = sizeof(float);
    for (const std::int64_t extent : shape) bytes *= static_cast<std::size_t>(extent);
    api_.call(create_tensor_with_data, static_cast<const void *>(api_.memory), static_cast<void *>(data), bytes,
              shape.data(), shape.size(), element_float, value);
  };
  api_.call(create_session_from_array, api_.env, static_cast<const void *>(model.data()), model.size(), api_.options,
            &session_);
  bind(input_shape, input, &input_);
  bind(output_shape, output, &output_);
}

OnnxSession::~OnnxSession() {
  api_.release(release_value, input_);
  api_.release(release_value, output_);
  api_.release(release_session, session_);
}

void OnnxSession::run() {
  const char *input_name = "input";
  const char *output_name = "output";
  api_.call(run_session, session_, static_cast<void *>(nullptr), &input_name, &input_, std::size_t{1}, &output_name,
            std::size_t{1}, &output_);
}

}  // namespace cnnc::bench
