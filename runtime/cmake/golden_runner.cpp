// Runs a compiled model once, from files to files; what `cnnc golden --runner` and cnnc_add_golden_test drive.
//
//   RUNNER --describe            prints a line `input DTYPE RANK DIMENSIONS… NAME` for each input, then `output …`
//   lines RUNNER IN… OUT…              reads each input and writes each output as raw little-endian elements, row-major
//
// Exit code 0; 1 with the reason on stderr if a file cannot be read or written or has the wrong size, or if the model
// refuses to run; 2 on wrong usage.
//
// runner_model.hpp, written by CMake, declares the model: CNNC_RUNNER_MODEL is its C function, CNNC_RUNNER_WEIGHTS the
// name of its weights file, which is read from the working folder if the model wants one (--weights-mode file).
#include "runner_model.hpp"

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <string>
#include <vector>

namespace {

constexpr const char *dtype_names[] = {"f32", "f16", "bf16", "i32", "u8", "i8"};
constexpr std::size_t dtype_bytes[] = {4, 2, 2, 4, 1, 1};

std::size_t bytes_of(const cnnc_tensor &tensor) {
  std::size_t bytes = dtype_bytes[tensor.dtype];
  for (std::uint32_t i = 0; i < tensor.rank; ++i) bytes *= static_cast<std::size_t>(tensor.shape[i]);
  return bytes;
}

void describe(const char *role, const cnnc_tensor *tensors, std::uint32_t count) {
  for (std::uint32_t i = 0; i < count; ++i) {
    std::printf("%s %s %u", role, dtype_names[tensors[i].dtype], static_cast<unsigned>(tensors[i].rank));
    for (std::uint32_t d = 0; d < tensors[i].rank; ++d)
      std::printf(" %llu", static_cast<unsigned long long>(tensors[i].shape[d]));
    std::printf(" %s\n", tensors[i].name);
  }
}

// A block of memory of the given alignment, a power of two.
class Bytes {
 public:
  explicit Bytes(std::size_t size, std::size_t alignment = 64)
      : size_(size), storage_(new unsigned char[size + alignment]) {
    void *start = storage_.get();
    std::size_t room = size + alignment;
    data_ = static_cast<unsigned char *>(std::align(alignment, size, start, room));
    std::memset(data_, 0, size);
  }
  unsigned char *data() const { return data_; }
  std::size_t size() const { return size_; }

 private:
  std::size_t size_;
  std::unique_ptr<unsigned char[]> storage_;
  unsigned char *data_;
};

bool failed(const std::string &file, const char *what) {
  std::fprintf(stderr, "golden runner: '%s' %s\n", file.c_str(), what);
  return false;
}

bool read_file(const std::string &name, const Bytes &bytes) {
  std::FILE *file = std::fopen(name.c_str(), "rb");
  if (file == nullptr) return failed(name, "cannot be opened");
  const std::size_t count = std::fread(bytes.data(), 1, bytes.size(), file);
  const bool more = std::fgetc(file) != EOF;
  std::fclose(file);
  return count == bytes.size() && !more ? true : failed(name, "has the wrong size");
}

bool write_file(const std::string &name, const Bytes &bytes) {
  std::FILE *file = std::fopen(name.c_str(), "wb");
  if (file == nullptr) return failed(name, "cannot be created");
  const bool whole = std::fwrite(bytes.data(), 1, bytes.size(), file) == bytes.size();
  return std::fclose(file) == 0 && whole ? true : failed(name, "cannot be written");
}

const char *describe_status(cnnc_status status) {
  switch (status) {
    case CNNC_OK:
      return "success";
    case CNNC_BAD_INDEX:
      return "an index input is out of range";
    case CNNC_BAD_WEIGHTS:
      return "the weights file is missing or belongs to another model";
    case CNNC_BAD_TARGET:
      return "this processor lacks the instructions that the model is compiled for";
  }
  return "an unknown status";
}

bool run(const cnnc_model &model, char **files) {
  std::vector<Bytes> inputs;
  std::vector<Bytes> outputs;
  std::vector<const void *> input_pointers;
  std::vector<void *> output_pointers;
  for (std::uint32_t i = 0; i < model.input_count; ++i) {
    inputs.emplace_back(bytes_of(model.inputs[i]));
    if (!read_file(files[i], inputs.back())) return false;
    input_pointers.push_back(inputs.back().data());
  }
  for (std::uint32_t i = 0; i < model.output_count; ++i) {
    outputs.emplace_back(bytes_of(model.outputs[i]));
    output_pointers.push_back(outputs.back().data());
  }
  const Bytes workspace(model.workspace_bytes, model.workspace_alignment);
  const Bytes weights(model.weights_bytes);
  if (model.weights_bytes != 0 && !read_file(CNNC_RUNNER_WEIGHTS, weights)) return false;

  const cnnc_status status = model.run(weights.data(), input_pointers.data(), output_pointers.data(), workspace.data());
  if (status != CNNC_OK) return failed(model.name, describe_status(status));
  for (std::uint32_t i = 0; i < model.output_count; ++i)
    if (!write_file(files[model.input_count + i], outputs[i])) return false;
  return true;
}

}  // namespace

int main(int argc, char **argv) {
  const cnnc_model &model = *CNNC_RUNNER_MODEL();
  if (argc == 2 && std::strcmp(argv[1], "--describe") == 0) {
    describe("input", model.inputs, model.input_count);
    describe("output", model.outputs, model.output_count);
    return 0;
  }
  const std::uint32_t wanted = model.input_count + model.output_count;
  if (static_cast<std::uint32_t>(argc - 1) != wanted) {
    std::fprintf(stderr, "golden runner: %u files are wanted, of %u inputs and %u outputs; or --describe\n",
                 static_cast<unsigned>(wanted), static_cast<unsigned>(model.input_count),
                 static_cast<unsigned>(model.output_count));
    return 2;
  }
  return run(model, argv + 1) ? 0 : 1;
}
