// SPDX-License-Identifier: Apache-2.0
// serverscore: how safe is this host right now? One number, 1..100.
#include <poll.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <string_view>

#include "serverscore/program/program.h"
#include "serverscore/program/stream.h"

namespace {

bool write_all(int file, std::string_view text) {
  while (!text.empty()) {
    const ssize_t written = ::write(file, text.data(), text.size());
    if (written > 0) text.remove_prefix(static_cast<std::size_t>(written));
    if (written >= 0 || errno == EINTR) continue;
    if (errno != EAGAIN) return false;
    // Another process may have made it non-blocking; then we wait for room ourselves.
    pollfd room{.fd = file, .events = POLLOUT, .revents = 0};
    ::poll(&room, 1, -1);
  }
  return true;
}

serverscore::Answer answer(const serverscore::Options& options) {
  if (options.error.empty() && options.stream && options.format != serverscore::Format::kHelp &&
      options.format != serverscore::Format::kVersion) {
    // A reader who goes away is how a stream ends.
    ::signal(SIGPIPE, SIG_IGN);
    serverscore::SystemClock clock;
    return serverscore::stream(options, STDIN_FILENO, STDOUT_FILENO, clock);
  }
  return serverscore::run(options, serverscore::surroundings_of(STDOUT_FILENO));
}

}  // namespace

int main(int argc, char** argv) {
  const std::size_t given = argc > 1 ? static_cast<std::size_t>(argc - 1) : 0;
  const serverscore::Options options =
      serverscore::parse_options({argv + (argc > 0 ? 1 : 0), given});
  const serverscore::Answer answered = answer(options);
  write_all(STDERR_FILENO, answered.err);
  if (write_all(STDOUT_FILENO, answered.out)) return answered.status;
  write_all(STDERR_FILENO, serverscore::kCannotWriteText);
  return options.format == serverscore::Format::kNagios
             ? static_cast<int>(serverscore::PluginStatus::kUnknown)
             : serverscore::kCannotWrite;
}
