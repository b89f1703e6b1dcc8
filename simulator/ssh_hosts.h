// SPDX-License-Identifier: Apache-2.0
// All simulated hosts' SSH servers: one listening socket per living instance, on its own loopback
// address and all on one port, served by a few threads.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "livesonic/base/result.h"
#include "simulator/simulation.h"

namespace livesonic::simulator {

struct SshOptions {
  std::uint16_t port = 0;  // 0: any that is free on all the addresses
  int threads = 2;
  // A line of an authorized_keys file; empty: every key is welcome.
  std::string authorized_key;
};

// Thread-safe. Follows the simulation: hosts that come begin to listen, hosts that go are cut off.
// Nobody may change the simulation while this is being destroyed.
class SshHosts {
 public:
  // Listens when it returns; an error names the address and port. `simulation` must outlive it.
  static Result<std::unique_ptr<SshHosts>> start(Simulation& simulation, const SshOptions& options);
  virtual ~SshHosts() = default;  // cuts all connections off
  [[nodiscard]] virtual std::uint16_t port() const = 0;
};

}  // namespace livesonic::simulator
