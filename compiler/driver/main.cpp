// The program cnnc. What it does is in verbs.cpp; here is only what belongs to the process.
#include <csignal>

#include <fcntl.h>
#include <unistd.h>

#include "compiler/driver/verbs.hpp"

namespace {

/// If the caller closed a standard stream, the next file that is opened would take its place, and messages would go
/// into an output. Such a stream is opened for the wrong direction: using it fails, as it should.
void keep_standard_streams() {
  for (int descriptor = STDIN_FILENO; descriptor <= STDERR_FILENO; ++descriptor)
    if (::fcntl(descriptor, F_GETFD) < 0) (void)::open("/dev/null", descriptor == STDIN_FILENO ? O_WRONLY : O_RDONLY);
}

}  // namespace

int main(int argc, char **argv) {
  keep_standard_streams();
  // A reader that goes away and a full disk are error codes of write(), not deaths.
  std::signal(SIGPIPE, SIG_IGN);
  std::signal(SIGXFSZ, SIG_IGN);
  return cnnc::run_cnnc(cnnc::Arguments(argv + (argc > 0 ? 1 : 0), argv + argc));
}
