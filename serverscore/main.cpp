// SPDX-License-Identifier: Apache-2.0
// serverscore: how safe is this host right now? One number, 1..100.
#include <unistd.h>

#include <cerrno>
#include <string_view>

#include "serverscore/program.h"

namespace {

bool write_all(int file, std::string_view text) {
  while (!text.empty()) {
    const ssize_t written = ::write(file, text.data(), text.size());
    if (written < 0 && errno != EINTR) return false;
    if (written > 0) text.remove_prefix(static_cast<std::size_t>(written));
  }
  return true;
}

}  // namespace

int main(int argc, char** argv) {
  const std::size_t given = argc > 1 ? static_cast<std::size_t>(argc - 1) : 0;
  const serverscore::Answer answer = serverscore::run({argv + (argc > 0 ? 1 : 0), given});
  write_all(STDERR_FILENO, answer.err);
  if (write_all(STDOUT_FILENO, answer.out)) return answer.status;
  write_all(STDERR_FILENO, "serverscore: the answer can't be written to standard output\n");
  return serverscore::kCannotWrite;
}
