// SPDX-License-Identifier: Apache-2.0
// The way to a session with one host or bastion: address, TCP or a tunnel, key exchange, host key,
// login; all of it by one deadline. An explicit state machine on the reactor's thread.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "livesonic/remote/agent_login.h"
#include "livesonic/remote/dialer.h"
#include "livesonic/remote/event_loop.h"
#include "livesonic/remote/identity_book.h"
#include "livesonic/remote/lookups.h"
#include "livesonic/remote/route.h"
#include "livesonic/remote/session.h"
#include "livesonic/remote/ssh.h"

namespace livesonic::remote {

// Connections through bastions. The answer comes on the loop's thread, not at once, and not once
// the ticket is gone.
class Tunnels {
 public:
  virtual ~Tunnels() = default;
  struct Opened {
    int socket = -1;  // connected and non-blocking; whoever gets it closes it
    std::optional<Failure> failure;
  };
  // To address and port, as the last of the hops sees them.
  virtual void open(const std::vector<Stop>& hops, const std::string& address, std::uint16_t port,
                    const Lookups::Ticket& ticket, const std::function<void(Opened)>& answer) = 0;
};

// What all connectors share; outlives them.
struct ConnectParts {
  EventLoop& loop;
  const SshSettings& settings;
  Lookups& lookups;
  IdentityBook& identities;
  Tunnels& tunnels;
};

// Not thread-safe.
class Connector final : public EventLoop::Handler {
 public:
  class Owner {
   public:
    virtual ~Owner() = default;
    // Either is called once, not at once, and may destroy the connector. `where` is for people.
    virtual void connected(std::unique_ptr<Session> session, const std::string& where) = 0;
    virtual void not_connected(Failure failure) = 0;
  };
  enum class Kind { kHost, kBastion };

  // `id` is what host keys are pinned to.
  Connector(Kind kind, std::string id, Route route, SteadyTime deadline, const ConnectParts& parts,
            Owner& owner);
  ~Connector() override;
  Connector(const Connector&) = delete;
  Connector& operator=(const Connector&) = delete;

  void on_wake(std::uint32_t events) override;

 private:
  enum class State {
    kStarting,
    kLookingUp,
    kDialing,         // TCP
    kTunnelling,      // through bastions
    kExchangingKeys,  // SSH up to the host key
    kCheckingKey,     // asking whether it may be believed
    kPreparing,       // the login: asking the agent for its keys, or AWS to let ours in
    kAuthenticating,
    kSigning,  // asking the agent
  };

  void start();
  void on_directions(Lookups::Found found);
  void dial();
  void on_tunnel(Tunnels::Opened opened);
  void adopt(int socket);
  void exchange_keys();
  void check_host_key();
  void prepare_login();
  void on_keys(Result<std::shared_ptr<const LoginKeys>> keys);
  void on_agent_keys(Result<std::vector<AgentKey>> keys);
  void authenticate();
  void authenticate_with_agent();
  void on_signature(const Result<std::string>& signature);
  void conclude_login(Session::Step step);
  void succeed();
  void fail_with(Failure failure);
  void rearm();
  [[nodiscard]] Failure too_late() const;
  [[nodiscard]] std::string where() const;
  [[nodiscard]] Lookups::Ticket ticket() const { return alive_; }

  const Kind kind_;
  const std::string id_;
  const Route route_;
  const SteadyTime began_;
  const SteadyTime deadline_;
  const ConnectParts& parts_;
  Owner& owner_;
  const EventLoop::Token token_;
  const std::shared_ptr<const int> alive_ = std::make_shared<const int>(0);

  State state_ = State::kStarting;
  std::vector<KnownKey> known_keys_;
  std::optional<Dialer> dialer_;
  std::string endpoint_;  // for people
  std::unique_ptr<Session> session_;
  std::shared_ptr<const LoginKeys> keys_;
  std::unique_ptr<AgentLogin> agent_;  // after session_: it goes first
};

}  // namespace livesonic::remote
