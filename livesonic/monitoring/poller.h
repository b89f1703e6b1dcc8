// SPDX-License-Identifier: Apache-2.0
// One round of a cluster: who is in it, what each instance says, what it comes to.
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <stop_token>
#include <string>
#include <vector>

#include "livesonic/base/clock.h"
#include "livesonic/base/result.h"
#include "livesonic/model/event.h"
#include "livesonic/model/round.h"
#include "livesonic/monitoring/host_poll.h"
#include "livesonic/monitoring/notice_watcher.h"
#include "livesonic/monitoring/plan.h"
#include "livesonic/monitoring/probing.h"
#include "livesonic/monitoring/streamer.h"
#include "livesonic/monitoring/tally.h"
#include "livesonic/remote/remote.h"
#include "livesonic/storage/history.h"
#include "livesonic/storage/inventory.h"

namespace livesonic::monitoring {

// What monitoring needs of discovery.
class Membership {
 public:
  virtual ~Membership() = default;
  struct Refreshed {
    std::vector<std::string> retired;  // ids no longer watched
    std::string error;                 // why AWS could not be asked; empty when it could
  };
  virtual Result<Refreshed> refresh(const Cluster& cluster, const std::stop_token& stop) = 0;
};

// What monitoring needs of alerting: it judges a complete round and makes it durable.
class RoundSink {
 public:
  virtual ~RoundSink() = default;
  virtual Result<void> finish(const Round& round) = 0;
};

struct PollResult {
  Round round;
  std::string aws_error;  // empty when AWS could be asked
};

// Thread-safe; does not own what it is given. Two polls of one cluster must not overlap (see
// schedule.h).
class Poller {
 public:
  struct Parts {
    Membership& membership;
    remote::Remote* remote;  // null: nothing is asked of the hosts, membership alone is kept
    storage::Inventory& inventory;
    storage::History& history;
    RoundSink& sink;
    EventSink& events;
    const Clock& clock;
    Streamer* streamer = nullptr;      // null: scores of all clusters are polled
    Tally* tally = nullptr;            // null: nothing is counted
    Probing* probing = nullptr;        // null: no probes are made
    NoticeWatcher* notices = nullptr;  // null: hosts aren't asked what AWS announced to them
  };

  Poller(Parts parts, HostAccess access);

  // These are the clusters that there are: sessions to hosts of others are closed.
  void clusters_are(const std::vector<std::string>& names);

  // Polls every instance at the same time and stores readings as they come, several in one
  // transaction; a host that hangs delays only its own reading and the end of the round.
  // kUnavailable when a stop was requested meanwhile: then the round is not finished. `due`: when
  // it should have begun, for the tally; now unless given.
  Result<PollResult> poll(const std::string& cluster, std::stop_token stop,
                          std::optional<Time> due = std::nullopt);

  // Only who is in it, asking no host and judging nothing. What poll() says of overlaps holds.
  Result<Membership::Refreshed> refresh(const Cluster& cluster, const std::stop_token& stop);

 private:
  Result<std::vector<InstanceReadings>> read_all(const Round& round, Time due,
                                                 const std::stop_token& stop);
  // The cluster's probes that are due are begun, then what they and the others found is told.
  struct Fronts {
    std::vector<CheckReading> kept;
    std::optional<Probing::Batch> batch;
  };
  Result<Fronts> begin_probes(const Cluster& cluster, const std::stop_token& stop);
  Result<std::vector<CheckReading>> end_probes(const std::string& cluster, Fronts fronts,
                                               const std::stop_token& stop);
  [[nodiscard]] std::map<std::string, std::vector<CheckReading>> latest_where_needed(
      const Round& round) const;
  [[nodiscard]] bool asks_cloud(const Instance& instance) const;
  void tell_notice(const Instance& instance, const HostAnswer& answer);
  void store(const std::string& cluster, const std::vector<InstanceReadings>& readings);
  void remember(const Cluster& cluster, const std::vector<Instance>& instances);
  void forget(const std::string& host_id);
  [[nodiscard]] InstanceReadings judge(const Instance& instance,
                                       const std::vector<Service>& services,
                                       const HostAnswer& answer, Time at) const;

  Parts parts_;
  HostAccess access_;
  std::shared_ptr<ScoreTool> tool_;  // null when nothing is asked of the hosts

  std::mutex mutex_;
  std::map<std::string, std::set<std::string>> hosts_;  // ids of those that were polled, by cluster
};

}  // namespace livesonic::monitoring
