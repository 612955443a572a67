// Weights that lie in a file of their own (--weights-mode file): mapped where there is mmap, else read into aligned
// memory; verified before use. This is the one part of the runtime that allocates.
#ifndef CNNC_WEIGHTS_FILE_HPP
#define CNNC_WEIGHTS_FILE_HPP

#include <cstddef>
#include <utility>

#include "cnnc/model.hpp"
#include "cnnc/weights.hpp"

#if defined(__unix__) || defined(__APPLE__)
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>
#define CNNC_HAS_MMAP 1
#else
#include <cstdio>
#include <new>
#define CNNC_HAS_MMAP 0
#endif

namespace cnnc {
inline namespace v0_1 {

/// The bytes of one weights file, read-only, at a multiple of 64; null if it cannot be used, and then error() says why.
class weights_file {
 public:
  weights_file(const char *path, std::size_t expected_bytes, const weights_identity &identity) {
    error_ = open(path, expected_bytes);
    if (error_ == nullptr) error_ = fault(identity);
    if (error_ != nullptr) close();
  }
  weights_file(weights_file &&other) noexcept
      : data_(std::exchange(other.data_, nullptr)), size_(other.size_), error_(other.error_) {}
  weights_file &operator=(weights_file &&other) noexcept {
    std::swap(data_, other.data_);
    std::swap(size_, other.size_);
    std::swap(error_, other.error_);
    return *this;
  }
  ~weights_file() { close(); }

  const void *data() const noexcept { return data_; }
  const char *error() const noexcept { return error_; }

 private:
  const char *fault(const weights_identity &identity) const {
    weights_identity magic_only = identity;
    for (int i = 8; i < 40; ++i) magic_only.bytes[i] = data_[i];
    if (!weights_fit(data_, magic_only)) return "the file holds no weights of cnnc, or of another version";
    if (!weights_fit(data_, identity)) return "the weights belong to another model or layout";
    if (weights_word(data_ + 48) != size_) return "the file is truncated or has been extended";
    if (weights_word(data_ + 40) != weights_checksum(data_ + weights_head_bytes, size_ - weights_head_bytes))
      return "the checksum does not fit: the file is damaged";
    return nullptr;
  }

#if CNNC_HAS_MMAP
  const char *open(const char *path, std::size_t expected_bytes) {
    const int file = ::open(path, O_RDONLY | O_CLOEXEC);
    if (file < 0) return "the file cannot be opened";
    const char *const problem = map(file, expected_bytes);
    ::close(file);
    return problem;
  }
  const char *map(int file, std::size_t expected_bytes) {
    struct stat status;
    if (::fstat(file, &status) != 0 || !S_ISREG(status.st_mode)) return "not a regular file";
    if (static_cast<unsigned long long>(status.st_size) != expected_bytes) return "the file has not the model's size";
    void *const mapped = ::mmap(nullptr, expected_bytes, PROT_READ, MAP_PRIVATE, file, 0);
    if (mapped == MAP_FAILED) return "the file cannot be mapped into memory";
    data_ = static_cast<const unsigned char *>(mapped);
    size_ = expected_bytes;
    return nullptr;
  }
  void close() noexcept {
    if (data_ != nullptr) ::munmap(const_cast<unsigned char *>(data_), size_);
    data_ = nullptr;
  }
#else
  const char *open(const char *path, std::size_t expected_bytes) {
    std::FILE *const file = std::fopen(path, "rb");
    if (file == nullptr) return "the file cannot be opened";
    void *const memory = ::operator new(expected_bytes, std::align_val_t{64}, std::nothrow);
    const bool whole =
        memory != nullptr && std::fread(memory, 1, expected_bytes, file) == expected_bytes && std::fgetc(file) == EOF;
    std::fclose(file);
    data_ = static_cast<const unsigned char *>(memory);
    size_ = expected_bytes;
    return whole               ? nullptr
           : memory == nullptr ? "not enough memory for the weights"
                               : "the file has not the model's size";
  }
  void close() noexcept {
    ::operator delete(const_cast<unsigned char *>(data_), std::align_val_t{64});
    data_ = nullptr;
  }
#endif

  const unsigned char *data_ = nullptr;
  std::size_t size_ = 0;
  const char *error_ = nullptr;
};

/// A model together with its weights file: false if that could not be used. Use it as a pointer to the model.
template <class Model>
class loaded {
 public:
  template <class Workspace>
  loaded(weights_file file, Workspace &scratch) : file_(std::move(file)), model_(file_.data(), scratch) {}

  explicit operator bool() const noexcept { return file_.data() != nullptr; }
  /// Why it is false; null if it is true.
  const char *error() const noexcept { return file_.error(); }

  const Model &operator*() const noexcept { return model_; }
  const Model *operator->() const noexcept { return &model_; }
  template <class... Views>
  cnnc_status run(Views &&...views) const {
    return model_.run(std::forward<Views>(views)...);
  }
  template <class... Views>
  auto operator()(Views &&...views) const {
    return model_(std::forward<Views>(views)...);
  }

 private:
  weights_file file_;
  Model model_;
};

}  // namespace v0_1
}  // namespace cnnc

#endif
