// SPDX-License-Identifier: Apache-2.0
// Where actions are asked for, by people and by rules: each request is judged, written down with
// the reason, and where it may be, done.
#pragma once

#include <condition_variable>
#include <map>
#include <mutex>
#include <set>
#include <stop_token>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "livesonic/actions/executor.h"
#include "livesonic/actions/facts.h"
#include "livesonic/base/clock.h"
#include "livesonic/model/event.h"
#include "livesonic/model/incident.h"

namespace livesonic::actions {

inline constexpr std::string_view kBreakerCause = "breaker:";

// Told of the clusters whose breaker has tripped; app makes incidents of it. Thread-safe.
class BreakerAlarm {
 public:
  virtual ~BreakerAlarm() = default;
  // All those there are now.
  virtual Result<void> tell(const std::vector<Finding>& findings, Time at) = 0;
  // The clusters of which it was told before, and not yet that they are well.
  virtual std::set<std::string> told_of() = 0;
};

// Thread-safe; does not own what it is given.
class Desk {
 public:
  struct Parts {
    storage::Actions& store;
    storage::Inventory& inventory;
    storage::History& history;
    EventSink& events;
    Means means;
    BreakerAlarm* breaker = nullptr;  // may be null
  };
  explicit Desk(Parts parts);
  ~Desk();

  // Goes on with what an earlier run has left, and lets approvals expire, from now on.
  void start();
  // Ends what is under way soon; nothing is taken any more.
  void stop();

  // The decision, as it is kept, and where that is to allow it, on its way. The same key again in
  // the same cluster gives the same action. An error where there is no such cluster, or the request
  // makes no sense; everything else, AWS saying no included, is a refusal that is kept.
  Result<Action> request(const ActionRequest& request, const std::stop_token& stop = {});
  // What the decision would be; nothing is kept.
  Result<Action> preview(const ActionRequest& request, const std::stop_token& stop = {});
  // By a person. What has changed since it was asked for counts: it may be refused after all.
  // kConflict when it isn't waiting (any more).
  Result<Action> approve(const std::string& id, const std::string& by,
                         const std::stop_token& stop = {});
  Result<Action> reject(const std::string& id, const std::string& by, const std::string& reason);

  // What start() does every few seconds. Public for tests.
  void tick();
  // Takes what is approved or begun and on nobody's way. Public for tests.
  void recover();
  // Until the action is over or `patience` runs out; as it is then.
  Result<Action> wait_for(const std::string& id, Duration patience, const std::stop_token& stop);

  // How many there have been since the start, by kind and state, for Prometheus.
  [[nodiscard]] std::string prometheus_text() const;

 private:
  struct Known {  // about a request, before it is judged
    Cluster cluster;
    std::vector<Instance> instances;
    View view;
    std::string trouble;  // why AWS could not be asked; empty: it was
  };
  Result<Known> find_out(const ActionRequest& request, const std::stop_token& stop);
  // With mutex_ held, so that no two are judged by the same past.
  Result<Action> decide(const ActionRequest& request, Known& known, bool approved);
  void changed(const Action& action);
  void watch_breaker(const std::string& cluster, const View& view);
  void recheck_breakers();
  void tell_breakers();
  Result<View> view_of(const std::string& cluster);

  const Parts parts_;
  Executor executor_;

  std::mutex mutex_;  // held over what the store is asked between a judgement and its being kept

  mutable std::mutex state_mutex_;  // guards what follows
  std::condition_variable_any state_changed_;
  std::map<std::pair<std::string, std::string>, std::uint64_t> counts_;
  std::map<std::string, Finding> breakers_;  // by cluster
  bool breakers_told_ = true;

  std::mutex telling_;  // so that the alarm hears one after the other, the newest last

  std::jthread thread_;
};

}  // namespace livesonic::actions
