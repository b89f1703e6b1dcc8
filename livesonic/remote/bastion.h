// SPDX-License-Identifier: Apache-2.0
// One bastion: its session, shared by all hosts behind it, and the tunnels through it.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "livesonic/remote/connector.h"
#include "livesonic/remote/tunnel.h"

namespace livesonic::remote {

// Not thread-safe: belongs to the reactor's thread.
class Bastion final : public EventLoop::Handler, public Connector::Owner, public Tunnel::Owner {
 public:
  // `route` is the way to the bastion itself.
  Bastion(Route route, const ConnectParts& parts);
  ~Bastion() override;
  Bastion(const Bastion&) = delete;
  Bastion& operator=(const Bastion&) = delete;

  // As Tunnels::open(). Few tunnels are opened at the same time; the others wait in line.
  void open(const std::string& address, std::uint16_t port, const Lookups::Ticket& ticket,
            const std::function<void(Tunnels::Opened)>& answer);

  void on_wake(std::uint32_t events) override;

 private:
  struct Wish {
    std::string address;
    std::uint16_t port = 0;
    Lookups::Ticket ticket;
    std::function<void(Tunnels::Opened)> answer;
  };
  struct Passage {
    Wish wish;
    std::unique_ptr<Tunnel> tunnel;
    SteadyTime asked;
    std::uint64_t packets_before = 0;  // had been heard when it was asked for
    bool answered = false;
  };

  void connected(std::unique_ptr<Session> session, const std::string& where) override;
  void not_connected(Failure failure) override;
  void on_tunnel(Tunnel& tunnel) override;

  void connect();
  void proceed();
  void open_waiting(SteadyTime now);
  void advance_passages();
  void answer(Passage& passage);
  [[nodiscard]] std::string why_hopeless(SteadyTime now) const;
  void lost(const std::string& reason);
  void tell(const Wish& wish, Tunnels::Opened opened);
  void tell_all(const Failure& failure);
  void drop_session();
  void rearm(SteadyTime now);

  const Route route_;
  const ConnectParts& parts_;
  const EventLoop::Token token_;

  std::deque<Wish> waiting_;
  std::unique_ptr<Connector> connector_;
  std::unique_ptr<Session> session_;
  std::vector<Passage> passages_;  // after session_: tunnels go first

  // After a failure nobody tries for a while: all who ask get the same answer.
  std::optional<Failure> failure_;
  SteadyTime hold_until_{};
  int failures_ = 0;  // in a row
  std::optional<SteadyTime> unused_since_;
};

// All bastions, by the way to them.
class Bastions final : public Tunnels {
 public:
  void use(const ConnectParts& parts) { parts_ = &parts; }
  void open(const std::vector<Stop>& hops, const std::string& address, std::uint16_t port,
            const Lookups::Ticket& ticket, const std::function<void(Opened)>& answer) override;
  // All sessions are closed. Later ones are not opened.
  void shut_down();

 private:
  const ConnectParts* parts_ = nullptr;
  std::map<std::string, std::unique_ptr<Bastion>> bastions_;
};

}  // namespace livesonic::remote
