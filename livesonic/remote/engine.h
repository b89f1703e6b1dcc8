// SPDX-License-Identifier: Apache-2.0
// All hosts' links and what they share: the loop, our keys, the bastions, the line of those that
// want to connect, and the threads for what blocks.
#pragma once

#include <memory>
#include <random>
#include <string>
#include <unordered_map>

#include "livesonic/remote/bastion.h"
#include "livesonic/remote/connect_line.h"
#include "livesonic/remote/host_link.h"
#include "livesonic/remote/identity_book.h"
#include "livesonic/remote/lookups.h"
#include "livesonic/remote/route.h"

namespace livesonic::remote {

// Belongs to the loop's thread, but for its construction and destruction, when that thread does not
// run.
class Engine final : public LinkServices, private EventLoop::Handler {
 public:
  Engine(SshSettings settings, RouteRules rules, IdentityBook identities, KeyMemory& keys,
         Outside outside, std::shared_ptr<EventLoop> loop);
  ~Engine() override;

  void accept(std::unique_ptr<Task> task);
  void end_stream(const std::string& host_id, StreamId id);
  void forget(const std::string& host_id);
  // Ends every task; later ones end at once.
  void shut_down();

  EventLoop& loop() override { return *loop_; }
  const SshSettings& settings() override { return settings_; }
  Result<Route> route_to(const Host& host) override { return plan_route(host, rules_); }
  const ConnectParts& connecting() override { return parts_; }
  void ask_turn(HostLink& link) override;
  void end_turn(HostLink& link, ConnectLine::Outcome outcome) override;
  void finished(const Task& task) override;
  void idle(HostLink& link) override;

 private:
  void on_wake(std::uint32_t events) override;
  void grant_turns();
  void schedule_grants();
  HostLink* find(const std::string& host_id);

  const SshSettings settings_;
  const RouteRules rules_;
  const std::shared_ptr<EventLoop> loop_;
  IdentityBook identities_;
  Lookups lookups_;
  Bastions bastions_;
  const ConnectParts parts_;

  std::unordered_map<std::string, std::unique_ptr<HostLink>> links_;
  std::size_t tasks_ = 0;  // accepted and not through
  bool stopped_ = false;
  ConnectLine line_;
  const EventLoop::Token line_token_;  // wakes for those that may be tried again
  std::mt19937_64 random_;
  bool grants_scheduled_ = false;
};

}  // namespace livesonic::remote
