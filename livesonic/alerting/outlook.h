// SPDX-License-Identifier: Apache-2.0
// Looks across the clusters for what is wrong with our own sight: our way to the hosts, AWS's API,
// our own pace. It keeps what the last round of each cluster was like; the decisions are functions
// of that and the time.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "livesonic/alerting/observe.h"
#include "livesonic/base/clock.h"
#include "livesonic/model/incident.h"
#include "livesonic/model/round.h"

namespace livesonic::alerting {

// Causes of no cluster that begin so are the outlook's.
inline constexpr std::string_view kMonitorCause = "monitor";
inline constexpr std::string_view kAwsCause = "aws:";
inline constexpr std::string_view kOverdueCause = "overdue:";

// Not thread-safe.
class Outlook {
 public:
  // `interval`: between the polls of a cluster.
  explicit Outlook(Duration interval) : interval_(interval) {}

  // A server has started: for two intervals the other clusters are waited for, although nothing is
  // known of them yet. `blind`: our own path was broken when it ended, and is until they are known.
  void resume(Time now, bool blind);

  // A whole round of a cluster is complete.
  void note(const Round& round);
  void forget(const std::string& cluster);

  // What the trouble in reaching this cluster's hosts is worth. When most of them can't be reached
  // although the balancer, as far as there is one, serves from them, the others are waited for: for
  // one and a half intervals at most, or until one of them has answered. When several clusters
  // become unreachable within two intervals, and are most of all hosts, it is our own path.
  [[nodiscard]] Sight sight(const std::string& cluster, Time now) const;
  // Is our own path broken? See above; it goes on until fewer than half of the hosts are
  // unreachable with nothing else saying that they are down.
  [[nodiscard]] bool blind() const { return blind_; }

  // Incidents of no cluster: our own path, AWS's API failing three rounds in a row, clusters whose
  // rounds stay away for three intervals.
  [[nodiscard]] std::vector<Finding> findings(Time now) const;

 private:
  struct Last {
    Time at{};
    std::string account;
    int watched = 0;
    int unreachable = 0;
    Time last_answer{};
    std::optional<Time> dark_since;  // most are unreachable and nothing else says they are down
    int aws_errors = 0;              // in a row
    std::string aws_error;
    std::optional<Time> aws_since;
  };
  void look();
  [[nodiscard]] bool settling(Time now) const;

  const Duration interval_;
  std::optional<Time> resumed_;
  Time seen_{};  // when the last round was
  std::map<std::string, Last> clusters_;
  bool blind_ = false;
};

}  // namespace livesonic::alerting
