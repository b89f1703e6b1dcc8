// SPDX-License-Identifier: Apache-2.0
// What monitoring has done since the start, and how the clusters were last, for Prometheus.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <mutex>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "livesonic/base/clock.h"
#include "livesonic/model/reading.h"
#include "livesonic/model/round.h"

namespace livesonic::monitoring {

// Thread-safe.
class Tally {
 public:
  // Upper bounds of the histogram of delays.
  static constexpr std::array<double, 10> kBuckets{0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60};

  // A poll of a host brought these, so long after it was due. `with_score`: the score too was asked
  // for, rather than taken from a stream.
  void polled(const InstanceReadings& readings, bool with_score, Duration delay);
  void streamed(Outcome outcome);
  void finished(const Round& round);
  // Of others nothing is told any more.
  void clusters_are(const std::set<std::string>& names);

  // Prometheus' text format, version 0.0.4.
  [[nodiscard]] std::string prometheus_text() const;

 private:
  struct ClusterState {
    std::size_t instances = 0;
    std::vector<std::pair<std::string, int>> scores;  // by instance
    std::vector<CheckReading> checks, probes;         // of the last round, without what they wrote
  };
  // With mutex_ held.
  [[nodiscard]] std::string delays() const;
  [[nodiscard]] std::string checks() const;
  [[nodiscard]] std::string probes() const;

  mutable std::mutex mutex_;  // guards what follows
  std::map<Outcome, std::uint64_t> polled_scores_, streamed_scores_, checks_;
  std::array<std::uint64_t, kBuckets.size() + 1> delays_{};
  double delay_sum_s_ = 0;
  std::map<std::string, std::uint64_t> rounds_;  // by cluster
  std::map<std::string, ClusterState> clusters_;
};

}  // namespace livesonic::monitoring
