// SPDX-License-Identifier: Apache-2.0
// Feature rooms never see each other: each declares what it needs, and these few lines supply it.
// None owns what it is given; all are as thread-safe as that.
#pragma once

#include <functional>
#include <mutex>
#include <stop_token>
#include <string>
#include <utility>
#include <vector>

#include "livesonic/alerting/alerting.h"
#include "livesonic/app/core.h"
#include "livesonic/base/clock.h"
#include "livesonic/base/log.h"
#include "livesonic/discovery/discovery.h"
#include "livesonic/domains/expiry.h"
#include "livesonic/monitoring/notice_watcher.h"
#include "livesonic/monitoring/poller.h"
#include "livesonic/monitoring/score_watcher.h"
#include "livesonic/notify/outbox.h"
#include "livesonic/remote/remote.h"
#include "livesonic/storage/host_keys.h"
#include "livesonic/storage/inventory.h"

namespace livesonic::app {

// discovery's registrations bring clusters and take them away.
class RegisteredClusters final : public discovery::ClusterRegister {
 public:
  // `changed` is called after each change, so that a cluster that was found is polled at once.
  RegisteredClusters(Core& core, std::function<void()> changed)
      : core_(core), changed_(std::move(changed)) {}
  Result<void> add(const Cluster& cluster) override {
    auto added = add_cluster(core_, cluster);
    if (added) changed_();
    return added;
  }
  Result<void> remove(const std::string& cluster, const std::string& why) override {
    auto removed = remove_cluster(core_, cluster, why);
    if (removed) changed_();
    return removed;
  }

 private:
  Core& core_;
  const std::function<void()> changed_;
};

// monitoring asks who is there; discovery answers.
class DiscoveredMembership final : public monitoring::Membership {
 public:
  DiscoveredMembership(discovery::Discovery& discovery, storage::HostKeys& keys)
      : discovery_(discovery), keys_(keys) {}
  Result<Refreshed> refresh(const Cluster& cluster, const std::stop_token& stop) override {
    auto refreshed = discovery_.refresh(cluster, stop);
    if (!refreshed) return fail(refreshed.error());
    for (const std::string& id : refreshed->retired) forget_address(id);
    return Refreshed{std::move(refreshed->retired), std::move(refreshed->error)};
  }

 private:
  // The next host with this address is another one, with a key of its own.
  void forget_address(const std::string& id) {
    if (!id.starts_with("ip-")) return;
    if (auto forgotten = keys_.forget_key(id);
        !forgotten && forgotten.error().kind != ErrorKind::kNotFound) {
      log::warning("the host key of {} is still pinned: {}", id, forgotten.error().message);
    }
  }

  discovery::Discovery& discovery_;
  storage::HostKeys& keys_;
};

// monitoring hands over complete rounds; alerting judges them, and the outbox is told to look.
class JudgedRounds final : public monitoring::RoundSink {
 public:
  explicit JudgedRounds(Core& core) : core_(core) {}
  Result<void> finish(const Round& round) override {
    auto finished = core_.alerting.finish(round);
    if (finished) {
      core_.health.round_finished(round.cluster.name);
      core_.outbox.wake();
    }
    return finished;
  }

 private:
  Core& core_;
};

// What AWS announced to hosts, brought to whoever is told.
class HostNotices final : public monitoring::NoticeWatcher {
 public:
  using Told = std::function<void(const std::string& cluster, const std::string& instance,
                                  const Notice& notice)>;
  explicit HostNotices(Told told) : told_(std::move(told)) {}

  void announced(const std::string& cluster, const std::string& instance,
                 const Notice& notice) override {
    told_(cluster, instance, notice);
  }

 private:
  const Told told_;
};

// Between rounds monitoring shows the scores of streams that are worth a look; alerting judges
// them.
class StreamedScores final : public monitoring::ScoreWatcher {
 public:
  // `poll_soon` has a cluster polled before it is due.
  StreamedScores(alerting::Alerting& alerting, notify::Outbox& outbox,
                 storage::Inventory& inventory, std::function<void(const std::string&)> poll_soon)
      : alerting_(alerting),
        outbox_(outbox),
        inventory_(inventory),
        poll_soon_(std::move(poll_soon)) {}
  Interest interest() override {
    alerting::Alerting::Attention attention = alerting_.attention();
    return {attention.below, std::move(attention.instances)};
  }
  void seen(const std::string& cluster, std::vector<ScoreReading> scores, Time at) override;
  void lost(const std::string& cluster) override { poll_soon_(cluster); }

 private:
  alerting::Alerting& alerting_;
  notify::Outbox& outbox_;
  storage::Inventory& inventory_;
  const std::function<void(const std::string&)> poll_soon_;
};

// domains find what is about to expire; alerting makes incidents of it, and the outbox is told.
class DomainAlarm final : public domains::Alarm {
 public:
  explicit DomainAlarm(Core& core) : core_(core) {}
  Result<void> tell(const std::vector<Finding>& findings, Time at) override {
    const std::lock_guard lock(core_.findings);
    auto told = core_.alerting.judge(findings, {kDomainCause, kCertificateCause}, at);
    if (told) core_.outbox.wake();
    return told;
  }

 private:
  Core& core_;
};

// remote pins host keys; the store remembers them.
class StoredKeys final : public remote::KeyMemory {
 public:
  StoredKeys(storage::HostKeys& keys, const Clock& clock) : keys_(keys), clock_(clock) {}
  Result<std::optional<std::string>> pinned(const std::string& host_id) override {
    return keys_.pinned_key(host_id);
  }
  Result<std::string> pin(const std::string& host_id, const std::string& fingerprint) override {
    return keys_.pin_key(host_id, fingerprint, clock_.now());
  }

 private:
  storage::HostKeys& keys_;
  const Clock& clock_;
};

}  // namespace livesonic::app
