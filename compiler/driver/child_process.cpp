#include "compiler/driver/child_process.hpp"

#include <fmt/format.h>

#include <cerrno>
#include <csignal>
#include <cstring>

#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

namespace cnnc {

namespace {

constexpr std::size_t most_output = std::size_t{1} << 20;

/// What the child prints; what is beyond the limit is read too, so that it can end, and dropped.
std::string read_pipe(int descriptor) {
  std::string text;
  char piece[4096];
  while (true) {
    const ssize_t got = ::read(descriptor, piece, sizeof piece);
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return text;
    if (text.size() < most_output) text.append(piece, static_cast<std::size_t>(got));
  }
}

int spawn(const std::vector<std::string> &arguments, int stdout_descriptor, pid_t &child) {
  std::vector<char *> argv;
  for (const std::string &argument : arguments) argv.push_back(const_cast<char *>(argument.c_str()));
  argv.push_back(nullptr);
  posix_spawn_file_actions_t actions;
  posix_spawnattr_t attributes;
  posix_spawn_file_actions_init(&actions);
  posix_spawnattr_init(&attributes);
  if (stdout_descriptor >= 0) posix_spawn_file_actions_adddup2(&actions, stdout_descriptor, STDOUT_FILENO);
  // We ignore these; a child should not.
  sigset_t defaults;
  sigemptyset(&defaults);
  sigaddset(&defaults, SIGPIPE);
  sigaddset(&defaults, SIGXFSZ);
  posix_spawnattr_setsigdefault(&attributes, &defaults);
  posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGDEF);
  const int error = ::posix_spawn(&child, argv[0], &actions, &attributes, argv.data(), environ);
  posix_spawn_file_actions_destroy(&actions);
  posix_spawnattr_destroy(&attributes);
  return error;
}

}  // namespace

ChildResult run_child(const std::vector<std::string> &arguments, bool catch_output) {
  ChildResult result;
  int ends[2] = {-1, -1};
  if (catch_output && ::pipe2(ends, O_CLOEXEC) != 0) {
    result.why_not = fmt::format("cannot be started: {}", std::strerror(errno));
    return result;
  }
  pid_t child = -1;
  const int error = spawn(arguments, ends[1], child);
  if (catch_output) ::close(ends[1]);
  if (error != 0) {
    result.why_not = fmt::format("cannot be started: {}", std::strerror(error));
  } else {
    if (catch_output) result.output = read_pipe(ends[0]);
    int status = 0;
    while (::waitpid(child, &status, 0) < 0 && errno == EINTR) continue;
    if (WIFEXITED(status)) result.exit_code = WEXITSTATUS(status);
    if (WIFSIGNALED(status)) result.why_not = fmt::format("was killed by signal {}", WTERMSIG(status));
  }
  if (catch_output) ::close(ends[0]);
  return result;
}

}  // namespace cnnc
