// SPDX-License-Identifier: Apache-2.0
// Carries out what was approved. Before AWS is told anything the intent is durable; after a restart
// what was begun is compared with what AWS says, before anything else is done about it.
#pragma once

#include <functional>
#include <mutex>
#include <set>
#include <stop_token>
#include <string>

#include "livesonic/actions/deed.h"
#include "livesonic/base/worker_pool.h"
#include "livesonic/model/action.h"
#include "livesonic/storage/actions.h"
#include "livesonic/storage/inventory.h"

namespace livesonic::actions {

// Thread-safe; does not own what it is given. Few threads of its own: most of an action is waiting.
class Executor {
 public:
  // `changed` is called after each change of an action's state, from any thread.
  Executor(storage::Actions& store, storage::Inventory& inventory, Means means,
           std::function<void(const Action&)> changed);

  // Queues an approved action, or with `again` one whose end a crash has hidden. kUnavailable when
  // too much is queued: it stays approved, and the next recovery takes it.
  Result<void> submit(const std::string& id, bool again);
  // Carries it out on the caller's thread.
  void carry_out(const std::string& id, bool again, const std::stop_token& stop);
  // Takes no more, ends what is under way soon, and waits for that. What was begun stays begun, to
  // be looked at by the next start.
  void stop();

 private:
  class Run;

  storage::Actions& store_;
  storage::Inventory& inventory_;
  const Means means_;
  const std::function<void(const Action&)> changed_;
  std::mutex mutex_;                  // guards what follows
  std::set<std::string> taken_;       // ids that are queued or under way
  std::unique_ptr<WorkerPool> pool_;  // null: stopped
};

}  // namespace livesonic::actions
