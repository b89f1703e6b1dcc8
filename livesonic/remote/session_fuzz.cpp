// SPDX-License-Identifier: Apache-2.0
// Whatever a server may say before it has proven who it is.
#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstddef>
#include <cstdint>

#include "livesonic/remote/known_hosts.h"
#include "livesonic/remote/session.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using livesonic::remote::Session;
  int ends[2];
  if (size > 60'000 || socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, ends) != 0) return 0;
  if (write(ends[1], data, size) >= 0) {
    shutdown(ends[1], SHUT_WR);
    if (auto session =
            Session::adopt(ends[0], "check", livesonic::remote::host_key_algorithms({}))) {
      while ((*session)->exchange_keys() == Session::Step::kAgain) {
      }
      (void)(*session)->error();
    }
  }
  close(ends[1]);
  return 0;
}
