#include "tests/emitted/runs.hpp"

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <iterator>

#define MODEL(prefix, target, in_file) extern "C" const cnnc_model *prefix##_model(void);
#define LISTED(prefix, target, in_file)              \
  extern "C" const cnnc_model *prefix##_model(void); \
  extern "C" const cnnc_model *prefix##_model_for(const char *);
#include "models.inc"
#undef LISTED
#undef MODEL

namespace {

std::vector<unsigned char> read_file(const std::string &path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) {
    std::printf("%s: cannot be opened\n", path.c_str());
    std::exit(1);
  }
  return {std::istreambuf_iterator<char>(file), {}};
}

class RunReader {
 public:
  explicit RunReader(const std::string &path) : bytes_(read_file(path)) {}

  std::vector<Run> runs(const cnnc_model &model) {
    std::uint32_t count = 0;
    take(&count, sizeof count);
    std::vector<Run> result;
    for (std::uint32_t i = 0; i < count; ++i) {
      unsigned char status = 0;
      take(&status, 1);
      std::vector<std::vector<unsigned char>> inputs = tensors(model.inputs, model.input_count);
      result.push_back(
          {static_cast<cnnc_status>(status), std::move(inputs), tensors(model.outputs, model.output_count)});
    }
    return result;
  }
  bool at_end() const { return at_ == bytes_.size(); }

 private:
  std::vector<std::vector<unsigned char>> tensors(const cnnc_tensor *list, std::size_t count) {
    std::vector<std::vector<unsigned char>> result;
    for (std::size_t i = 0; i < count; ++i) {
      result.emplace_back(element_bytes(list[i].dtype) * element_count(list[i]));
      take(result.back().data(), result.back().size());
    }
    return result;
  }
  void take(void *to, std::size_t size) {
    if (size > bytes_.size() - at_) {
      std::printf("runs.bin is too short for the models\n");
      std::exit(1);
    }
    std::memcpy(to, bytes_.data() + at_, size);
    at_ += size;
  }

  std::vector<unsigned char> bytes_;
  std::size_t at_ = 0;
};

}  // namespace

std::size_t element_bytes(cnnc_dtype dtype) {
  constexpr std::size_t bytes[] = {4, 2, 2, 4, 1, 1};  // in the order of cnnc_dtype
  return bytes[dtype];
}

std::size_t element_count(const cnnc_tensor &tensor) {
  std::size_t count = 1;
  for (std::uint32_t d = 0; d < tensor.rank; ++d) count *= static_cast<std::size_t>(tensor.shape[d]);
  return count;
}

std::vector<Model> read_models(const std::string &folder) {
  std::vector<Model> models = {
#define MODEL(prefix, target, in_file) {#prefix, #target, in_file, prefix##_model(), {}, {}, nullptr, nullptr},
#define LISTED(prefix, target, in_file) \
  {#prefix, #target, in_file, prefix##_model_for(#target), {}, {}, prefix##_model, prefix##_model_for},
#include "models.inc"
#undef LISTED
#undef MODEL
  };
  RunReader reader(folder + "/runs.bin");
  for (Model &model : models) {
    model.runs = reader.runs(*model.model);
    if (model.weights_in_file) model.weights = read_file(folder + "/" + model.prefix + ".weights");
  }
  if (!reader.at_end()) {
    std::printf("runs.bin is too long for the models\n");
    std::exit(1);
  }
  return models;
}
