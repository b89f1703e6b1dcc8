// SPDX-License-Identifier: Apache-2.0
#include "livesonic/monitoring/tally.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <string_view>

#include "livesonic/base/exposition.h"

namespace livesonic::monitoring {
namespace {

using exposition::heading;
using exposition::label;
using exposition::sample;

constexpr std::string_view kScores = "livesonic_score_readings_total";
constexpr std::string_view kChecks = "livesonic_check_readings_total";
constexpr std::string_view kRounds = "livesonic_rounds_total";
constexpr std::string_view kDelay = "livesonic_poll_delay_seconds";
constexpr std::string_view kInstances = "livesonic_cluster_instances";
constexpr std::string_view kClusterScore = "livesonic_cluster_score";
constexpr std::string_view kInstanceScore = "livesonic_instance_score";

constexpr std::string_view kCheckStatus = "livesonic_check_status";
constexpr std::string_view kProbeStatus = "livesonic_probe_status";
constexpr std::string_view kProbeSeconds = "livesonic_probe_seconds";
constexpr std::string_view kProbeValue = "livesonic_probe_value";
constexpr std::string_view kProbeTime = "livesonic_probe_timestamp_seconds";

// As the exit codes of Nagios plugins.
int number_of(CheckStatus status) {
  switch (status) {
    case CheckStatus::kOk:
      return 0;
    case CheckStatus::kWarning:
      return 1;
    case CheckStatus::kCritical:
      return 2;
    case CheckStatus::kUnknown:
      return 3;
  }
  return 3;
}

CheckReading without_output(CheckReading reading) {
  reading.out.clear();
  reading.err.clear();
  reading.detail.clear();
  return reading;
}

// The labels of a reading of the cluster, whose own fields may be empty.
std::string labels(const std::string& cluster, const CheckReading& reading) {
  if (reading.instance.empty()) {
    return label("cluster", cluster) + "," + label("probe", reading.service);
  }
  return label("cluster", cluster) + "," + label("instance", reading.instance) + "," +
         label("service", reading.service);
}

double mean(const std::vector<std::pair<std::string, int>>& scores) {
  double sum = 0;
  for (const auto& [instance, score] : scores) sum += score;
  return sum / static_cast<double>(scores.size());
}

}  // namespace

void Tally::polled(const InstanceReadings& readings, bool with_score, Duration delay) {
  const double delay_s = std::max(0.0, std::chrono::duration<double>(delay).count());
  const auto* const bucket = std::lower_bound(kBuckets.begin(), kBuckets.end(), delay_s);
  const std::lock_guard lock(mutex_);
  ++delays_.at(static_cast<std::size_t>(bucket - kBuckets.begin()));
  delay_sum_s_ += delay_s;
  if (with_score) ++polled_scores_[readings.score.outcome];
  for (const CheckReading& check : readings.checks) ++checks_[check.outcome];
}

void Tally::streamed(Outcome outcome) {
  const std::lock_guard lock(mutex_);
  ++streamed_scores_[outcome];
}

void Tally::finished(const Round& round) {
  ClusterState state;
  state.instances = round.instances.size();
  for (const InstanceReadings& one : round.readings) {
    if (one.score.score) state.scores.emplace_back(one.score.instance, *one.score.score);
    for (const CheckReading& check : one.checks) state.checks.push_back(without_output(check));
  }
  for (const CheckReading& probe : round.probes) state.probes.push_back(without_output(probe));
  const std::lock_guard lock(mutex_);
  ++rounds_[round.cluster.name];
  clusters_[round.cluster.name] = std::move(state);
}

void Tally::clusters_are(const std::set<std::string>& names) {
  const std::lock_guard lock(mutex_);
  std::erase_if(clusters_, [&](const auto& one) { return !names.contains(one.first); });
  std::erase_if(rounds_, [&](const auto& one) { return !names.contains(one.first); });
}

std::string Tally::delays() const {
  const std::string bucket = fmt::format("{}_bucket", kDelay);
  std::string text =
      heading(kDelay, "histogram", "From when the poll of a host was due until it was judged.");
  std::uint64_t count = 0;
  for (std::size_t i = 0; i < kBuckets.size(); ++i) {
    count += delays_.at(i);
    text += sample(bucket, label("le", fmt::format("{}", kBuckets.at(i))), count);
  }
  count += delays_.back();
  text += sample(bucket, label("le", "+Inf"), count);
  text += sample(fmt::format("{}_sum", kDelay), "", delay_sum_s_);
  text += sample(fmt::format("{}_count", kDelay), "", count);
  return text;
}

std::string Tally::checks() const {
  std::string text = heading(kCheckStatus, "gauge",
                             "A service check on an instance in its cluster's last round: 0 ok, 1 "
                             "warning, 2 critical, 3 unknown.");
  for (const auto& [cluster, state] : clusters_) {
    for (const CheckReading& check : state.checks) {
      text += sample(kCheckStatus, labels(cluster, check), number_of(check.status));
    }
  }
  return text;
}

std::string Tally::probes() const {
  std::string statuses = heading(
      kProbeStatus, "gauge", "What a probe last found: 0 ok, 1 warning, 2 critical, 3 unknown.");
  std::string seconds = heading(kProbeSeconds, "gauge", "How long a probe last took.");
  std::string values =
      heading(kProbeValue, "gauge", "What a probe last measured, in the unit of its thresholds.");
  std::string times = heading(kProbeTime, "gauge", "When a probe was last made, in Unix time.");
  for (const auto& [cluster, state] : clusters_) {
    for (const CheckReading& probe : state.probes) {
      const std::string of = labels(cluster, probe);
      statuses += sample(kProbeStatus, of, number_of(probe.status));
      if (probe.outcome == Outcome::kNotRun) continue;
      seconds += sample(kProbeSeconds, of, std::chrono::duration<double>(probe.took).count());
      for (const Metric& metric : probe.metrics) {
        values += sample(kProbeValue, of + "," + label("metric", metric.label), metric.value);
      }
      const auto since = std::chrono::duration<double>(probe.at.time_since_epoch());
      times += sample(kProbeTime, of, fmt::format("{:.3f}", since.count()));
    }
  }
  return statuses + seconds + values + times;
}

std::string Tally::prometheus_text() const {
  const std::lock_guard lock(mutex_);
  std::string text =
      heading(kScores, "counter", "Scores asked of hosts or streamed by them, by how that ended.");
  for (const auto& [way, scores] :
       {std::pair{"poll", &polled_scores_}, std::pair{"stream", &streamed_scores_}}) {
    for (const auto& [outcome, count] : *scores) {
      text +=
          sample(kScores, label("way", way) + "," + label("outcome", to_string(outcome)), count);
    }
  }
  text += heading(kChecks, "counter", "Service checks on hosts, by how they ended.");
  for (const auto& [outcome, count] : checks_) {
    text += sample(kChecks, label("outcome", to_string(outcome)), count);
  }
  text += heading(kRounds, "counter", "Polls of a whole cluster that were judged.");
  for (const auto& [cluster, count] : rounds_) {
    text += sample(kRounds, label("cluster", cluster), count);
  }
  text += delays();
  text += heading(kInstances, "gauge", "Instances of a cluster that are watched.");
  for (const auto& [cluster, state] : clusters_) {
    text += sample(kInstances, label("cluster", cluster), state.instances);
  }
  text += heading(kClusterScore, "gauge", "Mean score of a cluster's instances in its last round.");
  for (const auto& [cluster, state] : clusters_) {
    if (state.scores.empty()) continue;
    text += sample(kClusterScore, label("cluster", cluster), mean(state.scores));
  }
  text += heading(kInstanceScore, "gauge", "Score of an instance in its cluster's last round.");
  for (const auto& [cluster, state] : clusters_) {
    for (const auto& [instance, score] : state.scores) {
      text += sample(kInstanceScore, label("cluster", cluster) + "," + label("instance", instance),
                     score);
    }
  }
  text += checks();
  text += probes();
  return text;
}

}  // namespace livesonic::monitoring
