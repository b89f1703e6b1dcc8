// SPDX-License-Identifier: Apache-2.0
// For tests that do to a process what they must not do to their own: kill it, limit it, take its
// rights away. Only while the test program has no other threads.
#pragma once

#include <sys/types.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <exception>
#include <functional>
#include <string>
#include <string_view>

namespace livesonic::storage {

// A forked child whose work can write to us.
class ChildProcess {
 public:
  // Writes all of `text` to the parent.
  using Tell = std::function<void(std::string_view text)>;

  explicit ChildProcess(const std::function<void(const Tell&)>& work) {
    std::array<int, 2> ends{};
    if (pipe(ends.data()) != 0) return;
    id_ = fork();
    if (id_ != 0) {
      close(ends[1]);
      from_child_ = ends[0];
      return;
    }
    close(ends[0]);
    const Tell tell = [&](std::string_view text) {
      while (!text.empty()) {
        const ssize_t written = write(ends[1], text.data(), text.size());
        if (written <= 0) _exit(1);
        text.remove_prefix(static_cast<std::size_t>(written));
      }
    };
    try {
      work(tell);
    } catch (const std::exception& exception) {
      tell(std::string("exception: ") + exception.what());
    }
    _exit(0);
  }
  ~ChildProcess() {
    kill();
    if (from_child_ >= 0) close(from_child_);
  }
  ChildProcess(const ChildProcess&) = delete;
  ChildProcess& operator=(const ChildProcess&) = delete;

  // The next part of what it told; empty when it has ended.
  std::string read_some() {
    std::array<char, 4096> buffer{};
    const ssize_t got = read(from_child_, buffer.data(), buffer.size());
    return got <= 0 ? std::string() : std::string(buffer.data(), static_cast<std::size_t>(got));
  }

  std::string read_all() {
    std::string all;
    for (std::string part = read_some(); !part.empty(); part = read_some()) all += part;
    return all;
  }

  // With SIGKILL; returns when it is gone.
  void kill() {
    if (id_ <= 0) return;
    ::kill(id_, SIGKILL);
    waitpid(id_, nullptr, 0);
    id_ = -1;
  }

 private:
  pid_t id_ = -1;
  int from_child_ = -1;
};

}  // namespace livesonic::storage
