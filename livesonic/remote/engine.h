// SPDX-License-Identifier: Apache-2.0
// All hosts' links and what they share: the loop, our key, the line of those that want to connect,
// and the threads for what blocks (name lookups, pinned keys).
#pragma once

#include <deque>
#include <memory>
#include <string>
#include <unordered_map>
#include <unordered_set>

#include "livesonic/base/worker_pool.h"
#include "livesonic/remote/host_link.h"
#include "livesonic/remote/identity.h"

namespace livesonic::remote {

// Belongs to the loop's thread, but for its construction and destruction, when that thread does not
// run.
class Engine final : public LinkServices {
 public:
  Engine(SshSettings settings, Key identity, KeyMemory& keys, std::shared_ptr<EventLoop> loop);
  // Does not wait long for name lookups under way: the system's resolver can't be interrupted.
  ~Engine() override;

  void accept(std::unique_ptr<Run> run);
  void forget(const std::string& host_id);
  // Ends every run; later ones end at once.
  void shut_down();

  EventLoop& loop() override { return *loop_; }
  const SshSettings& settings() override { return settings_; }
  ssh_key identity() override { return identity_.get(); }
  void ask_turn(HostLink& link) override;
  void end_turn(HostLink& link) override;
  void look_up(HostLink& link, const Host& host, int attempt) override;
  void pin(HostLink& link, const std::string& fingerprint, int attempt) override;
  void finished(std::unique_ptr<Run> run) override;
  void idle(HostLink& link) override;

 private:
  void grant_turns();
  void schedule_grants();
  HostLink* find(const std::string& host_id);

  const SshSettings settings_;
  const Key identity_;
  KeyMemory& keys_;
  const std::shared_ptr<EventLoop> loop_;
  std::unique_ptr<WorkerPool> resolver_;
  std::unique_ptr<WorkerPool> pinner_;

  std::unordered_map<std::string, std::unique_ptr<HostLink>> links_;
  std::size_t runs_ = 0;
  bool stopped_ = false;
  std::deque<std::string> line_;                // host ids that wait for their turn
  std::unordered_set<std::string> connecting_;  // host ids that have it
  bool grants_scheduled_ = false;
};

}  // namespace livesonic::remote
