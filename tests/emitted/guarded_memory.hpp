// Memory for a model's tensors in which any access outside shows: a read or write of a neighbouring page is a fault of
// the processor, a write of the bytes between the tensor and its page a changed pattern.
#pragma once

#include <sys/mman.h>
#include <unistd.h>

#include <cstddef>
#include <cstdlib>
#include <cstring>
#include <utility>

enum class Flush { start, end };  ///< at which end the tensor touches a page that must not be touched

class GuardedMemory {
 public:
  /// `bytes` at `shift` bytes from the start, or before the end, of whole pages.
  GuardedMemory(std::size_t bytes, Flush flush, std::size_t shift) : bytes_(bytes) {
    const auto page = static_cast<std::size_t>(sysconf(_SC_PAGESIZE));
    const std::size_t pages = (bytes + shift + page - 1) / page * page;
    mapped_bytes_ = pages + 2 * page;
    void *const mapped = mmap(nullptr, mapped_bytes_, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (mapped == MAP_FAILED) std::abort();
    mapped_ = static_cast<unsigned char *>(mapped);
    begin_ = mapped_ + page;
    end_ = begin_ + pages;
    if (pages > 0 && mprotect(begin_, pages, PROT_READ | PROT_WRITE) != 0) std::abort();
    std::memset(begin_, pattern, pages);
    data_ = flush == Flush::start ? begin_ + shift : end_ - shift - bytes;
  }
  GuardedMemory(GuardedMemory &&other) noexcept
      : mapped_(std::exchange(other.mapped_, nullptr)),
        begin_(other.begin_),
        end_(other.end_),
        data_(other.data_),
        bytes_(other.bytes_),
        mapped_bytes_(other.mapped_bytes_) {}
  GuardedMemory &operator=(GuardedMemory &&) = delete;
  ~GuardedMemory() {
    if (mapped_ != nullptr) munmap(mapped_, mapped_bytes_);
  }

  unsigned char *data() const { return data_; }
  std::size_t size() const { return bytes_; }
  /// All its floats become NaN.
  void fill_with_nan() { std::memset(data_, 0xff, bytes_); }
  /// True if nothing was written beside the tensor.
  bool intact() const {
    for (const unsigned char *p = begin_; p < end_; ++p)
      if ((p < data_ || p >= data_ + bytes_) && *p != pattern) return false;
    return true;
  }

 private:
  static constexpr unsigned char pattern = 0x5a;
  unsigned char *mapped_;
  unsigned char *begin_, *end_, *data_;
  std::size_t bytes_, mapped_bytes_;
};
