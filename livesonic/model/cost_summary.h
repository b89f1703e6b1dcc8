// SPDX-License-Identifier: Apache-2.0
// What the clusters cost in a span of time, as it is told to people. Plain values; sums are in USD.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "livesonic/base/clock.h"

namespace livesonic {

struct CostSummary {
  struct Line {
    std::string lifecycle;  // "on-demand" or "spot"
    std::string type;
    double hours = 0;           // of all instances together
    double unpriced_hours = 0;  // of those, the ones that are not in `usd`
    std::optional<double> usd;  // none where no price at all was known
    friend bool operator==(const Line&, const Line&) = default;
  };
  // What would have cost less. Several are of the same money, and don't add up.
  struct Saving {
    std::string what;  // "spot", "type", "arm64", "right_size" or "policy"
    double usd = 0;
    std::string how;  // a sentence
    friend bool operator==(const Saving&, const Saving&) = default;
  };
  struct Cluster {
    std::string name;
    double hours = 0;
    double unpriced_hours = 0;
    std::optional<double> usd;
    std::vector<Line> lines;
    std::vector<Saving> savings;  // the largest first
    friend bool operator==(const Cluster&, const Cluster&) = default;
  };

  Time from{};
  Time to{};
  std::vector<Cluster> clusters;  // the dearest first
  std::optional<double> before;   // what all cost in the span of the same length before
  friend bool operator==(const CostSummary&, const CostSummary&) = default;

  [[nodiscard]] double usd() const {
    double sum = 0;
    for (const Cluster& cluster : clusters) sum += cluster.usd.value_or(0);
    return sum;
  }
};

}  // namespace livesonic
