// SPDX-License-Identifier: Apache-2.0
// For tests and benchmarks: a random history of everything that happens to incidents at once, in
// virtual time and through the real Alerting: polls, streams, hosts that come, leave and vanish,
// flapping, silences, acknowledgements, other rules, removed clusters, restarts, writes that fail.
#pragma once

#include <chrono>
#include <map>
#include <memory>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "livesonic/alerting/alerting.h"
#include "livesonic/alerting/memory_incidents.h"

namespace livesonic::alerting {

// Sees what happens, in order. `written`: whether the store took it; what it refused has no
// consequences but for what is known of our own sight, which is not stored.
class Witness {
 public:
  virtual ~Witness() = default;
  virtual void restarted(const Rules& rules, const std::vector<std::string>& channels) = 0;
  virtual void looked(const Round& round, bool written) = 0;
  virtual void removed(const std::string& cluster, Time at, bool written) = 0;
  virtual void silenced(const Silence& silence) = 0;  // new, or changed
  // Nullopt: not any more.
  virtual void acknowledged(const Incident& incident,
                            const std::optional<Acknowledgement>& acknowledgement) = 0;
  // Follows whatever else happened in a step, at the same time.
  virtual void ticked(Time now, bool written) = 0;
};

// What the channels heard that they should not have heard so. All zero is what is promised.
struct Broken {
  int lost_closings = 0;       // of openings that were heard, when all is over
  int duplicate_openings = 0;  // and closings
  int out_of_order = 0;        // before the opening, or after the closing
  int untold = 0;              // incidents that were not over in the end, or noted as told and not
  friend bool operator==(const Broken&, const Broken&) = default;
};

class RandomHistory {
 public:
  // `witness` may be null.
  explicit RandomHistory(unsigned seed, Witness* witness = nullptr)
      : random_(seed), witness_(witness) {
    store_.clusters = {kClusters.begin(), kClusters.end()};
    for (const std::string& cluster : kClusters) {
      for (int i = 0; i < 3; ++i) launch(cluster, i, now_ - std::chrono::hours{24});
    }
    restart();
  }

  void step() {
    now_ += std::chrono::seconds{1 + below(90)};
    switch (below(20)) {
      case 0:
        restart();
        break;
      case 1:
        silence();
        break;
      case 2:
        acknowledge();
        break;
      case 3:
        remove();
        break;
      case 4:
        store_.failing = chance(2);
        break;
      case 5:
        break;  // time passes
      default:
        poll(any_cluster(), false);
    }
    tick();
  }

  // All is well, everything is written, and time passes. False when something is refused even so.
  bool end() {
    store_.failing = false;
    restart();
    // As long as something that vanished may be news.
    for (int i = 0; i < 70; ++i) {
      now_ += std::chrono::seconds{60};
      for (const std::string& cluster : kClusters) {
        if (!poll(cluster, true) || !tick()) return false;
      }
    }
    return true;
  }

  // To be asked after end().
  [[nodiscard]] Broken broken() const {
    struct Heard {
      int openings = 0;
      int closings = 0;
    };
    Broken broken;
    std::map<std::pair<std::string, std::string>, Heard> heard;
    for (const Delivery& delivery : store_.deliveries) {
      Heard& one = heard[{delivery.incident, delivery.channel}];
      if (delivery.kind != DeliveryKind::kOpening && one.openings == 0) ++broken.out_of_order;
      if (delivery.kind != DeliveryKind::kClosing && one.closings > 0) ++broken.out_of_order;
      if (delivery.kind == DeliveryKind::kOpening && ++one.openings > 1)
        ++broken.duplicate_openings;
      if (delivery.kind == DeliveryKind::kClosing && ++one.closings > 1)
        ++broken.duplicate_openings;
    }
    for (const auto& [key, one] : heard) {
      if (one.openings > 0 && one.closings == 0) ++broken.lost_closings;
    }
    for (const Incident& incident : store_.all) {
      if (incident.open()) ++broken.untold;
      for (const std::string& channel : incident.channels) {
        if (!heard.contains({incident.id, channel})) ++broken.untold;
      }
    }
    return broken;
  }

  [[nodiscard]] const MemoryIncidents& store() const { return store_; }
  [[nodiscard]] Time now() const { return now_; }

 private:
  inline static const std::vector<std::string> kClusters{"web", "db"};

  class DeafEvents final : public EventSink {
   public:
    void publish(const Event&) override {}
  };

  // How a host is, until it is otherwise.
  enum class Mood {
    kWell,
    kLow,
    kMiddling,
    kSilent,
    kRefusing,
    kStrange,
    kMute,
    kUntried,
    kChecks
  };
  struct Host {
    Instance instance;
    Mood mood = Mood::kWell;
  };

  unsigned below(unsigned bound) { return static_cast<unsigned>(random_() % bound); }
  bool chance(unsigned one_in) { return below(one_in) == 0; }
  std::string any_cluster() { return kClusters[below(2)]; }

  void launch(const std::string& cluster, int place, Time at) {
    Host host;
    host.instance.cluster = cluster;
    host.instance.id = "i-" + std::to_string(launches_++);
    host.instance.launched_at = at;
    host.instance.balancer_state = "InService";
    hosts_[{cluster, place}] = host;
  }

  // Also what a crash leaves, and another process that takes over with other rules.
  void restart() {
    Basics basics;
    basics.polls_to_open = 1 + static_cast<int>(below(3));
    basics.polls_to_close = 1 + static_cast<int>(below(3));
    basics.unreachable = !chance(3);
    basics.vanished = !chance(3);
    std::vector<Rule> own;
    if (chance(2)) own.push_back(rule("slow", {RuleKind::kScore, RuleKind::kClusterMean}));
    if (chance(3)) {
      own.push_back(rule("less", {RuleKind::kCapacity, RuleKind::kClusterMin, RuleKind::kNoData}));
    }
    Rules rules;
    rules.rules = with_basics(basics, own);
    rules.flapping.openings = chance(6) ? 0 : 2 + static_cast<int>(below(3));
    if (chance(2)) rules.depends_on = {{"web", {"db"}}};
    std::vector<std::string> channels{"mail"};
    if (chance(2)) channels.emplace_back("chat");
    alerting_ =
        std::make_unique<Alerting>(Alerting::Parts{store_, history_, events_}, rules, channels);
    if (witness_ != nullptr) witness_->restarted(rules, channels);
  }

  Rule rule(const std::string& name, const std::vector<RuleKind>& kinds) {
    Rule rule;
    rule.name = name;
    rule.kind = kinds[below(static_cast<unsigned>(kinds.size()))];
    rule.below = 60;
    rule.well_at = 70;
    if (chance(2)) rule.bad = {std::chrono::seconds{below(180)}, 1 + static_cast<int>(below(3))};
    if (chance(2)) rule.good = {std::chrono::seconds{below(180)}, 1 + static_cast<int>(below(3))};
    if (chance(3)) rule.severity = Severity::kCritical;
    if (chance(3)) rule.clusters = {"d*"};
    if (chance(2)) rule.channels = {"chat"};
    rule.escalate = {{std::chrono::minutes{3}, {"phone"}}};
    rule.repeat = std::chrono::minutes{5};
    return rule;
  }

  void silence() {
    if (chance(2) || store_.kept.empty()) {
      Silence silence;
      silence.matchers = {{"cluster", Matcher::Op::kEqual, any_cluster()}};
      if (chance(2)) silence.matchers.push_back({"cause", Matcher::Op::kEqual, "score"});
      silence.starts_at = now_ + std::chrono::seconds{chance(3) ? below(300) : 0};
      silence.ends_at = silence.starts_at + std::chrono::seconds{30 + below(600)};
      const auto put = alerting_->silence(silence, now_);
      if (put && witness_ != nullptr) witness_->silenced(*put);
    } else {
      const auto ended = alerting_->end_silence(store_.kept.back().id, now_);
      if (ended && witness_ != nullptr) witness_->silenced(*ended);
    }
  }

  void acknowledge() {
    const std::vector<Incident> open = store_.all_open_incidents().value();
    for (const Incident& incident : open) {
      if (chance(2)) continue;
      Result<Incident> done = chance(3)
                                  ? alerting_->unacknowledge(incident.id, now_)
                                  : alerting_->acknowledge(incident.id, {"ann", now_, until(), ""});
      if (done && witness_ != nullptr) witness_->acknowledged(*done, done->acknowledged);
      (void)alerting_->comment(incident.id, {"bob", now_, "hm"});
      return;
    }
  }

  std::optional<Time> until() {
    if (chance(3)) return std::nullopt;
    return now_ + std::chrono::minutes{4};
  }

  void remove() {
    const std::string cluster = any_cluster();
    const bool written =
        alerting_->close_cluster(cluster, "the cluster was removed", now_).has_value();
    if (written) store_.stored[cluster].clear();
    if (witness_ != nullptr) witness_->removed(cluster, now_, written);
  }

  bool tick() {
    const bool written = alerting_->tick(now_).has_value();
    if (witness_ != nullptr) witness_->ticked(now_, written);
    return written;
  }

  bool poll(const std::string& cluster, bool well) {
    Round round;
    round.cluster.name = cluster;
    round.at = now_;
    round.partial = !well && chance(5);
    if (!well && chance(4)) round.cluster.discovery.wanted = 4;
    const bool dark = !well && chance(8);  // our way to all of its hosts is broken
    for (int place = 0; place < 3; ++place) {
      if (!round.partial && !well) come_and_go(cluster, place);
      Host& host = hosts_[{cluster, place}];
      if (!well && chance(2)) host.mood = chance(2) ? Mood::kWell : static_cast<Mood>(below(9));
      if (well) {
        host.mood = Mood::kWell;
        host.instance.standing.group_state.clear();
      }
      round.instances.push_back(host.instance);
      if (round.partial) {
        // Streams bring scores, of those that are worth it.
        if (host.mood <= Mood::kMiddling) round.readings.push_back(readings_of(host, true));
      } else {
        round.readings.push_back(
            readings_of(dark ? Host{host.instance, Mood::kSilent} : host, false));
      }
    }
    if (!round.partial) {
      round.point = summarize(now_, round.readings);
      for (const auto& [at, instance] : vanished_) {
        if (instance.cluster == cluster && now_ - at < kVanishedFor) {
          round.vanished.push_back(instance);
        }
      }
    }
    const bool written = alerting_->finish(round).has_value();
    if (witness_ != nullptr) witness_->looked(round, written);
    return written;
  }

  void come_and_go(const std::string& cluster, int place) {
    Instance& instance = hosts_[{cluster, place}].instance;
    instance.balancer_state = chance(6) ? "OutOfService" : "InService";
    if (chance(25)) instance.standing.group_state = "Terminating:Wait";
    if (!chance(20)) return;
    if (chance(3)) vanished_.emplace_back(now_, instance);
    launch(cluster, place, now_ - std::chrono::seconds{below(120)});
  }

  InstanceReadings readings_of(const Host& host, bool streamed) {
    InstanceReadings readings;
    ScoreReading& score = readings.score;
    score.cluster = host.instance.cluster;
    score.instance = host.instance.id;
    score.at = now_;
    score.outcome = outcome_of(host.mood);
    if (score.outcome != Outcome::kOk) {
      score.detail = "no";
    } else if (host.mood == Mood::kLow) {
      score.score = 5 + static_cast<int>(below(35));
    } else {
      score.score = host.mood == Mood::kMiddling ? 50 + static_cast<int>(below(25)) : 95;
    }
    if (streamed) return readings;
    CheckReading check;
    check.cluster = score.cluster;
    check.instance = score.instance;
    check.service = "nginx";
    check.at = now_;
    check.outcome = score.outcome;
    check.detail = "no";
    if (host.mood == Mood::kMute) check.outcome = Outcome::kOk;  // serverscore alone is missing
    if (host.mood == Mood::kChecks) {
      const std::vector<Outcome> ways{Outcome::kCheckFailed, Outcome::kTimedOut,
                                      Outcome::kConnectionLost, Outcome::kNotRun};
      check.outcome = ways[below(4)];
      check.kept = chance(4);
    }
    check.status = status_of(check.outcome);
    if (check.outcome == Outcome::kCheckFailed && chance(2)) check.status = CheckStatus::kWarning;
    readings.checks.push_back(std::move(check));
    return readings;
  }

  Outcome outcome_of(Mood mood) {
    switch (mood) {
      case Mood::kSilent:
        return chance(3) ? Outcome::kConnectionLost : Outcome::kUnreachable;
      case Mood::kRefusing:
        return chance(2) ? Outcome::kAuthRefused : Outcome::kHostKeyUnknown;
      case Mood::kStrange:
        return Outcome::kHostKeyChanged;
      case Mood::kMute:
        return chance(2) ? Outcome::kInvalidOutput : Outcome::kCommandNotFound;
      case Mood::kUntried:
        return Outcome::kNotRun;
      default:
        return Outcome::kOk;
    }
  }

  std::mt19937 random_;
  Witness* const witness_;
  Time now_{std::chrono::seconds{1'770'000'000}};
  int launches_ = 0;
  std::map<std::pair<std::string, int>, Host> hosts_;
  std::vector<std::pair<Time, Instance>> vanished_;
  MemoryIncidents store_;
  MemoryHistory history_;
  DeafEvents events_;
  std::unique_ptr<Alerting> alerting_;
};

}  // namespace livesonic::alerting
