// SPDX-License-Identifier: Apache-2.0
// Writing to whoever may be gone, from a program that hasn't ignored SIGPIPE: commands end by it
// when the reader of their output goes, which is right.
#pragma once

#include <csignal>
#include <ctime>

namespace livesonic {

// While it lives, a reader that has gone is an error of this thread's write, not the end of this
// program.
class NoBrokenPipe {
 public:
  NoBrokenPipe() {
    sigemptyset(&pipe_);
    sigaddset(&pipe_, SIGPIPE);
    pthread_sigmask(SIG_BLOCK, &pipe_, &before_);
  }
  ~NoBrokenPipe() {
    if (sigismember(&before_, SIGPIPE) != 0) return;
    const timespec now{};
    while (sigtimedwait(&pipe_, nullptr, &now) > 0) {
    }
    pthread_sigmask(SIG_SETMASK, &before_, nullptr);
  }
  NoBrokenPipe(const NoBrokenPipe&) = delete;
  NoBrokenPipe& operator=(const NoBrokenPipe&) = delete;

 private:
  sigset_t pipe_{};
  sigset_t before_{};
};

}  // namespace livesonic
