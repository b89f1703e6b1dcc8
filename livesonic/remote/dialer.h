// SPDX-License-Identifier: Apache-2.0
// A TCP connection to whichever of a host's addresses answers, tried in turn, without blocking.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "livesonic/remote/event_loop.h"
#include "livesonic/remote/remote.h"
#include "livesonic/remote/resolve.h"

namespace livesonic::remote {

// Why there is no session: all commands of the run get this.
struct Failure {
  End end = End::kUnreachable;
  std::string detail;
};

// Not thread-safe. Owns its socket until take_socket().
class Dialer {
 public:
  enum class State { kConnecting, kConnected, kFailed };

  // `endpoints` must not be empty. Each gets an equal part of the time that is left until
  // `deadline`.
  Dialer(std::vector<Endpoint> endpoints, SteadyTime deadline)
      : endpoints_(std::move(endpoints)), deadline_(deadline) {}
  ~Dialer();
  Dialer(const Dialer&) = delete;
  Dialer& operator=(const Dialer&) = delete;

  // To be called at first, whenever socket() is writable or broken, and at due(). May close
  // socket() and open another.
  State advance(SteadyTime now);
  [[nodiscard]] int socket() const { return socket_; }
  [[nodiscard]] SteadyTime due() const { return due_; }
  // The one being connected to, for people.
  [[nodiscard]] const std::string& endpoint() const { return endpoints_[next_ - 1].text; }
  // Connected, non-blocking, without Nagle's delay, with keep-alive probes.
  int take_socket();
  // After kFailed: the address that came furthest says what it was, the detail names them all.
  [[nodiscard]] const Failure& failure() const { return failure_; }

 private:
  void give_up(End end, const std::string& reason);
  bool begin(const Endpoint& endpoint);
  void drop_socket();

  const std::vector<Endpoint> endpoints_;
  const SteadyTime deadline_;
  std::size_t next_ = 0;
  int socket_ = -1;
  SteadyTime due_{};
  Failure failure_;
};

}  // namespace livesonic::remote
