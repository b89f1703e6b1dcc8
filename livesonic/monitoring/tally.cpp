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
  }
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
  return text;
}

}  // namespace livesonic::monitoring
