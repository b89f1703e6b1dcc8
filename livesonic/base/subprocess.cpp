// SPDX-License-Identifier: Apache-2.0
#include "livesonic/base/subprocess.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <spawn.h>
#include <sys/eventfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdint>
#include <optional>
#include <string_view>
#include <system_error>
#include <thread>
#include <utility>

#include "livesonic/base/broken_pipe.h"
#include "livesonic/base/text.h"

extern char** environ;

namespace livesonic {
namespace {

using Deadline = std::chrono::steady_clock::time_point;

class File {
 public:
  File() = default;
  explicit File(int id) : id_(id) {}
  ~File() { close(); }
  File(File&& other) noexcept : id_(std::exchange(other.id_, -1)) {}
  File& operator=(File&& other) noexcept {
    std::swap(id_, other.id_);
    return *this;
  }
  File(const File&) = delete;
  File& operator=(const File&) = delete;
  void close() {
    if (id_ >= 0) ::close(id_);
    id_ = -1;
  }
  [[nodiscard]] int id() const { return id_; }

 private:
  int id_ = -1;
};

struct Pipe {
  File read;
  File write;

  bool open() {
    std::array<int, 2> ends{};
    if (pipe2(ends.data(), O_CLOEXEC) != 0) return false;
    read = File(ends[0]);
    write = File(ends[1]);
    return true;
  }
};

tl::unexpected<Error> cannot(std::string_view what, int code) {
  return fail(ErrorKind::kUnavailable,
              fmt::format("cannot {}: {}", what, std::generic_category().message(code)));
}

// In a process group of its own, so that all that it starts can be killed with it.
Result<pid_t> spawn(const std::vector<std::string>& words, const Pipe& in, const Pipe& out,
                    const Pipe& err, const std::vector<std::string>& variables) {
  std::vector<char*> arguments;
  arguments.reserve(words.size() + 1);
  for (const std::string& word : words) arguments.push_back(const_cast<char*>(word.c_str()));
  arguments.push_back(nullptr);
  std::vector<char*> environment;
  environment.reserve(variables.size() + 1);
  for (const std::string& one : variables) environment.push_back(const_cast<char*>(one.c_str()));
  environment.push_back(nullptr);

  posix_spawn_file_actions_t files;
  posix_spawn_file_actions_init(&files);
  posix_spawn_file_actions_adddup2(&files, in.read.id(), STDIN_FILENO);
  posix_spawn_file_actions_adddup2(&files, out.write.id(), STDOUT_FILENO);
  posix_spawn_file_actions_adddup2(&files, err.write.id(), STDERR_FILENO);
  posix_spawnattr_t attributes;
  posix_spawnattr_init(&attributes);
  // Signals that this process ignores or blocks are no business of the other.
  sigset_t none;
  sigemptyset(&none);
  sigset_t usual;
  sigemptyset(&usual);
  sigaddset(&usual, SIGPIPE);
  sigaddset(&usual, SIGTERM);
  sigaddset(&usual, SIGINT);
  posix_spawnattr_setsigmask(&attributes, &none);
  posix_spawnattr_setsigdefault(&attributes, &usual);
  posix_spawnattr_setpgroup(&attributes, 0);
  posix_spawnattr_setflags(
      &attributes,
      static_cast<short>(POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF));
  pid_t id = -1;
  const int code = posix_spawnp(&id, words.front().c_str(), &files, &attributes, arguments.data(),
                                environment.data());
  posix_spawn_file_actions_destroy(&files);
  posix_spawnattr_destroy(&attributes);
  if (code != 0) return cannot(fmt::format("run '{}'", printable(words.front())), code);
  return id;
}

// Reads once; false when there is nothing more to come.
bool read_some(const File& from, std::string& into, std::size_t limit, bool& overflow) {
  std::array<char, 4096> chunk{};
  const ssize_t got = ::read(from.id(), chunk.data(), chunk.size());
  if (got < 0) return errno == EINTR || errno == EAGAIN;
  const std::size_t room = limit - std::min(limit, into.size());
  const auto size = static_cast<std::size_t>(got);
  overflow = overflow || size > room;
  into.append(chunk.data(), std::min(size, room));
  return got > 0;
}

// What the program finds in its environment.
std::vector<std::string> variables_of(const RunInput& input) {
  const auto& added = input.environment;
  std::vector<std::string> variables;
  for (char** one = environ; input.ours_too && *one != nullptr; ++one) {
    const std::string_view ours(*one);
    const std::string_view name = ours.substr(0, ours.find('='));
    if (std::none_of(added.begin(), added.end(),
                     [&](const auto& variable) { return variable.first == name; })) {
      variables.emplace_back(ours);
    }
  }
  for (const auto& [name, value] : added) variables.push_back(name + "=" + value);
  return variables;
}

// Writes what fits; false when there is nothing more to write, or nobody reads it.
bool write_some(const File& to, std::string_view& text) {
  const ssize_t put = ::write(to.id(), text.data(), text.size());
  if (put < 0) return errno == EINTR || errno == EAGAIN;
  text.remove_prefix(static_cast<std::size_t>(put));
  return !text.empty();
}

enum class Ended { kWhole, kTooMuch, kTooLate, kStopped };

// Writes all and reads both until they end, or something else does.
Ended exchange(Pipe& in, std::string_view text, Pipe& out, Pipe& err, const RunLimits& limits,
               Deadline deadline, Output& output, const std::stop_token& stop) {
  const File wake(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
  const std::stop_callback on_stop(stop, [&wake] {
    const std::uint64_t one = 1;
    static_cast<void>(!::write(wake.id(), &one, sizeof(one)));
  });
  bool out_open = true;
  bool err_open = true;
  while (out_open || err_open) {
    if (text.empty()) in.write.close();
    const auto left =
        std::chrono::duration_cast<Duration>(deadline - std::chrono::steady_clock::now());
    if (stop.stop_requested()) return Ended::kStopped;
    if (left <= Duration::zero()) return Ended::kTooLate;
    std::array<pollfd, 4> waits{{{out_open ? out.read.id() : -1, POLLIN, 0},
                                 {err_open ? err.read.id() : -1, POLLIN, 0},
                                 {wake.id(), POLLIN, 0},
                                 {in.write.id(), POLLOUT, 0}}};
    const auto most = std::min<Duration::rep>(left.count() + 1, 60000);
    if (poll(waits.data(), waits.size(), static_cast<int>(most)) < 0 && errno != EINTR) {
      return Ended::kTooLate;
    }
    bool out_overflow = false;
    bool err_overflow = false;  // what is too much of it is left out
    if (waits[0].revents != 0) out_open = read_some(out.read, output.out, limits.out, out_overflow);
    if (waits[1].revents != 0) err_open = read_some(err.read, output.err, limits.err, err_overflow);
    if (waits[3].revents != 0 && !write_some(in.write, text)) text = {};
    if (out_overflow) return Ended::kTooMuch;
  }
  return Ended::kWhole;
}

int exit_status(int status) {
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

// Its exit status; nullopt when it hasn't ended by the deadline. It has closed its output, so that
// it will hardly take long.
std::optional<int> wait_for_exit(pid_t id, Deadline deadline, const std::stop_token& stop) {
  for (Duration pause{1};; pause = std::min(pause * 2, Duration{50})) {
    int status = 0;
    if (waitpid(id, &status, WNOHANG) == id) return exit_status(status);
    if (stop.stop_requested() || std::chrono::steady_clock::now() >= deadline) return std::nullopt;
    std::this_thread::sleep_for(pause);
  }
}

void kill_group(pid_t id) {
  ::kill(-id, SIGKILL);
  int status = 0;
  while (waitpid(id, &status, 0) < 0 && errno == EINTR) {
  }
}

}  // namespace

Result<Output> run_program(const std::vector<std::string>& words, const RunLimits& limits,
                           const std::stop_token& stop, const RunInput& input) {
  if (words.empty() || words.front().empty()) {
    return fail(ErrorKind::kInvalidInput, "there is no program to run");
  }
  Pipe in;
  Pipe out;
  Pipe err;
  if (!in.open() || !out.open() || !err.open()) return cannot("open a pipe", errno);
  // A program that doesn't read must not keep us from its deadline.
  fcntl(in.write.id(), F_SETFL, O_NONBLOCK);
  const Result<pid_t> id = spawn(words, in, out, err, variables_of(input));
  if (!id) return fail(id.error());
  in.read.close();
  out.write.close();
  err.write.close();

  const Deadline deadline = std::chrono::steady_clock::now() + limits.time;
  const NoBrokenPipe no_broken_pipe;
  Output output;
  Ended ended = exchange(in, input.text, out, err, limits, deadline, output, stop);
  if (ended == Ended::kWhole) {
    if (const auto status = wait_for_exit(*id, deadline, stop)) {
      output.status = *status;
      return output;
    }
    ended = stop.stop_requested() ? Ended::kStopped : Ended::kTooLate;
  }
  kill_group(*id);
  const std::string name = printable(words.front());
  if (ended == Ended::kStopped) return fail(ErrorKind::kUnavailable, "stopped");
  if (ended == Ended::kTooMuch) {
    return fail(ErrorKind::kInvalidInput,
                fmt::format("'{}' printed more than {} bytes", name, limits.out));
  }
  return fail(ErrorKind::kTimeout,
              fmt::format("'{}' did not end within {} s", name, limits.time.count() / 1000));
}

}  // namespace livesonic
