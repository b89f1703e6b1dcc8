// SPDX-License-Identifier: Apache-2.0
#include "livesonic/remote/local.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <string_view>
#include <system_error>
#include <utility>

#include "livesonic/base/time_text.h"
#include "livesonic/base/worker_pool.h"
#include "livesonic/remote/pending_run.h"

extern char** environ;

namespace livesonic::remote {
namespace {

using std::chrono::steady_clock;

constexpr std::size_t kThreads = 8;
constexpr std::size_t kQueued = 10'000;
// As over SSH: a child in the background may keep the output open.
constexpr Duration kQuietAfterExit = std::chrono::seconds{1};
// How soon a stop is heard of.
constexpr int kLookAgainMs = 100;

class Descriptor {
 public:
  Descriptor() = default;
  explicit Descriptor(int descriptor) : descriptor_(descriptor) {}
  ~Descriptor() { reset(); }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  void reset(int descriptor = -1) {
    if (descriptor_ >= 0) close(descriptor_);
    descriptor_ = descriptor;
  }
  [[nodiscard]] int get() const { return descriptor_; }

 private:
  int descriptor_ = -1;
};

// One end for us, one for the child.
bool make_pipe(Descriptor& ours, Descriptor& childs) {
  std::array<int, 2> ends{-1, -1};
  if (pipe2(ends.data(), O_CLOEXEC) != 0) return false;
  fcntl(ends[0], F_SETFL, O_NONBLOCK);
  ours.reset(ends[0]);
  childs.reset(ends[1]);
  return true;
}

// What the command is to read; -1 when that can't be had.
int open_input(const std::string* input) {
  if (input == nullptr) return open("/dev/null", O_RDONLY | O_CLOEXEC);
  const int file = memfd_create("input", MFD_CLOEXEC);
  std::string_view left = *input;
  while (file >= 0 && !left.empty()) {
    const ssize_t written = write(file, left.data(), left.size());
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) {
      close(file);
      return -1;
    }
    left.remove_prefix(static_cast<std::size_t>(written));
  }
  if (file >= 0) lseek(file, 0, SEEK_SET);
  return file;
}

// The command's shell, the head of a process group of its own; -1 when it can't be started.
pid_t start(const std::string& line, int in, int out, int err) {
  posix_spawn_file_actions_t files;
  posix_spawn_file_actions_init(&files);
  posix_spawn_file_actions_adddup2(&files, in, 0);
  posix_spawn_file_actions_adddup2(&files, out, 1);
  posix_spawn_file_actions_adddup2(&files, err, 2);
  posix_spawnattr_t attributes;
  posix_spawnattr_init(&attributes);
  // The server blocks and ignores signals that the command must heed.
  sigset_t none;
  sigemptyset(&none);
  sigset_t defaults;
  sigemptyset(&defaults);
  sigaddset(&defaults, SIGPIPE);
  posix_spawnattr_setsigmask(&attributes, &none);
  posix_spawnattr_setsigdefault(&attributes, &defaults);
  posix_spawnattr_setpgroup(&attributes, 0);
  posix_spawnattr_setflags(&attributes,
                           POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
  std::string copy = line;
  std::array<char, 3> shell{"sh"};
  std::array<char, 3> option{"-c"};
  const std::array<char*, 4> argv{shell.data(), option.data(), copy.data(), nullptr};
  pid_t pid = -1;
  const int code = posix_spawn(&pid, "/bin/sh", &files, &attributes, argv.data(), environ);
  posix_spawn_file_actions_destroy(&files);
  posix_spawnattr_destroy(&attributes);
  if (code != 0) errno = code;
  return code == 0 ? pid : -1;
}

// False at the end of the pipe.
bool drain(int pipe, std::string& into, std::size_t limit, bool& truncated, bool& heard) {
  std::array<char, 16'384> chunk{};
  for (;;) {
    const ssize_t got = read(pipe, chunk.data(), chunk.size());
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return errno == EAGAIN;
    if (got == 0) return false;
    heard = true;
    const auto size = static_cast<std::size_t>(got);
    const std::size_t room = limit - into.size();
    into.append(chunk.data(), std::min(room, size));
    if (size > room) truncated = true;
  }
}

class Child {
 public:
  Child(const Command& command, CommandResult& result)
      : command_(command), result_(result), began_(steady_clock::now()) {}

  void run(const std::stop_token& stop) {
    Descriptor out_end;
    Descriptor err_end;
    if (command_.line.find('\0') != std::string::npos) {
      conclude(End::kChannelRefused, "the command contains a NUL byte, which no shell takes");
      return;
    }
    if (!make_pipe(out_, out_end) || !make_pipe(err_, err_end)) {
      conclude(End::kNotTried, "cannot make a pipe: " + std::generic_category().message(errno));
      return;
    }
    Descriptor in(open_input(command_.input.get()));
    if (in.get() < 0) {
      conclude(End::kNotTried, "cannot give it input: " + std::generic_category().message(errno));
      return;
    }
    pid_ = start(command_.line, in.get(), out_end.get(), err_end.get());
    if (pid_ < 0) {
      conclude(End::kNotTried, "cannot start /bin/sh: " + std::generic_category().message(errno));
      return;
    }
    out_end.reset();
    err_end.reset();
    watch_.reset(static_cast<int>(syscall(SYS_pidfd_open, pid_, 0)));
    wait(stop);
    ::kill(-pid_, SIGKILL);  // what is left of its group
    if (!ended_) reap(0);
  }

 private:
  void wait(const std::stop_token& stop) {
    const auto deadline = began_ + std::max(command_.timeout, Duration{1});
    bool out_open = true;
    bool err_open = true;
    std::optional<steady_clock::time_point> quiet_since;
    for (;;) {
      bool heard = false;
      out_open = out_open &&
                 drain(out_.get(), result_.out, command_.output_limit, result_.truncated, heard);
      err_open = err_open &&
                 drain(err_.get(), result_.err, command_.output_limit, result_.truncated, heard);
      if (!ended_) reap(WNOHANG);
      const auto now = steady_clock::now();
      if (ended_ && (heard || !quiet_since)) quiet_since = now;
      if (ended_ && ((!out_open && !err_open) || now >= *quiet_since + kQuietAfterExit)) {
        conclude_ended();
        return;
      }
      if (stop.stop_requested()) {
        conclude(End::kNotTried, "Livesonic is stopping");
        return;
      }
      if (now >= deadline) {
        conclude(End::kTimedOut,
                 fmt::format("still running after {}", format_duration(command_.timeout)));
        return;
      }
      const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - now).count();
      std::array<pollfd, 3> entries{{{out_open ? out_.get() : -1, POLLIN, 0},
                                     {err_open ? err_.get() : -1, POLLIN, 0},
                                     {ended_ ? -1 : watch_.get(), POLLIN, 0}}};
      poll(entries.data(), entries.size(),
           static_cast<int>(std::min<std::int64_t>(left, kLookAgainMs)));
    }
  }

  void reap(int flags) {
    int status = 0;
    pid_t got = -1;
    do {
      got = waitpid(pid_, &status, flags);
    } while (got < 0 && errno == EINTR);
    if (got != pid_) return;
    ended_ = true;
    status_ = status;
  }

  void conclude_ended() {
    if (WIFSIGNALED(status_)) {
      const char* name = sigabbrev_np(WTERMSIG(status_));
      conclude(End::kKilled, fmt::format("killed by SIG{}", name != nullptr ? name : "?"));
    } else {
      result_.exit_status = WEXITSTATUS(status_);
      conclude(End::kExited, "");
    }
  }

  void conclude(End end, std::string detail) {
    result_.end = end;
    result_.detail = std::move(detail);
    result_.took = std::chrono::duration_cast<Duration>(steady_clock::now() - began_);
  }

  const Command& command_;
  CommandResult& result_;
  const steady_clock::time_point began_;
  Descriptor out_;
  Descriptor err_;
  Descriptor watch_;  // readable once it has ended
  pid_t pid_ = -1;
  bool ended_ = false;
  int status_ = 0;
};

class Local final : public Remote {
 public:
  void run(Host /*host*/, std::vector<Command> commands, Done done) override {
    const auto job = std::make_shared<PendingRun>(std::move(commands), std::move(done));
    (void)workers_.submit([job](const std::stop_token& stop) {
      for (std::size_t i = 0; i < job->commands.size() && !stop.stop_requested(); ++i) {
        job->results[i] = {};
        Child(job->commands[i], job->results[i]).run(stop);
      }
    });
  }
  void forget(const std::string& /*host_id*/) override {}

 private:
  WorkerPool workers_{kThreads, kQueued};
};

}  // namespace

std::unique_ptr<Remote> make_local() {
  return std::make_unique<Local>();
}

}  // namespace livesonic::remote
