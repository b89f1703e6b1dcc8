// SPDX-License-Identifier: Apache-2.0
// Scores over time. Plain values; history is kept and dropped by calendar month (UTC).
#pragma once

#include <compare>
#include <string>

#include "livesonic/base/clock.h"
#include "livesonic/base/result.h"

namespace livesonic {

// A point of one instance's history.
struct ScorePoint {
  Time at{};
  int score = 0;  // 1..100
  friend bool operator==(const ScorePoint&, const ScorePoint&) = default;
};

// A point of a cluster's history: what one poll of all its instances came to.
struct ClusterPoint {
  Time at{};
  double mean = 0;    // of the instances that answered; 1..100
  int min = 0;        // the lowest of them
  int max = 0;        // the highest of them
  double spread = 0;  // their standard deviation (of the population)
  int count = 0;      // how many answered; a point with none is not kept
  int members = 0;    // how many were watched
  friend bool operator==(const ClusterPoint&, const ClusterPoint&) = default;
};

struct Month {
  int year = 1970;
  unsigned month = 1;  // 1..12
  friend auto operator<=>(const Month&, const Month&) = default;
};

Month month_of(Time time);                    // in UTC
Month months_before(Month month, int count);  // count >= 0
Time start_of(Month month);
std::string to_string(Month month);  // "2026-03"

}  // namespace livesonic
