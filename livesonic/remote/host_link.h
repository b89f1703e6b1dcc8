// SPDX-License-Identifier: Apache-2.0
// Everything about one host: who waits for it, the way to it, and the session once it is there.
// An explicit state machine on the reactor's thread.
#pragma once

#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "livesonic/remote/connect_line.h"
#include "livesonic/remote/connector.h"
#include "livesonic/remote/event_loop.h"
#include "livesonic/remote/host_task.h"
#include "livesonic/remote/remote.h"
#include "livesonic/remote/session.h"
#include "livesonic/remote/ssh.h"
#include "livesonic/remote/talk.h"

namespace livesonic::remote {

// sshd confirms a channel's end only when its process has ended. One that is still there after this
// long may stay for ever.
constexpr Duration kTimeToClose{1'500};

class HostLink;

// What a link needs of the world around it.
class LinkServices {
 public:
  virtual ~LinkServices() = default;
  virtual EventLoop& loop() = 0;
  virtual const SshSettings& settings() = 0;
  // The way to a host, and how it is gone.
  virtual Result<Route> route_to(const Host& host) = 0;
  virtual const ConnectParts& connecting() = 0;
  // Calls link.on_turn() when fewer hosts than allowed are being connected to. Not at once.
  virtual void ask_turn(HostLink& link) = 0;
  virtual void end_turn(HostLink& link, ConnectLine::Outcome outcome) = 0;
  // The task has all its results.
  virtual void finished(const Task& task) = 0;
  // The link has nothing to do and no session: it may be destroyed, not at once.
  virtual void idle(HostLink& link) = 0;
};

// Not thread-safe.
class HostLink final : public EventLoop::Handler, public Connector::Owner {
 public:
  HostLink(std::string host_id, LinkServices& services);
  ~HostLink() override;
  HostLink(const HostLink&) = delete;
  HostLink& operator=(const HostLink&) = delete;

  void add(std::unique_ptr<Task> task);
  void end_stream(StreamId id);
  // Streams are ended; the session is closed as soon as nothing runs on it.
  void forget();
  // Ends all tasks with kNotTried.
  void shut_down();

  [[nodiscard]] const std::string& host_id() const { return host_id_; }
  // What is connected to first, for those that wait: an address with its port.
  [[nodiscard]] std::string way() const;
  [[nodiscard]] std::size_t waiting() const { return waiting_.size(); }
  [[nodiscard]] bool is_idle() const { return state_ == State::kIdle && waiting_.empty(); }

  void on_turn();
  void on_wake(std::uint32_t events) override;

 private:
  enum class State {
    kIdle,
    kInLine,  // for its turn to connect
    kConnecting,
    kReady,
  };
  struct Conversation {
    std::unique_ptr<Task> task;  // none once all its results are out
    std::unique_ptr<Talk> talk;
    std::uint64_t packets_before = 0;  // had been heard when the channel was asked for
  };

  // The way there (host_link_connect.cpp).
  void connected(std::unique_ptr<Session> session, const std::string& where) override;
  void not_connected(Failure failure) override;

  // The conversations (host_link.cpp, host_link_talks.cpp).
  void proceed();
  void converse(SteadyTime now);
  bool start_waiting(SteadyTime now);
  std::unique_ptr<Talk> begin_talk(const Task& task, SteadyTime now);
  void advance_talks(SteadyTime now);
  void advance_talk(Conversation& conversation, SteadyTime now);
  void refused(std::unique_ptr<Task> task, const std::string& reason, SteadyTime now);
  void end_streams(const Failure& failure);
  [[nodiscard]] std::string why_hopeless(SteadyTime now) const;
  void lost(const std::string& reason);
  void conclude(std::unique_ptr<Task> task, const Failure& failure);
  void put_back(std::unique_ptr<Task> task);
  void drop_session();
  void rearm();
  [[nodiscard]] std::optional<SteadyTime> due() const;
  [[nodiscard]] std::size_t active() const;    // conversations that go on
  [[nodiscard]] std::size_t commands() const;  // of these, those that aren't streams
  [[nodiscard]] bool is_worn(SteadyTime now) const;

  const std::string host_id_;
  LinkServices& services_;
  const EventLoop::Token token_;

  State state_ = State::kIdle;
  bool forgotten_ = false;
  std::deque<std::unique_ptr<Task>> waiting_;

  Host target_;  // what is being connected to, or is connected
  SteadyTime attempt_began_{};
  std::unique_ptr<Connector> connector_;

  std::unique_ptr<Session> session_;
  std::vector<Conversation> conversations_;  // after session_: channels go first
  std::size_t channel_limit_ = 0;
  bool takes_batches_ = false;              // its shell has shown so in this session
  std::optional<SteadyTime> singly_until_;  // its shell has shown that it doesn't
  bool served_ = false;                     // this session has run a command
  std::optional<SteadyTime> hold_until_;    // open no channel before
  std::uint64_t bytes_when_idle_ = 0;
  bool more_to_do_ = false;  // at once, but after other hosts have had their turn
};

}  // namespace livesonic::remote
