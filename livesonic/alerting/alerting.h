// SPDX-License-Identifier: Apache-2.0
// Judges each round and makes what follows durable: incidents and the messages that tell of them.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "livesonic/alerting/evaluate.h"
#include "livesonic/alerting/outlook.h"
#include "livesonic/alerting/timetable.h"
#include "livesonic/base/clock.h"
#include "livesonic/base/result.h"
#include "livesonic/model/event.h"
#include "livesonic/model/round.h"
#include "livesonic/model/silence.h"
#include "livesonic/storage/history.h"
#include "livesonic/storage/incidents.h"

namespace livesonic::alerting {

// Thread-safe; does not own what it is given.
class Alerting {
 public:
  struct Parts {
    storage::Incidents& store;
    storage::History& history;
    EventSink& events;
    // The AWS tags of these instances of the cluster; without it none has any.
    std::function<Result<MemberTags>(const std::string& cluster,
                                     const std::vector<std::string>& ids)>
        tags_of = {};
  };
  // `rules` are those of the configuration; operators may add others. `channels` are the names of
  // those to be told of new incidents.
  Alerting(Parts parts, Rules rules, std::vector<std::string> channels,
           std::vector<Maintenance> maintenances = {});

  // A server has started: what was known of our own sight when it ended goes on. Before any round.
  Result<void> resume(Time now);

  // Evaluates the round and writes its outcome in one transaction.
  Result<void> finish(const Round& round);

  // The cluster was removed: its open incidents are closed, and those told of them are told that.
  Result<void> close_cluster(const std::string& cluster, const std::string& why, Time at);

  // `findings` are all those of these kinds (what their causes begin with) that there are now. Each
  // has one incident, of no cluster, from the time when it is first among them until it no longer
  // is.
  Result<void> judge(const std::vector<Finding>& findings,
                     const std::vector<std::string_view>& kinds, Time at);

  // Time has passed: acknowledgements and silences end, escalations and repeats come due, clusters
  // are overdue. To be called about every second. Whether there is something new to send.
  Result<bool> tick(Time now);

  // Of an open incident; kNotFound, kConflict when it is closed. `until`: none for good.
  Result<Incident> acknowledge(const std::string& id, Acknowledgement acknowledgement);
  Result<Incident> unacknowledge(const std::string& id, Time now);
  Result<Incident> comment(const std::string& id, Comment comment);  // of a closed one, too

  // Puts the silence into effect at once; one that is in the past is kInvalidInput.
  Result<Silence> silence(Silence silence, Time now);
  // It ends now; kNotFound when there is none, or it is over.
  Result<Silence> end_silence(const std::string& id, Time now);
  // Those in effect or to come, the timetable's that are in effect included.
  Result<std::vector<Silence>> silences(Time now);
  // The open incidents that it would hit.
  Result<std::vector<Incident>> preview(const Silence& silence);

  // The scores that are worth a partial round between two whole ones: low ones, and those of
  // instances that have conditions.
  struct Attention {
    double below = 0;
    std::set<std::pair<std::string, std::string>> instances;  // cluster, instance
  };
  [[nodiscard]] Attention attention();

  // What holds now; it stays as it is for whoever has asked for it.
  [[nodiscard]] std::shared_ptr<const Rules> rules() const;
  // Takes the operators' rules out of the store. Before any round. Channels that are no longer
  // there are left out of them.
  Result<void> load_rules();
  // Adds an operator's rule, which holds from the next round on; with `replace` the one of this
  // name gives way. kConflict when there is another one, or the name is one of the file's.
  Result<Rule> put_rule(Rule rule, bool replace, Time now);
  // Its open incidents are closed, and those told of them are told that. kNotFound; kConflict when
  // it is no operator's.
  Result<void> remove_rule(const std::string& name, Time now);

 private:
  Result<void> adopt_rules();
  void show_rules();
  Result<Context> context_of(const Round& round);
  // Whether there is something new to send.
  Result<bool> judge_locked(const std::vector<Finding>& findings,
                            const std::vector<std::string_view>& kinds, Time at);
  // What is known of muting, at this time.
  struct Muting {
    std::vector<Silence> silences;
    std::vector<std::string> critical;
    bool by_tags = false;  // a silence compares tags
  };
  Result<Muting> muting(Time now);
  Result<MemberTags> tags_of(const Incident& incident);
  Result<void> commit(storage::RoundOutcome outcome, Decision decision,
                      const std::vector<Incident>& before, Time at);
  // What is to be sent because of the change; notes in `after` what was told.
  Result<void> add_tellings(storage::RoundOutcome& outcome, const Incident* before, Incident& after,
                            const Muting& muting, Time now);
  Result<Incident> change(const std::string& id, Time now, bool only_open,
                          const std::function<void(Incident&)>& how);
  void attend(const std::string& cluster, const std::vector<Condition>& conditions);

  const Parts parts_;
  const Rules given_;
  const std::vector<std::string> channels_;
  const std::vector<Maintenance> maintenances_;

  // One decision at a time: each begins with what the last one stored.
  std::mutex mutex_;
  Rules rules_;  // guarded by mutex_, as the next ones
  Outlook outlook_;
  std::optional<Time> first_tick_;

  mutable std::mutex shown_mutex_;
  std::shared_ptr<const Rules> shown_rules_;  // guarded by shown_mutex_, as the next one
  Attention attention_;
};

}  // namespace livesonic::alerting
