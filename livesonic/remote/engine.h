// SPDX-License-Identifier: Apache-2.0
// All hosts' links and what they share: the loop, our keys, the bastions, the line of those that
// want to connect, and the threads for what blocks.
#pragma once

#include <deque>
#include <memory>
#include <string>
#include <unordered_map>
#include <unordered_set>

#include "livesonic/remote/bastion.h"
#include "livesonic/remote/host_link.h"
#include "livesonic/remote/identity_book.h"
#include "livesonic/remote/lookups.h"
#include "livesonic/remote/route.h"

namespace livesonic::remote {

// Belongs to the loop's thread, but for its construction and destruction, when that thread does not
// run.
class Engine final : public LinkServices {
 public:
  Engine(SshSettings settings, RouteRules rules, IdentityBook identities, KeyMemory& keys,
         Outside outside, std::shared_ptr<EventLoop> loop);
  ~Engine() override;

  void accept(std::unique_ptr<Run> run);
  void forget(const std::string& host_id);
  // Ends every run; later ones end at once.
  void shut_down();

  EventLoop& loop() override { return *loop_; }
  const SshSettings& settings() override { return settings_; }
  Result<Route> route_to(const Host& host) override { return plan_route(host, rules_); }
  const ConnectParts& connecting() override { return parts_; }
  void ask_turn(HostLink& link) override;
  void end_turn(HostLink& link) override;
  void finished(std::unique_ptr<Run> run) override;
  void idle(HostLink& link) override;

 private:
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
  std::size_t runs_ = 0;
  bool stopped_ = false;
  std::deque<std::string> line_;                // host ids that wait for their turn
  std::unordered_set<std::string> connecting_;  // host ids that have it
  bool grants_scheduled_ = false;
};

}  // namespace livesonic::remote
