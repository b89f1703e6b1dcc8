// SPDX-License-Identifier: Apache-2.0
// For tests and benchmarks: what docs/alerting.md says, done once more in the simplest way that is
// right, however slow. It keeps everything that was ever seen and looks back through it each time;
// it counts nothing from one round to the next, and shares no code with the evaluation.
//
// It says which incidents are to be open, who suffers in them, how severe they are, whether they
// flap, and which channels are told of openings and closings, and when. It knows no updates, and of
// the kinds of rules not burn_rate, last_week, drift, event and probe.
#pragma once

#include <algorithm>
#include <chrono>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "livesonic/alerting/random_history.h"

namespace livesonic::alerting {

class NaiveOracle final : public Witness {
 public:
  // An opening or a closing that a channel is told of.
  using Told = std::tuple<Time, std::string, Cause, std::string, DeliveryKind>;  // …, channel, kind

  void restarted(const Rules& rules, const std::vector<std::string>& channels) override {
    rules_ = rules;
    channels_ = channels;
    seen_.clear();
    blind_ = false;
    started_.reset();
  }

  void looked(const Round& round, bool written) override {
    if (!round.partial) {
      seen_[round.cluster.name].push_back(reach_of(round));
      look_across();
    }
    if (written) judge(round);
  }

  void removed(const std::string& cluster, Time at, bool written) override {
    seen_.erase(cluster);
    look_across();
    if (!written) return;
    rows_.erase(cluster);
    was_sound_.erase(cluster);
    for (Open& one : open_) {
      if (one.cluster == cluster) close(one, at);
    }
    forget_closed();
  }

  void silenced(const Silence& silence) override {
    std::erase_if(silences_, [&](const Silence& one) { return one.id == silence.id; });
    silences_.push_back(silence);
  }

  void acknowledged(const Incident& incident,
                    const std::optional<Acknowledgement>& acknowledgement) override {
    for (Open& one : open_) {
      if (one.cluster == incident.cluster && one.cause == incident.cause) {
        one.acknowledged = acknowledgement;
      }
    }
  }

  void ticked(Time now, bool written) override {
    if (!started_) started_ = now;
    if (!written) return;
    if (now - *started_ >= rules_.interval * 2) judge_sight(now);
    for (Open& one : open_) tell(one, now);
  }

  // What differs from what the store holds, and what was sent since the last call, in words; empty:
  // nothing.
  [[nodiscard]] std::string differs(const MemoryIncidents& store) {
    std::set<std::string> ours;
    std::set<std::string> theirs;
    for (const Open& one : open_) ours.insert(in_words(one));
    for (const Incident& one : store.all) {
      if (one.open()) theirs.insert(in_words(as_open(one)));
    }
    std::multiset<Told> sent;
    for (; compared_ < store.deliveries.size(); ++compared_) {
      const Delivery& delivery = store.deliveries[compared_];
      if (delivery.kind == DeliveryKind::kUpdate) continue;
      for (const Incident& one : store.all) {
        if (one.id != delivery.incident) continue;
        sent.insert({delivery.created_at, one.cluster, one.cause, delivery.channel, delivery.kind});
      }
    }
    std::string words;
    for (const std::string& one : ours) {
      if (!theirs.contains(one)) words += "oracle:  " + one + "\n";
    }
    for (const std::string& one : theirs) {
      if (!ours.contains(one)) words += "product: " + one + "\n";
    }
    if (sent != told_) words += difference(told_, sent);
    told_.clear();
    return words;
  }

 private:
  enum class Found { kBad, kGood, kBetween, kNothing };
  struct Look {
    Time at{};
    Found found = Found::kNothing;
    bool partial = false;
  };
  // All that was ever found of an instance (or the cluster) and a cause.
  struct Row {
    std::vector<Look> looks;
    bool fires = false;
    Time since{};  // firing: the first of the bad ones that led to it
  };
  struct Open {
    std::string cluster;
    Cause cause;
    Time opened{};
    std::map<std::string, Time> suffer;  // since when
    Severity severity = Severity::kWarning;
    std::optional<Time> flaps;
    std::optional<Time> well;  // flapping, and nothing is wrong since
    std::set<std::string> channels;
    std::optional<Acknowledgement> acknowledged;
    bool closed = false;
  };
  struct Reach {
    Time at{};
    int asked = 0;
    int silent = 0;
    bool answered = false;
    bool dark = false;
  };

  // --- what a round says -------------------------------------------------------------------------

  static bool on_its_way_out(const Round& round, const std::string& id) {
    for (const Instance& one : round.instances) {
      if (one.id == id) return one.standing.group_state.starts_with("Terminating");
    }
    return false;
  }

  bool within_grace(const Round& round, const std::string& id) const {
    for (const Instance& one : round.instances) {
      if (one.id == id) return round.at - *one.launched_at < rules_.boot_grace;
    }
    return false;
  }

  bool sound(const InstanceReadings& readings) const {
    bool fails = false;
    for (const CheckReading& check : readings.checks) {
      const bool failed = check.outcome == Outcome::kCheckFailed ||
                          check.outcome == Outcome::kTimedOut ||
                          check.outcome == Outcome::kCommandNotFound;
      if (failed && check.status != CheckStatus::kWarning) fails = true;
    }
    return !fails && readings.score.score && *readings.score.score >= rules_.suffering_below;
  }

  static bool cant_be_talked_to(Outcome outcome) {
    return outcome == Outcome::kUnreachable || outcome == Outcome::kAuthRefused ||
           outcome == Outcome::kHostKeyUnknown || outcome == Outcome::kConnectionLost;
  }

  static Found threshold(const Rule& rule, double value) {
    if (value < rule.below) return Found::kBad;
    if (rule.well_at && value < *rule.well_at) return Found::kBetween;
    return Found::kGood;
  }

  static Found of_instance(const Rule& rule, const InstanceReadings& readings, bool blind) {
    const Outcome outcome = readings.score.outcome;
    const bool has_score = readings.score.score.has_value();
    switch (rule.kind) {
      case RuleKind::kScore:
        return has_score ? threshold(rule, *readings.score.score) : Found::kNothing;
      case RuleKind::kUnreachable:
        if (blind && !has_score) return Found::kNothing;
        if (outcome == Outcome::kHostKeyChanged) return Found::kNothing;
        if (cant_be_talked_to(outcome)) return Found::kBad;
        if (outcome == Outcome::kNotRun) return Found::kNothing;
        for (const CheckReading& check : readings.checks) {
          if (check.outcome == Outcome::kHostKeyChanged || cant_be_talked_to(check.outcome) ||
              check.outcome == Outcome::kNotRun) {
            return Found::kBad;
          }
        }
        return Found::kGood;
      case RuleKind::kHostKey:
        if (outcome == Outcome::kHostKeyChanged) return Found::kBad;
        if (outcome == Outcome::kAuthRefused) return Found::kGood;
        if (cant_be_talked_to(outcome) || outcome == Outcome::kNotRun) return Found::kNothing;
        return Found::kGood;
      case RuleKind::kUnscored:
        if (has_score) return Found::kGood;
        if (cant_be_talked_to(outcome) || outcome == Outcome::kHostKeyChanged) {
          return Found::kNothing;
        }
        return Found::kBad;
      case RuleKind::kNoData:
        if (has_score) return Found::kGood;
        return blind ? Found::kNothing : Found::kBad;
      default:
        return Found::kNothing;
    }
  }

  static Found of_check(const CheckReading& check) {
    if (check.kept) return Found::kNothing;
    if (check.outcome == Outcome::kOk) return Found::kGood;
    const bool failed = check.outcome == Outcome::kCheckFailed ||
                        check.outcome == Outcome::kTimedOut ||
                        check.outcome == Outcome::kCommandNotFound;
    return failed ? Found::kBad : Found::kNothing;
  }

  // `worth` of each member, over the members or those that are wanted; percent.
  template <typename Worth>
  static std::optional<double> share(const Round& round, Worth worth) {
    double sum = 0;
    int members = 0;
    for (const InstanceReadings& one : round.readings) {
      if (on_its_way_out(round, one.score.instance)) continue;
      sum += worth(one);
      ++members;
    }
    const int wanted = std::max(members, round.cluster.discovery.wanted.value_or(0));
    if (round.readings.empty() || wanted == 0) return std::nullopt;
    return sum / wanted;
  }

  static Found of_cluster_as_a_whole(const Rule& rule, const Round& round, bool doubtful) {
    if (rule.kind == RuleKind::kCapacity) {
      const auto capacity =
          share(round, [](const InstanceReadings& one) { return one.score.score.value_or(0); });
      return capacity && !doubtful ? threshold(rule, *capacity) : Found::kNothing;
    }
    double sum = 0;
    int count = 0;
    int lowest = 1000;
    for (const InstanceReadings& one : round.readings) {
      if (!one.score.score) continue;
      sum += *one.score.score;
      ++count;
      lowest = std::min(lowest, *one.score.score);
    }
    if (count == 0) return Found::kNothing;
    return threshold(rule, rule.kind == RuleKind::kClusterMin ? lowest : sum / count);
  }

  static bool is_about(const Rule& rule, const std::string& cluster) {
    return rule.clusters.empty() || cluster.starts_with("d");  // histories know "d*" and no other
  }

  // --- rounds ------------------------------------------------------------------------------------

  using Key = std::pair<std::string, Cause>;

  void judge(const Round& round) {
    const std::string& cluster = round.cluster.name;
    for (const InstanceReadings& one : round.readings) {
      if (sound(one)) was_sound_[cluster].insert(one.score.instance);
    }
    const Sight sight = sight_of(cluster, round.at);
    std::map<Key, std::pair<Found, const Rule*>> found;
    for (const Rule& rule : rules_.rules) {
      if (is_about(rule, cluster)) find_all(rule, round, sight, found);
    }
    std::map<Key, Row>& rows = rows_[cluster];
    for (auto row = rows.begin(); row != rows.end();) {
      const Rule* rule = rule_of(row->first.second);
      const bool news_no_more = rule != nullptr && rule->kind == RuleKind::kVanished;
      if (found.contains(row->first)) {
        ++row;
      } else if (rule != nullptr && (round.partial || (news_no_more && row->second.fires))) {
        found[row->first] = {round.partial ? Found::kNothing : Found::kGood, rule};
        ++row;
      } else {
        row = rows.erase(row);
      }
    }
    std::map<Cause, std::map<std::string, Time>> firing;
    for (const auto& [key, what] : found) {
      const auto& [seen, rule] = what;
      const bool may_fire = sight == Sight::kClear || (rule->kind != RuleKind::kUnreachable &&
                                                       rule->kind != RuleKind::kNoData);
      Row& row = rows[key];
      row.looks.push_back({round.at, seen, round.partial});
      go_on(row, *rule, may_fire);
      if (row.fires) firing[key.second][key.first] = row.since;
    }
    for (Open& one : open_) {
      if (one.cluster == cluster) go_on(one, firing[one.cause], round);
    }
    for (const auto& [cause, suffer] : firing) {
      if (!suffer.empty() && open_one(cluster, cause) == nullptr) begin(cause, suffer, round);
    }
    forget_closed();
  }

  void find_all(const Rule& rule, const Round& round, Sight sight,
                std::map<Key, std::pair<Found, const Rule*>>& found) const {
    const std::string& cluster = round.cluster.name;
    switch (rule.kind) {
      case RuleKind::kClusterMean:
      case RuleKind::kClusterMin:
      case RuleKind::kCapacity:
        if (!round.partial) {
          found[{"", rule.name}] = {of_cluster_as_a_whole(rule, round, sight != Sight::kClear),
                                    &rule};
        }
        return;
      case RuleKind::kProbe:
        return;
      case RuleKind::kVanished:
        for (const Instance& one : round.vanished)
          found[{one.id, rule.name}] = {Found::kBad, &rule};
        return;
      default:
        break;
    }
    for (const InstanceReadings& one : round.readings) {
      const std::string& id = one.score.instance;
      const auto known = was_sound_.find(cluster);
      const bool was_sound = known != was_sound_.end() && known->second.contains(id);
      const bool excused = rule.kind != RuleKind::kHostKey &&
                           (on_its_way_out(round, id) || (within_grace(round, id) && !was_sound));
      if (rule.kind == RuleKind::kService) {
        for (const CheckReading& check : one.checks) {
          found[{id, rule.name + ":" + check.service}] = {
              excused ? Found::kNothing : of_check(check), &rule};
        }
      } else {
        found[{id, rule.name}] = {
            excused ? Found::kNothing : of_instance(rule, one, sight == Sight::kBlind), &rule};
      }
    }
  }

  // The last looks in a row that found this: how many polls, and the time of the first.
  static std::pair<int, Time> row_of(const std::vector<Look>& looks, Found what) {
    std::vector<Look> row;  // from the last to the first
    for (auto look = looks.rbegin(); look != looks.rend(); ++look) {
      if (look->found == Found::kNothing) continue;
      if (look->found != what) break;
      row.push_back(*look);
    }
    int polls = 0;
    for (std::size_t i = 0; i < row.size(); ++i) {
      if (!row[i].partial || i + 1 == row.size()) ++polls;
    }
    return {polls, row.back().at};
  }

  void go_on(Row& row, const Rule& rule, bool may_fire) const {
    const Look& last = row.looks.back();
    const auto lasts = [&](const Lasting& lasting, Found what) {
      const auto [polls, first] = row_of(row.looks, what);
      const Duration passed = last.at - first;
      const bool often = polls >= lasting.polls ||
                         (last.partial && passed >= rules_.interval * (lasting.polls - 1));
      return often && passed >= lasting.duration;
    };
    if (!row.fires && last.found == Found::kBad && may_fire && lasts(rule.bad, Found::kBad)) {
      row.fires = true;
      row.since = row_of(row.looks, Found::kBad).second;
    } else if (row.fires && last.found == Found::kGood && lasts(rule.good, Found::kGood)) {
      row.fires = false;
      row.looks.clear();
    }
  }

  // --- incidents ---------------------------------------------------------------------------------

  void judge_severity(Open& one, const Round& round) const {
    const Rule* rule = rule_of(one.cause);
    if (rule != nullptr && rule->severity) {
      one.severity = *rule->severity;
      return;
    }
    if (round.partial) return;  // nothing is known of the others
    const auto left =
        share(round, [&](const InstanceReadings& each) { return sound(each) ? 100.0 : 0.0; });
    if (!left) return;
    one.severity = *left < rules_.critical_below ? Severity::kCritical : Severity::kWarning;
  }

  void begin(const Cause& cause, const std::map<std::string, Time>& suffer, const Round& round) {
    Open one;
    one.cluster = round.cluster.name;
    one.cause = cause;
    one.opened = round.at;
    one.suffer = suffer;
    int openings = 1;
    for (const auto& [at, cluster, what] : openings_) {
      if (cluster == one.cluster && what == cause && round.at - at <= rules_.flapping.within) {
        ++openings;
      }
    }
    if (rules_.flapping.openings > 0 && openings >= rules_.flapping.openings) one.flaps = round.at;
    openings_.emplace_back(round.at, one.cluster, cause);
    judge_severity(one, round);
    open_.push_back(std::move(one));
  }

  void go_on(Open& one, const std::map<std::string, Time>& suffer, const Round& round) {
    one.suffer = suffer;
    if (!suffer.empty()) {
      one.well.reset();
      for (const auto& [instance, since] : suffer) {
        const Time from = one.flaps ? std::max(since, *one.flaps) : since;
        if (round.at - from >= rules_.flapping.calm) one.flaps.reset();
      }
      judge_severity(one, round);
      return;
    }
    if (!one.well) one.well = round.at;
    const bool calm = round.at - *one.well >= rules_.flapping.calm;
    if (!one.flaps || calm || rule_of(one.cause) == nullptr) close(one, round.at);
  }

  void close(Open& one, Time at) {
    for (const std::string& channel : one.channels) {
      told_.insert({at, one.cluster, one.cause, channel, DeliveryKind::kClosing});
    }
    one.closed = true;
  }

  void forget_closed() {
    std::erase_if(open_, [](const Open& one) { return one.closed; });
  }

  Open* open_one(const std::string& cluster, const Cause& cause) {
    for (Open& one : open_) {
      if (!one.closed && one.cluster == cluster && one.cause == cause) return &one;
    }
    return nullptr;
  }

  // --- who is told -------------------------------------------------------------------------------

  bool is_muted(const Open& one, Time now) const {
    for (const Silence& silence : silences_) {
      bool hit = silence.starts_at <= now && now < silence.ends_at;
      for (const Matcher& matcher : silence.matchers) {
        if (matcher.value != (matcher.label == "cluster" ? one.cluster : one.cause)) hit = false;
      }
      if (hit) return true;
    }
    const auto depends = rules_.depends_on.find(one.cluster);
    if (depends == rules_.depends_on.end()) return false;
    for (const Open& other : open_) {
      for (const std::string& cluster : depends->second) {
        if (other.cluster == cluster && other.severity == Severity::kCritical) return true;
      }
    }
    return false;
  }

  void tell(Open& one, Time now) {
    if (one.acknowledged && one.acknowledged->until && *one.acknowledged->until <= now) {
      one.acknowledged.reset();
    }
    if (one.acknowledged || is_muted(one, now)) return;
    const Rule* rule = rule_of(one.cause);
    if (rule == nullptr && !one.cluster.empty()) return;  // it is about to close
    std::set<std::string> wanted{channels_.begin(), channels_.end()};
    if (rule != nullptr) {
      if (!rule->channels.empty()) wanted = {rule->channels.begin(), rule->channels.end()};
      for (const Escalation& step : rule->escalate) {
        if (now - one.opened < step.after) continue;
        wanted.insert(step.channels.begin(), step.channels.end());
      }
    }
    for (const std::string& channel : wanted) {
      if (!one.channels.insert(channel).second) continue;
      told_.insert({now, one.cluster, one.cause, channel, DeliveryKind::kOpening});
    }
  }

  // --- our own sight -----------------------------------------------------------------------------

  static Reach reach_of(const Round& round) {
    Reach reach;
    reach.at = round.at;
    int served = 0;  // by the balancer, although we can't reach them
    for (const InstanceReadings& one : round.readings) {
      const Outcome outcome = one.score.outcome;
      if (on_its_way_out(round, one.score.instance) || outcome == Outcome::kNotRun) continue;
      ++reach.asked;
      if (outcome != Outcome::kUnreachable && outcome != Outcome::kConnectionLost) {
        reach.answered = true;
        continue;
      }
      ++reach.silent;
      for (const Instance& instance : round.instances) {
        if (instance.id == one.score.instance && instance.balancer_state == "InService") ++served;
      }
    }
    reach.dark = reach.silent * 2 > reach.asked && served * 2 > reach.silent;
    return reach;
  }

  // Since when most hosts of the cluster are silent while nothing else says that they are down.
  static std::optional<Time> dark_since(const std::vector<Reach>& rounds) {
    std::optional<Time> since;
    for (auto one = rounds.rbegin(); one != rounds.rend() && one->dark; ++one) since = one->at;
    return since;
  }

  void look_across() {
    int hosts = 0;
    int silent = 0;
    Time latest{};
    for (const auto& [cluster, rounds] : seen_) {
      hosts += rounds.back().asked;
      const auto since = dark_since(rounds);
      if (!since) continue;
      silent += rounds.back().silent;
      latest = std::max(latest, *since);
    }
    if (blind_) {
      blind_ = silent * 2 > hosts;
      return;
    }
    int together = 0;
    int clusters = 0;
    for (const auto& [cluster, rounds] : seen_) {
      const auto since = dark_since(rounds);
      if (!since || latest - *since > rules_.interval * 2) continue;
      together += rounds.back().silent;
      ++clusters;
    }
    blind_ = clusters >= 2 && together * 2 > hosts;
  }

  Sight sight_of(const std::string& cluster, Time now) const {
    if (blind_) return Sight::kBlind;
    const auto own = seen_.find(cluster);
    const auto since = own == seen_.end() ? std::nullopt : dark_since(own->second);
    if (!since || seen_.size() < 2 || (now - *since) * 2 > rules_.interval * 3) {
      return Sight::kClear;
    }
    for (const auto& [other, rounds] : seen_) {
      if (other == cluster || dark_since(rounds)) continue;
      for (const Reach& one : rounds) {
        if (one.answered && one.at > *since + std::chrono::seconds{1}) return Sight::kClear;
      }
    }
    return Sight::kDoubtful;
  }

  void judge_sight(Time now) {
    std::map<Cause, Severity> found;
    if (blind_) found["monitor"] = Severity::kCritical;
    for (const auto& [cluster, rounds] : seen_) {
      if (now - rounds.back().at > rules_.interval * 3 + std::chrono::minutes{1}) {
        found["overdue:" + cluster] = Severity::kWarning;
      }
    }
    for (Open& one : open_) {
      if (one.cluster.empty() && !found.contains(one.cause)) close(one, now);
    }
    forget_closed();
    for (const auto& [cause, severity] : found) {
      if (open_one("", cause) != nullptr) continue;
      Open one;
      one.cause = cause;
      one.opened = now;
      one.severity = severity;
      open_.push_back(std::move(one));
    }
  }

  // --- in words ----------------------------------------------------------------------------------

  const Rule* rule_of(const Cause& cause) const {
    for (const Rule& rule : rules_.rules) {
      if (cause == rule.name || cause.starts_with(rule.name + ":")) return &rule;
    }
    return nullptr;
  }

  static Open as_open(const Incident& incident) {
    Open one;
    one.cluster = incident.cluster;
    one.cause = incident.cause;
    one.opened = incident.opened_at;
    one.severity = incident.severity;
    one.flaps = incident.flapping_since;
    one.channels = {incident.channels.begin(), incident.channels.end()};
    for (const IncidentMember& member : incident.members) {
      if (!member.until) one.suffer[member.instance] = member.since;
    }
    if (incident.cluster.empty()) one.suffer.clear();
    return one;
  }

  static std::string seconds(Time at) {
    return std::to_string(
        std::chrono::duration_cast<std::chrono::seconds>(at.time_since_epoch()).count());
  }

  static std::string in_words(const Open& one) {
    std::string words = one.cluster + " " + one.cause + " since " + seconds(one.opened) + ", " +
                        std::string(to_string(one.severity));
    if (one.flaps) words += ", flapping since " + seconds(*one.flaps);
    for (const auto& [instance, since] : one.suffer)
      words += ", " + instance + "@" + seconds(since);
    words += "; told:";
    for (const std::string& channel : one.channels) words += " " + channel;
    return words;
  }

  static std::string difference(const std::multiset<Told>& ours,
                                const std::multiset<Told>& theirs) {
    std::vector<Told> only;
    std::string words;
    const auto list = [&](const std::string& whose) {
      for (const auto& [at, cluster, cause, channel, kind] : only) {
        words += whose + seconds(at) + " " + cluster + " " + cause + " " +
                 std::string(to_string(kind)) + " to " + channel + "\n";
      }
      only.clear();
    };
    std::set_difference(ours.begin(), ours.end(), theirs.begin(), theirs.end(),
                        std::back_inserter(only));
    list("oracle tells:  ");
    std::set_difference(theirs.begin(), theirs.end(), ours.begin(), ours.end(),
                        std::back_inserter(only));
    list("product tells: ");
    return words;
  }

  Rules rules_;
  std::vector<std::string> channels_;
  std::map<std::string, std::map<Key, Row>> rows_;          // by cluster
  std::map<std::string, std::set<std::string>> was_sound_;  // by cluster
  std::vector<Open> open_;
  std::vector<std::tuple<Time, std::string, Cause>> openings_;  // that there ever were
  std::vector<Silence> silences_;
  std::multiset<Told> told_;                        // not compared yet
  std::size_t compared_ = 0;                        // of the store's deliveries
  std::map<std::string, std::vector<Reach>> seen_;  // by cluster, since the last start
  bool blind_ = false;
  std::optional<Time> started_;
};

}  // namespace livesonic::alerting
