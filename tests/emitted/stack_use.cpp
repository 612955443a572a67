#include "tests/emitted/stack_use.hpp"

#include <pthread.h>

#include <cstdint>
#include <cstdlib>

#include "tests/emitted/guarded_memory.hpp"

namespace {

constexpr unsigned char untouched = 0xc3;

struct Job {
  const std::function<void()> *call;
  unsigned char *frame;
};

void *run(void *argument) {
  Job &job = *static_cast<Job *>(argument);
  job.frame = static_cast<unsigned char *>(__builtin_frame_address(0));
  (*job.call)();
  return nullptr;
}

}  // namespace

std::size_t stack_use(std::size_t bytes, const std::function<void()> &call) {
  constexpr std::size_t of_the_thread = 64 << 10;  // thread-local data, and the thread's own first frames
  GuardedMemory stack((bytes + of_the_thread + 4095) / 4096 * 4096, Flush::start, 0);
  std::memset(stack.data(), untouched, stack.size());
  pthread_attr_t attributes;
  pthread_t thread;
  Job job{&call, nullptr};
  if (pthread_attr_init(&attributes) != 0 || pthread_attr_setstack(&attributes, stack.data(), stack.size()) != 0 ||
      pthread_create(&thread, &attributes, run, &job) != 0 || pthread_join(thread, nullptr) != 0)
    std::abort();
  pthread_attr_destroy(&attributes);
  const unsigned char *lowest = stack.data();
  while (lowest < job.frame && *lowest == untouched) ++lowest;
  return static_cast<std::size_t>(job.frame - lowest);
}
