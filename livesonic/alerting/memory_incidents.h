// SPDX-License-Identifier: Apache-2.0
// For tests: what is kept of alerting, in memory, as fast as histories by the thousand need it, and
// failing when told to.
#pragma once

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "livesonic/storage/history.h"
#include "livesonic/storage/incidents.h"

namespace livesonic::alerting {

class MemoryIncidents : public storage::Incidents {
 public:
  bool failing = false;  // what is to be written is refused, as by a full disk
  std::set<std::string> clusters;
  std::vector<Delivery> deliveries;  // all that there ever were, in order
  std::map<std::string, std::vector<Condition>> stored;
  std::vector<Incident> all;  // in order of their opening
  std::vector<Silence> kept;
  std::map<std::string, Rule> own_rules;

  Result<void> commit_round(const storage::RoundOutcome& outcome) override {
    if (failing) return fail(ErrorKind::kUnavailable, "the disk is full");
    if (!outcome.cluster_removed) {
      if (!clusters.contains(outcome.cluster)) return fail(ErrorKind::kNotFound, "no such cluster");
      stored[outcome.cluster] = outcome.conditions;
    }
    for (const Incident& incident : outcome.incidents) {
      const auto found = std::find_if(all.begin(), all.end(),
                                      [&](const Incident& one) { return one.id == incident.id; });
      if (found == all.end()) {
        all.push_back(incident);
      } else {
        *found = incident;
      }
    }
    deliveries.insert(deliveries.end(), outcome.deliveries.begin(), outcome.deliveries.end());
    return {};
  }
  Result<std::vector<Condition>> conditions(const std::string& cluster) override {
    return stored[cluster];
  }
  Result<std::vector<Incident>> open_incidents(const std::string& cluster) override {
    return those([&](const Incident& one) { return one.open() && one.cluster == cluster; });
  }
  Result<std::vector<Incident>> all_open_incidents() override {
    return those([](const Incident& one) { return one.open(); });
  }
  Result<std::vector<Incident>> incidents(const storage::IncidentQuery&) override { return all; }
  Result<Incident> incident(const std::string& id) override {
    for (const Incident& one : all) {
      if (one.id == id) return one;
    }
    return fail(ErrorKind::kNotFound, "no such incident");
  }
  Result<int> openings_since(const std::string& cluster, const Cause& cause, Time since) override {
    return static_cast<int>(std::count_if(all.begin(), all.end(), [&](const Incident& one) {
      return one.cluster == cluster && one.cause == cause && one.opened_at >= since;
    }));
  }
  Result<void> put_silence(const Silence& silence) override {
    if (failing) return fail(ErrorKind::kUnavailable, "the disk is full");
    std::erase_if(kept, [&](const Silence& one) { return one.id == silence.id; });
    kept.push_back(silence);
    return {};
  }
  Result<std::vector<Silence>> silences(Time now) override {
    std::vector<Silence> found;
    for (const Silence& one : kept) {
      if (one.ends_at > now) found.push_back(one);
    }
    return found;
  }
  Result<Silence> silence(const std::string& id) override {
    for (const Silence& one : kept) {
      if (one.id == id) return one;
    }
    return fail(ErrorKind::kNotFound, "no such silence");
  }

  Result<void> put_rule(const Rule& rule) override {
    if (failing) return fail(ErrorKind::kUnavailable, "the disk is full");
    own_rules[rule.name] = rule;
    return {};
  }
  Result<void> remove_rule(const std::string& name) override {
    if (own_rules.erase(name) == 0) return fail(ErrorKind::kNotFound, "no such rule");
    return {};
  }
  Result<std::vector<Rule>> rules() override {
    std::vector<Rule> found;
    for (const auto& [name, rule] : own_rules) found.push_back(rule);
    return found;
  }

  // The outbox is not asked here.
  Result<std::vector<Delivery>> due_deliveries(const std::string&, Time, int) override {
    return std::vector<Delivery>{};
  }
  Result<void> mark_delivered(const std::string&, Time) override { return {}; }
  Result<void> mark_failed(const std::string&, const Failure&) override { return {}; }
  Result<Delivery> retry_delivery(const std::string&, Time) override { return Delivery{}; }
  Result<std::optional<Time>> next_delivery_due(const std::string&) override {
    return std::optional<Time>{};
  }
  Result<std::vector<Delivery>> undelivered() override { return std::vector<Delivery>{}; }
  Result<std::vector<Delivery>> dead_deliveries(int) override { return std::vector<Delivery>{}; }
  Result<std::optional<std::string>> opening_of(const std::string&, const std::string&) override {
    return std::optional<std::string>{};
  }
  Result<std::optional<Time>> reported_until(const std::string&) override { return std::nullopt; }
  Result<void> post_report(const Report& report) override {
    deliveries.insert(deliveries.end(), report.deliveries.begin(), report.deliveries.end());
    return {};
  }
  Result<std::vector<ChannelState>> channel_states() override {
    return std::vector<ChannelState>{};
  }
  Result<void> note_attempt(const std::string&, Time, const std::string&) override { return {}; }
  Result<void> prove_writable(Time) override { return {}; }

 private:
  template <typename Which>
  std::vector<Incident> those(Which which) {
    std::vector<Incident> found;
    std::copy_if(all.begin(), all.end(), std::back_inserter(found), which);
    return found;
  }
};

// A history of cluster points that is given, and nothing else.
class MemoryHistory : public storage::History {
 public:
  std::vector<ClusterPoint> points;

  Result<void> record(const std::vector<InstanceReadings>&) override { return {}; }
  Result<std::vector<ScoreReading>> latest_scores(const std::string&) override {
    return std::vector<ScoreReading>{};
  }
  Result<std::vector<CheckReading>> latest_checks(const std::string&) override {
    return std::vector<CheckReading>{};
  }
  Result<void> record_probes(const std::vector<CheckReading>&) override { return {}; }
  Result<std::vector<CheckReading>> latest_probes(const std::string&) override {
    return std::vector<CheckReading>{};
  }
  Result<std::vector<MetricSeries>> metric_history(const std::string&, const std::string&,
                                                   const std::string&,
                                                   storage::TimeRange) override {
    return std::vector<MetricSeries>{};
  }
  Result<std::vector<ScorePoint>> instance_history(const std::string&, const std::string&,
                                                   storage::TimeRange) override {
    return std::vector<ScorePoint>{};
  }
  Result<std::vector<ClusterPoint>> cluster_history(const std::string&,
                                                    storage::TimeRange range) override {
    std::vector<ClusterPoint> found;
    for (const ClusterPoint& point : points) {
      if (point.at >= range.from && point.at < range.to) found.push_back(point);
    }
    return found;
  }
  Result<void> import_scores(const std::string&, const std::string&,
                             const std::vector<ScorePoint>&) override {
    return {};
  }
  Result<void> import_cluster_points(const std::string&,
                                     const std::vector<ClusterPoint>&) override {
    return {};
  }
  Result<std::vector<Month>> months() override { return std::vector<Month>{}; }
  Result<std::vector<Month>> drop_months_before(Month) override { return std::vector<Month>{}; }
};

}  // namespace livesonic::alerting
