// SPDX-License-Identifier: Apache-2.0
// One thread that serves the SSH sessions of its share of the hosts, with epoll.
#pragma once

#include <libssh/libssh.h>
#include <libssh/server.h>

#include <condition_variable>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <unordered_map>
#include <unordered_set>

#include "livesonic/base/result.h"
#include "simulator/descriptor.h"
#include "simulator/simulation.h"
#include "simulator/ssh_session.h"

namespace livesonic::simulator {

// A socket that listens on the address; an error names both.
Result<Descriptor> listen_on(const std::string& address, std::uint16_t port);

// Everything but settle() and the destructor belongs to the reactor's thread, once run() is called.
class SshReactor {
 public:
  // Serves the instances whose ordinal modulo `reactors` is `share`.
  SshReactor(Simulation& simulation, std::uint16_t port, ssh_key authorized, std::uint64_t share,
             std::uint64_t reactors);
  ~SshReactor();
  SshReactor(const SshReactor&) = delete;
  SshReactor& operator=(const SshReactor&) = delete;

  // Before run(): opens the sockets of the hosts there are.
  Result<void> open();
  void run();
  // Something in the world has changed: returns when the hosts have followed, or after a bounded
  // time. Any thread but the reactor's.
  void settle();

 private:
  struct Host {
    std::string id, address;
    std::uint64_t seed = 0;
    HostFault fault = HostFault::kNone;
    Descriptor listener;
    SshSurroundings surroundings;
    std::unordered_set<std::uint64_t> sessions;  // keys of sessions_
  };
  struct Session {
    Host* host = nullptr;
    std::unique_ptr<SshSession> ssh;
    std::uint32_t events = 0;  // that epoll watches; 0: none, the host ignores everything
    std::optional<Steady::time_point> due;
  };

  void loop(const std::stop_token& stop);
  void wake_up();
  void follow();
  Result<void> reconcile();
  Result<void> apply(Host& host, HostFault fault);
  void accept_all(Host& host);
  void begin(Host& host, Descriptor connection);
  void proceed(std::uint64_t key);
  void watch(std::uint64_t key, Session& session);
  void end(std::uint64_t key);
  void cut_off(Host& host);
  [[nodiscard]] int wait_ms(Steady::time_point now) const;

  Simulation& simulation_;
  const std::uint16_t port_;
  const ssh_key authorized_;
  const std::uint64_t share_, reactors_;
  Descriptor epoll_, wake_;
  std::map<std::string, std::unique_ptr<Host>> hosts_;
  std::unordered_map<std::uint64_t, Host*> listeners_;  // key → who listens
  std::unordered_map<std::uint64_t, Session> sessions_;
  std::multimap<Steady::time_point, std::uint64_t> timers_;  // entries may be out of date
  std::uint64_t next_key_ = 1;                               // 0 is the wake-up descriptor
  std::optional<Time> next_change_;

  std::mutex mutex_;  // guards the three below
  std::condition_variable settled_;
  std::uint64_t asked_ = 0, followed_ = 0;  // changes announced, changes seen
  bool ended_ = false;
  std::jthread thread_;
};

}  // namespace livesonic::simulator
