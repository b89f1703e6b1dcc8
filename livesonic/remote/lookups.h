// SPDX-License-Identifier: Apache-2.0
// What connecting has to ask for and must not wait for on the reactor's thread: names, known_hosts,
// pinned keys, consoles, the ssh-agent, keys pushed through AWS.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "livesonic/base/worker_pool.h"
#include "livesonic/remote/agent.h"
#include "livesonic/remote/dialer.h"
#include "livesonic/remote/event_loop.h"
#include "livesonic/remote/host_trust.h"
#include "livesonic/remote/identity.h"
#include "livesonic/remote/ssh.h"

namespace livesonic::remote {

// What has to be known before connecting.
struct Directions {
  std::vector<Endpoint> endpoints;   // none where a bastion looks the name up
  std::vector<KnownKey> known_keys;  // for HostKeyPolicy::kKnownHosts
};

// Belongs to the loop's thread, but for its construction and destruction, when that thread does not
// run. Answers come on the loop's thread, never at once but for directions that need no asking, and
// never once whoever asked is gone, as the ticket tells.
class Lookups {
 public:
  using Ticket = std::weak_ptr<const void>;
  template <typename T>
  using Answer = std::function<void(T)>;

  Lookups(const SshSettings& settings, KeyMemory& keys, Outside outside,
          std::shared_ptr<EventLoop> loop);
  // Does not wait long for name lookups under way: the system's resolver can't be interrupted.
  ~Lookups();
  Lookups(const Lookups&) = delete;
  Lookups& operator=(const Lookups&) = delete;

  struct Found {
    Result<Directions> directions;
    End end_if_failed = End::kNoAddress;
  };
  // With `resolve` false only what known_hosts says of it.
  void find(const Ticket& ticket, const std::string& address, std::uint16_t port, bool resolve,
            const Answer<Found>& answer);

  // Against the pin of the host's id, which is made where there is none: at once, or with
  // `by_console` only where its console shows the key. Nothing: it may be believed.
  void check(const Ticket& ticket, const Presented& host, bool by_console,
             const Answer<std::optional<Failure>>& answer);

  void agent_keys(const Ticket& ticket, const Answer<Result<std::vector<AgentKey>>>& answer);
  void agent_signature(const Ticket& ticket, const std::string& request,
                       const Answer<Result<std::string>>& answer);

  // A fresh key that the host lets in for the next minute.
  void push_key(const Ticket& ticket, const std::string& host_id, const std::string& user,
                const Answer<Result<std::shared_ptr<const LoginKeys>>>& answer);

 private:
  // Pools for what depends on different others, so that none waits for another's trouble.
  enum class Pool { kPins, kCloud, kAgent };
  template <typename T>
  void off_thread(Pool pool, const Ticket& ticket, std::function<T(const std::stop_token&)> work,
                  Answer<T> answer, T if_too_many);

  const SshSettings& settings_;
  KeyMemory& keys_;
  const Outside outside_;
  const std::shared_ptr<EventLoop> loop_;
  std::unique_ptr<WorkerPool> resolver_;
  std::vector<std::unique_ptr<WorkerPool>> pools_;  // by Pool; made when first needed
};

}  // namespace livesonic::remote
